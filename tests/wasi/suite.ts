/**
 * The official test suite of WASI preview 1 (WebAssembly/wasi-testsuite): finds
 * its programs and runs one, through the engine, on a fresh copy of the
 * directory that it works on. The suite is not part of the project:
 * $WAXWING_WASI_TESTSUITE names a folder with it.
 */

import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { FileSystem, MaybePromise } from "../../lib/world.ts";
import { ExitError, MemoryFS, Runtime, wasi } from "../../mod.ts";
import { HostFS } from "../../wasi/host_fs.ts";
import { OverlayFS } from "../../wasi/overlay.ts";
import { ReadOnlyFS } from "../../wasi/readonly.ts";
import { SlowFS } from "../unit/wasi/slow_fs.ts";

/** What the tests of the suite are run on. */
export interface FileSystemFactory {
  readonly name: string;
  /** The guests have to wait, and are called so that they can. */
  readonly isAsync?: boolean;
  /** Opens a copy of a directory of the host's that a test may spoil. */
  make(directory: string): MaybePromise<{
    readonly fs: FileSystem;
    /** Throws the copy away. */
    dispose?(): void;
  }>;
}

/** A copy in memory. */
const onMemoryFS: FileSystemFactory = {
  name: "MemoryFS",
  make: (directory) => ({ fs: new MemoryFS(filesOf(directory)) }),
};

/** The same, whose every answer is a Promise. */
const onSlowFS: FileSystemFactory = {
  name: "MemoryFS with promises",
  isAsync: true,
  make: (directory) => ({ fs: new SlowFS(new MemoryFS(filesOf(directory))) }),
};

/** A copy in memory that is only read, under an overlay. */
const onOverlay: FileSystemFactory = {
  name: "an overlay",
  make: (directory) => {
    const lower = new ReadOnlyFS(new MemoryFS(filesOf(directory)));
    return { fs: new OverlayFS(lower) };
  },
};

/** A copy in a directory of the host's, reached in one way or the other. */
function onHostFS(name: string, byPath: boolean): FileSystemFactory {
  return {
    name,
    make: (directory) => {
      const copy = mkdtempSync(join(tmpdir(), "waxwing-suite-"));
      cpSync(directory, copy, { recursive: true });
      return {
        fs: new HostFS(copy, { byPath }),
        dispose: () => rmSync(copy, { recursive: true, force: true }),
      };
    },
  };
}

/** Every file system that the suite is run on. */
export const FACTORIES: readonly FileSystemFactory[] = [
  onMemoryFS,
  onSlowFS,
  onOverlay,
  onHostFS("HostFS", false),
  onHostFS("HostFS by path", true),
];

/** One program of the suite. */
export interface Program {
  readonly name: string;
  /** The .wasm file. */
  readonly path: string;
}

/** What the .json file beside a program says. */
interface Expectation {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The directory that the program gets, beside it. */
  readonly root?: string;
  readonly exit_code?: number;
  readonly stdout?: string;
}

const LANGUAGES = ["assemblyscript", "c", "rust"];
const TARGET = "testsuite/wasm32-wasip1";

/** Programs that look at the whole environment: nothing is added to it. */
const READS_ENVIRONMENT = /environ/;

/** The folder of the suite, or undefined. */
export function findSuite(): string | undefined {
  const folder = process.env.WAXWING_WASI_TESTSUITE;
  if (!folder) return undefined;
  return [join(folder, "tests"), folder]
    .find((path) => existsSync(join(path, "c", TARGET)));
}

/** All programs for preview 1. */
export function programsOf(suite: string): Program[] {
  return LANGUAGES.flatMap((language) => {
    const folder = join(suite, language, TARGET);
    return readdirSync(folder)
      .filter((file) => file.endsWith(".wasm"))
      .map((file) => ({
        name: `${language}/${file.replace(".wasm", "")}`,
        path: join(folder, file),
      }));
  });
}

/**
 * Runs a program.
 * @param unixErrnos lets it expect the error numbers of POSIX systems
 * @returns what was not as expected, or ""
 */
export async function runProgram(
  { name, path }: Program,
  factory: FileSystemFactory,
  unixErrnos: boolean,
): Promise<string> {
  const expected = expectationOf(path);
  const root = expected.root === undefined
    ? undefined
    : await factory.make(join(path, "..", expected.root));
  const output = { out: "", err: "" };
  const decoder = new TextDecoder();
  const adds = unixErrnos && !READS_ENVIRONMENT.test(name);
  let exitCode: number;
  try {
    exitCode = await exitCodeOf(readFileSync(path), {
      args: [`${name.split("/")[1]}.wasm`, ...expected.args ?? []],
      env: { ...expected.env, ...adds ? { ERRNO_MODE_UNIX: "1" } : {} },
      fs: root?.fs,
      stdout: (chunk: Uint8Array) => void (output.out += decoder.decode(chunk)),
      stderr: (chunk: Uint8Array) => void (output.err += decoder.decode(chunk)),
    }, factory.isAsync ?? false);
  } catch (error) {
    return `${name}: ${error}\n${output.err}`;
  } finally {
    root?.dispose?.();
  }
  const fits = exitCode === (expected.exit_code ?? 0) &&
    output.out === (expected.stdout ?? output.out);
  return fits
    ? ""
    : `${name}: exit code ${exitCode}\n${output.out}${output.err}`;
}

type Options = Parameters<Runtime["instantiate"]>[1];

/** Runs a command to its end in a runtime of its own. */
export async function exitCodeOf(
  bytes: Uint8Array,
  options: Options,
  isAsync: boolean,
): Promise<number> {
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  try {
    const startFunctions = isAsync ? [] : ["_start"];
    const instance = runtime.instantiate(bytes, { ...options, startFunctions });
    if (isAsync) await instance.exportedFunction("_start")!.callAsync();
    return 0;
  } catch (error) {
    if (error instanceof ExitError) return error.exitCode;
    throw error;
  } finally {
    runtime.close();
  }
}

function expectationOf(path: string): Expectation {
  const file = path.replace(/\.wasm$/, ".json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** What is in a directory of the host's, as `MemoryFS` takes it. */
export function filesOf(directory: string): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  const entries = readdirSync(directory, {
    recursive: true,
    withFileTypes: true,
  });
  for (const entry of entries) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = path.slice(directory.length).replace(/^[/\\]/, "")
      .replaceAll("\\", "/");
    if (entry.isDirectory()) files[name + "/"] = new Uint8Array(0);
    else files[name] = new Uint8Array(readFileSync(path));
  }
  return files;
}
