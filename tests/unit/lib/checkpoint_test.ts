// Checkpoints: setjmp and longjmp of host functions, and what they refuse.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { Checkpoint, CheckpointError } from "../../../lib/monitors.ts";
import { Assembler, errorOf, functionOf, runtimeWith } from "./guests.ts";

/** Gives what `set` gave last, after as many jumps as its argument says. */
const GUEST = new Assembler()
  .importFunction("env", "set", ":iI")
  .importFunction("env", "jump", "i:")
  .importFunction("env", "wait", ":")
  .function(
    "run",
    "i:I",
    "iI",
    `call $set local.set 2 local.set 1
     call $wait
     local.get 1 local.get 0 i32.lt_u
     if local.get 1 call $jump end
     local.get 2`,
  )
  .function("late", ":", "", "i32.const 0 call $jump")
  .build();

function guest() {
  let checkpoint: Checkpoint;
  const runtime = runtimeWith((env) =>
    env.func("set", [], ["i32", "i64"], () => {
      checkpoint = Checkpoint.take();
      return [0, 100n];
    })
      .func("jump", ["i32"], [], (n) => checkpoint.restore(n + 1, BigInt(n)))
      .asyncFunc("wait", [], [], () => wait?.())
  );
  let wait: undefined | (() => Promise<void>);
  return {
    instance: runtime.instantiate(GUEST),
    wait: (how: () => Promise<void>) => wait = how,
    restore: () => checkpoint.restore(1, 1n),
  };
}

test("a host function returns again, with other results", () => {
  const { instance } = guest();
  assert.is(instance.exports.run(0), 100n);
  assert.is(instance.exports.run(1), 0n);
  assert.is(instance.exports.run(9), 8n);
});

test("it works where the call waits in between", async () => {
  const { instance, wait } = guest();
  wait(() => Promise.resolve());
  assert.is(await functionOf(instance).callAsync([4]), 3n);
});

test("a checkpoint whose call is complete is refused, and one outside calls", () => {
  const { instance, restore } = guest();
  instance.exports.run(0);
  for (const use of [restore, () => instance.exports.late()]) {
    const error = errorOf(use);
    assert.instance(error, CheckpointError);
    assert.is(
      (error as Error).message,
      "the call of env.set that took the checkpoint is not under way",
    );
  }
  assert.instance(errorOf(() => Checkpoint.take()), CheckpointError);
  assert.is(instance.exports.run(2), 1n);
});

test.run();
