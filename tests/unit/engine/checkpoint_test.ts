// Checkpoints: a call goes on where a host function was called before, with
// other results, as often as is asked for, as long as it is under way.

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Checkpoint,
  restoring,
  takeCheckpoint,
} from "../../../engine/checkpoint.ts";
import {
  callRaw,
  compileModule,
  type FunctionInstance,
  hostFunction,
  instantiateModule,
  invoke,
  machine,
  type ModuleInstance,
  PENDING,
  readRaw,
  Thread,
  TrapCode,
  writeRaw,
} from "../../../engine/mod.ts";
import { withProbes } from "../../../engine/probes.ts";
import { DONE, STOPPED } from "../../../engine/thread.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  host,
  type Imports,
  instanceOf,
  pollSeldom,
  resultsOf,
  resultWriter,
  signature,
  slowHost,
  stopEvery,
  trapOf,
  writer,
} from "./guest.ts";

/** As setjmp: 0 when it is called, then what `jump` gives. */
function setjmp() {
  let taken: Checkpoint | undefined;
  const mark = host("r:i", () => {
    taken = takeCheckpoint();
    return [0n];
  });
  const jump = host("i:", (value) => {
    const error = restoring(taken!, (m, base) => {
      m.I[base] = Number(value);
    });
    throw error ?? new RangeError("the call is over");
  });
  return { imports: { mark, jump, wait: slowHost(":") }, taken: () => taken };
}

/** Adds 1 to a local and the global for each time that `mark` comes back. */
const GUEST = new Assembler()
  .importFunction("env", "mark", "r:i")
  .importFunction("env", "jump", "i:")
  .importFunction("env", "wait", ":")
  .global("times", "mut i", "i32.const 0")
  .function(
    "run",
    "i:iiF",
    "iF",
    `i32.const 5 local.set 1
     f64.const 4616752568008179712 local.set 2
     ref.null r call $mark
     global.get 0 i32.const 1 i32.add global.set 0
     local.get 1 i32.const 1 i32.add local.set 1
     local.get 0 i32.lt_u
     if
       local.get 0 call $deep
     end
     local.get 1 global.get 0 local.get 2`,
  )
  .function("deep", "i:", "", "call $wait global.get 0 call $deeper")
  .function("deeper", "i:", "I*30", "local.get 0 call $jump unreachable")
  .function("late", ":", "", "i32.const 0 call $jump");

function guest(
  imports: Imports,
): ModuleInstance {
  return instanceOf(GUEST, imports);
}

const QUICK = { wait: host(":", () => {}) };

test("a call goes on at its checkpoint, again and again", () => {
  const instance = guest({ ...setjmp().imports, ...QUICK });
  // Locals are those of the checkpoint, globals are not.
  const [local, times, float] = call(instance, "run", 4n) as bigint[];
  assert.equal([local, times, float], [6n, 5n, 0x4012000000000000n]);
});

test("a checkpoint is of no use when its call is over", () => {
  const { imports, taken } = setjmp();
  const instance = guest({ ...imports, ...QUICK });
  call(instance, "run", 0n);
  assert.throws(() => call(instance, "late"), RangeError);
  assert.is(restoring(taken()!, () => {}), undefined);
  assert.equal((call(instance, "run", 2n) as bigint[])[1], 3n);
});

test("no checkpoint is taken where no guest has called", () => {
  assert.is(takeCheckpoint(), undefined);
});

test("it works with fuel, which is used up further", () => {
  const instance = guest({ ...setjmp().imports, ...QUICK });
  const run = func(instance, "run");
  const m = machine();
  const used = [1, 2, 3].map((n) => {
    instance.globals[0].words[0] = 0;
    writeRaw(m, m.top, run.type.params, [BigInt(n)]);
    const fuel = { remaining: 1000 };
    invoke(run, m.top, undefined, fuel);
    assert.is(readRaw(m, m.top, run.type.results)[1], BigInt(n + 1));
    return 1000 - fuel.remaining;
  });
  assert.is(used[2] - used[1], used[1] - used[0]);
  assert.ok(used[1] > used[0]);
});

test("a thread that stops and waits goes on at its checkpoint", () => {
  const { imports } = setjmp();
  const run = func(guest(imports), "run");
  const thread = new Thread(run);
  const poll = stopEvery(0);
  let waits = 0;
  let stops = 0;
  let outcome = thread.start(writer(run, [3n]), poll);
  while (outcome !== DONE) {
    if (outcome === PENDING) waits++;
    else if (outcome === STOPPED) stops++;
    // Another place of the register file.
    machine().top += 64;
    outcome = thread.resume(
      outcome === PENDING ? resultWriter(imports.wait, []) : undefined,
      poll,
    );
    if (outcome !== DONE) machine().top -= 64;
  }
  assert.equal(resultsOf(thread).slice(0, 2), [6n, 4n]);
  machine().top -= 64;
  pollSeldom();
  assert.ok(waits === 3 && stops > 3);
});

test("it ends nested calls and leaves other instances", () => {
  const { mark, jump } = setjmp().imports;
  const inner = instanceOf(
    new Assembler().importFunction("env", "jump", "i:")
      .function("inner", "i:", "", "local.get 0 call $jump"),
    { jump },
  );
  // guest, host, another guest: the jump goes through all of them.
  const nested = hostFunction(signature("i:"), (m, base) => {
    callRaw(func(inner, "inner"), [BigInt(m.I[base])]);
  }, "nested");
  for (const through of [nested, func(inner, "inner")] as FunctionInstance[]) {
    const instance = guest({ mark, jump: through, ...QUICK });
    assert.equal((call(instance, "run", 3n) as bigint[])[1], 4n);
    assert.is(machine().crossings.length, 0);
  }
});

test("where there is no room for a checkpoint there is a trap", () => {
  const deep = new Assembler()
    .importFunction("env", "mark", "r:i")
    .importFunction("env", "jump", "i:")
    .importFunction("env", "wait", ":")
    .function(
      "down",
      "i:",
      "I*40",
      `local.get 0
       if local.get 0 i32.const 1 i32.sub call $down
       else ref.null r call $mark drop end`,
    )
    .function("back", ":", "", "i32.const 1 call $jump")
    .function("run", "i:", "", "local.get 0 call $down call $wait call $back");
  const { imports } = setjmp();
  const thread = new Thread(func(instanceOf(deep, imports), "run"));
  assert.is(thread.start(writer(thread.callee, [30_000n])), PENDING);
  let code = 0;
  // It goes on above other frames, so that its own do not fit as deep as before.
  const resume = host("r:i", () => {
    code = trapOf(() => thread.resume()).code;
    return [0n];
  });
  const outer = instanceOf(deep, { ...imports, mark: resume });
  call(outer, "down", 30_000n);
  assert.is(code, TrapCode.CallStackExhausted);
  assert.throws(() => thread.resume(), "the thread is not stopped");
});

test("those who are told of calls learn which ended", () => {
  const module = compileModule(GUEST.build());
  let log = "";
  const probes = ["", "", "", "run", "deep", "er"].map((name) =>
    name === "" ? undefined : {
      before: () => log += `+${name}`,
      after: () => log += `-${name}`,
      abort: () => log += `!${name}`,
    }
  );
  const imports: Imports = { ...setjmp().imports, ...QUICK };
  const instance = instantiateModule(
    withProbes(module, probes),
    (_module, name) => imports[name],
  );
  call(instance, "run", 2n);
  const jump = "+deep+er!er!deep";
  assert.is(log, `+run${jump}${jump}-run`);
});

test.run();
