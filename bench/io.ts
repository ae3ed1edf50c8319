/**
 * What WASI calls cost: writing and reading 4 KB, listing a directory,
 * describing a file at the end of a path. Times are CPU time per call, the
 * guest's own instructions (see io.wat) included; copying 4 KB is taken off
 * where a call copies. Bytes are what the heap grows by per call. The exit code
 * is 1 for a wrong result, and with --check also for a missed pass mark.
 */

import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { MemoryFS, Runtime, wasi } from "../mod.ts";
import { repositoryPath } from "./files.ts";
import {
  digits,
  hostName,
  median,
  passMark,
  tableRow,
  timeMs,
  warmUntilSteady,
} from "./measure.ts";

const BLOCK = 4096;
/** Calls that are timed together, and how often. */
const CALLS = 2000;
const SAMPLES = 15;
const WIDTHS = [40, 10];

type Exports = Record<string, (n?: number) => number>;

function guestOn(fs: MemoryFS): Exports {
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const bytes = readFileSync(repositoryPath("bench/io.wasm"));
  return runtime.instantiate<Exports>(bytes, { fs }).exports;
}

function expect(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found}, not ${expected}`);
}

/** Microseconds that `work` takes for each of `count` things it does. */
function microseconds(count: number, work: () => void): number {
  warmUntilSteady(work, { least: 100, most: 2000, runs: 5 });
  const times = Array.from({ length: SAMPLES }, () => timeMs(work));
  return median(times) / count * 1000;
}

/** Bytes that the heap grows by for each of `count` things; V8 tells it. */
function allocated(count: number, work: () => void): number {
  const growths = Array.from({ length: SAMPLES }, () => {
    const before = process.memoryUsage().heapUsed;
    work();
    return process.memoryUsage().heapUsed - before;
  });
  return median(growths) / count;
}

/** What it takes to copy a block from a file as large as the one read. */
function copyMicroseconds(file: Uint8Array): number {
  const memory = new Uint8Array(BLOCK);
  return microseconds(CALLS, () => {
    for (let at = 0; at < CALLS * BLOCK; at += BLOCK) {
      memory.set(file.subarray(at, at + BLOCK), 0);
    }
  });
}

interface Line {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit?: number;
}

function transferLines(): Line[] {
  const file = new Uint8Array(CALLS * BLOCK);
  const guest = guestOn(new MemoryFS({ file }));
  expect("path_open", guest.open(), 0);
  const write = () => expect("fd_write", guest.write(CALLS), 0);
  const read = () => expect("fd_read", guest.read(CALLS), file.length);
  const writeUs = microseconds(CALLS, write);
  const copyUs = copyMicroseconds(file);
  const readUs = microseconds(CALLS, read);
  const marks = { unit: " us", limit: 2 };
  return [
    { what: "fd_write, 4 KB, discarded", value: writeUs, ...marks },
    { what: "  bytes allocated", value: allocated(CALLS, write), unit: "" },
    { what: "fd_read, 4 KB, of MemoryFS", value: readUs, unit: " us" },
    { what: "  beyond copying them", value: readUs - copyUs, ...marks },
    { what: "  bytes allocated", value: allocated(CALLS, read), unit: "" },
  ];
}

/** Listing all of a directory, per entry; 3 times as many cost the same. */
function listLines(): Line[] {
  const perEntry = (count: number) => {
    const guest = guestOn(filled(count));
    const all = count + 2; // with . and ..
    const list = () => expect("fd_readdir", guest.list(), all);
    return microseconds(all, list);
  };
  const [few, many] = [perEntry(10_000), perEntry(30_000)];
  return [
    { what: "fd_readdir of 10,000, per entry", value: few, unit: " us" },
    { what: "  of 30,000", value: many, unit: " us" },
    { what: "  ratio", value: many / few, unit: "", limit: 1.5 },
  ];
}

/** A path of five names, with few and with many files around it. */
function pathLines(): Line[] {
  const perCall = (count: number) => {
    const fs = filled(count);
    fs.writeFile("a/b/c/d/name", "");
    const guest = guestOn(fs);
    const stat = () => expect("path_filestat_get", guest.stat(CALLS), 0);
    return microseconds(CALLS, stat);
  };
  const [few, many] = [perCall(10), perCall(30_000)];
  return [
    { what: "path of 5 names among 10 files", value: few, unit: " us" },
    { what: "  among 30,000", value: many, unit: " us" },
    { what: "  ratio", value: many / few, unit: "", limit: 1.5 },
  ];
}

function filled(count: number): MemoryFS {
  const files = Array.from({ length: count }, (_, i) => [`file-${i}`, ""]);
  return new MemoryFS(Object.fromEntries(files));
}

function main(): void {
  const { values } = parseArgs({
    options: { check: { type: "boolean", default: false } },
  });
  console.log(`${hostName()}, CPU time\n`);
  let missed = false;
  const lines = [...transferLines(), ...listLines(), ...pathLines()];
  for (const { what, value, unit, limit } of lines) {
    let verdict = "";
    if (limit !== undefined) {
      const { pass } = passMark(what, value, "<=", limit, unit);
      if (!pass) missed = true;
      verdict = `${pass ? "PASS" : "FAIL"}  (<= ${limit}${unit})`;
    }
    const row = tableRow([what, digits(value, unit)], WIDTHS);
    console.log(`${row.padEnd(54)}${verdict}`.trimEnd());
  }
  if (missed && values.check) process.exitCode = 1;
}

main();
