// The origin private file system's interfaces over memory, with its locks and
// errors, as workers see it or as windows do.

import type {
  OpfsAccess,
  OpfsDirectoryHandle,
  OpfsFileHandle,
} from "../../../wasi/opfs.ts";

/** What the browser offers. */
export interface MockOptions {
  /** Synchronous access handles, as in workers. */
  readonly hasAccess: boolean;
  /** `move`, which not all browsers have. */
  readonly hasMove: boolean;
}

class MockFile {
  bytes = new Uint8Array(0);
  isLocked = false;
}

type MockEntry = MockFile | MockDirectory;

function fail(name: string): never {
  throw new DOMException(name, name);
}

function checkName(name: string): void {
  if (/^\.{0,2}$|\//.test(name)) throw new TypeError("name is not allowed");
}

/** A `FileSystemDirectoryHandle`. */
export class MockDirectory implements OpfsDirectoryHandle {
  readonly kind = "directory";
  readonly files = new Map<string, MockEntry>();
  readonly #options: MockOptions;

  constructor(options: MockOptions) {
    this.#options = options;
  }

  async getFileHandle(name: string, options: { create?: boolean } = {}) {
    await Promise.resolve();
    checkName(name);
    let found = this.files.get(name);
    if (!found && options.create) this.files.set(name, found = new MockFile());
    if (!found) fail("NotFoundError");
    if (found instanceof MockDirectory) fail("TypeMismatchError");
    return fileHandle(this, name, found, this.#options);
  }

  async getDirectoryHandle(name: string, options: { create?: boolean } = {}) {
    await Promise.resolve();
    checkName(name);
    let found = this.files.get(name);
    if (!found && options.create) {
      this.files.set(name, found = new MockDirectory(this.#options));
    }
    if (!found) fail("NotFoundError");
    return found instanceof MockDirectory ? found : fail("TypeMismatchError");
  }

  async removeEntry(name: string) {
    await Promise.resolve();
    const found = this.files.get(name) ?? fail("NotFoundError");
    if (found instanceof MockDirectory) {
      if (found.files.size > 0) fail("InvalidModificationError");
    } else if (found.isLocked) fail("NoModificationAllowedError");
    this.files.delete(name);
  }

  async *entries() {
    for (const [name, entry] of this.files) {
      await Promise.resolve();
      const handle = entry instanceof MockDirectory
        ? entry
        : fileHandle(this, name, entry, this.#options);
      yield [name, handle] as [string, typeof handle];
    }
  }
}

function fileHandle(
  directory: MockDirectory,
  name: string,
  file: MockFile,
  { hasAccess, hasMove }: MockOptions,
): OpfsFileHandle {
  const place = { directory, name };
  return {
    kind: "file",
    async getFile() {
      await Promise.resolve();
      if (place.directory.files.get(place.name) !== file) fail("NotFoundError");
      return new File([file.bytes], place.name, { lastModified: 1234 });
    },
    ...hasAccess
      ? {
        createSyncAccessHandle: () => Promise.resolve().then(() => lock(file)),
      }
      : {
        async createWritable() {
          await Promise.resolve();
          let written = new Uint8Array(0);
          return {
            async write(data: ArrayBuffer) {
              await Promise.resolve();
              written = new Uint8Array(data.slice(0));
            },
            async close() {
              await Promise.resolve();
              file.bytes = written;
            },
          };
        },
      },
    ...hasMove && {
      async move(into: OpfsDirectoryHandle, newName: string) {
        await Promise.resolve();
        if (file.isLocked) fail("NoModificationAllowedError");
        place.directory.files.delete(place.name);
        (into as MockDirectory).files.set(newName, file);
        Object.assign(place, { directory: into, name: newName });
      },
    },
  };
}

/** A `FileSystemSyncAccessHandle`, of which there is one at a time. */
function lock(file: MockFile): OpfsAccess {
  if (file.isLocked) fail("NoModificationAllowedError");
  file.isLocked = true;
  const check = () => {
    if (!file.isLocked) fail("InvalidStateError");
  };
  const resize = (size: number) => {
    const bytes = new Uint8Array(size);
    bytes.set(file.bytes.subarray(0, size));
    file.bytes = bytes;
  };
  return {
    read(into, { at }) {
      check();
      const piece = file.bytes.subarray(at, at + into.length);
      into.set(piece);
      return piece.length;
    },
    write(from, { at }) {
      check();
      if (at + from.length > file.bytes.length) resize(at + from.length);
      file.bytes.set(from, at);
      return from.length;
    },
    getSize: () => file.bytes.length,
    truncate: resize,
    flush: check,
    close() {
      file.isLocked = false;
    },
  };
}
