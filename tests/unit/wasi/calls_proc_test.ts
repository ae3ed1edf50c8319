import { test } from "uvu";
import * as assert from "uvu/assert";
import { ExitError } from "../../../lib/errors.ts";
import { Errno } from "../../../lib/world.ts";
import { Guest } from "./guest.ts";

function exitCode(run: () => unknown): number {
  try {
    run();
  } catch (error) {
    if (error instanceof ExitError) return error.exitCode;
  }
  return -1;
}

test("proc_exit throws an ExitError with its code", () => {
  const guest = new Guest();
  assert.is(exitCode(() => guest.call("proc_exit", 0)), 0);
  assert.is(exitCode(() => guest.call("proc_exit", 3)), 3);
  assert.is(exitCode(() => guest.call("proc_exit", -1)), 0xffffffff);
  assert.throws(
    () => guest.call("proc_exit", 7),
    (error: Error) => error.message === "module closed with exit_code(7)",
  );
});

test("a signal kills, is ignored or is refused", () => {
  const guest = new Guest();
  assert.is(exitCode(() => guest.call("proc_raise", 6)), 134);
  assert.is(exitCode(() => guest.call("proc_raise", 15)), 143);
  assert.is(guest.call("proc_raise", 0), 0);
  assert.is(guest.call("proc_raise", 16), 0);
  assert.is(guest.call("proc_raise", 18), Errno.ENOTSUP);
  assert.is(guest.call("proc_raise", 31), Errno.EINVAL);
  assert.is(guest.call("proc_raise", -1), Errno.EINVAL);
});

test("sched_yield calls the host, and waits if it says so", async () => {
  let count = 0;
  const sync = new Guest({ yield: () => void count++ });
  assert.is(sync.call("sched_yield"), 0);
  assert.is(count, 1);
  const slow = new Guest({ yield: () => Promise.resolve() });
  assert.is(await slow.wait("sched_yield"), 0);
  assert.is(new Guest().call("sched_yield"), 0);
});

test.run();
