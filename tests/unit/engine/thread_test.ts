import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  hostFunction,
  machine,
  Thread,
  TrapCode,
  WouldSuspendError,
} from "../../../engine/mod.ts";
import type {
  FunctionInstance,
  ModuleInstance,
  RawValue,
} from "../../../engine/mod.ts";
import { DONE, PENDING, STOPPED } from "../../../engine/thread.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  host,
  instanceOf,
  pollSeldom,
  resultsOf,
  resultWriter,
  runInSteps,
  signature,
  slowHost,
  stopEvery,
  throughJson,
  trapOf,
  writer,
} from "./guest.ts";

/** n + (n - 1) + ... + 1, one frame for each. */
const SUM = `
  local.get 0
  if [:i]
    local.get 0 local.get 0 i32.const 1 i32.sub call $sum i32.add
  else i32.const 0 end`;
const FACTORIAL = `
  local.get 0 i64.eqz
  if [:I] i64.const 1
  else local.get 0 local.get 0 i64.const 1 i64.sub call $factorial i64.mul end`;

function recursive() {
  return instanceOf(
    new Assembler()
      .function("sum", "i:i", "", SUM)
      .function("factorial", "I:I", "", FACTORIAL),
  );
}

/** Starts a thread that stops after so many points. */
function stoppedBy(
  callee: FunctionInstance,
  args: RawValue[],
  points: number,
): void {
  const poll = stopEvery(points);
  assert.is(new Thread(callee).start(writer(callee, args), poll), STOPPED);
  pollSeldom();
}

/** Starts a thread that stops at its n-th interruption point. */
function stoppedAt(
  callee: FunctionInstance,
  args: RawValue[],
  interruption: number,
): Thread {
  const thread = new Thread(callee);
  let points = 0;
  const stop = stopEvery(0);
  const poll = () => stop() && ++points === interruption;
  assert.is(thread.start(writer(callee, args), poll), STOPPED);
  pollSeldom();
  return thread;
}

test("a thread stops 1,000 frames deep, goes through JSON, and ends right", () => {
  const { exports } = recursive();
  const sum = exports.get("sum") as FunctionInstance;
  const factorial = exports.get("factorial") as FunctionInstance;
  const first = stoppedAt(sum, [2000n], 1000);
  assert.is(first.save().frames.length, 1001);
  const second = stoppedAt(factorial, [20n], 10);
  assert.equal(callRaw(sum, [5000n]), [12_502_500n]);
  const firstAgain = throughJson(first);
  const secondAgain = throughJson(second);
  assert.is(firstAgain.resume(), DONE);
  assert.equal(resultsOf(firstAgain), [2_001_000n]);
  assert.is(secondAgain.resume(), DONE);
  assert.equal(resultsOf(secondAgain), [2_432_902_008_176_640_000n]);
  // The originals are still stopped, and independent.
  assert.is(second.resume(), DONE);
  assert.equal(resultsOf(second), [2_432_902_008_176_640_000n]);
  assert.is(first.resume(), DONE);
  assert.equal(resultsOf(first), [2_001_000n]);
});

/** sum, half of whose frames belong to each of two instances. */
function crossing() {
  const first = instanceOf(
    new Assembler()
      .table("table", "r", 1)
      .function(
        "sum",
        "i:i",
        "",
        `local.get 0
        if [:i]
          local.get 0 local.get 0 i32.const 1 i32.sub
          i32.const 0 call_indirect [i:i] i32.add
        else i32.const 0 end`,
      ),
  );
  const second = instanceOf(
    new Assembler()
      .importFunction("first", "sum", "i:i")
      .importTable("first", "table", 1)
      .function("odd", "i:i", "", SUM)
      .elements("i32.const 0", ["odd"]),
    Object.fromEntries(first.exports),
  );
  return { first, second };
}

test("a thread stops and goes on across instances and tables", () => {
  const { first, second } = crossing();
  for (const callee of [func(first, "sum"), func(second, "odd")]) {
    const stopped = stoppedAt(callee, [2000n], 1000);
    const { frames } = stopped.save();
    assert.is(frames.length, 1001);
    assert.is(new Set(frames.map((frame) => frame.instance)).size, 2);
    assert.is(machine().crossings.length, 0);
    call(second, "odd", 3000n);
    const again = throughJson(stopped);
    assert.is(again.resume(), DONE);
    assert.equal(resultsOf(again), [2_001_000n]);
  }
});

const LIVE = `
  local.get 0 i32.eqz
  if [:IFfv]
    local.get 1 local.get 2 local.get 3 local.get 4
    return
  end
  local.get 1 local.set 5
  local.get 2 local.set 6
  local.get 3 local.set 7
  local.get 4 local.set 8
  local.get 0 i32.const 1 i32.sub
  local.get 1 i64.const 1 i64.add
  local.get 2 local.get 3 local.get 4 v128.not
  call $live
  drop drop drop
  local.get 5 i64.add
  local.get 6 local.get 7 local.get 8`;

test("live i64, f64, f32 and v128 keep every bit, NaN payloads too", () => {
  const instance = instanceOf(
    new Assembler().function(
      "live",
      "iIFfv:IFfv",
      "IFfv",
      LIVE.replaceAll("[:IFfv]", ""),
    ),
  );
  const quietless = 0x7ff0_0000_dead_beefn;
  const short = 0xff80_1234n;
  const vector = 0x7ff0_0000_0000_0001_fff4_5678_9abc_def0n;
  const args = [100n, 0x1_ffff_fffen, quietless, short, vector];
  const expected = callRaw(func(instance, "live"), args);
  assert.equal(expected.slice(1), [quietless, short, vector]);
  const { results, stops } = runInSteps(func(instance, "live"), args);
  assert.equal(results, expected);
  assert.ok(stops >= 100);
});

/** Programs of every kind of control flow, with an argument for each. */
function zoo() {
  const { first, second } = crossing();
  const odd = func(second, "odd");
  const next = host("i:i", (n) => [n as bigint + 1n]);
  const swap = host("iI:Ii", (a, b) => [b, a]);
  const types = "call_indirect [i:i]";
  const source = new Assembler()
    .importFunction("other", "odd", "i:i")
    .importFunction("host", "next", "i:i")
    .importFunction("host", "swap", "iI:Ii")
    .memory("memory", 1)
    .global("g", "mut I", "i64.const 7")
    .table("table", "r", 4)
    .function("fib", "i:i", "", FIB)
    .function("fact", "i:i", "I", FACT)
    .function("down", "i:i", "", tail("return_call $down"))
    .function("hop", "i:i", "", tail("i32.const 1 return_call_indirect [i:i]"))
    .function("leap", "i:i", "", tail("ref.func $leap return_call_ref [i:i]"))
    .function("away", "i:i", "", "local.get 0 return_call $odd")
    .function("hosted", "i:i", "", "local.get 0 return_call $next")
    .function("swaps", "i:i", "I", SWAPS)
    .function("dispatch", "i:i", "ii", DISPATCH.replaceAll("CALL", types))
    .function("bytes", "i:i", "i", BYTES)
    .function("pair", "i:ii", "", "local.get 0 local.get 0 call $next")
    .function("pairs", "i:i", "i", PAIRS)
    .elements("i32.const 0", ["fib", "hop", "odd", "next"]);
  const imports = { odd, next, swap };
  return { zoo: instanceOf(source, imports), first, second };
}

const FIB = `
  local.get 0 i32.const 2 i32.lt_s
  if [:i] local.get 0
  else
    local.get 0 i32.const 1 i32.sub call $fib
    local.get 0 i32.const 2 i32.sub call $fib i32.add
  end`;
const FACT = `
  i64.const 1 local.set 1
  loop
    local.get 1 local.get 0 i64.extend_i32_u i64.mul local.set 1
    global.get 0 local.get 1 i64.xor global.set 0
    local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
  end
  local.get 1 global.get 0 i64.rotl i32.wrap_i64`;
const tail = (code: string) => `
  local.get 0 i32.eqz if i32.const 77 return end
  local.get 0 i32.const 1 i32.sub ${code}`;
const SWAPS = `
  loop
    local.get 0 local.get 1 call $swap
    i32.const 3 i32.add local.set 0
    i64.const 5 i64.add local.set 1
    local.get 1 i64.const 50 i64.lt_u br_if 0
  end
  local.get 0 local.get 1 i32.wrap_i64 i32.mul`;
const DISPATCH = `
  loop
    block block block block
      local.get 0 i32.const 3 i32.and br_table 0 1 2 3
    end i32.const 9 i32.const 0 CALL local.get 1 i32.add local.set 1 br 2
    end i32.const 8 i32.const 1 CALL local.get 1 i32.add local.set 1 br 1
    end i32.const 6 i32.const 2 CALL local.get 1 i32.add local.set 1 br 0
    end
    local.get 1 i32.const 3 CALL local.set 1
    local.get 0 i32.const 1 i32.sub local.tee 0
    i32.const 0 i32.ge_s br_if 0
  end
  local.get 1`.replace(/br (\d)/g, "br $1");
const BYTES = `
  loop
    local.get 0 local.get 0 i32.store8 +100
    local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
  end
  loop
    local.get 1 i32.const 1 i32.add local.tee 1
    i32.load8_u +100 br_if 0
  end
  local.get 1`;
const PAIRS = `
  loop
    local.get 0 call $pair local.get 1 i32.add local.set 1
    local.set 0
    local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
  end
  local.get 1`;

const ARGUMENTS: Readonly<Record<string, bigint>> = {
  fib: 9n,
  fact: 12n,
  down: 20n,
  hop: 20n,
  leap: 20n,
  away: 20n,
  hosted: 20n,
  swaps: 20n,
  dispatch: 15n,
  bytes: 30n,
  pairs: 10n,
};

test("a program that stops at every point comes to the same", () => {
  // Two alike: one runs through, the other in steps, so that state agrees.
  const through = zoo().zoo;
  const stepped = zoo().zoo;
  for (const [name, argument] of Object.entries(ARGUMENTS)) {
    for (const branches of [0, 1, 2, 6]) {
      const expected = callRaw(func(through, name), [argument]);
      const run = runInSteps(func(stepped, name), [argument], branches);
      assert.equal(run.results, expected, `${name} by ${branches}`);
      if (branches === 0) assert.ok(run.stops > 0, `${name} never stopped`);
    }
  }
  assert.is(machine().crossings.length, 0);
});

test("long code without a branch can be stopped in its middle", () => {
  const steps = [
    "local.get 0 i32.const 3 i32.mul i32.const 1 i32.xor local.set 0",
    "local.get 1 local.get 0 i64.extend_i32_u i64.add i64.const 9 i64.rotl",
    "i64.const 7 i64.div_u local.set 1",
    "local.get 2 local.get 1 i64x2.splat i16x8.mul v128.not local.set 2",
    "local.get 3 local.get 0 f64.convert_i32_u f64.add f64.sqrt local.set 3",
  ].join(" ") + " ";
  // Operands that wait on the stack meanwhile, and a block never left early.
  const code = `local.get 0 f64.const 4611686018427387904
    block ${steps.repeat(150)} local.get 1 i64.eqz br_if 0 ${steps.repeat(150)}
    end
    local.get 3 f64.add local.get 1 local.get 2`;
  const source = new Assembler()
    .function("f", "i:iFIv", "IvF", code);
  const callee = func(instanceOf(source), "f");
  const expected = callRaw(callee, [5n]);
  const { results, stops } = runInSteps(callee, [5n]);
  assert.equal(results, expected);
  assert.ok(stops >= 10, `${stops} stops`);
});

test("a call of a host function across instances can stop, too", () => {
  const { zoo: inner } = zoo();
  const outer = instanceOf(
    new Assembler()
      .importFunction("inner", "hosted", "i:i")
      .importFunction("inner", "away", "i:i")
      .function("f", "i:i", "", "local.get 0 call $hosted i32.const 2 i32.mul")
      .function("g", "i:i", "", "local.get 0 return_call $hosted")
      .function("h", "i:i", "", "local.get 0 call $away i32.const 2 i32.mul"),
    Object.fromEntries(inner.exports),
  );
  for (const [name, expected] of [["f", 42n], ["g", 21n], ["h", 420n]]) {
    const callee = func(outer, name as string);
    for (let branches = 0; branches < 30; branches++) {
      const { results } = runInSteps(callee, [20n], branches);
      assert.equal(results, [expected], `${name} by ${branches}`);
    }
  }
});

test("a poll comes at the same point, however cold the loop is", () => {
  // It is left every few points at first, and once at the beginning of a call,
  // to be warmed up after a collection; 2,000 bytes are some points, too.
  const instance = instanceOf(
    new Assembler().memory("m", 1).function(
      "f",
      "i:",
      "",
      `loop i32.const 8 i32.const 1 local.get 0 memory.fill
      i32.const 0 i32.const 0 i32.load i32.const 1 i32.add i32.store br 0 end`,
    ),
  );
  const [memory] = instance.memories;
  const roundsTo = (points: number, bytes: bigint): number => {
    memory.view.setInt32(0, 0, true);
    stoppedBy(func(instance, "f"), [bytes], points);
    return memory.view.getInt32(0, true);
  };
  const counts = [0, 15, 16, 17, 18, 254, 255, 256, 257, 999];
  const rounds = () =>
    [0n, 2000n].flatMap((bytes) =>
      counts.map((points) => roundsTo(points, bytes))
    );
  const cold = rounds();
  assert.equal(cold.slice(0, counts.length), counts);
  roundsTo(2_000_000, 0n);
  assert.equal(rounds(), cold);
  // Workers without it are warmed up once.
  if (typeof WeakRef === "undefined") return;
  // As if the collector had just run, each time that the driver looks.
  const { deref } = WeakRef.prototype;
  const { now } = Date;
  let time = now();
  let looks = 0;
  Date.now = () => time += 3_600_000;
  WeakRef.prototype.deref = function () {
    const value = deref.call(this);
    if (value === undefined || Object.keys(value).length > 0) return value;
    looks++;
    return undefined;
  };
  try {
    assert.equal(rounds(), cold);
  } finally {
    WeakRef.prototype.deref = deref;
    Date.now = now;
  }
  assert.ok(looks > 0);
});

test("references in locals and operands are kept", () => {
  const instance = instanceOf(
    new Assembler()
      .table("table", "r", 1)
      .function("id", "e:e", "", "local.get 0")
      .function(
        "is",
        "r:i",
        "r",
        "local.get 0 local.set 1 local.get 1 ref.is_null",
      )
      .function(
        "keep",
        "eir:eri",
        "er",
        `local.get 0 local.set 3 local.get 2 local.set 4
        loop
          local.get 3 call $id local.set 3
          local.get 1 i32.const 1 i32.sub local.tee 1 br_if 0
        end
        local.get 3 call $id local.get 4 local.get 4 call $is`,
      ),
  );
  const object = { any: "thing" };
  const callee = func(instance, "keep");
  const id = func(instance, "id");
  for (const args of [[object, 5n, id], [null, 3n, null]]) {
    const { results } = runInSteps(callee, args);
    assert.is(results[0], args[0]);
    assert.is(results[1], args[2]);
    assert.is(results[2], args[2] === null ? 1n : 0n);
  }
});

test("a host function that waits gets its results in when it is resumed", () => {
  const wait = slowHost("i:i");
  const waitLong = slowHost("I:I");
  const several = slowHost("iI:Ifiv");
  const wider = slowHost(":IIII");
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "wait", "i:i")
      .importFunction("h", "long", "I:I")
      .importFunction("h", "several", "iI:Ifiv")
      .importFunction("h", "wider", ":IIII")
      .function("one", "i:i", "", "local.get 0 local.get 0 call $wait i32.sub")
      .function("two", "I:I", "", "local.get 0 local.get 0 call $long i64.sub")
      .function("all", "iI:Ifiv", "", "local.get 0 local.get 1 call $several")
      .function(
        "tail",
        "iI:Ifiv",
        "",
        "local.get 0 local.get 1 return_call $several",
      )
      .function("grow", ":IIII", "", "return_call $wider")
      .function("over", ":I", "I", "call $grow i64.add i64.add i64.sub"),
    { wait, long: waitLong, several, wider },
  );
  const many = [0x8000_0000_0000_0001n, 0x7f80_0001n, 5n, 1n << 127n];
  const four = [1000n, 1n, 2n, 3n];
  const cases: [
    string,
    RawValue[],
    FunctionInstance,
    RawValue[],
    RawValue[],
  ][] = [
    ["one", [10n], wait, [3n], [7n]],
    ["two", [1n << 40n], waitLong, [1n], [(1n << 40n) - 1n]],
    ["all", [1n, 2n], several, many, many],
    ["tail", [1n, 2n], several, many, many],
    ["grow", [], wider, four, four],
    ["over", [], wider, four, [994n]],
  ];
  for (const [name, args, waited, arrived, results] of cases) {
    const callee = func(instance, name);
    const thread = new Thread(callee);
    assert.is(thread.start(writer(callee, args)), PENDING, name);
    assert.is(thread.waitsFor, waited);
    const again = throughJson(thread);
    assert.is(again.resume(resultWriter(waited, arrived)), DONE, name);
    assert.equal(resultsOf(again), results, name);
  }
});

test("a wait across instances comes back through both", () => {
  const wait = slowHost("i:i");
  const inner = instanceOf(
    new Assembler()
      .importFunction("h", "wait", "i:i")
      .function(
        "plain",
        "i:i",
        "",
        "local.get 0 call $wait i32.const 1 i32.add",
      )
      .function("tail", "i:i", "", "local.get 0 return_call $wait"),
    { wait },
  );
  const outer = instanceOf(
    new Assembler()
      .importFunction("inner", "plain", "i:i")
      .importFunction("inner", "tail", "i:i")
      .function("a", "i:i", "", "local.get 0 local.get 0 call $plain i32.mul")
      .function("b", "i:i", "", "local.get 0 local.get 0 call $tail i32.mul")
      .function("c", "i:i", "", "local.get 0 return_call $tail"),
    Object.fromEntries(inner.exports),
  );
  for (const [name, expected] of [["a", 77n], ["b", 70n], ["c", 10n]]) {
    const callee = func(outer, name as string);
    const thread = new Thread(callee);
    assert.is(thread.start(writer(callee, [7n])), PENDING);
    assert.is(machine().crossings.length, 0);
    const again = throughJson(thread);
    assert.is(again.resume(resultWriter(wait, [10n])), DONE);
    assert.equal(resultsOf(again), [expected], name as string);
    assert.is(machine().crossings.length, 0);
  }
});

/** Asks for n numbers, one after the other; their sum and how many. */
const ASKING = `
  loop
    local.get 1 local.get 2 call $wait i64.extend_i32_u i64.add local.set 1
    local.get 2 i32.const 1 i32.add local.tee 2
    local.get 0 i32.lt_u br_if 0
  end
  local.get 1`;

test("a thousand waiting threads go on in any order", () => {
  const asked: number[] = [];
  const wait = slowHost("i:i", (n) => void asked.push(Number(n)));
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "wait", "i:i")
      .function("ask", "i:I", "Ii", ASKING),
    { wait },
  );
  const callee = func(instance, "ask");
  const questions = (i: number) => 1 + i % 5;
  const threads = Array.from({ length: 1000 }, () => new Thread(callee));
  threads.forEach((thread, i) => {
    const args = [BigInt(questions(i))];
    assert.is(thread.start(writer(callee, args)), PENDING);
  });
  const waiting = threads.map((_, i) => i);
  const answers = new Array(1000).fill(0);
  for (let seed = 1; waiting.length > 0;) {
    seed = Math.imul(seed, 1_103_515_245) + 12_345 >>> 0;
    const at = (seed >>> 8) % waiting.length;
    const i = waiting[at];
    const answer = resultWriter(wait, [BigInt(i * 10 + answers[i]++)]);
    if (threads[i].resume(answer) === PENDING) continue;
    const n = questions(i);
    const sum = i * 10 * n + n * (n - 1) / 2;
    assert.equal(resultsOf(threads[i]), [BigInt(sum)]);
    waiting.splice(at, 1);
  }
  assert.equal(answers, threads.map((_, i) => questions(i)));
  assert.is(asked.length, 3000);
});

test("a thread goes on at another base, inside a host function", () => {
  const sum = func(recursive(), "sum");
  const stopped = stoppedAt(sum, [500n], 250);
  let results: RawValue[] = [];
  const resume = host("i:i", (n) => {
    assert.is(stopped.resume(), DONE);
    results = resultsOf(stopped);
    return [n as bigint * 2n];
  });
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "resume", "i:i")
      .function("deep", "i:i", "iIF", DEEP),
    { resume },
  );
  assert.is(call(instance, "deep", 20n), 20n * 2n ** 20n);
  assert.equal(results, [125_250n]);
});

/** Calls itself down to 0, then the host, and doubles the result each time. */
const DEEP = `
  local.get 0 i32.eqz
  if [:i] i32.const 10 call $resume
  else local.get 0 i32.const 1 i32.sub call $deep i32.const 1 i32.shl end`;

test("a thread that stops inside a host function goes on outside", () => {
  const sum = func(recursive(), "sum");
  let inner: Thread | undefined;
  const stop = host(":", () => {
    inner = stoppedAt(sum, [500n], 250);
  });
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "stop", ":")
      .function("f", "I:I", "", "call $stop local.get 0"),
    { stop },
  );
  assert.is(call(instance, "f", 1n << 50n), 1n << 50n);
  const again = throughJson(inner!);
  assert.is(again.resume(), DONE);
  assert.equal(resultsOf(again), [125_250n]);
});

/** An instance whose `outer` calls the host, which calls `inner`. */
function nested(inner: string) {
  const errors: unknown[] = [];
  const enter = host("i:i", (n) => {
    try {
      return callRaw(func(instance, "inner"), [n as bigint]);
    } catch (error) {
      errors.push(error);
      throw error;
    }
  });
  const wait = slowHost(":i", undefined, "env.wait");
  const instance: ModuleInstance = instanceOf(
    new Assembler()
      .importFunction("h", "enter", "i:i")
      .importFunction("h", "wait", ":i")
      .memory("memory", 1)
      .function("inner", "i:i", "Iii", inner)
      .function(
        "outer",
        "i:i",
        "I",
        `i64.const 5 local.set 1
        local.get 0 call $enter local.get 1 i32.wrap_i64 i32.add`,
      ),
    { enter, wait },
  );
  return { instance, errors };
}

test("a nested call has frames of its own", () => {
  const { instance } = nested("local.get 0 i32.const 3 i32.mul");
  assert.is(call(instance, "outer", 7n), 26n);
});

test("after a trap in a nested call everything is as before", () => {
  const { instance, errors } = nested(
    "i32.const 100 local.get 0 i32.div_u local.get 0 i32.load i32.add",
  );
  const { top, crossings, next } = machine();
  for (
    const [n, code] of [
      [0n, TrapCode.DivideByZero],
      [0xffffn, TrapCode.MemoryOutOfBounds],
    ] as const
  ) {
    const trap = trapOf(() => call(instance, "outer", n));
    assert.is(trap.code, code);
    assert.is(trap, errors.pop());
    assert.is(machine().top, top);
    assert.is(machine().next, next);
    assert.is(crossings.length, 0);
    assert.is(call(instance, "outer", 50n), 7n);
  }
});

test("a host function may catch the trap of a nested call and go on", () => {
  const attempt = host("i:i", (n) => {
    try {
      return callRaw(func(instance, "in"), [n as bigint]);
    } catch {
      return [0xffffffffn];
    }
  });
  const other = instanceOf(
    new Assembler().function(
      "div",
      "i:i",
      "",
      "i32.const 12 local.get 0 i32.div_u",
    ),
  );
  const instance: ModuleInstance = instanceOf(
    new Assembler()
      .importFunction("h", "attempt", "i:i")
      .importFunction("other", "div", "i:i")
      .function(
        "try",
        "i:i",
        "",
        "local.get 0 call $attempt i32.const 1 i32.add",
      )
      .function("in", "i:i", "", "local.get 0 call $div"),
    { attempt, div: func(other, "div") },
  );
  assert.is(call(instance, "try", 4n), 4n);
  assert.is(call(instance, "try", 0n), 0n);
  assert.is(call(instance, "try", 3n), 5n);
  assert.is(machine().crossings.length, 0);
});

test("what a host function throws passes through unchanged", () => {
  const thrown = { not: "an error" };
  const fail = host(":", () => {
    throw thrown;
  });
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "fail", ":")
      .function("f", ":", "I", "call $fail")
      .function("g", "i:i", "", "local.get 0"),
    { fail },
  );
  const { top } = machine();
  try {
    call(instance, "f");
    assert.unreachable();
  } catch (error) {
    assert.is(error, thrown);
  }
  assert.is(machine().top, top);
  assert.is(call(instance, "g", 5n), 5n);
});

test("a synchronous call that would have to wait names the host function", () => {
  const { instance } = nested("call $wait");
  for (const name of ["inner", "outer"]) {
    try {
      call(instance, name, 1n);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, WouldSuspendError);
      assert.is((error as WouldSuspendError).functionName, "env.wait");
    }
  }
  const thread = new Thread(func(instance, "outer"));
  assert.throws(
    () => thread.start(writer(thread.callee, [1n])),
    (error: unknown) => error instanceof WouldSuspendError,
  );
});

test("a thread of a host function runs and waits like any other", () => {
  const quick = host("iI:Ii", (a, b) => [b, a]);
  const thread = new Thread(quick);
  assert.is(thread.start(writer(quick, [1n, 2n])), DONE);
  assert.equal(resultsOf(thread), [2n, 1n]);
  const slow = slowHost("iI:Ii");
  const waiting = new Thread(slow);
  assert.is(waiting.start(writer(slow, [1n, 2n])), PENDING);
  const again = throughJson(waiting);
  assert.is(again.resume(resultWriter(slow, [3n, 4n])), DONE);
  assert.equal(resultsOf(again), [3n, 4n]);
});

test("a thread that is not stopped cannot be saved or resumed", () => {
  const sum = func(recursive(), "sum");
  const thread = new Thread(sum);
  assert.throws(() => thread.save(), "the thread is not stopped");
  assert.throws(() => thread.resume(), "the thread is not stopped");
  thread.start(writer(sum, [3n]));
  assert.throws(() => thread.resume(), "the thread is not stopped");
});

test("a thread that there is no room to resume can be resumed later", () => {
  const sum = func(recursive(), "sum");
  const stopped = stoppedAt(sum, [90_000n], 80_000);
  let code = 0;
  const resume = host("i:i", () => {
    code = trapOf(() => stopped.resume()).code;
    return [1n];
  });
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "resume", "i:i")
      .function("deep", "i:i", "I*40", ROOMY),
    { resume },
  );
  assert.is(call(instance, "deep", 46_000n), 1n);
  assert.is(code, TrapCode.CallStackExhausted);
  assert.is(stopped.resume(), DONE);
  assert.equal(resultsOf(stopped), [4_050_045_000n & 0xffff_ffffn]);
});

const ROOMY = `
  local.get 0
  if [:i] local.get 0 i32.const 1 i32.sub call $deep
  else i32.const 0 call $resume end`;

test("a thread that stops in its last frames goes as deep as one that does not", () => {
  const instance = instanceOf(
    new Assembler()
      .global("depth", "mut i", "i32.const 0")
      .function("deep", ":", "v*490", `${COUNT} call $deep`),
  );
  const deep = func(instance, "deep");
  const { words } = instance.globals[0];
  trapOf(() => callRaw(deep, []));
  const depth = words[0];
  words[0] = 0;
  const stop = stopEvery(0);
  const poll = () => stop() && words[0] > depth - 5;
  const thread = new Thread(deep);
  let stops = 0;
  let outcome = thread.start(() => {}, poll);
  const trap = trapOf(() => {
    while (outcome === STOPPED) {
      stops++;
      outcome = thread.resume(undefined, poll);
    }
  });
  pollSeldom();
  assert.is(trap.code, TrapCode.CallStackExhausted);
  assert.is(words[0], depth);
  assert.ok(stops >= 4);
});

const COUNT = "global.get 0 i32.const 1 i32.add global.set 0";

test("results may be made by a guest while the thread goes on", () => {
  const wait = slowHost("i:i");
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "wait", "i:i")
      .function("sum", "i:i", "", SUM)
      .function("run", "i:i", "i", WAITING),
    { wait },
  );
  const thread = new Thread(func(instance, "run"));
  assert.is(thread.start(writer(thread.callee, [5n])), PENDING);
  const outcome = thread.resume((base) => {
    machine().I[base] = Number(call(instance, "sum", 100n));
  });
  assert.is(outcome, DONE);
  assert.equal(resultsOf(thread), [5n + 7n + 5050n]);
});

const WAITING = `
  i32.const 7 local.set 1
  local.get 0 i32.const 1 call $wait local.get 1 i32.add i32.add`;

test("a trap ends a thread, and what it was called with does not matter", () => {
  const instance = instanceOf(
    new Assembler().function(
      "f",
      "i:i",
      "",
      `loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end
      i32.const 1 local.get 0 i32.div_u`,
    ),
  );
  const thread = stoppedAt(func(instance, "f"), [10n], 5);
  assert.is(trapOf(() => thread.resume()).code, TrapCode.DivideByZero);
  assert.throws(() => thread.resume(), "the thread is not stopped");
  assert.is(machine().crossings.length, 0);
});

test("a poll may throw, which ends the run", () => {
  const sum = func(recursive(), "sum");
  const error = new Error("enough");
  const stop = stopEvery(10);
  const { top } = machine();
  assert.throws(
    () =>
      new Thread(sum).start(writer(sum, [100n]), () => {
        stop();
        throw error;
      }),
    (thrown: unknown) => thrown === error,
  );
  pollSeldom();
  assert.is(machine().top, top);
  assert.equal(callRaw(sum, [10n]), [55n]);
});

test("a host function sees the caller's instance", () => {
  const seen: unknown[] = [];
  const who = hostFunction(
    signature(":"),
    (_m, _base, caller) => void seen.push(caller),
    "who",
  );
  const source = () =>
    new Assembler()
      .importFunction("h", "who", ":")
      .function("f", ":", "", "call $who")
      .function("tail", ":", "", "return_call $who");
  const one = instanceOf(source(), { who });
  const two = instanceOf(source(), { who });
  const calling = instanceOf(
    new Assembler().importFunction("one", "f", ":").function(
      "g",
      ":",
      "",
      "call $f",
    ),
    { f: func(one, "f") },
  );
  for (const [instance, name] of [[one, "f"], [two, "tail"], [calling, "g"]]) {
    call(instance as typeof one, name as string);
  }
  assert.equal(seen.map((caller) => [one, two].indexOf(caller as typeof one)), [
    0,
    1,
    0,
  ]);
});

test.run();
