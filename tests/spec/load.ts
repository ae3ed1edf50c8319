/**
 * Reads the official specification tests, converted: a folder of bundles
 * `GROUP.json.gz`, or of folders GROUP with what wabt's wast2json writes, .json
 * beside .wasm. It is looked for in `$WAXWING_SPEC`, then in `../shared/spec`
 * relative to the project's root.
 *
 * A bundle is a {@link Bundle}, gzipped: the commands that wast2json writes,
 * which say by `features` what they need beyond 2.0 without SIMD, and the
 * modules in base64.
 */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import { EXPECTED_FAILURES } from "./expected_failures.ts";

/** A value as the scripts write it: bits as decimal text, or a pattern. */
export interface SpecValue {
  readonly type: string;
  readonly value?: string | readonly string[];
  readonly lane_type?: string;
  /** Of the type "either". */
  readonly values?: readonly SpecValue[];
}

export interface SpecAction {
  readonly type: "invoke" | "get";
  readonly module?: string;
  readonly field: string;
  readonly args?: readonly SpecValue[];
}

/** One command; which fields it has depends on its type. */
export interface SpecCommand {
  readonly type: string;
  readonly line: number;
  readonly features?: readonly string[];
  readonly name?: string;
  readonly filename?: string;
  readonly module_type?: string;
  readonly module?: string;
  readonly instance?: string;
  readonly as?: string;
  readonly action?: SpecAction;
  readonly expected?: readonly SpecValue[];
  readonly text?: string;
  readonly superseded_by?: string;
  readonly thread?: string;
  readonly shared_module?: string;
  readonly commands?: readonly SpecCommand[];
}

export interface SpecFile {
  readonly name: string;
  readonly commands: readonly SpecCommand[];
  /** Whether the commands say which features they need. */
  readonly listsFeatures: boolean;
  /** The module of a command's `filename`. */
  bytesOf(filename: string): Uint8Array;
}

export interface SpecGroup {
  readonly name: string;
  readonly files: readonly SpecFile[];
}

/** A group in one file; the modules are by their commands' `filename`. */
interface Bundle {
  readonly group: string;
  readonly files: readonly {
    readonly name: string;
    readonly commands: readonly SpecCommand[];
    readonly modules: Readonly<Record<string, string>>;
  }[];
}

/** The directory with the data, or undefined where there is none. */
export function findSpecData(): string | undefined {
  const given = process.env.WAXWING_SPEC;
  if (given) return existsSync(given) ? given : undefined;
  const usual = "../shared/spec";
  return existsSync(usual) ? usual : undefined;
}

/** The names of the groups in `directory`, in alphabetical order. */
export function groupNames(directory: string): string[] {
  const names = new Set<string>();
  for (const entry of readdirSync(directory).sort()) {
    const path = join(directory, entry);
    if (entry.endsWith(".json.gz")) names.add(entry.slice(0, -8));
    else if (entry.endsWith(".json")) names.add(basename(directory));
    else if (statSync(path).isDirectory() && hasScripts(path)) names.add(entry);
  }
  return [...names];
}

/** The groups that must be complete, or all of somebody's own folder. */
export function requiredGroups(directory: string): string[] {
  const found = groupNames(directory);
  const required = Object.keys(EXPECTED_FAILURES);
  return found.some((name) => required.includes(name)) ? required : found;
}

/** Reads one group of {@link groupNames}. */
export function loadGroup(directory: string, name: string): SpecGroup {
  const bundle = join(directory, `${name}.json.gz`);
  if (existsSync(bundle)) return loadBundle(bundle);
  const folder = join(directory, name);
  return loadFolder(existsSync(folder) ? folder : directory, name);
}

function hasScripts(directory: string): boolean {
  return readdirSync(directory).some((entry) => entry.endsWith(".json"));
}

function loadBundle(path: string): SpecGroup {
  const text = gunzipSync(readFileSync(path)).toString("utf8");
  const bundle = JSON.parse(text) as Bundle;
  const files = bundle.files.map((file) => ({
    name: file.name,
    commands: file.commands,
    listsFeatures: true,
    bytesOf: (filename: string) => {
      const base64 = file.modules[filename];
      if (base64 === undefined) throw new Error(`no module ${filename}`);
      return new Uint8Array(Buffer.from(base64, "base64"));
    },
  }));
  return { name: bundle.group, files };
}

function loadFolder(directory: string, name: string): SpecGroup {
  const scripts = readdirSync(directory).filter((e) => e.endsWith(".json"));
  const files = scripts.sort().map((entry) => {
    const text = readFileSync(join(directory, entry), "utf8");
    const script = JSON.parse(text) as { commands: SpecCommand[] };
    return {
      name: entry.slice(0, -5),
      commands: script.commands,
      listsFeatures: false,
      bytesOf: (filename: string) =>
        new Uint8Array(readFileSync(join(directory, filename))),
    };
  });
  return { name, files };
}
