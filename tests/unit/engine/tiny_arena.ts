// Run in a process of its own, with --expose-gc: the machine's code arena has
// so little room that functions are dropped and translated again all the time.
// Prints a line for each part, "ok" and what it was.

import {
  callRaw,
  type Checkpoint,
  CompileError,
  compileModule,
  type FunctionInstance,
  instantiateModule,
  LinkError,
  restoring,
  takeCheckpoint,
  Thread,
} from "../../../engine/mod.ts";
import { DONE, prepareMachine, STOPPED } from "../../../engine/thread.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  host,
  instanceOf,
  resultsOf,
  runInSteps,
  stopEvery,
  throughJson,
  trapOf,
  writer,
} from "./guest.ts";

const CODE_WORDS = 3000;
prepareMachine({ stackBytes: 4 << 20, codeBytes: CODE_WORDS * 4 });

function check(what: string, isRight: boolean): void {
  console.log(isRight ? "ok" : "WRONG", what);
}

/** Of so many words, about; it adds `steps` to what `code` leaves. */
function padded(code: string, steps: number): string {
  return code + " i32.const 5 i32.xor i32.const 5 i32.xor".repeat(steps);
}

/**
 * 40 functions, each of which calls the next, the last one the first; n of
 * them together are far more than the arena holds.
 */
function ring(prefix: string): Assembler {
  const ring = new Assembler().importFunction("h", "other", "i:i")
    .table("table", "r", 1);
  for (let i = 0; i < 40; i++) {
    const next = `$${prefix}${(i + 1) % 40}`;
    ring.function(
      prefix + i,
      "i:i",
      "",
      `local.get 0 i32.eqz if i32.const ${i} return end ` + padded(
        `local.get 0 i32.const 1 i32.sub call ${next} i32.const 1 i32.add`,
        20,
      ),
    );
  }
  return ring;
}

const idle = host("i:i", (n) => [n]);
const first = instanceOf(ring("a"), { other: idle });
const a0 = func(first, "a0");
const expected = (n: bigint) => n + n % 40n;

check(
  "calls through more functions than fit",
  [0n, 5n, 10n, 5n, 7n, 10n].every((n) => callRaw(a0, [n])[0] === expected(n)),
);

/** One function that is called in turn with others that displace it. */
function displacing(): boolean {
  const names = Array.from({ length: 40 }, (_, i) => `a${i}`);
  for (let round = 0; round < 5; round++) {
    for (const [i, name] of names.entries()) {
      if (call(first, name, 2n) !== BigInt((i + 2) % 40 + 2)) return false;
    }
  }
  return true;
}
check("functions that displace each other", displacing());

// All frames at once are more than fits: the error is typed, nothing breaks.
function tooMuch(): boolean {
  try {
    callRaw(a0, [39n]);
    return false;
  } catch (error) {
    return error instanceof CompileError && displacing();
  }
}
check("code of live frames that does not fit", tooMuch());

/** Stops deep in one ring, runs others meanwhile, goes on. */
function stopped(callee: FunctionInstance, n: bigint, points: number): Thread {
  const thread = new Thread(callee);
  let count = 0;
  const stop = stopEvery(0);
  const outcome = thread.start(
    writer(callee, [n]),
    () => stop() && ++count === points,
  );
  if (outcome !== STOPPED) throw new Error("it did not stop");
  return thread;
}

function interleaved(): boolean {
  const threads = [3, 5, 7, 9].map((points) => stopped(a0, 10n, points));
  displacing();
  return threads.every((thread) => {
    const again = throughJson(thread);
    displacing();
    return again.resume() === DONE && resultsOf(again)[0] === expected(10n);
  });
}
check("threads whose code was dropped", interleaved());

// Every call needs a translation, every resumption several.
const second = instanceOf(ring("b"), { other: a0 });
const steps = runInSteps(func(second, "b3"), [10n]);
check(
  "stops at every point",
  steps.results[0] === 23n && steps.stops > 10,
);

const trapping = instanceOf(
  new Assembler().function(
    "f",
    "i:i",
    "",
    "local.get 0 if [:i] local.get 0 i32.const 1 i32.sub call $f " +
      "else unreachable end",
  ),
);

/** Guest, host, guest: the outer frames' code must stay. */
function nested(): boolean {
  const enter = host("i:i", (n) => {
    displacing();
    const trap = trapOf(() => call(trapping, "f", n));
    const depth = trap.frames.length;
    return [callRaw(a0, [n])[0] as bigint + BigInt(depth)];
  });
  const outer = instanceOf(
    new Assembler().importFunction("h", "enter", "i:i").function(
      "g",
      "i:i",
      "i",
      padded("local.get 0 call $enter local.get 0 i32.add", 10),
    ),
    { enter },
  );
  return [5n, 6n, 5n].every((n) => call(outer, "g", n) === 4n * n + 1n);
}
check("nested calls", nested());

/** Asks for more cells than there are, so that code is dropped. */
function fillUp(): void {
  const large = new Assembler();
  for (let i = 0; i < 1100; i++) large.function(`f${i}`, ":", "", "");
  try {
    instanceOf(large);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
  }
}

/** Modules are added after a run that was stopped, trapped or threw. */
function addedAfterwards(): boolean {
  const thread = stopped(a0, 10n, 5);
  fillUp();
  trapOf(() => call(trapping, "f", 5n));
  fillUp();
  return thread.resume() === DONE && resultsOf(thread)[0] === expected(10n);
}
check("modules added when nothing runs", addedAfterwards());

/** A host function that was tail-called adds modules. */
function addedInside(): boolean {
  const fill = host("i:i", (n) => {
    fillUp();
    displacing();
    fillUp();
    return [n];
  });
  const inner = instanceOf(
    new Assembler().importFunction("h", "fill", "i:i")
      .function("plain", "i:i", "", padded("local.get 0 call $fill", 5))
      .function("tail", "i:i", "III", "local.get 0 return_call $fill"),
    { fill },
  );
  const outer = instanceOf(
    new Assembler().importFunction("h", "plain", "i:i")
      .importFunction("h", "tail", "i:i")
      .function(
        "f",
        "i:i",
        "iI",
        "local.get 0 local.get 0 call $plain local.get 0 call $tail " +
          "local.get 0 call $own i32.add i32.add i32.add",
      )
      .function("own", "i:i", "II", "local.get 0 return_call $tail"),
    Object.fromEntries(inner.exports),
  );
  return [5n, 6n].every((n) => call(outer, "f", n) === 4n * n);
}
check("modules added by host functions", addedInside());

/** The frames of a checkpoint are made again where there were others. */
function checkpoints(): boolean {
  let taken: Checkpoint | undefined;
  let times = 0;
  const mark = host("i:i", (n) => {
    taken = takeCheckpoint();
    return [n];
  });
  const jump = host("i:i", (n) => {
    if (times++ === 5) return [n];
    displacing();
    throw restoring(taken!, (m, base) => {
      m.I[base] = times;
    });
  });
  const chain = (locals: string) => {
    const source = new Assembler().importFunction("h", "host", "i:i");
    for (let i = 0; i < 8; i++) {
      const code = `local.get 0 call ${i === 0 ? "$host" : `$f${i - 1}`}`;
      source.function(`f${i}`, "i:i", locals, padded(code, 5));
    }
    return source;
  };
  // Those that call `jump` lie higher, and belong to another instance.
  const other = instanceOf(chain("I*30"), { host: jump });
  const instance = instanceOf(
    chain("").importFunction("h", "jump", "i:i").function(
      "f",
      "i:i",
      "",
      padded("local.get 0 call $f7 call $jump", 5),
    ),
    { host: mark, jump: func(other, "f7") },
  );
  return call(instance, "f", 3n) === 5n && times === 6;
}
check("checkpoints whose code was dropped", checkpoints());

function isNoRoom(error: unknown): boolean {
  return error instanceof LinkError || error instanceof CompileError;
}

/** Modules come and go: their cells are given to others. */
async function manyModules(): Promise<boolean> {
  for (let i = 0; i < 400; i++) {
    const assembler = new Assembler();
    for (let k = 0; k < 10; k++) {
      assembler.function(`f${k}`, ":i", "", `i32.const ${i + k}`);
    }
    for (let tries = 0;; tries++) {
      try {
        // Not by `instanceOf`, which keeps what it makes.
        const module = compileModule(assembler.build());
        const instance = instantiateModule(module, () => undefined);
        if (call(instance, "f3") !== BigInt(i + 3)) return false;
        break;
      } catch (error) {
        if (!isNoRoom(error) || tries > 20) throw error;
        // The arena is full of cells: those of dropped modules come back.
        (globalThis as { gc?: () => void }).gc!();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  }
  return true;
}
check("modules that come and go", await manyModules());
