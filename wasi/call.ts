/**
 * What a call has to work with: the WASI state of one instance and its
 * memory. Guest pointers arrive as signed 32-bit numbers, are made unsigned
 * here and compared with the memory before use; out of range is EFAULT. The
 * memory is asked for anew in every call and after every wait, because it
 * moves when it grows.
 */

import {
  type Clock,
  type Directory,
  Errno,
  type File,
  type MaybePromise,
  type Random,
  type Sleep,
  type Stat,
} from "../lib/world.ts";
import {
  FILESTAT_SIZE,
  RIGHT_FD_READ,
  RIGHT_FD_WRITE,
  UNSTABLE_FILESTAT_SIZE,
} from "./abi.ts";
import { type Descriptor, type FdTable, isDirectory } from "./fds.ts";
import { decodePath } from "./path.ts";
import type { Steps } from "./wait.ts";

/** A guest's linear memory, as long as it does not grow. */
export interface GuestMemory {
  readonly view: DataView;
  readonly bytes: Uint8Array;
}

/** Types of parameters and results of a call. */
export type CallType = "i32" | "i64";

/** One function of WASI: its name and its type. */
export interface CallDefinition {
  readonly name: string;
  readonly params: readonly CallType[];
  readonly results: readonly CallType[];
}

/**
 * A function's name, its parameters and results (i for i32, I for i64), and
 * what it does, at once or as steps that may have to wait. It gets i32 as a
 * signed number and i64 as a signed bigint.
 */
export type CallRow = readonly [
  name: string,
  signature: string,
  run: (
    call: WasiCall,
    ...args: never[]
  ) => MaybePromise<Errno> | Steps<Errno>,
];

/** What an instance's calls share, as `createWasi` has prepared it. */
export interface WasiState {
  readonly getMemory: () => GuestMemory | undefined;
  readonly fds: FdTable;
  /** Each ends in a NUL. */
  readonly args: readonly Uint8Array[];
  /** `key=value`, each ends in a NUL. */
  readonly env: readonly Uint8Array[];
  readonly wallClock: Clock;
  readonly monotonicClock: Clock;
  readonly cpuClock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly yield: () => MaybePromise<void>;
  /** The layouts of wasi_unstable instead of those of preview 1. */
  readonly unstable: boolean;
  readonly onTransfer: (byteLength: number) => void;
}

/** The first parameter of every call. */
export class WasiCall {
  readonly state: WasiState;

  constructor(state: WasiState) {
    this.state = state;
  }

  /** The memory as it is now; without one, of length 0. */
  memory(): GuestMemory {
    const memory = this.state.getMemory();
    if (memory) return memory;
    const bytes = new Uint8Array(0);
    return { bytes, view: new DataView(bytes.buffer) };
  }

  get fds(): FdTable {
    return this.state.fds;
  }

  /**
   * The descriptor of a number, if it has all of `rights`. Missing rights are
   * ENOTCAPABLE, but for reading and writing, where programs know EBADF.
   */
  descriptor(fd: number, rights: number): Descriptor | Errno {
    const descriptor = this.fds.get(fd);
    if (!descriptor) return Errno.EBADF;
    const missing = rights & ~descriptor.rights;
    if (missing === 0) return descriptor;
    return missing & (RIGHT_FD_READ | RIGHT_FD_WRITE)
      ? Errno.EBADF
      : Errno.ENOTCAPABLE;
  }

  /** The same for what only files have: EISDIR for a directory. */
  fileDescriptor(fd: number, rights: number): FileDescriptor | Errno {
    const descriptor = this.fds.get(fd);
    if (descriptor && isDirectory(descriptor.handle)) return Errno.EISDIR;
    return this.descriptor(fd, rights) as FileDescriptor | Errno;
  }

  /** The same for what only directories have: ENOTDIR for a file. */
  directoryDescriptor(fd: number, rights: number): DirDescriptor | Errno {
    const descriptor = this.fds.get(fd);
    if (descriptor && !isDirectory(descriptor.handle)) return Errno.ENOTDIR;
    return this.descriptor(fd, rights) as DirDescriptor | Errno;
  }

  /** Whether the memory has `length` bytes at `pointer`. */
  hasRange(pointer: number, length: number): boolean {
    return (pointer >>> 0) + length <= this.memory().bytes.length;
  }

  /** The path of so many bytes at a pointer. */
  path(pointer: number, length: number): string | Errno {
    if (!this.hasRange(pointer, length >>> 0)) return Errno.EFAULT;
    this.state.onTransfer(length >>> 0);
    const start = pointer >>> 0;
    const { bytes } = this.memory();
    return decodePath(bytes.subarray(start, start + (length >>> 0)));
  }

  /** Writes a number, or answers EFAULT, as the memory may be gone by now. */
  putU32(pointer: number, value: number): Errno {
    if (!this.hasRange(pointer, 4)) return Errno.EFAULT;
    this.memory().view.setUint32(pointer >>> 0, value, true);
    return Errno.ESUCCESS;
  }

  /** The same for 64 bits. */
  putU64(pointer: number, value: bigint): Errno {
    if (!this.hasRange(pointer, 8)) return Errno.EFAULT;
    this.memory().view.setBigUint64(pointer >>> 0, value, true);
    return Errno.ESUCCESS;
  }

  /** The same for a filestat. */
  putStat(pointer: number, stat: Stat, device: bigint): Errno {
    const size = this.state.unstable ? UNSTABLE_FILESTAT_SIZE : FILESTAT_SIZE;
    if (!this.hasRange(pointer, size)) return Errno.EFAULT;
    const low = FILESTAT_SIZE - size;
    const { view } = this.memory();
    const at = pointer >>> 0;
    view.setBigUint64(at, stat.dev || device, true);
    view.setBigUint64(at + 8, stat.ino, true);
    view.setBigUint64(at + 16, BigInt(stat.type), true);
    if (low) view.setUint32(at + 20, stat.linkCount, true);
    else view.setBigUint64(at + 24, BigInt(stat.linkCount), true);
    view.setBigUint64(at + 32 - low, BigInt(stat.size), true);
    view.setBigUint64(at + 40 - low, stat.atimeNs, true);
    view.setBigUint64(at + 48 - low, stat.mtimeNs, true);
    view.setBigUint64(at + 56 - low, stat.ctimeNs, true);
    return Errno.ESUCCESS;
  }
}

/** The descriptor of a file or stream. */
export type FileDescriptor = Descriptor & { readonly handle: File };

/** The descriptor of a directory. */
export type DirDescriptor = Descriptor & { readonly handle: Directory };

/** The highest offset that a number holds exactly. */
const MAX_OFFSET = 0x1fffffffffffffn;

/** An unsigned 64-bit size or offset as a number, or -1 if it is too high. */
export function toOffset(value: bigint): number {
  return value >= 0n && value <= MAX_OFFSET ? Number(value) : -1;
}
