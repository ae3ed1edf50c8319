// Calls that a host function has its guest make in its place: they come to
// their results wherever they stop, and errors find the innermost of them.

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Checkpoint,
  restoring,
  takeCheckpoint,
} from "../../../engine/checkpoint.ts";
import { Unwinding } from "../../../engine/frames.ts";
import { callInPlace, landBehind } from "../../../engine/in_place.ts";
import {
  compileModule,
  type FunctionInstance,
  hostFunction,
  instantiateModule,
  machine,
  type ModuleInstance,
  TrapCode,
} from "../../../engine/mod.ts";
import { withProbes } from "../../../engine/probes.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  host,
  instanceOf,
  runInSteps,
  signature,
  table,
  trapOf,
} from "./guest.ts";

/** Ends the innermost call in place of an instance, which gives its note. */
class Jump extends Unwinding {
  readonly #to: ModuleInstance;

  constructor(to: ModuleInstance) {
    super("a jump");
    this.#to = to;
  }

  override land(m = machine()) {
    return landBehind(m, this.#to, (base, [note]) => {
      m.I[base] = note;
    });
  }
}

/** `invoke(index, x)` calls what stands in the caller's table with x. */
const invoke = hostFunction(signature("ii:i"), (m, base, caller) => {
  const index = m.I[base];
  const x = m.I[base + 2];
  const callee = caller!.tables[0].refs[index] as FunctionInstance;
  m.I[base] = x;
  return callInPlace(m, base, callee, [1000 + x]);
}, "invoke");

const jump = hostFunction(signature("i:i"), (_m, _base, caller) => {
  throw new Jump(caller!);
}, "jump");

const TABLE = ["inc", "jumps", "tail", "twice", "deep", "host", "tailInvoke"];
const at = (name: string) => `i32.const ${TABLE.indexOf(name)}`;

const GUEST = new Assembler()
  .importFunction("env", "invoke", "ii:i")
  .importFunction("env", "jump", "i:i")
  .importFunction("env", "host", "i:i")
  .table("table", "r", TABLE.length + 1)
  .function("inc", "i:i", "I*9", "local.get 0 i32.const 1 i32.add")
  .function("jumps", "i:i", "I*5", "local.get 0 call $further call $jump")
  .function("further", "i:i", "", "local.get 0 call $jump")
  .function("tail", "i:i", "", "local.get 0 return_call $jump")
  .function(
    "twice",
    "i:i",
    "",
    `${at("jumps")} local.get 0 i32.const 1 i32.add call $invoke
     ${at("inc")} local.get 0 call $invoke i32.add call $jump`,
  )
  .function(
    "deep",
    "i:i",
    "",
    `local.get 0 i32.eqz if i32.const 0 return end
     ${at("deep")} local.get 0 i32.const 1 i32.sub call $invoke
     i32.const 1 i32.add`,
  )
  .function(
    "tailInvoke",
    "i:i",
    "",
    `${at("inc")} local.get 0
     return_call $invoke`,
  )
  .elements("i32.const 0", TABLE)
  .function(
    "run",
    "ii:ii",
    "i",
    `i32.const 7 local.set 2
     local.get 2 local.get 0 local.get 1 call $invoke`,
  )
  .function(
    "tailRun",
    "ii:i",
    "",
    "local.get 0 local.get 1 return_call $invoke",
  );

const imports = {
  invoke,
  jump,
  host: host("i:i", (x) => [(x as bigint) * 2n]),
};
const guest = () => instanceOf(GUEST, imports);

/** What a function of the table comes to, at once and in steps. */
function resultOf(instance: ModuleInstance, name: string, x: number): bigint {
  const args = [BigInt(TABLE.indexOf(name)), BigInt(x)];
  const atOnce = call(instance, "run", ...args) as bigint[];
  const run = func(instance, "run");
  for (const branches of [0, 1]) {
    assert.equal(runInSteps(run, args, branches).results, atOnce, name);
  }
  const alone = call(instance, "tailRun", ...args);
  assert.is(alone, atOnce[1], name);
  assert.is(atOnce[0], 7n);
  assert.is(machine().crossings.length, 0);
  return atOnce[1];
}

test("the results are there when the host function returns", () => {
  assert.is(resultOf(guest(), "inc", 4), 5n);
  assert.is(resultOf(guest(), "tailInvoke", 4), 5n);
});

test("a host function can be called in place of another", () => {
  assert.is(resultOf(guest(), "host", 21), 42n);
});

test("an error ends the innermost call", () => {
  for (const name of ["jumps", "tail", "twice"]) {
    assert.is(resultOf(guest(), name, 4), 1004n, name);
  }
});

test("it is found through another instance's calls", () => {
  const instance = guest();
  const other = instanceOf(
    new Assembler().importFunction("env", "back", "i:i")
      .function("through", "i:i", "", "local.get 0 call $back"),
    { back: func(instance, "jumps") },
  );
  table(instance).set(TABLE.length, func(other, "through"));
  TABLE.push("through");
  assert.is(resultOf(instance, "through", 4), 1004n);
  TABLE.pop();
});

test("an error finds nothing where nobody made such a call", () => {
  const instance = guest();
  assert.throws(() => call(instance, "jumps", 1n), /^a jump$/);
  assert.throws(() => call(instance, "tail", 1n), /^a jump$/);
});

test("it is as deep as calls may be", () => {
  const instance = guest();
  assert.is(resultOf(instance, "deep", 40), 40n);
  assert.is(call(instance, "deep", 5000n), 5000n);
  instance.maxCallDepth = 200;
  assert.is(call(instance, "deep", 199n), 199n);
  const trap = trapOf(() => call(instance, "deep", 200n));
  assert.is(trap.code, TrapCode.CallStackExhausted);
  instance.maxCallDepth = Infinity;
  const far = trapOf(() => call(instance, "deep", 10_000_000n));
  assert.is(far.code, TrapCode.CallStackExhausted);
  assert.is(machine().crossings.length, 0);
});

test("a checkpoint keeps the calls that an error can end", () => {
  let taken: Checkpoint | undefined;
  const mark = host("i:i", () => {
    taken = takeCheckpoint();
    return [0n];
  });
  const again = hostFunction(signature("i:"), (m, base) => {
    const times = m.I[base];
    throw restoring(taken!, (m, base) => m.I[base] = times);
  }, "again");
  // Below `invoke` it comes back 3 times, goes on without, and jumps then.
  const instance = instanceOf(
    new Assembler()
      .importFunction("env", "invoke", "ii:i")
      .importFunction("env", "jump", "i:i")
      .importFunction("env", "mark", "i:i")
      .importFunction("env", "again", "i:")
      .table("table", "r", 1)
      .global("times", "mut i", "i32.const 0")
      .function(
        "marks",
        "i:i",
        "",
        `local.get 0 call $mark
         global.get 0 i32.add global.set 0
         global.get 0 i32.const 6 i32.lt_u
         if i32.const 2 call $again end
         local.get 0 call $jump`,
      )
      .elements("i32.const 0", ["marks"])
      .function("run", "i:i", "", "i32.const 0 local.get 0 call $invoke"),
    { invoke, jump, mark, again },
  );
  assert.is(call(instance, "run", 5n), 1005n);
  assert.is(instance.globals[0].words[0], 6);
  assert.is(machine().crossings.length, 0);
});

test("those who are told of calls learn which ended", () => {
  const module = compileModule(GUEST.build());
  let log = "";
  const probes = module.functions.map((_type, i) => ({
    before: () => log += `+${i}`,
    after: (_base: number, _owner: unknown, isTail: boolean) =>
      log += isTail ? `>${i}` : `-${i}`,
    abort: () => log += `!${i}`,
  }));
  const instance = instantiateModule(
    withProbes(module, probes),
    (_module, name) => imports[name as keyof typeof imports],
  );
  const index = (name: string) => func(instance, name).index;
  const [run, jumps] = [index("run"), index("jumps")];
  call(instance, "run", 1n, 1n);
  assert.is(log, `+${run}+${jumps}+${jumps + 1}!${jumps + 1}!${jumps}-${run}`);
  log = "";
  call(instance, "run", 2n, 1n);
  assert.is(log, `+${run}+${jumps + 2}>${jumps + 2}-${run}`);
});

test.run();
