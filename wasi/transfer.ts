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
} from "./abi.ts";
import type { FileDescriptor, WasiCall } from "./call.ts";
import { drive, type Steps, wait } from "./wait.ts";

/** The vectors looked at in one call, as on Linux; the rest is left over. */
const MAX_IOVECS = 1024;

/** The most bytes that a call moves through a buffer of its own. */
const MAX_READ_BUFFER = 0x10_0000;
const MAX_WRITE_BUFFER = 0x400_0000;

/** The most bytes that a call moves at all: it cannot be ended meanwhile. */
const MAX_TRANSFER = MAX_WRITE_BUFFER;

/**
 * Reads into the guest's vectors and stores the count.
 * @param position where to; `undefined` for the descriptor's own offset,
 * which then moves
 */
export function readVector(
  call: WasiCall,
  descriptor: FileDescriptor,
  iovecs: number,
  iovecCount: number,
  position: number | undefined,
  result: number,
): MaybePromise<Errno> {
  const total = checkVector(call, iovecs, iovecCount, result);
  if (total < 0) return -total as Errno;
  const { handle } = descriptor;
  const last = vectorsEnd(iovecs, iovecCount);
  if (!handle.direct) {
    return drive(
      readBuffered(
        call,
        descriptor,
        iovecs,
        last,
        total,
        position,
        result,
      ),
    );
  }
  const { bytes, view } = call.memory();
  const start = position ?? descriptor.offset;
  let done = 0;
  for (let at = iovecs >>> 0; at < last && done < total; at += IOVEC_SIZE) {
    const length = vectorLength(call, at, total - done);
    if (length < 0) break; // the vectors have been read over
    if (length === 0) continue;
    const pointer = view.getUint32(at, true);
    const end = pointer + length;
    const count = handle.read(bytes, pointer, end, start + done) as number;
    if (count < 0 && done === 0) return -count as Errno;
    if (count > 0) done += count;
    if (count < length) break;
  }
  if (position === undefined) descriptor.offset += done;
  view.setUint32(result >>> 0, done, true);
  return Errno.ESUCCESS;
}

/**
 * Writes the guest's vectors and stores the count.
 * @param position where to; `undefined` for the descriptor's own offset or,
 * with the flag for it, the end of the file
 */
export function writeVector(
  call: WasiCall,
  descriptor: FileDescriptor,
  iovecs: number,
  iovecCount: number,
  position: number | undefined,
  result: number,
): MaybePromise<Errno> {
  const total = checkVector(call, iovecs, iovecCount, result);
  if (total < 0) return -total as Errno;
  const { handle } = descriptor;
  if (!handle.direct) {
    return drive(
      writeBuffered(call, descriptor, iovecs, total, position, result),
    );
  }
  const { bytes, view } = call.memory();
  const start = writePosition(descriptor, position);
  let done = 0;
  for (let at = iovecs >>> 0; done < total; at += IOVEC_SIZE) {
    const length = vectorLength(call, at, total - done);
    if (length < 0) break;
    if (length === 0) continue;
    const pointer = view.getUint32(at, true);
    const to = start === APPEND ? APPEND : start + done;
    const end = pointer + length;
    const count = handle.write(bytes, pointer, end, to) as number;
    if (count < 0 && done === 0) return -count as Errno;
    if (count > 0) done += count;
    if (count < length) break;
  }
  view.setUint32(result >>> 0, done, true);
  const syncs = descriptor.flags & (FDFLAG_DSYNC | FDFLAG_SYNC);
  if (start === APPEND || syncs) {
    return drive(settleWrite(descriptor, start, position, done));
  }
  if (position === undefined) descriptor.offset += done;
  return Errno.ESUCCESS;
}

/** Behind the last vector that is looked at. */
function vectorsEnd(iovecs: number, iovecCount: number): number {
  return (iovecs >>> 0) + Math.min(iovecCount >>> 0, MAX_IOVECS) * IOVEC_SIZE;
}

/** The length of all vectors, or a negated errno if one is out of range. */
function checkVector(
  call: WasiCall,
  iovecs: number,
  iovecCount: number,
  result: number,
): number {
  const { bytes, view } = call.memory();
  const limit = bytes.length;
  let at = iovecs >>> 0;
  const end = vectorsEnd(iovecs, iovecCount);
  if (end > limit || (result >>> 0) + 4 > limit) return -Errno.EFAULT;
  let total = 0;
  for (; at < end; at += IOVEC_SIZE) {
    const length = view.getUint32(at + 4, true);
    if (view.getUint32(at, true) + length > limit) return -Errno.EFAULT;
    total += length;
  }
  total = Math.min(total, MAX_TRANSFER);
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

function writePosition(
  descriptor: FileDescriptor,
  position: number | undefined,
): number {
  if (position !== undefined) return position;
  if (descriptor.handle.type !== FileType.RegularFile) return 0;
  return descriptor.flags & FDFLAG_APPEND ? APPEND : descriptor.offset;
}

function* readBuffered(
  call: WasiCall,
  descriptor: FileDescriptor,
  iovecs: number,
  last: number,
  total: number,
  position: number | undefined,
  result: number,
): Steps<Errno> {
  const { handle } = descriptor;
  const buffer = new Uint8Array(Math.min(total, MAX_READ_BUFFER));
  const start = position ?? descriptor.offset;
  let count = 0;
  if (total > 0) {
    if (wouldWait(descriptor, handle.readable?.bind(handle))) {
      return Errno.EAGAIN;
    }
    count = yield* wait(handle.read(buffer, 0, buffer.length, start));
    if (count < 0) return -count as Errno;
  }
  scatter(call, iovecs, last, buffer, count);
  if (position === undefined) descriptor.offset += count;
  call.putU32(result, count);
  return Errno.ESUCCESS;
}

function* writeBuffered(
  call: WasiCall,
  descriptor: FileDescriptor,
  iovecs: number,
  total: number,
  position: number | undefined,
  result: number,
): Steps<Errno> {
  const { handle } = descriptor;
  const buffer = gather(call, iovecs, Math.min(total, MAX_WRITE_BUFFER));
  const start = writePosition(descriptor, position);
  let count = 0;
  if (total > 0) {
    if (wouldWait(descriptor, handle.writable?.bind(handle))) {
      return Errno.EAGAIN;
    }
    count = yield* wait(handle.write(buffer, 0, buffer.length, start));
    if (count < 0) return -count as Errno;
  }
  call.putU32(result, count);
  return yield* settleWrite(descriptor, start, position, count);
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
  descriptor: FileDescriptor,
  ready: (() => MaybePromise<number>) | undefined,
): boolean {
  if (!(descriptor.flags & FDFLAG_NONBLOCK) || !ready) return false;
  const answer = ready();
  if (!isPromise(answer)) return false;
  answer.catch(() => {}); // the next call that waits will see it
  return true;
}

/** Spreads `count` bytes over the vectors, as the memory is now. */
function scatter(
  call: WasiCall,
  iovecs: number,
  last: number,
  buffer: Uint8Array,
  count: number,
): void {
  const { bytes, view } = call.memory();
  let done = 0;
  for (let at = iovecs >>> 0; at < last && done < count; at += IOVEC_SIZE) {
    const length = vectorLength(call, at, count - done);
    if (length < 0) return; // the vectors have changed during a wait
    const pointer = view.getUint32(at, true);
    bytes.set(buffer.subarray(done, done + length), pointer);
    done += length;
  }
}

/** A copy of the first `total` bytes of the vectors. */
function gather(call: WasiCall, iovecs: number, total: number): Uint8Array {
  const { bytes, view } = call.memory();
  const buffer = new Uint8Array(total);
  let done = 0;
  for (let at = iovecs >>> 0; done < total; at += IOVEC_SIZE) {
    const length = vectorLength(call, at, total - done);
    if (length < 0) break;
    const pointer = view.getUint32(at, true);
    buffer.set(bytes.subarray(pointer, pointer + length), done);
    done += length;
  }
  return buffer;
}
