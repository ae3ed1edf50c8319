/**
 * Asks an engine with nearly all features whether modules are valid: the V8
 * of a newer Node or of Deno in a child process, where one is installed, or
 * else the V8 that runs the tests, which lacks the features of `without`.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { Feature } from "../../engine/mod.ts";
import { hostWasm } from "./host.ts";

export interface Validator {
  readonly name: string;
  /** Features of ours that this validator does not have. */
  readonly without: number;
  /** For each module "" where it is valid, or else why not. */
  check(modules: readonly Uint8Array[]): string[];
}

/** Reads modules, each after its length, and prints the answers as JSON. */
const SCRIPT = `
const { default: process } = await import("node:process");
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { Buffer } = await import("node:buffer");
const all = Buffer.concat(chunks);
const answers = [];
for (let at = 0; at < all.length;) {
  const end = at + 4 + all.readUInt32LE(at);
  const bytes = new Uint8Array(all.subarray(at + 4, end));
  at = end;
  if (WebAssembly.validate(bytes)) { answers.push(""); continue; }
  try {
    new WebAssembly.Module(bytes);
    answers.push("invalid");
  } catch (error) {
    answers.push(error.message);
  }
}
process.stdout.write(JSON.stringify(answers));
`;

const NODE_ARGS = ["--input-type=module", "--eval", SCRIPT];
const CANDIDATES: readonly (readonly [string, readonly string[]])[] = [
  ["tests/runtimes/node_modules/node/bin/node", NODE_ARGS],
  ["node_modules/.bin/deno", ["eval", SCRIPT]],
];
const BATCH_BYTES = 8 << 20;

/** The best validator there is, or undefined. */
export function findValidator(): Validator | undefined {
  const given = process.env.WAXWING_VALIDATOR; // a node
  const all = given ? [[given, NODE_ARGS] as const] : CANDIDATES;
  for (const [program, args] of all) {
    if (!existsSync(program)) continue;
    const validator = childValidator(program, args);
    try {
      validator.check([new Uint8Array(8)]);
      return validator;
    } catch {
      // not for this machine: the next one
    }
  }
  return hostWasm && ownValidator();
}

function childValidator(program: string, args: readonly string[]): Validator {
  const ask = (modules: readonly Uint8Array[]): string[] => {
    const input = Buffer.concat(modules.flatMap((bytes) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }));
    const { status, stdout, stderr } = spawnSync(program, args, {
      input,
      maxBuffer: 64 << 20,
    });
    if (status === 0) return JSON.parse(stdout.toString()) as string[];
    throw new Error(`${program}: ${stderr?.toString()}`);
  };
  return {
    name: program,
    without: 0,
    check: (modules) => batches(modules).flatMap(ask),
  };
}

function batches(modules: readonly Uint8Array[]): Uint8Array[][] {
  const all: Uint8Array[][] = [];
  let size = BATCH_BYTES;
  for (const bytes of modules) {
    if (size >= BATCH_BYTES) {
      all.push([]);
      size = 0;
    }
    all[all.length - 1].push(bytes);
    size += bytes.length;
  }
  return all;
}

function ownValidator(): Validator {
  return {
    name: "this process",
    without: Feature.TailCall | Feature.ExtendedConst |
      Feature.FunctionReferences | Feature.MultiMemory,
    check: (modules) =>
      modules.map((bytes) => hostWasm?.validate(bytes) ? "" : "invalid"),
  };
}
