import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { Guest, RESULT } from "./guest.ts";

test("arguments and environment come with their sizes", () => {
  const guest = new Guest({
    args: ["prog", "ü", ""],
    env: { HOME: "/", EMPTY: "" },
  });
  for (
    const [name, text] of [
      ["args", "prog\0ü\0\0"],
      ["environ", "HOME=/\0EMPTY=\0"],
    ]
  ) {
    const bytes = new TextEncoder().encode(text).length;
    assert.is(guest.call(`${name}_sizes_get`, RESULT, 4), 0);
    assert.is(guest.u32, text.split("\0").length - 1);
    assert.is(guest.view.getUint32(4, true), bytes);
    assert.is(guest.call(`${name}_get`, 16, 100), 0);
    assert.is(guest.read(100, bytes), text);
    assert.is(guest.view.getUint32(16, true), 100);
    assert.is(guest.view.getUint32(20, true), 100 + text.indexOf("\0") + 1);
  }
});

test("without arguments nothing is written", () => {
  const guest = new Guest();
  guest.memory.fill(1);
  assert.is(guest.call("args_sizes_get", RESULT, 4), 0);
  assert.is(guest.u64, 0n);
  assert.is(guest.call("args_get", 65536, 65536), 0);
});

test("pointers out of range are EFAULT", () => {
  const guest = new Guest({ args: ["prog"], env: { a: "b" } });
  const bad = [-1, 65536, 65534, 0x7fffffff];
  for (const pointer of bad) {
    assert.is(guest.call("args_get", pointer, 0), Errno.EFAULT);
    assert.is(guest.call("args_get", 0, pointer), Errno.EFAULT);
    assert.is(guest.call("args_sizes_get", pointer, 0), Errno.EFAULT);
    assert.is(guest.call("environ_sizes_get", 0, pointer), Errno.EFAULT);
    assert.is(guest.call("environ_get", pointer, 0), Errno.EFAULT);
    assert.is(guest.call("clock_time_get", 0, 0n, pointer), Errno.EFAULT);
    assert.is(guest.call("clock_res_get", 0, pointer), Errno.EFAULT);
    assert.is(guest.call("random_get", pointer, 8), Errno.EFAULT);
  }
  assert.is(guest.call("random_get", 0, -1), Errno.EFAULT);
  assert.is(guest.call("random_get", 65536, 0), 0);
});

test("clocks tell time and resolution; an unknown one is EINVAL", () => {
  const guest = new Guest();
  assert.is(guest.call("clock_time_get", 0, 0n, RESULT), 0);
  assert.is(guest.u64, 1640995200_000_000_000n);
  assert.is(guest.call("clock_time_get", 1, 0n, RESULT), 0);
  assert.is(guest.u64, 0n);
  assert.is(guest.call("clock_time_get", 2, 0n, RESULT), 0);
  assert.is(guest.u64, 1_000_000n);
  assert.is(guest.call("clock_res_get", 0, RESULT), 0);
  assert.is(guest.u64, 1000n);
  assert.is(guest.call("clock_res_get", 3, RESULT), 0);
  assert.is(guest.u64, 1n);
  assert.is(guest.call("clock_res_get", 4, RESULT), Errno.EINVAL);
  assert.is(guest.call("clock_time_get", -1, 0n, RESULT), Errno.EINVAL);
});

test("CPU time is that of a clock of its own, if there is one", () => {
  const guest = new Guest({ cpuClock: { now: () => 42n, resolutionNs: 7 } });
  for (const id of [2, 3]) {
    assert.is(guest.call("clock_time_get", id, 0n, RESULT), 0);
    assert.is(guest.u64, 42n);
    assert.is(guest.call("clock_res_get", id, RESULT), 0);
    assert.is(guest.u64, 7n);
  }
  assert.is(guest.call("clock_time_get", 1, 0n, RESULT), 0);
  assert.is(guest.u64, 0n);
});

test("random bytes fill exactly what is asked for", () => {
  const [a, b] = [new Guest(), new Guest()];
  assert.is(a.call("random_get", 8, 16), 0);
  b.call("random_get", 8, 16);
  assert.equal(a.memory, b.memory);
  assert.is(a.u64, 0n);
  assert.is(a.view.getBigUint64(24, true), 0n);
  assert.is.not(a.view.getBigUint64(8, true), 0n);
});

test.run();
