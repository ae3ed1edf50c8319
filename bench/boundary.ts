/**
 * The benchmark of the boundary: a call from JavaScript into a guest, a guest's
 * call of the host, and the making of instances, their time and their memory.
 * Times are CPU time, warm, medians; the host's own WebAssembly does the same
 * in the same process.
 */

import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Runtime } from "../mod.ts";
import { readKernel } from "./files.ts";
import { type Line, readLineOptions, report } from "./lines.ts";
import { median, timeMs, warmUntilSteady } from "./measure.ts";

/**
 * Exports `same`, which returns its parameter, and `loop`, which calls the
 * import `env.next` so many times, with what it returned before.
 */
// deno-fmt-ignore
const GUEST = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, // magic, version
  1, 6, 1, 96, 1, 127, 1, 127, // (func (param i32) (result i32))
  2, 12, 1, 3, 101, 110, 118, 4, 110, 101, 120, 116, 0, 0, // env.next
  3, 3, 2, 0, 0,
  7, 15, 2, 4, 115, 97, 109, 101, 0, 1, 4, 108, 111, 111, 112, 0, 2,
  10, 31, 2, 4, 0, 32, 0, 11, // same: local.get 0
  24, 1, 1, 127, 3, 64, // loop: a local; loop
  32, 1, 16, 0, 33, 1, // local 1 = next(local 1)
  32, 0, 65, 1, 107, 34, 0, 13, 0, 11, // while (--local 0)
  32, 1, 11,
);

interface Exports {
  same(value: number): number;
  loop(count: number): number;
}

const BATCHES = 15;
/** By then the host has compiled what is called here for good. */
const WARM_UP = { least: 1000, most: 3000, runs: 5 };

/** CPU milliseconds of a batch, once warm. */
function batchMs(batch: () => void): number {
  warmUntilSteady(batch, WARM_UP);
  return median(Array.from({ length: BATCHES }, () => timeMs(batch)));
}

const CALLS = 100_000;

/** CPU nanoseconds of a call. */
function callNs(batch: () => void): number {
  return batchMs(batch) / CALLS * 1e6;
}

const INSTANCES = 200;

/** CPU microseconds of an instance. */
function instanceUs(batch: () => void): number {
  return batchMs(batch) / INSTANCES * 1e3;
}

function callsIn({ same }: Exports): number {
  return callNs(() => {
    let sum = 0;
    for (let i = 0; i < CALLS; i++) sum += same(1);
    if (sum !== CALLS) throw new Error(`same: ${sum}`);
  });
}

function callsOut({ loop }: Exports): number {
  return callNs(() => {
    const sum = loop(CALLS);
    if (sum !== CALLS) throw new Error(`loop: ${sum}`);
  });
}

/** With `next` on the raw stack, or on plain values. */
function runtimeFor(isRaw: boolean): Runtime {
  const runtime = new Runtime();
  const env = runtime.newHostModule("env");
  if (isRaw) {
    env.rawFunc("next", ["i32"], ["i32"], (stack, at) => {
      stack.setInt32(at, stack.getInt32(at, true) + 1, true);
    });
  } else {
    env.func("next", ["i32"], ["i32"], (value) => value + 1);
  }
  env.instantiate();
  return runtime;
}

function guest(isRaw: boolean): Exports {
  return runtimeFor(isRaw).instantiate<Exports>(GUEST).exports;
}

function hostGuest(): Exports | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const next = (value: number) => value + 1;
  const compiled = new WebAssembly.Module(GUEST);
  const { exports } = new WebAssembly.Instance(compiled, { env: { next } });
  return exports as unknown as Exports;
}

function callLines(): Line[] {
  const raw = guest(true), plain = guest(false), host = hostGuest();
  return [
    {
      what: "call of a trivial export",
      value: callsIn(raw),
      unit: " ns",
      host: host && callsIn(host),
      comparison: "<=",
      limit: 300,
    },
    {
      what: "guest's call of the host, raw stack",
      value: callsOut(raw),
      unit: " ns",
      host: host && callsOut(host),
      comparison: "<=",
      limit: 200,
    },
    {
      what: "guest's call of the host, plain values",
      value: callsOut(plain),
      unit: " ns",
      host: host && callsOut(host),
    },
  ];
}

/** A module, from an instance's making to its end. */
function instancesOf(runtime: Runtime, bytes: Uint8Array): number {
  const compiled = runtime.compile(bytes);
  return instanceUs(() => {
    for (let i = 0; i < INSTANCES; i++) {
      const instance = runtime.instantiate(compiled);
      if (Object.keys(instance.exports).length === 0) throw new Error("empty");
      instance.close();
    }
  });
}

/** With a page of memory, which takes most of the time, and without. */
function instanceLines(): Line[] {
  const bytes = readKernel("field64");
  const theirs = typeof WebAssembly === "undefined"
    ? undefined
    : new WebAssembly.Module(bytes);
  return [
    {
      what: "instance of a small module",
      value: instancesOf(new Runtime(), bytes),
      unit: " us",
      host: theirs && instanceUs(() => {
        for (let i = 0; i < INSTANCES; i++) new WebAssembly.Instance(theirs);
      }),
      comparison: "<=",
      limit: 30,
    },
    {
      what: "instance of one without a memory",
      value: instancesOf(runtimeFor(true), GUEST),
      unit: " us",
    },
  ];
}

/** What each of many instances keeps of the heap; the guest has no memory. */
function heapLines(): Line[] {
  const collect = garbageCollector();
  if (collect === undefined) return [];
  const runtime = runtimeFor(true);
  const compiled = runtime.compile(GUEST);
  const heapOfMore = () => {
    for (let i = 0; i < INSTANCES; i++) {
      void runtime.instantiate(compiled).exports;
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  heapOfMore();
  const before = heapOfMore(), after = heapOfMore();
  return [{
    what: "an instance beyond its memory",
    value: (after - before) / INSTANCES / 1000,
    unit: " KB",
    comparison: "<=",
    limit: 20,
  }];
}

/** Undefined where the host does not give it. */
function garbageCollector(): (() => void) | undefined {
  const { Bun } = globalThis as { Bun?: { gc(force: boolean): void } };
  if (Bun !== undefined) return () => Bun.gc(true);
  setFlagsFromString("--expose-gc");
  return runInNewContext("typeof gc === 'undefined' ? undefined : gc");
}

const options = readLineOptions();
report([...callLines(), ...instanceLines(), ...heapLines()], options);
