// What Emscripten's guests import for setjmp and longjmp, tried with a guest
// that clang made (env_emscripten_guest.c), and with one that has by hand what
// the compiler makes: a stack pointer, setThrew, and calls through invoke_*.

import * as emscripten from "../../../lib/env_emscripten.ts";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { listen, logHostCalls } from "../../../lib/monitors.ts";
import {
  type AsyncCallOptions,
  type CompiledModule,
  ExitError,
  Fuel,
  FuelExhausted,
  type Instance,
  LinkError,
  Runtime,
  type RuntimeOptions,
  TimeoutError,
  type Trap,
  TrapCode,
  wasmFrames,
  WouldSuspendError,
} from "../../../mod.ts";
import {
  Assembler,
  errorOf,
  functionOf,
  messageOf,
  rejectionOf,
  sleep,
} from "./guests.ts";

/** Made by clang, see env_emscripten_guest.c. */
const COMPILED = readFileSync("tests/unit/lib/env_emscripten_guest.wasm");

/** What stands in the table, then a null; see `guest`. */
const TABLE = [
  "add",
  "jump",
  "wide",
  "trap",
  "quit",
  "spin",
  "wait",
  "twice",
  "deep",
  "pair",
  "slow",
  "slowJump",
  "slowTwice",
  "count",
  "countJump",
  "down",
  "raise",
];
const indexOf = (name: string) => TABLE.indexOf(name);
const NULL = TABLE.length;

const STACK_TOP = 4096;
/** Takes 64 bytes of the stack, which nobody gives back. */
const PUSH = "global.get 0 i32.const 64 i32.sub global.set 0 ";

const call = (name: string, args: string) =>
  `i32.const ${indexOf(name)} ${args} call $invoke_iii `;

/** One call that ends by a longjmp, one that gives a result. */
const SLOW_TWICE = call("slowJump", "local.get 0 local.get 1") +
  call("slow", "local.get 0 local.get 1") + "i32.add";

/** Adds the first parameter to the second, one at a time. */
const COUNT = `loop
    local.get 0 if
      local.get 0 i32.const 1 i32.sub local.set 0
      local.get 1 i32.const 1 i32.add local.set 1
      br 1
    end
  end `;

/** As deep as the first parameter says; there it waits. */
const DOWN = `local.get 0 i32.eqz if local.get 1 call $later return end
  ${call("down", "local.get 0 i32.const 1 i32.sub local.get 1")}
  i32.const 1 i32.add`;

/** How compilers name what saves and restores the stack pointer. */
const NEW = ["emscripten_stack_get_current", "_emscripten_stack_restore"];
const OLD = ["stackSave", "stackRestore"];

/** A guest; setThrew counts in `threw` and keeps its value in `value`. */
function guest([save, restore] = NEW): Uint8Array {
  const jump = PUSH + "call $_emscripten_throw_longjmp ";
  return new Assembler()
    .importFunction("env", "invoke_iii", "iii:i")
    .importFunction("env", "invoke_v", "i:")
    .importFunction("env", "invoke_jfd", "ifF:I")
    .importFunction("env", "invoke_pair", "i:iI")
    .importFunction("env", "_emscripten_throw_longjmp", ":")
    .importFunction("env", "emscripten_notify_memory_growth", "i:")
    .importFunction("more", "quit", ":")
    .importFunction("more", "wait", ":")
    .importFunction("more", "later", "i:i")
    .importFunction("more", "raise", ":")
    .table("table", "r", TABLE.length + 1)
    .global("pointer", "mut i", `i32.const ${STACK_TOP}`)
    .global("threw", "mut i", "i32.const 0")
    .global("value", "mut i", "i32.const 7")
    .function(save, ":i", "", "global.get 0")
    .function(restore, "i:", "", "local.get 0 global.set 0")
    .function(
      "setThrew",
      "ii:",
      "",
      "global.get 1 local.get 0 i32.add global.set 1 local.get 1 global.set 2",
    )
    .function("add", "ii:i", "", "local.get 0 local.get 1 i32.add")
    .function("jump", "ii:i", "", jump + "i32.const 9")
    .function("wide", "fF:I", "", jump + "i64.const 1")
    .function("trap", ":", "", PUSH + "unreachable")
    .function("spin", ":", "", "loop br 0 end")
    .function(
      "twice",
      ":",
      "",
      `i32.const 1 i32.const 0 i32.const 0 call $invoke_iii drop ${jump}`,
    )
    .function("deep", ":", "", `i32.const ${indexOf("deep")} call $invoke_v`)
    .function("pair", ":iI", "", jump + "i32.const 1 i64.const 1")
    .function(
      "slow",
      "ii:i",
      "",
      "local.get 0 call $later local.get 1 call $later i32.add",
    )
    .function("slowJump", "ii:i", "", `local.get 0 call $later ${jump}`)
    .function("slowTwice", "ii:i", "", SLOW_TWICE)
    .function("count", "ii:i", "", COUNT + "local.get 1")
    .function("countJump", "ii:i", "", COUNT + jump + "i32.const 9")
    .function("down", "ii:i", "", DOWN)
    .elements("i32.const 0", TABLE)
    .function(
      "run",
      "iii:i",
      "",
      "local.get 0 local.get 1 local.get 2 call $invoke_iii",
    )
    .function("runVoid", "i:", "", "local.get 0 call $invoke_v")
    .function(
      "runWide",
      "ifF:I",
      "",
      "local.get 0 local.get 1 local.get 2 call $invoke_jfd",
    )
    .function("runPair", "i:iI", "", "local.get 0 call $invoke_pair")
    .function(
      "notify",
      ":",
      "",
      "i32.const 0 call $emscripten_notify_memory_growth",
    )
    .build();
}

function instanceOf(bytes = guest(), options?: RuntimeOptions) {
  const runtime = runtimeWithMore(options);
  const compiled = runtime.compile(bytes);
  emscripten.instantiateForModule(runtime, compiled);
  return runtime.instantiate(compiled, { name: "" });
}

/** What the guests import beside `env`. */
function runtimeWithMore(options?: RuntimeOptions): Runtime {
  const runtime = new Runtime(options);
  runtime.newHostModule("more")
    .func("quit", [], [], () => {
      throw new ExitError(3);
    })
    .asyncFunc("wait", [], [], () => Promise.resolve())
    .asyncFunc("later", ["i32"], ["i32"], async (x) => {
      await sleep(1);
      return x;
    })
    .func("raise", [], [], (caller) => {
      throw emscripten.unwinding(caller, "an exception");
    }, { withCaller: true })
    .instantiate();
  return runtime;
}

/** What setjmp's code finds afterwards. */
function stateOf({ exports }: ReturnType<typeof instanceOf>) {
  const { pointer, threw, value } = exports;
  return [pointer.value, threw.value, value.value];
}

test("invoke_* calls what stands in the table", () => {
  const instance = instanceOf();
  assert.is(instance.exports.run(indexOf("add"), 3, 4), 7);
  assert.equal(stateOf(instance), [STACK_TOP, 0, 7]);
});

for (const names of [NEW, OLD]) {
  test(`a longjmp is known by setThrew and undone by ${names[1]}`, () => {
    const instance = instanceOf(guest(names));
    for (let i = 1; i <= 3; i++) {
      assert.is(instance.exports.run(indexOf("jump"), 1, 2), 0);
      assert.equal(stateOf(instance), [STACK_TOP, i, 0]);
    }
  });
}

test("a longjmp gives zeros of the results' types", () => {
  const { runWide, runPair } = instanceOf().exports;
  assert.is(runWide(indexOf("wide"), 1.5, 2.5), 0n);
  assert.equal(runPair(indexOf("pair")), [0, 0n]);
});

test("each longjmp ends the innermost invoke_*", () => {
  const instance = instanceOf();
  instance.exports.runVoid(indexOf("twice"));
  assert.equal(stateOf(instance), [STACK_TOP, 2, 0]);
});

test("a longjmp out of everything is an error", () => {
  const instance = instanceOf();
  const message = messageOf(() => instance.exports.jump(0, 0));
  assert.is(message, "longjmp out of everything that was called by invoke_*");
  assert.is(instance.exports.run(indexOf("add"), 1, 1), 2);
});

/** Its `run` has invoke_v call a function of another module. */
function invokerOf(
  runtime: Runtime,
  module: string,
  name: string,
): CompiledModule {
  const bytes = new Assembler()
    .importFunction("env", "invoke_v", "i:")
    .importFunction(module, name, ":")
    .function("stackSave", ":i", "", "i32.const 0")
    .table("table", "r", 1).elements("i32.const 0", [name])
    .function("run", ":", "", "i32.const 0 call $invoke_v").build();
  const compiled = runtime.compile(bytes);
  emscripten.instantiateForModule(runtime, compiled);
  return compiled;
}

test("a longjmp of another instance passes through", () => {
  const runtime = new Runtime();
  const inner = new Assembler()
    .importFunction("env", "_emscripten_throw_longjmp", ":")
    .function("jump", ":", "", "call $_emscripten_throw_longjmp").build();
  const compiled = invokerOf(runtime, "inner", "jump");
  runtime.instantiate(inner, { name: "inner" });
  const { run } = runtime.instantiate(compiled).exports;
  assert.match(messageOf(run), /^longjmp out of everything/);
});

test("what a host function throws passes through, however hostile it is", () => {
  const runtime = new Runtime();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  runtime.newHostModule("more").func("fail", [], [], () => {
    throw proxy;
  }).instantiate();
  const compiled = invokerOf(runtime, "more", "fail");
  const { run } = runtime.instantiate(compiled).exports;
  assert.ok(errorOf(run) === proxy);
});

test("invoke_* traps where call_indirect does", () => {
  const { runVoid } = instanceOf().exports;
  const codeOf = (index: number) =>
    (errorOf(() => runVoid(index)) as Trap).code;
  assert.is(codeOf(indexOf("add")), TrapCode.IndirectCallTypeMismatch);
  assert.is(codeOf(NULL), TrapCode.UninitializedElement);
  assert.is(codeOf(NULL + 1), TrapCode.UndefinedElement);
  assert.is(codeOf(-1), TrapCode.UndefinedElement);
});

test("traps, exits and limits pass through invoke_*", () => {
  const instance = instanceOf(undefined, { maxCallDepth: 3000 });
  const { runVoid } = instance.exports;
  const trap = errorOf(() => runVoid(indexOf("trap")));
  assert.is((trap as Trap).code, TrapCode.Unreachable);
  assert.equal(stateOf(instance), [STACK_TOP - 64, 0, 7]);
  const spin = () =>
    functionOf(instance, "runVoid").callWith([indexOf("spin")], {
      timeoutMs: 20,
    });
  assert.instance(errorOf(spin), TimeoutError);
  const deep = errorOf(() => runVoid(indexOf("deep")));
  assert.is((deep as Trap).code, TrapCode.CallStackExhausted);
  const exit = errorOf(() => runVoid(indexOf("quit")));
  assert.instance(exit, ExitError);
  assert.is(instance.exitCode, 3);
});

test("what invoke_* calls may wait, and return", async () => {
  const instance = instanceOf();
  const run = functionOf(instance);
  assert.is(await run.callAsync([indexOf("slow"), 3, 4]), 7);
  // A host function in the table waits itself.
  await functionOf(instance, "runVoid").callAsync([indexOf("wait")]);
  assert.equal(stateOf(instance), [STACK_TOP, 0, 7]);
});

test("a longjmp after it has waited ends what it should", async () => {
  const instance = instanceOf();
  const run = functionOf(instance);
  assert.is(await run.callAsync([indexOf("slowJump"), 1, 2]), 0);
  assert.equal(stateOf(instance), [STACK_TOP, 1, 0]);
  assert.is(await run.callAsync([indexOf("slowTwice"), 3, 4]), 7);
  assert.equal(stateOf(instance), [STACK_TOP, 2, 0]);
});

test("many guests wait below invoke_* at the same time", async () => {
  const calls = Array.from({ length: 50 }, (_, i) => {
    const instance = instanceOf();
    return functionOf(instance).callAsync([indexOf("slowTwice"), i, 1]);
  });
  assert.equal(await Promise.all(calls), calls.map((_, i) => i + 1));
});

test("invoke_* is as deep as other calls, also where it waits", async () => {
  const run = functionOf(instanceOf());
  assert.is(await run.callAsync([indexOf("down"), 5000, 3]), 5003);
});

test("setjmp and longjmp of a compiler's guest, which may wait", async () => {
  const instance = instanceOf(COMPILED);
  const { buffer, run, again } = instance.exports;
  const input = (text: string) =>
    instance.memory!.writeString(buffer(), text + "\0");
  const options = { sliceFuel: 5, fuel: 100_000 };
  const waiting = (name: string, ...args: number[]) =>
    functionOf(instance, name).callAsync(args, options);
  input("1234");
  assert.is(run(0), 10);
  assert.is(await waiting("run", 1), 10);
  input("12x4");
  assert.is(run(0), -103);
  assert.is(await waiting("run", 1), -103);
  assert.is(again(5, 0), 6);
  assert.is(await waiting("again", 5, 1), 6);
});

test("a synchronous call does not wait below invoke_*", () => {
  const { run } = instanceOf().exports;
  const error = errorOf(() => run(indexOf("slow"), 3, 4));
  assert.instance(error, WouldSuspendError);
  assert.is((error as WouldSuspendError).functionName, "more.later");
  assert.is(run(indexOf("add"), 1, 1), 2);
});

test("what invoke_* calls gives way in slices", async () => {
  const instance = instanceOf();
  const run = functionOf(instance);
  for (const [name, sum] of [["count", 5005], ["countJump", 0]] as const) {
    let ticks = 0;
    const tick = setInterval(() => ticks++, 0);
    const args = [indexOf(name), 5000, 5];
    assert.is(await run.callAsync(args, { sliceFuel: 10 }), sum);
    clearInterval(tick);
    assert.ok(ticks > 0, name);
  }
  assert.equal(stateOf(instance), [STACK_TOP, 1, 0]);
});

test("what invoke_* calls uses fuel, and goes on when there is more", () => {
  const instance = instanceOf();
  const run = functionOf(instance);
  const used = (name: string, n: number) => {
    const fuel = new Fuel(100_000);
    run.callWith([indexOf(name), n, 0], { fuel });
    return fuel.consumed;
  };
  assert.is(used("count", 200) - used("count", 100), 100 * 11);
  assert.is(used("countJump", 200) - used("countJump", 100), 100 * 11);
  for (const [name, sum] of [["count", 105], ["countJump", 0]] as const) {
    const fuel = new Fuel(500);
    const args = [indexOf(name), 100, 5];
    const error = errorOf(() => run.callWith(args, { fuel }));
    assert.instance(error, FuelExhausted);
    const names = wasmFrames(error).map((frame) => frame.functionName);
    assert.equal(names, [name, "run"]);
    assert.is((error as FuelExhausted).resume!(2000), sum);
  }
});

test("fuel may run out anywhere, and the call goes on", () => {
  const instance = instanceOf(COMPILED);
  const run = functionOf(instance, "again");
  const whole = new Fuel(100_000);
  const result = run.callWith([3, 0], { fuel: whole });
  assert.is(result, 4);
  const fuel = new Fuel(0);
  let stops = 0;
  let goOn = () => run.callWith([3, 0], { fuel });
  for (;;) {
    try {
      assert.is(goOn(), result);
      break;
    } catch (error) {
      if (!(error instanceof FuelExhausted)) throw error;
      stops++;
      const { resume } = error;
      goOn = () => resume!(1);
    }
  }
  assert.is(fuel.consumed, whole.consumed);
  assert.ok(stops > 300, `${stops} stops`);
});

/** Made by clang, see env_emscripten_throws.cc. */
const THROWS = readFileSync("tests/unit/lib/env_emscripten_throws.wasm");

/** As much of C++'s runtime as that guest needs, one exception at a time. */
function throwingInstance(): Instance {
  let type = 0;
  const unwind = (caller: Instance) => {
    throw emscripten.unwinding(caller, "a C++ exception");
  };
  const find = (caller: Instance) => {
    caller.exports.setTempRet0(type);
    return EXCEPTION_AT;
  };
  const withCaller = { withCaller: true } as const;
  const runtime = runtimeWithMore();
  const compiled = runtime.compile(THROWS);
  runtime.newHostModule("env")
    .func("__cxa_allocate_exception", ["i32"], ["i32"], () => EXCEPTION_AT)
    .func("__cxa_throw", ["i32", "i32", "i32"], [], (caller, _at, thrown) => {
      type = thrown;
      unwind(caller);
    }, withCaller)
    .func("__resumeException", ["i32"], [], unwind, withCaller)
    .func("__cxa_find_matching_catch_2", [], ["i32"], find, withCaller)
    .func("__cxa_find_matching_catch_3", ["i32"], ["i32"], find, withCaller)
    .func(
      "__cxa_find_matching_catch_4",
      ["i32", "i32"],
      ["i32"],
      find,
      withCaller,
    )
    .func("llvm_eh_typeid_for", ["i32"], ["i32"], (type) => type)
    .func("__cxa_begin_catch", ["i32"], ["i32"], (at) => at)
    .func("__cxa_end_catch", [], [], () => {})
    .perInstance(emscripten.functionsFor(compiled)).instantiate();
  return runtime.instantiate(compiled);
}

/** Behind the guest's stack and data. */
const EXCEPTION_AT = 60_000;

test("C++ exceptions are caught, after waiting and in slices, too", async () => {
  const instance = throwingInstance();
  const ways: AsyncCallOptions[] = [{}, { sliceFuel: 3 }, { fuel: 10_000 }];
  for (const options of ways) {
    const call = (name: string, x: number) =>
      functionOf(instance, name).callAsync([x], options);
    assert.is(await call("run", 5), 105);
    assert.is(await call("run", 12), -12);
    assert.is(await call("outer", 12), -12);
    assert.is(await call("outer", -1), 77);
    const error = await rejectionOf(call("run", -1));
    assert.match((error as Error).message, /^a C\+\+ exception out of/);
  }
  assert.is(instance.exports.dropped(), 5 * ways.length);
});

test("an exception of the host ends the innermost invoke_*", () => {
  const instance = instanceOf();
  instance.exports.runVoid(indexOf("raise"));
  assert.equal(stateOf(instance), [STACK_TOP, 1, 0]);
  const message = messageOf(() => {
    throw emscripten.unwinding(instance, "an exception");
  });
  assert.match(message, /^an exception out of everything/);
});

test("a log names the parameters", () => {
  const lines: string[] = [];
  const monitor = listen(logHostCalls((line) => lines.push(line.trim())));
  const { run, notify } = instanceOf(undefined, { monitor }).exports;
  notify();
  run(0, 3, 4);
  assert.equal(lines.filter((line) => line.startsWith("==>")), [
    "==> env.emscripten_notify_memory_growth(memory_index=0)",
    "==> env.invoke_iii(index=0,a1=3,a2=4)",
  ]);
});

test("who listens hears that each call ends once", async () => {
  let log = "";
  const monitor = listen(({ name }) =>
    /^(run|slow|invoke_iii|setThrew)/.test(name)
      ? {
        before: () => log += ` ${name}(`,
        after: () => log += `)`,
        abort: (error) => log += `!${(error as Error).name}`,
      }
      : undefined
  );
  const instance = instanceOf(undefined, { monitor });
  await functionOf(instance).callAsync([indexOf("slowJump"), 1, 2]);
  assert.is(log, " run( invoke_iii() slowJump(!Unwound setThrew())");
});

test("the notice of memory growth does nothing", () => {
  assert.is(instanceOf().exports.notify(), undefined);
});

test("a guest that lacks what invoke_* needs is told so", () => {
  const bytes = new Assembler().importFunction("env", "invoke_v", "i:")
    .table("table", "r", 1).function("f", ":", "", "")
    .elements("i32.const 0", ["f"])
    .function("run", ":", "", "i32.const 0 call $invoke_v").build();
  const error = errorOf(() => instanceOf(bytes).exports.run());
  assert.instance(error, LinkError);
  assert.is(
    (error as Error).message,
    "invoke_* needs the guest to export emscripten_stack_get_current",
  );
});

test("invoke_* without an index is not supplied", () => {
  const bytes = new Assembler().importFunction("env", "invoke_v", "I:").build();
  assert.instance(errorOf(() => instanceOf(bytes)), LinkError);
});

test("the functions stand beside others of env", () => {
  const runtime = new Runtime();
  const compiled = runtime.compile(
    new Assembler().importFunction("env", "two", ":i")
      .importFunction("env", "_emscripten_throw_longjmp", ":")
      .function("run", ":i", "", "call $two").build(),
  );
  runtime.newHostModule("env").func("two", [], ["i32"], () => 2)
    .perInstance(emscripten.functionsFor(compiled)).instantiate();
  assert.is(runtime.instantiate(compiled).exports.run(), 2);
});

test.run();
