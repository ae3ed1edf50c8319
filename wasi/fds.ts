/**
 * The table of file descriptors of one instance: 0 to 2 are standard input,
 * output and error, the preopened directories follow from 3, and what is
 * opened gets the lowest number that is free. A descriptor is what the guest
 * has beside the open file itself: offset, flags, rights.
 */

import { type Directory, Errno, type File, FileType } from "../lib/world.ts";
import {
  ALL_RIGHTS,
  DIRECTORY_RIGHTS,
  FILE_RIGHTS,
  SOCKET_RIGHTS,
  STREAM_RIGHTS,
} from "./abi.ts";

const enum Default {
  /** How many descriptors may be open at once. */
  MaxDescriptors = 1024,
}

/** What a descriptor number stands for. */
export interface Descriptor {
  readonly handle: File | Directory;
  /** `fdflags` bits. */
  flags: number;
  /** What may be done with it. */
  rights: number;
  /** What may at most be done with what is opened through it. */
  inheriting: number;
  /** Where the next read or write begins. */
  offset: number;
  /** The device number for file systems that have none. */
  readonly device: bigint;
  /** The guest's name of a preopened directory, in UTF-8. */
  readonly preopen: Uint8Array | undefined;
}

/** Whether a handle is a directory. */
export function isDirectory(handle: File | Directory): handle is Directory {
  return handle.type === FileType.Directory;
}

/** The rights that apply to what a handle is. */
export function applicableRights(handle: File | Directory): number {
  switch (handle.type) {
    case FileType.Directory:
      return DIRECTORY_RIGHTS;
    case FileType.RegularFile:
      return FILE_RIGHTS;
    case FileType.SocketStream:
      return SOCKET_RIGHTS;
    default:
      return STREAM_RIGHTS;
  }
}

/** Whether descriptors are made through a handle. */
function opensOthers({ type }: File | Directory): boolean {
  return type === FileType.Directory || type === FileType.SocketStream;
}

/** A descriptor with all rights that make sense, less `without`. */
export function describe(
  handle: File | Directory,
  device: bigint,
  without = 0,
  preopen?: Uint8Array,
): Descriptor {
  return {
    handle,
    flags: 0,
    rights: applicableRights(handle) & ~without,
    inheriting: opensOthers(handle) ? ALL_RIGHTS : 0,
    offset: 0,
    device,
    preopen,
  };
}

/** The descriptors of one instance. */
export class FdTable {
  readonly #descriptors: (Descriptor | undefined)[] = [];
  readonly #max: number;
  /** No number below is free. */
  #lowestFree = 0;

  constructor(max: number = Default.MaxDescriptors) {
    this.#max = max;
  }

  /** The descriptor of a number, which may be any 32-bit value. */
  get(fd: number): Descriptor | undefined {
    return fd >= 0 ? this.#descriptors[fd] : undefined;
  }

  /** Whether nothing more can be opened. */
  get isFull(): boolean {
    this.#findFree();
    return this.#lowestFree >= this.#max;
  }

  /** Gives a descriptor the lowest free number. */
  add(descriptor: Descriptor): number | typeof NO_ROOM {
    if (this.isFull) return NO_ROOM;
    this.#descriptors[this.#lowestFree] = descriptor;
    return this.#lowestFree++;
  }

  /** Takes a number out of use and returns what it stood for. */
  remove(fd: number): Descriptor | undefined {
    const descriptor = this.get(fd);
    if (!descriptor) return undefined;
    this.#descriptors[fd] = undefined;
    this.#lowestFree = Math.min(this.#lowestFree, fd);
    return descriptor;
  }

  /**
   * Moves a descriptor onto a number that is in use.
   * @returns what the number stood for before
   */
  move(from: number, to: number): Descriptor | Errno {
    const moved = this.get(from);
    const replaced = this.get(to);
    if (!moved || !replaced) return Errno.EBADF;
    this.remove(from);
    this.#descriptors[to] = moved;
    return replaced;
  }

  /** Takes everything out of use, in the order of numbers. */
  removeAll(): Descriptor[] {
    const all = this.#descriptors.filter((descriptor) => descriptor);
    this.#descriptors.length = 0;
    this.#lowestFree = 0;
    return all as Descriptor[];
  }

  #findFree(): void {
    while (this.#descriptors[this.#lowestFree]) this.#lowestFree++;
  }
}

/** What `FdTable.add` answers when the table is full. */
export const NO_ROOM = -1;
