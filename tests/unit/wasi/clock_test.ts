import { test } from "uvu";
import * as assert from "uvu/assert";
import { enter, leave } from "../../../lib/limits.ts";
import {
  fakeMonotonicClock,
  fakeSleep,
  fakeWallClock,
  systemClock,
  systemSleep,
} from "../../../wasi/clock.ts";

test("the fake wall clock starts in 2022 and moves 1 ms per reading", () => {
  const clock = fakeWallClock();
  assert.is(clock.now(), 1640995200_000_000_000n);
  assert.is(clock.now(), 1640995200_001_000_000n);
  assert.is(clock.resolutionNs, 1000);
});

test("the fake monotonic clock starts at 0 and moves 1 ms per reading", () => {
  const clock = fakeMonotonicClock();
  assert.is(clock.now(), 0n);
  assert.is(clock.now(), 1_000_000n);
  assert.is(clock.resolutionNs, 1);
});

test("a fake sleep moves fake clocks on and takes no time", () => {
  const clock = fakeMonotonicClock();
  const { wallClock } = systemClock();
  assert.is(fakeSleep(clock, wallClock)(5_000_000_000n), undefined);
  assert.is(clock.now(), 5_000_000_000n);
});

test("the system clocks tell the time and never go back", () => {
  const { wallClock, monotonicClock } = systemClock();
  const off = Number(wallClock.now() / 1_000_000n) - Date.now();
  assert.ok(Math.abs(off) < 1000);
  let last = monotonicClock.now();
  for (let i = 0; i < 1000; i++) {
    const now = monotonicClock.now();
    assert.ok(now >= last);
    last = now;
  }
});

test("the system sleep takes its time and can be cut short", async () => {
  const start = performance.now();
  await systemSleep()(20_000_000n);
  assert.ok(performance.now() - start > 15);
  const controller = new AbortController();
  const sleep = systemSleep()(3_600_000_000_000n, controller.signal);
  controller.abort();
  await sleep;
  assert.ok(performance.now() - start < 5000);
});

/** Pages and some hosts do not let a thread block. */
function canBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

test("the system sleep blocks in a synchronous call, where it may", async () => {
  const start = performance.now();
  const call = enter(undefined, undefined);
  const slept = systemSleep()(10_000_000n);
  leave(call);
  assert.is(slept === undefined, canBlock());
  await slept;
  assert.ok(performance.now() - start > 8);
});

test.run();
