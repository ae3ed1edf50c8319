import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { RIGHT_FD_READ } from "../../../wasi/abi.ts";
import { systemClock, systemSleep } from "../../../wasi/clock.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { Guest, RESULT } from "./guest.ts";

const IN = 30000;
const OUT = 40000;

interface Sub {
  clock?: number;
  timeout?: bigint;
  absolute?: boolean;
  read?: number;
  write?: number;
  type?: number;
}

/** Puts subscriptions into memory and gives the arguments of the call. */
function subscribe(guest: Guest, subs: Sub[]): number[] {
  subs.forEach((sub, i) => {
    const at = IN + 48 * i;
    const { view } = guest;
    guest.memory.fill(0, at, at + 48);
    view.setBigUint64(at, BigInt(i + 100), true);
    view.setUint8(at + 8, sub.type ?? (sub.read !== undefined ? 1 : 2));
    view.setUint32(at + 16, sub.read ?? sub.write ?? 0, true);
    if (sub.timeout === undefined) return;
    view.setUint8(at + 8, 0);
    view.setUint32(at + 16, sub.clock ?? 1, true);
    view.setBigUint64(at + 24, sub.timeout, true);
    view.setUint16(at + 40, sub.absolute ? 1 : 0, true);
  });
  return [IN, OUT, subs.length, RESULT];
}

/** The events: [number of the subscription, errno, bytes, flags]. */
function events(guest: Guest): number[][] {
  return Array.from({ length: guest.u32 }, (_, i) => {
    const at = OUT + 32 * i;
    const { view } = guest;
    return [
      Number(view.getBigUint64(at, true)) - 100,
      view.getUint16(at + 8, true),
      Number(view.getBigUint64(at + 16, true)),
      view.getUint16(at + 24, true),
    ];
  });
}

function poll(guest: Guest, ...subs: Sub[]): number[][] {
  assert.is(guest.call("poll_oneoff", ...subscribe(guest, subs)), 0);
  return events(guest);
}

test("sleeping on the fake clocks takes no time but moves them", () => {
  const guest = new Guest();
  const second = 1_000_000_000n;
  assert.equal(poll(guest, { timeout: second }, { timeout: 2n * second }), [
    [0, 0, 0, 0],
  ]);
  guest.call("clock_time_get", 1, 0n, RESULT);
  assert.is(guest.u64, second);
});

test("an absolute time is waited for; one that has passed is ready", () => {
  const slept: bigint[] = [];
  const guest = new Guest({
    sleep: (durationNs) => void slept.push(durationNs),
    monotonicClock: { now: () => 50n, resolutionNs: 1 },
  });
  assert.equal(poll(guest, { timeout: 70n, absolute: true }), [[0, 0, 0, 0]]);
  assert.equal(slept, [20n]);
  assert.equal(poll(guest, { timeout: 40n, absolute: true }), [[0, 0, 0, 0]]);
  assert.equal(poll(guest, { timeout: 0n }), [[0, 0, 0, 0]]);
  assert.equal(slept, [20n]);
});

test("what is ready is answered before any sleep", () => {
  const guest = new Guest({
    stdin: "abc",
    fs: new MemoryFS({ f: "01234" }),
    sleep: () => assert.unreachable(),
  });
  const fd = guest.open("f", { rights: ~0 & 0x3fffffff });
  guest.readText(fd, 2);
  assert.equal(
    poll(
      guest,
      { timeout: 5n },
      { read: 0 },
      { write: 1 },
      { read: fd },
      { write: fd },
    ),
    [[1, 0, 3, 0], [2, 0, 1, 0], [3, 0, 3, 0], [4, 0, 0, 0]],
  );
  guest.readText(0, 9);
  assert.equal(poll(guest, { read: 0 }), [[0, 0, 0, 1]]); // the end: hangup
});

test("an error belongs to its subscription", () => {
  const guest = new Guest({ fs: new MemoryFS({ f: "" }) });
  const fd = guest.open("f", { rights: RIGHT_FD_READ });
  assert.equal(
    poll(
      guest,
      { read: 99 },
      { read: 1 },
      { read: 3 },
      { read: fd },
      { timeout: 5n, clock: 9 },
    ),
    [
      [0, Errno.EBADF, 0, 0],
      [1, Errno.EBADF, 0, 0],
      [2, Errno.ENOTSUP, 0, 0],
      [3, Errno.ENOTCAPABLE, 0, 0],
      [4, Errno.EINVAL, 0, 0],
    ],
  );
});

test("no subscriptions, unknown types and bad pointers are refused", () => {
  const guest = new Guest();
  const run = (...args: number[]) => guest.call("poll_oneoff", ...args);
  assert.is(run(IN, OUT, 0, RESULT), Errno.EINVAL);
  assert.is(run(IN, OUT, -1, RESULT), Errno.EINVAL);
  assert.is(run(65500, OUT, 1, RESULT), Errno.EFAULT);
  assert.is(run(IN, 65510, 1, RESULT), Errno.EFAULT);
  assert.is(run(IN, OUT, 1, 65533), Errno.EFAULT);
  assert.is(run(...subscribe(guest, [{ type: 3 }])), Errno.EINVAL);
});

test("a sleep that takes time is waited for", async () => {
  const guest = new Guest({ ...systemClock(), sleep: systemSleep() });
  const start = performance.now();
  const args = subscribe(guest, [{ timeout: 20_000_000n }]);
  assert.is(await guest.wait("poll_oneoff", ...args), 0);
  assert.equal(events(guest), [[0, 0, 0, 0]]);
  assert.ok(performance.now() - start > 15);
});

test("input ends a sleep, and the sleep is told", async () => {
  let come: (text: string) => void = () => {};
  let aborted = false;
  const guest = new Guest({
    stdin: () => new Promise<string>((resolve) => come = resolve),
    sleep: (_durationNs, signal) =>
      new Promise<void>(() =>
        signal!.addEventListener("abort", () => aborted = true)
      ),
  });
  const args = subscribe(guest, [{ timeout: 5n }, { read: 0 }]);
  const polled = guest.wait("poll_oneoff", ...args);
  come("line");
  assert.is(await polled, 0);
  assert.equal(events(guest), [[1, 0, 4, 0]]);
  assert.ok(aborted);
  assert.is(guest.readText(0, 9), "line");
});

test("a time that passes before there is input loses none of it", async () => {
  let come: (text: string) => void = () => {};
  const guest = new Guest({
    stdin: () => new Promise<string>((resolve) => come = resolve),
    sleep: () => Promise.resolve(),
  });
  const args = subscribe(guest, [{ timeout: 5n }, { read: 0 }]);
  assert.is(await guest.wait("poll_oneoff", ...args), 0);
  assert.equal(events(guest), [[0, 0, 0, 0]]);
  come("late");
  const vectors = guest.vectors([40000, 9]);
  assert.is(await guest.wait("fd_read", 0, ...vectors, RESULT), 0);
  assert.is(guest.read(40000, guest.u32), "late");
});

test("wasi_unstable has its own subscription", () => {
  const slept: bigint[] = [];
  const guest = new Guest({
    unstable: true,
    sleep: (durationNs) => void slept.push(durationNs),
  });
  guest.view.setBigUint64(IN, 100n, true);
  guest.view.setUint32(IN + 24, 1, true);
  guest.view.setBigUint64(IN + 32, 77n, true);
  assert.is(guest.call("poll_oneoff", IN, OUT, 1, RESULT), 0);
  assert.equal(events(guest), [[0, 0, 0, 0]]);
  assert.equal(slept, [77n]);
});

test.run();
