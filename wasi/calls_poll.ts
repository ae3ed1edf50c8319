/**
 * Waiting for clocks and files (spec: poll_oneoff). What is ready is answered
 * at once; otherwise the guest sleeps for the shortest of its times, or until
 * a stream is ready, never in a loop.
 */

import { onAbandon } from "../lib/limits.ts";
import { Errno, FileType, isPromise, type MaybePromise } from "../lib/world.ts";
import {
  EVENT_CLOCK,
  EVENT_FD_READ,
  EVENT_FD_WRITE,
  EVENT_HANGUP,
  EVENT_SIZE,
  RIGHT_FD_READ,
  RIGHT_FD_WRITE,
  RIGHT_POLL_FD_READWRITE,
  SUBCLOCK_ABSTIME,
  SUBSCRIPTION_SIZE,
  UNSTABLE_SUBSCRIPTION_SIZE,
} from "./abi.ts";
import type { CallRow, FileDescriptor, WasiCall } from "./call.ts";
import { clockOf } from "./calls_env.ts";
import { type Steps, whenReady } from "./wait.ts";

/** The rows of this file. */
// deno-fmt-ignore
export const POLL_CALLS: readonly CallRow[] = [
  ["poll_oneoff", "iiii:i", pollOneoff],
];

/** More subscriptions than descriptors and clocks can be meant seriously. */
const MAX_SUBSCRIPTIONS = 0x4000;

/** What one subscription waits for, and what has come of it. */
interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  /** Of a clock: how long from now, in ns. */
  remainingNs: bigint | undefined;
  /**
   * The bytes that are ready, or the negated errno; undefined until the event
   * has occurred.
   */
  count: number | undefined;
  hangup: boolean;
  /** Settles when `count` is there, then with true. */
  pending: Promise<boolean> | undefined;
}

function* pollOneoff(
  call: WasiCall,
  input: number,
  output: number,
  count: number,
  result: number,
): Steps<Errno> {
  const total = count >>> 0;
  if (total === 0 || total > MAX_SUBSCRIPTIONS) return Errno.EINVAL;
  const size = call.state.unstable
    ? UNSTABLE_SUBSCRIPTION_SIZE
    : SUBSCRIPTION_SIZE;
  if (
    !call.hasRange(input, total * size) ||
    !call.hasRange(output, total * EVENT_SIZE) || !call.hasRange(result, 4)
  ) return Errno.EFAULT;
  call.state.onTransfer(total * size);
  const subscriptions: Subscription[] = [];
  for (let i = 0; i < total; i++) {
    const subscription = subscribe(call, (input >>> 0) + i * size);
    if (typeof subscription === "number") return subscription;
    subscriptions.push(subscription);
  }
  if (!subscriptions.some(({ count }) => count !== undefined)) {
    yield* sleepUntilReady(call, subscriptions);
  }
  return call.putU32(result, putEvents(call, output >>> 0, subscriptions));
}

/** Reads a subscription and looks whether it is ready already. */
function subscribe(call: WasiCall, at: number): Subscription | Errno {
  const { view } = call.memory();
  const subscription: Subscription = {
    userdata: view.getBigUint64(at, true),
    type: view.getUint8(at + 8),
    remainingNs: undefined,
    count: undefined,
    hangup: false,
    pending: undefined,
  };
  switch (subscription.type) {
    case EVENT_CLOCK:
      subscribeClock(call, subscription, at + (call.state.unstable ? 24 : 16));
      return subscription;
    case EVENT_FD_READ:
    case EVENT_FD_WRITE:
      subscribeFile(call, subscription, view.getInt32(at + 16, true));
      return subscription;
    default:
      return Errno.EINVAL;
  }
}

function subscribeClock(
  call: WasiCall,
  subscription: Subscription,
  at: number,
): void {
  const { view } = call.memory();
  const clock = clockOf(call, view.getUint32(at, true));
  const timeout = view.getBigUint64(at + 8, true);
  const flags = view.getUint16(at + 24, true);
  if (!clock || flags & ~SUBCLOCK_ABSTIME) {
    subscription.count = -Errno.EINVAL;
    return;
  }
  const remainingNs = flags & SUBCLOCK_ABSTIME
    ? timeout - clock.now()
    : timeout;
  if (remainingNs <= 0n) subscription.count = 0;
  subscription.remainingNs = remainingNs;
}

function subscribeFile(
  call: WasiCall,
  subscription: Subscription,
  fd: number,
): void {
  const reads = subscription.type === EVENT_FD_READ;
  const access = reads ? RIGHT_FD_READ : RIGHT_FD_WRITE;
  const right = access | RIGHT_POLL_FD_READWRITE;
  const descriptor = call.fileDescriptor(fd, right);
  if (typeof descriptor === "number") {
    const isDirectory = descriptor === Errno.EISDIR;
    subscription.count = isDirectory ? -Errno.ENOTSUP : -descriptor;
    return;
  }
  const bytes = readyBytes(descriptor, reads);
  const isStream = descriptor.handle.type !== FileType.RegularFile;
  const accept = (count: number) => {
    subscription.count = count;
    subscription.hangup = reads && isStream && count === 0;
    return true;
  };
  if (!isPromise(bytes)) accept(bytes);
  else {
    subscription.pending = bytes.then(accept);
    // Where something else is ready first, the call that reads will see it.
    subscription.pending.catch(() => {});
  }
}

/** How many bytes can be read or written without waiting. */
function readyBytes(
  { handle, offset }: FileDescriptor,
  reads: boolean,
): MaybePromise<number> {
  if (handle.type === FileType.RegularFile) {
    if (!reads) return 0;
    return whenReady(
      handle.size(),
      (size) => size < 0 ? size : Math.max(size - offset, 0),
    );
  }
  return (reads ? handle.readable?.() : handle.writable?.()) ?? 1;
}

/** Waits until at least one is ready, and marks the clocks that are due. */
function* sleepUntilReady(
  call: WasiCall,
  subscriptions: readonly Subscription[],
): Steps<void> {
  const pending = subscriptions.flatMap(({ pending }) => pending ?? []);
  const times = subscriptions.flatMap(({ remainingNs }) => remainingNs ?? []);
  if (times.length === 0) {
    yield Promise.race(pending);
    return;
  }
  const shortest = times.reduce((least, ns) => ns < least ? ns : least);
  if (yield* sleepOr(call, shortest, pending)) return;
  for (const subscription of subscriptions) {
    if (subscription.remainingNs! <= shortest) subscription.count = 0;
  }
}

/** Sleeps; answers true if something of `pending` settled before. */
function* sleepOr(
  call: WasiCall,
  durationNs: bigint,
  pending: readonly Promise<unknown>[],
): Steps<unknown> {
  const controller = new AbortController();
  const { signal } = controller;
  const slept = call.state.sleep(durationNs, signal);
  if (!isPromise<void>(slept)) return false;
  const end = () => controller.abort();
  onAbandon(end);
  try {
    const isInTime = yield Promise.race([...pending, slept.then(() => false)]);
    if (signal.aborted) yield new Promise(() => {}); // nobody goes on
    return isInTime;
  } finally {
    end();
  }
}

/** Writes an event for each subscription that is ready; answers how many. */
function putEvents(
  call: WasiCall,
  output: number,
  subscriptions: readonly Subscription[],
): number {
  const { bytes, view } = call.memory();
  let at = output;
  for (const { userdata, type, count, hangup } of subscriptions) {
    if (count === undefined) continue;
    if (at + EVENT_SIZE > bytes.length) break; // gone during the wait
    bytes.fill(0, at, at + EVENT_SIZE);
    view.setBigUint64(at, userdata, true);
    view.setUint8(at + 10, type);
    if (count < 0) view.setUint16(at + 8, -count, true);
    else view.setBigUint64(at + 16, BigInt(count), true);
    view.setUint16(at + 24, hangup ? EVENT_HANGUP : 0, true);
    at += EVENT_SIZE;
  }
  return (at - output) / EVENT_SIZE;
}
