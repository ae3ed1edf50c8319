// A guest without a program: memory, and calls made by hand. Numbers that a
// call stores are read back from address 0; strings are put at 1024 and up.

import { createWasi, type Wasi, type WasiOptions } from "../../../wasi/mod.ts";

export const RESULT = 0;
const TEXT = 1024;

/** What `path_open` takes besides the path. */
export interface OpenOptions {
  readonly oflags?: number;
  readonly rights?: number;
  readonly inheriting?: number;
  readonly flags?: number;
  readonly follow?: number;
  readonly fd?: number;
}

export class Guest {
  memory = new Uint8Array(65536);
  readonly wasi: Wasi;
  #next = TEXT;

  constructor(options: WasiOptions = {}) {
    this.wasi = createWasi(options, () => ({
      bytes: this.memory,
      view: this.view,
    }));
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** Calls and expects an answer at once. */
  call(name: string, ...args: (number | bigint)[]): number {
    const errno = this.wasi.functions[name](...args);
    if (typeof errno === "object") throw new Error(`${name} waits`);
    return errno;
  }

  /** Calls and waits for the answer. */
  async wait(name: string, ...args: (number | bigint)[]): Promise<number> {
    this.#next = TEXT;
    return await this.wasi.functions[name](...args);
  }

  /** Puts text into memory: its address and its length, to spread. */
  text(text: string | Uint8Array): [number, number] {
    const bytes = typeof text === "string"
      ? new TextEncoder().encode(text)
      : text;
    if (this.#next + bytes.length > 32768) this.#next = TEXT;
    const at = this.#next;
    this.#next += bytes.length + 8;
    this.memory.set(bytes, at);
    return [at, bytes.length];
  }

  /** Puts vectors into memory: their address and count, to spread. */
  vectors(...parts: [number, number][]): [number, number] {
    const [at] = this.text(new Uint8Array(8 * parts.length));
    parts.forEach(([pointer, length], i) => {
      this.view.setUint32(at + 8 * i, pointer, true);
      this.view.setUint32(at + 8 * i + 4, length, true);
    });
    return [at, parts.length];
  }

  get u32(): number {
    return this.view.getUint32(RESULT, true);
  }

  get u64(): bigint {
    return this.view.getBigUint64(RESULT, true);
  }

  read(at: number, length: number): string {
    return new TextDecoder().decode(this.memory.slice(at, at + length));
  }

  write(fd: number, text: string): number {
    return this.call("fd_write", fd, ...this.vectors(this.text(text)), RESULT);
  }

  /** Reads into address 40000 and gives the text, or the errno. */
  readText(fd: number, length: number): string | number {
    const vectors = this.vectors([40000, length]);
    const errno = this.call("fd_read", fd, ...vectors, RESULT);
    return errno || this.read(40000, this.u32);
  }

  /** `path_open` below fd 3; gives the descriptor, or the negated errno. */
  open(path: string, options: OpenOptions = {}): number {
    const errno = this.call("path_open", ...this.#openArgs(path, options));
    return errno ? -errno : this.u32;
  }

  /** The same on a file system that takes its time. */
  async opened(path: string, options: OpenOptions = {}): Promise<number> {
    const args = this.#openArgs(path, options);
    const errno = await this.wait("path_open", ...args);
    return errno ? -errno : this.u32;
  }

  #openArgs(path: string, options: OpenOptions): (number | bigint)[] {
    return [
      options.fd ?? 3,
      options.follow ?? 1,
      ...this.text(path),
      options.oflags ?? 0,
      BigInt(options.rights ?? 0),
      BigInt(options.inheriting ?? 0),
      options.flags ?? 0,
      RESULT,
    ];
  }

  /** A call about one path below fd 3. */
  path(name: string, path: string, fd = 3): number {
    return this.call(name, fd, ...this.text(path));
  }
}
