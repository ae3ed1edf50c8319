import { test } from "uvu";
import * as assert from "uvu/assert";
import { Runtime, UnsupportedFile, wasi } from "../../../mod.ts";
import { Assembler, sleep } from "../lib/guests.ts";

const NAME = "wasi_snapshot_preview1";

/** Gives what sched_yield answers, and how many arguments there are. */
const GUEST = new Assembler()
  .importFunction(NAME, "sched_yield", ":i")
  .importFunction(NAME, "args_sizes_get", "ii:i")
  .memory("memory", 1)
  .function("yield", ":i", "", "call 0")
  .function(
    "args",
    ":i",
    "",
    "i32.const 0 i32.const 4 call 1 drop i32.const 0 i32.load",
  )
  .build();

test("single functions can be replaced by one's own", () => {
  const runtime = new Runtime();
  runtime.newHostModule(NAME).perInstance(wasi.functions())
    .func("sched_yield", [], ["i32"], () => 52).instantiate();
  const { exports } = runtime.instantiate(GUEST, { args: ["a", "b"] });
  assert.is(exports.yield(), 52);
  assert.is(exports.args(), 2);
});

test("each instance has the world of its own options", () => {
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const compiled = runtime.compile(GUEST);
  for (const args of [[], ["a"], ["a", "b", "c"]]) {
    const { exports } = runtime.instantiate(compiled, { args });
    assert.is(exports.args(), args.length);
    assert.is(exports.yield(), 0);
  }
  assert.throws(() => wasi.instantiate(runtime), /already been instantiated/);
});

test("a close that fails later is nobody's", async () => {
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const stdout = Object.assign(new UnsupportedFile(), {
    close: () => Promise.reject(new Error("cable")),
  });
  runtime.instantiate(GUEST, { stdout }).close();
  await sleep(1); // a rejection that is not handled would end the tests
});

test("a stream's option is checked whether the guest has WASI or not", () => {
  const empty = new Assembler().build();
  const stdout = { write: () => {} } as unknown as WritableStream;
  assert.throws(
    () => new Runtime().instantiate(empty, { stdout }),
    /stdout invalid/,
  );
});

test.run();
