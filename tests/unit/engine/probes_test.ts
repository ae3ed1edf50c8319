// Probes: every call of a chosen function is told of once when it begins, and
// once when it ends, whatever ends it; the guest comes to the same results.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFileSync } from "node:fs";
import {
  type CallProbe,
  callRaw,
  compileModule,
  type Extern,
  type FunctionInstance,
  instantiateModule,
  invoke,
  machine,
  type ModuleInstance,
  pollAfter,
  type RawValue,
  readRaw,
  Thread,
  TrapCode,
  typeOf,
  WouldSuspendError,
  writeRaw,
} from "../../../engine/mod.ts";
import { functionNameOf } from "../../../engine/names.ts";
import { probeHost, withProbes } from "../../../engine/probes.ts";
import { DONE, PENDING, STOPPED } from "../../../engine/thread.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  host,
  pollSeldom,
  remember,
  resultsOf,
  resultWriter,
  runInSteps,
  slowHost,
  stopEvery,
  throughJson,
  trapOf,
  writer,
} from "./guest.ts";

/** What was told, in order. */
let log: string[] = [];

function logged(run: () => unknown): string[] {
  log = [];
  run();
  return log;
}

function probe(name: string, typeId: number): CallProbe {
  const { params, results } = typeOf(typeId);
  const show = (base: number, types: typeof params) =>
    readRaw(machine(), base, types).map(String).join(" ");
  return {
    before: (base) => log.push(`${name}(${show(base, params)})`),
    after: (base, _owner, isTail) =>
      log.push(isTail ? `${name} tail` : `${name} = ${show(base, results)}`),
    abort: (error) => log.push(`${name} ! ${(error as Error).name}`),
  };
}

/** An instance all of whose functions have probes. */
function probed(
  source: Assembler | Uint8Array,
  imports: Readonly<Record<string, Extern>> = {},
): ModuleInstance {
  const bytes = source instanceof Uint8Array ? source : source.build();
  const module = compileModule(bytes);
  const probes = module.functions.map((type, i) =>
    probe(functionNameOf(module, i) ?? `$${i}`, type)
  );
  return remember(
    instantiateModule(
      withProbes(module, probes),
      (_module, name) => imports[name],
    ),
  );
}

function probedHost(callee: FunctionInstance): FunctionInstance {
  probeHost(callee, probe(callee.hostName, callee.typeId));
  return callee;
}

/** Whether each call that began ended, the last one first. */
function isBalanced(): boolean {
  const open: string[] = [];
  return log.every((line) => {
    const [name, isBegin] = line.split(/(?=\()| /);
    if (isBegin?.startsWith("(")) return open.push(name);
    return open.pop() === name;
  }) && open.length === 0;
}

test("arguments and results are told, of every type", () => {
  const instance = probed(
    new Assembler()
      .function("one", "iIfF:I", "", "local.get 1")
      .function("two", "vi:iv", "", "local.get 1 local.get 0")
      .function("none", ":", "", ""),
  );
  const events = logged(() => {
    call(instance, "one", 1n, 2n, 0x40400000n, 0x4010000000000000n);
    call(instance, "two", 1n << 100n, 5n);
    call(instance, "none");
  });
  assert.equal(events, [
    `one(1 2 ${0x40400000} ${0x4010000000000000n})`,
    "one = 2",
    `two(${1n << 100n} 5)`,
    `two = 5 ${1n << 100n}`,
    "none()",
    "none = ",
  ]);
});

/** Results that are a local, a constant, a sum, a temporary; by every way. */
const WAYS = `
  block
    block
      block
        local.get 0
        br_table 0 1 2 3
      end
      i32.const 10 return
    end
    local.get 1 return
  end
  local.get 1 i32.const 1 i32.add
  i32.const 0 br_if 0
  br 0`;

test("every way out of a function is told", () => {
  const instance = probed(
    new Assembler()
      .function("ways", "ii:i", "", `${WAYS.replace("3", "2")}`)
      .function(
        "brIf",
        "i:i",
        "",
        "i32.const 7 local.get 0 br_if 0 drop i32.const 8",
      )
      .function(
        "pair",
        "i:ii",
        "",
        "local.get 0 i32.const 3 local.get 0 br_if 0",
      ),
  );
  const events = logged(() => {
    for (const way of [0n, 1n, 2n]) call(instance, "ways", way, 5n);
    for (const way of [0n, 1n]) call(instance, "brIf", way);
    for (const way of [0n, 1n]) call(instance, "pair", way);
  });
  assert.equal(events, [
    ...["ways(0 5)", "ways = 10", "ways(1 5)", "ways = 5"],
    ...["ways(2 5)", "ways = 6"],
    ...["brIf(0)", "brIf = 8", "brIf(1)", "brIf = 7"],
    ...["pair(0)", "pair = 0 3", "pair(1)", "pair = 1 3"],
  ]);
});

for (const name of ["fib", "indirect", "quicksort", "vm", "xorshift64"]) {
  test(`${name} comes to the same with probes, also by fuel`, () => {
    const bytes = readFileSync(`bench/programs/${name}.wasm`);
    const plain = instantiateModule(compileModule(bytes), () => undefined);
    const watched = probed(bytes);
    const run = (instance: ModuleInstance, remaining: number) => {
      const callee = func(instance, "run");
      const m = machine();
      const fuel = { remaining };
      writeRaw(m, m.top, callee.type.params, [10n]);
      invoke(callee, m.top, undefined, fuel);
      return [readRaw(m, m.top, callee.type.results), fuel.remaining];
    };
    logged(() => {
      assert.equal(call(watched, "run", 10n), call(plain, "run", 10n));
      assert.equal(run(watched, 1e9), run(plain, 1e9));
    });
    assert.ok(log.length > 0 && isBalanced());
  });
}

const RECURSIVE = new Assembler()
  .function(
    "down",
    "i:i",
    "",
    "local.get 0 if [:i] local.get 0 i32.const 1 i32.sub call $down else unreachable end",
  )
  .function("forever", "i:", "I*20", "local.get 0 call $forever")
  .function("large", "i:", "v*2000", "local.get 0 call $large")
  .function("spin", ":", "", "loop br 0 end");

test("a trap passes through all frames, innermost first", () => {
  const instance = probed(RECURSIVE);
  const events = logged(() => trapOf(() => call(instance, "down", 2n)));
  assert.equal(events, [
    ...["down(2)", "down(1)", "down(0)"],
    ...["down ! Trap", "down ! Trap", "down ! Trap"],
  ]);
});

test("where the stack is exhausted, all that began end", () => {
  const instance = probed(RECURSIVE);
  for (const name of ["forever", "large"]) {
    logged(() => {
      const { code } = trapOf(() => call(instance, name, 1n));
      assert.is(code, TrapCode.CallStackExhausted);
    });
    assert.ok(log.length > 100, name);
    assert.ok(isBalanced(), name);
  }
});

const TAIL = new Assembler()
  .importFunction("env", "host", "i:i")
  .table("all", "r", 3)
  .function("id", "i:i", "", "local.get 0")
  .elements("i32.const 0", ["id", "host"])
  .function("direct", "i:i", "", "local.get 0 return_call $id")
  .function("imported", "i:i", "", "local.get 0 return_call $host")
  .function(
    "table",
    "ii:i",
    "",
    "local.get 0 local.get 1 return_call_indirect [i:i]",
  )
  .function(
    "count",
    "i:i",
    "",
    "local.get 0 i32.eqz if i32.const 9 return end local.get 0 i32.const 1 i32.sub return_call $count",
  );

test("a tail call ends a function, without results", () => {
  const imported = probedHost(host("i:i", (n) => [n as bigint + 1n]));
  const instance = probed(TAIL, { host: imported });
  const events = (name: string, ...args: bigint[]) =>
    logged(() => call(instance, name, ...args));
  assert.equal(
    events("direct", 3n),
    ["direct(3)", "direct tail", "id(3)", "id = 3"],
  );
  assert.equal(
    events("imported", 3n),
    ["imported(3)", "imported tail", "host(3)", "host = 4"],
  );
  assert.equal(
    events("table", 3n, 0n),
    ["table(3 0)", "table tail", "id(3)", "id = 3"],
  );
  assert.equal(
    events("table", 3n, 1n),
    ["table(3 1)", "table tail", "host(3)", "host = 4"],
  );
  assert.equal(
    logged(() => trapOf(() => call(instance, "table", 3n, 2n))),
    ["table(3 2)", "table ! Trap"],
  );
});

test("tail calls need no stack with probes either", () => {
  const instance = probed(TAIL, { host: host("i:i", () => [0n]) });
  logged(() => assert.is(call(instance, "count", 200_000n), 9n));
  assert.ok(isBalanced());
});

const ACROSS = new Assembler().importFunction("env", "inner", "i:i")
  .function("outer", "i:i", "", "local.get 0 call $inner i32.const 1 i32.add");

function across(inner: FunctionInstance): ModuleInstance {
  return probed(ACROSS, { inner });
}

test("calls between instances are told of once, by the callee", () => {
  const inner = probed(
    new Assembler().function(
      "inner",
      "i:i",
      "",
      "local.get 0 if unreachable end i32.const 4",
    ),
  );
  const outer = across(func(inner, "inner"));
  assert.equal(
    logged(() => call(outer, "outer", 0n)),
    ["outer(0)", "inner(0)", "inner = 4", "outer = 5"],
  );
  assert.equal(
    logged(() => trapOf(() => call(outer, "outer", 1n))),
    ["outer(1)", "inner(1)", "inner ! Trap", "outer ! Trap"],
  );
});

test("what a host function throws is told of", () => {
  const outer = across(probedHost(host("i:i", () => {
    throw new RangeError("no");
  })));
  const events = logged(() => {
    assert.throws(() => call(outer, "outer", 1n), RangeError);
    assert.throws(() => callRaw(func(outer, "outer"), [2n]), RangeError);
  });
  const ends = ["host ! RangeError", "outer ! RangeError"];
  assert.equal(events, [
    ...["outer(1)", "host(1)", ...ends],
    ...["outer(2)", "host(2)", ...ends],
  ]);
});

test("a host function that is waited for ends when its results are there", () => {
  const wait = probedHost(slowHost("i:i"));
  const callee = func(across(wait), "outer");
  const thread = new Thread(callee);
  logged(() => {
    assert.is(thread.start(writer(callee, [1n])), PENDING);
    assert.equal(log, ["outer(1)", "slow(1)"]);
    assert.is(thread.resume(resultWriter(wait, [6n])), DONE);
    assert.equal(resultsOf(thread), [7n]);
  });
  assert.equal(log, ["outer(1)", "slow(1)", "slow = 6", "outer = 7"]);
});

test("a call that cannot wait ends, and one that is given up", () => {
  const wait = probedHost(slowHost("i:i"));
  const callee = func(across(wait), "outer");
  const begin = ["outer(1)", "slow(1)"];
  assert.equal(
    logged(() => {
      assert.throws(
        () => callRaw(callee, [1n]),
        (error: unknown) => error instanceof WouldSuspendError,
      );
    }),
    [...begin, "slow ! WouldSuspendError", "outer ! WouldSuspendError"],
  );
  assert.equal(
    logged(() => {
      const thread = new Thread(callee);
      thread.start(writer(callee, [1n]));
      thread.abandon(new RangeError("aborted"));
    }),
    [...begin, "slow ! RangeError", "outer ! RangeError"],
  );
});

const SUM = new Assembler().function(
  "sum",
  "i:i",
  "I",
  "local.get 0 if [:i] local.get 0 local.get 0 i32.const 1 i32.sub call $sum i32.add else i32.const 0 end",
);

test("a thread that stops everywhere tells the same", () => {
  const instance = probed(SUM);
  const expected = logged(() => call(instance, "sum", 4n));
  assert.is(expected.length, 10);
  const events = logged(() => {
    const { results, stops } = runInSteps(func(instance, "sum"), [4n]);
    assert.equal(results, [10n]);
    assert.ok(stops > 10);
  });
  assert.equal(events, expected);
});

test("a thread that is given up wherever it stops ends all that began", () => {
  const callee = func(probed(SUM), "sum");
  for (let stop = 1; stop < 25; stop++) {
    logged(() => {
      const poll = stopEvery(0);
      let thread = new Thread(callee);
      let outcome = thread.start(writer(callee, [4n]), poll);
      for (let i = 1; i < stop && outcome === STOPPED; i++) {
        thread = throughJson(thread);
        outcome = thread.resume(undefined, poll);
      }
      pollSeldom();
      if (outcome === STOPPED) thread.abandon(new Error("given up"));
    });
    assert.ok(isBalanced(), log.join());
  }
});

test("a poll that throws is told of where it is", () => {
  const instance = probed(RECURSIVE);
  for (const name of ["spin", "forever"]) {
    const callee = func(instance, name);
    logged(() => {
      pollAfter(0);
      assert.throws(() => {
        invoke(callee, machine().top, () => {
          throw new RangeError("over");
        });
      }, RangeError);
      pollSeldom();
    });
    assert.ok(isBalanced(), log.join());
  }
});

test("who is told may call guests", () => {
  const module = compileModule(SUM.build());
  const calls: RawValue[] = [];
  let isInside = false;
  const nested = () => {
    if (isInside) return;
    isInside = true;
    calls.push(call(instance, "sum", 3n));
    isInside = false;
  };
  const instance: ModuleInstance = instantiateModule(
    withProbes(module, [{ before: nested, after: nested, abort: nested }]),
    () => undefined,
  );
  assert.is(call(instance, "sum", 5n), 15n);
  assert.equal(calls, new Array(12).fill(6n));
});

test("what a listener throws passes through, and is told of outside", () => {
  const module = compileModule(SUM.build());
  const events: string[] = [];
  const fail = () => {
    throw new RangeError("listener");
  };
  for (const part of ["before", "after"] as const) {
    let depth = 0;
    const before = () => {
      events.push("+");
      if (++depth === 3 && part === "before") fail();
    };
    const after = () => {
      events.push("-");
      if (part === "after") fail();
    };
    const abort = () => events.push("!");
    const instance = instantiateModule(
      withProbes(module, [{ before, after, abort }]),
      () => undefined,
    );
    assert.throws(() => call(instance, "sum", 2n), RangeError);
  }
  // The one that fails is not told again.
  assert.equal(events.join(""), "+++!!" + "+++-!!");
});

test.run();
