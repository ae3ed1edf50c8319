/**
 * Bytes between guest memory and files: the gather and scatter of fd_read,
 * fd_write and their kin. Files that are `direct` work in guest memory itself
 * and allocate nothing; the others get a buffer of their own, since they may
 * take time, in which the memory may move. A transfer may be shorter than
 * asked for; an error after some bytes is reported by the next call.
 */

import {
  APPEND,
  Errno,
  type File,
  FileType,
  isPromise,
  type MaybePromise,
} from "../lib/world.ts";
import {
  FDFLAG_APPEND,
  FDFLAG_DSYNC,
  FDFLAG_NONBLOCK,
  FDFLAG_SYNC,
  IOVEC_SIZE,
  RIGHT_FD_READ,
} from "./abi.ts";
import type { FileDescriptor, WasiCall } from "./call.ts";
import { drive, type Steps, wait } from "./wait.ts";

const enum Most {
  /** Vectors looked at in one call, as on Linux; the rest is left over. */
  Vectors = 1024,
  /** Bytes that a call moves through a buffer of its own. */
  ReadBuffer = 0x10_0000,
  WriteBuffer = 0x400_0000,
  /** Bytes that a call moves at all: it cannot be ended meanwhile. */
  Bytes = WriteBuffer,
}

/**
 * Moves bytes between the guest's vectors and a file, and stores their count.
 * @param descriptor or why there is none, which is the answer then
 * @param access RIGHT_FD_READ or RIGHT_FD_WRITE, for the way they go
 * @param position where in the file, negative for what is no place;
 * `undefined` for the descriptor's own offset, which then moves, or to write
 * with the flag for it, the end of the file
 */
export function transfer(
  call: WasiCall,
  descriptor: FileDescriptor | Errno,
  access: number,
  iovecs: number,
  iovecCount: number,
  position: number | undefined,
  result: number,
): MaybePromise<Errno> {
  if (typeof descriptor === "number") return descriptor;
  if (position !== undefined && position < 0) return Errno.EINVAL;
  const { handle } = descriptor;
  const reads = access === RIGHT_FD_READ;
  const vectors = iovecs >>> 0;
  const last = vectors + Math.min(iovecCount >>> 0, Most.Vectors) * IOVEC_SIZE;
  const total = checkVectors(call, vectors, last, result);
  if (total < 0) return -total as Errno;
  const start = position ?? startOf(descriptor, reads);
  if (!handle.direct) {
    return drive(
      moveBuffered(
        call,
        descriptor,
        reads,
        vectors,
        last,
        total,
        start,
        position,
        result,
      ),
    );
  }
  const count = moveDirect(call, handle, reads, vectors, last, total, start);
  return finish(call, descriptor, reads, start, position, count, result);
}

/** The length of all vectors, or a negated errno if one is out of range. */
function checkVectors(
  call: WasiCall,
  vectors: number,
  last: number,
  result: number,
): number {
  const { bytes, view } = call.memory();
  const limit = bytes.length;
  if (last > limit || (result >>> 0) + 4 > limit) return -Errno.EFAULT;
  let total = 0;
  for (let at = vectors; at < last; at += IOVEC_SIZE) {
    const length = view.getUint32(at + 4, true);
    if (view.getUint32(at, true) + length > limit) return -Errno.EFAULT;
    total += length;
  }
  total = Math.min(total, Most.Bytes);
  call.state.onTransfer(total);
  return total;
}

/**
 * The length of one vector, at most `limit`; -1 if it is out of range. The
 * vectors have been checked before, but they lie where the guest can reach.
 */
function vectorLength(call: WasiCall, at: number, limit: number): number {
  const { bytes, view } = call.memory();
  if (at + IOVEC_SIZE > bytes.length) return -1;
  const length = Math.min(view.getUint32(at + 4, true), limit);
  return view.getUint32(at, true) + length > bytes.length ? -1 : length;
}

/** Where a descriptor's next read or write begins. */
function startOf(
  { handle, flags, offset }: FileDescriptor,
  reads: boolean,
): number {
  if (reads) return offset;
  if (handle.type !== FileType.RegularFile) return 0;
  return flags & FDFLAG_APPEND ? APPEND : offset;
}

/** In guest memory itself; answers a count or a negated errno. */
function moveDirect(
  call: WasiCall,
  handle: File,
  reads: boolean,
  vectors: number,
  last: number,
  total: number,
  start: number,
): number {
  const { bytes, view } = call.memory();
  let done = 0;
  for (let at = vectors; at < last && done < total; at += IOVEC_SIZE) {
    const length = vectorLength(call, at, total - done);
    if (length < 0) break; // the vectors have been read over
    if (length === 0) continue;
    const pointer = view.getUint32(at, true);
    const end = pointer + length;
    const to = start === APPEND ? APPEND : start + done;
    const count = reads
      ? handle.read(bytes, pointer, end, to) as number
      : handle.write(bytes, pointer, end, to) as number;
    if (count < 0 && done === 0) return count;
    if (count > 0) done += count;
    if (count < length) break;
  }
  return done;
}

/** By way of a buffer. */
function* moveBuffered(
  call: WasiCall,
  descriptor: FileDescriptor,
  reads: boolean,
  vectors: number,
  last: number,
  total: number,
  start: number,
  position: number | undefined,
  result: number,
): Steps<Errno> {
  const { handle } = descriptor;
  const limit = reads ? Most.ReadBuffer : Most.WriteBuffer;
  const buffer = new Uint8Array(Math.min(total, limit));
  const { length } = buffer;
  if (!reads) copyVectors(call, vectors, last, buffer, length, false);
  let count = 0;
  if (total > 0) {
    if (wouldWait(descriptor, reads)) return Errno.EAGAIN;
    count = yield* wait(
      reads
        ? handle.read(buffer, 0, length, start)
        : handle.write(buffer, 0, length, start),
    );
  }
  if (reads) copyVectors(call, vectors, last, buffer, count, true);
  const errno = finish(
    call,
    descriptor,
    reads,
    start,
    position,
    count,
    result,
  );
  return yield* wait(errno);
}

/** Stores how much was moved, if that is no error, and moves the offset. */
function finish(
  call: WasiCall,
  descriptor: FileDescriptor,
  reads: boolean,
  start: number,
  position: number | undefined,
  count: number,
  result: number,
): MaybePromise<Errno> {
  if (count < 0) return -count as Errno;
  const errno = call.putU32(result, count);
  if (errno !== 0) return errno;
  const syncs = descriptor.flags & (FDFLAG_DSYNC | FDFLAG_SYNC);
  if (!reads && (start === APPEND || syncs)) {
    return drive(settleWrite(descriptor, start, position, count));
  }
  if (position === undefined) descriptor.offset += count;
  return Errno.ESUCCESS;
}

/** Moves the offset behind what was written, and syncs where that is asked. */
function* settleWrite(
  descriptor: FileDescriptor,
  start: number,
  position: number | undefined,
  count: number,
): Steps<Errno> {
  const { flags, handle } = descriptor;
  if (start === APPEND) {
    const size = yield* wait(handle.size());
    if (size < 0) return -size as Errno;
    descriptor.offset = size;
  } else if (position === undefined) descriptor.offset += count;
  if (!(flags & (FDFLAG_DSYNC | FDFLAG_SYNC))) return Errno.ESUCCESS;
  return yield* wait(handle.sync(!(flags & FDFLAG_SYNC)));
}

/** Whether a descriptor must not wait and would have to. */
function wouldWait(
  { flags, handle }: FileDescriptor,
  reads: boolean,
): boolean {
  if (!(flags & FDFLAG_NONBLOCK)) return false;
  const ready = reads ? handle.readable?.() : handle.writable?.();
  if (!isPromise(ready)) return false;
  ready.catch(() => {}); // the next call that waits will see it
  return true;
}

/** Copies between the vectors, as they are now, and the start of a buffer. */
function copyVectors(
  call: WasiCall,
  vectors: number,
  last: number,
  buffer: Uint8Array,
  count: number,
  intoGuest: boolean,
): void {
  const { bytes, view } = call.memory();
  let done = 0;
  for (let at = vectors; at < last && done < count; at += IOVEC_SIZE) {
    const length = vectorLength(call, at, count - done);
    if (length < 0) return; // the vectors have changed during a wait
    const from = view.getUint32(at, true);
    if (intoGuest) bytes.set(buffer.subarray(done, done + length), from);
    else buffer.set(bytes.subarray(from, from + length), done);
    done += length;
  }
}
