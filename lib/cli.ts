#!/usr/bin/env node
/**
 * The command line `waxwing`: runs, checks, prints and describes modules. A
 * guest gets the process's own stdio, the real clocks and real randomness,
 * and otherwise only what flags give it. The exit code is the guest's; a trap
 * is 134, as of a program that aborts; an error of ours is one line and 1.
 *
 * Guests are called asynchronously: while one waits for input, a connection or
 * a clock, whichever comes first, `--timeout` can end it.
 */

import * as fs from "node:fs";
import { basename, sep } from "node:path";
import { setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import { printModule, printWasm } from "../engine/disasm.ts";
import { printIR } from "../engine/disasm_ir.ts";
import { ExternKind, type Module, namesOf } from "../engine/mod.ts";
import { systemClock, systemSleep } from "../wasi/clock.ts";
import { DirectoryCache } from "../wasi/host_cache.ts";
import { HostFS } from "../wasi/host_fs.ts";
import { listenTcp, type TcpListener } from "../wasi/host_sockets.ts";
import { hostStderr, hostStdin, hostStdout } from "../wasi/host_stdio.ts";
import { systemRandom } from "../wasi/random.ts";
import {
  type Flag,
  flagHelp,
  type MountSpec,
  parseAddress,
  parseArgs,
  type ParsedArgs,
  parseDir,
  parseDuration,
  parseEnv,
  parseFuel,
  parseMount,
  parseScopes,
  parseValue,
  UsageError,
} from "./cli_args.ts";
import { declarationOf } from "./cli_types.ts";
import { CompilationCache } from "./cache.ts";
import type { ModuleOptions, Monitor } from "./config.ts";
import {
  CompileError,
  ExitError,
  FuelExhausted,
  LinkError,
  TimeoutError,
  Trap,
  wasmStackTrace,
} from "./errors.ts";
import { fromCallable } from "./function.ts";
import { definitionOf, type ExportedFunction } from "./instance.ts";
import { type CallOptions, Limits } from "./limits.ts";
import { listen } from "./listen.ts";
import { LOG_SCOPES, logHostCalls } from "./logging.ts";
import type { CompiledModule } from "./module.ts";
import { commandOf, provideWasi, TRAP_EXIT_CODE } from "./run.ts";
import { Runtime } from "./runtime.ts";
import { VERSION } from "./version.ts";
import { Errno, errnoName, type FileSystem } from "./world.ts";

/** The exit code of a program whose output nobody reads: 128 + SIGPIPE. */
const BROKEN_PIPE_EXIT_CODE = 141;

interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** More text at the end of the help. */
  readonly notes?: string;
  /** @returns the exit code */
  readonly run: (args: ParsedArgs) => number | Promise<number>;
}

const HELP: Flag = { name: "help", help: "print this and end" };
const SHORT_HELP: Flag = { name: "h", help: "" };

const CACHE_DIR: Flag = {
  name: "cachedir",
  value: "DIR",
  help: "note there which modules are valid, and do not check these again",
};

const COMMANDS: readonly Command[] = [
  {
    name: "run",
    usage: "run [flags] FILE [ARGUMENTS]",
    summary: "run a WASI program, or call one function of a module",
    flags: [
      { name: "env", value: "KEY=VALUE", help: "an environment variable" },
      { name: "env-inherit", help: "all environment variables" },
      {
        name: "mount",
        value: "HOST[:GUEST][:ro]",
        help: "give the guest a directory, read-only with :ro",
      },
      { name: "dir", value: "HOST[::GUEST]", help: "the same" },
      { name: "invoke", value: "NAME", help: "call this function instead" },
      {
        name: "timeout",
        value: "DURATION",
        help: "end the guest after so long, such as 500ms or 1m30s",
      },
      { name: "fuel", value: "N", help: "end it after N instructions" },
      {
        name: "listen",
        value: "HOST:PORT",
        help: "give the guest a TCP socket to accept connections from",
      },
      {
        name: "hostlogging",
        value: "SCOPES",
        help: `log calls of the host to stderr: ${LOG_SCOPES.join()}`,
      },
      CACHE_DIR,
      { name: "interpreter", help: "ignored: there is nothing else" },
    ],
    notes: "Flags may be repeated. What follows FILE belongs to the guest.\n" +
      "The exit code is the guest's, or 134 after a trap.\n",
    run: runCommand,
  },
  {
    name: "compile",
    usage: "compile [flags] FILE",
    summary: "check a module and show its size",
    flags: [CACHE_DIR],
    run: compileCommand,
  },
  {
    name: "objdump",
    usage: "objdump [flags] FILE",
    summary: "print sections, functions, instructions",
    flags: [
      { name: "wasm", help: "also the instructions of functions" },
      { name: "ir", help: "also what they are translated to" },
      {
        name: "function",
        value: "NAME",
        help: "only this function, by name or index; implies --wasm",
      },
    ],
    run: objdumpCommand,
  },
  {
    name: "types",
    usage: "types FILE",
    summary: "print a TypeScript declaration of the exports",
    flags: [],
    run: typesCommand,
  },
  {
    name: "version",
    usage: "version",
    summary: "print the version",
    flags: [],
    run: versionCommand,
  },
];

/** The guest's own standard output is a pipe that nobody reads. */
class BrokenPipe extends Error {}

/**
 * Does what the arguments say.
 *
 * @param args without the program's name
 * @returns the exit code
 *
 * @example
 * ```ts
 * import { main } from "@waxwing/waxwing/cli";
 *
 * console.log(await main(["run", "no-such-file.wasm"]) === 1);
 * ```
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    if (error instanceof BrokenPipe) return BROKEN_PIPE_EXIT_CODE;
    printError(messageOf(error));
    return error instanceof Trap ? TRAP_EXIT_CODE : 1;
  }
}

async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || /^(--?h(elp)?|help)$/.test(name)) {
    return print(overview());
  }
  const asked = /^--?v(ersion)?$/i.test(name) ? "version" : name;
  const command = COMMANDS.find((command) => command.name === asked);
  if (!command) {
    throw new UsageError(`unknown command ${name}, see waxwing --help`);
  }
  const flags = [...command.flags, HELP];
  const parsed = parseArgs(
    args,
    [...flags, SHORT_HELP],
    command.name !== "run",
  );
  if (parsed.flags.has("help") || parsed.flags.has("h")) {
    return print(
      `usage: waxwing ${command.usage}\n\n${command.summary}\n\n` +
        `${flagHelp(flags)}${command.notes ? `\n${command.notes}` : ""}`,
    );
  }
  return await command.run(parsed);
}

function overview(): string {
  const lines = COMMANDS.map(({ name, summary }) =>
    `  ${name.padEnd(9)}${summary}\n`
  );
  return "usage: waxwing COMMAND [flags] ...\n\n" + lines.join("") +
    "\nwaxwing COMMAND --help says more.\n";
}

/** One line for what went wrong, and the guest's stack if there was one. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const trace = wasmStackTrace(error);
  // A trap's message has the stack without source lines.
  return trace === "" ? message : `${message.split("\n")[0]}\n${trace}`;
}

function printError(message: string): void {
  note(`error: ${message}`);
}

/** A line on standard error. */
function note(line: string): void {
  const bytes = new TextEncoder().encode(line + "\n");
  hostStderr().write(bytes, 0, bytes.length, 0);
}

/** Prints all of a text, and answers the exit code 0. */
function print(text: string): number {
  const bytes = new TextEncoder().encode(text);
  const stdout = hostStdout();
  for (let at = 0; at < bytes.length;) {
    const count = stdout.write(bytes, at, bytes.length, 0) as number;
    if (count === -Errno.EPIPE) throw new BrokenPipe();
    if (count < 0) {
      const reason = errnoName(-count);
      throw new UsageError(`cannot write to standard output: ${reason}`);
    }
    at += count;
  }
  return 0;
}

/** A module from a file, with the name of the file in what goes wrong. */
function load(runtime: Runtime, { rest }: ParsedArgs): CompiledModule {
  const [file] = rest;
  if (file === undefined) throw new UsageError("which file? see --help");
  let bytes: Uint8Array;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  }
  try {
    return runtime.compile(bytes);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    throw new UsageError(`${file}: ${error.message}${hintOf(bytes)}`);
  }
}

/** How what is no module begins, and what it then is. */
const OTHER_FORMATS: readonly (readonly [start: string, hint: string])[] = [
  ["\0asm\x0d\0\x01\0", "a component, not a core module"],
  ["\x1f\x8b", "looks like gzip: unpack it first"],
  ["PK\x03\x04", "looks like zip: unpack it first"],
  ["\x7fELF", "looks like a native program"],
  ["(", "text format: convert it with wat2wasm"],
  [";;", "text format: convert it with wat2wasm"],
  ["<", "looks like HTML"],
];

/** Says in brackets what bytes look like that are no module. */
function hintOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return " (the file is empty)";
  const start = String.fromCharCode(...bytes.subarray(0, 256));
  const text = start.replace(/^\xef\xbb\xbf/, "").trimStart();
  const found = OTHER_FORMATS.find(([known]) =>
    start.startsWith(known) || text.startsWith(known)
  );
  return found === undefined ? "" : ` (${found[1]})`;
}

/** What `node:fs` says, without the code and the call. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return code && message.startsWith(`${code}: `)
    ? message.slice(code.length + 2).split(",")[0]
    : message;
}

function onlyFile({ rest }: ParsedArgs): void {
  noMore(rest.slice(1));
}

function noMore([unexpected]: readonly string[]): void {
  if (unexpected === undefined) return;
  throw new UsageError(`unexpected argument ${unexpected}`);
}

async function runCommand(args: ParsedArgs): Promise<number> {
  const { flags, rest } = args;
  const ends = limitsOf(args);
  const world = worldOf(args);
  const runtime = new Runtime({
    compilationCache: cacheOf(args),
    monitor: monitorOf(args),
  });
  const compiled = load(runtime, args);
  const invoked = flags.get("invoke")?.at(-1);
  try {
    provideWasi(runtime, compiled);
    const listeners = await listenersOf(args);
    const options = { ...world, listeners };
    const limits = new Limits(ends);
    const instance = await runtime.instantiateAsync(compiled, options, limits);
    if (invoked === undefined) {
      const command = commandOf(instance);
      if (!command) {
        throw new UsageError(`${rest[0]} exports no _start; try --invoke NAME`);
      }
      await command.callAsync([], limits);
      return 0;
    }
    const callee = instance.exportedFunction(invoked);
    if (!callee) {
      throw new UsageError(`${rest[0]} exports no function ${invoked}`);
    }
    const values = argumentsOf(callee, rest.slice(1));
    const setUp = instance.exportedFunction("_initialize");
    await setUp?.callAsync([], limits);
    return print(resultText(await callee.callAsync(values, limits)));
  } catch (error) {
    if (error instanceof ExitError) return error.exitCode;
    if (error instanceof LinkError) {
      throw new UsageError(`${rest[0]}: ${error.message}`);
    }
    if (error instanceof TimeoutError) {
      throw new UsageError(
        `the guest took longer than ${flags.get("timeout")!.at(-1)}`,
      );
    }
    if (error instanceof FuelExhausted) {
      throw new UsageError("the guest has used up its fuel");
    }
    throw error;
  } finally {
    runtime.close();
  }
}

function cacheOf({ flags }: ParsedArgs): CompilationCache | undefined {
  const path = flags.get("cachedir")?.at(-1);
  if (path === undefined) return undefined;
  try {
    return new CompilationCache({ store: new DirectoryCache(path) });
  } catch (error) {
    throw new UsageError(`cannot use ${path}: ${reasonOf(error)}`);
  }
}

/** What logs the calls of `--hostlogging`. */
function monitorOf({ flags }: ParsedArgs): Monitor | undefined {
  const scopes = parseScopes(flags.get("hostlogging") ?? []);
  return scopes.length > 0 ? listen(logHostCalls(note, scopes)) : undefined;
}

/** What ends a guest that does not end. */
function limitsOf({ flags }: ParsedArgs): CallOptions {
  const timeout = flags.get("timeout")?.at(-1);
  const fuel = flags.get("fuel")?.at(-1);
  return {
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout),
    fuel: fuel === undefined ? undefined : parseFuel(fuel),
  };
}

/** Opens the sockets of `--listen`, and tells the ports that were chosen. */
async function listenersOf({ flags }: ParsedArgs): Promise<TcpListener[]> {
  const listeners: TcpListener[] = [];
  for (const text of flags.get("listen") ?? []) {
    const { host, port } = parseAddress(text);
    try {
      listeners.push(await listenTcp(host, port));
    } catch (error) {
      throw new UsageError(`cannot listen on ${text}: ${reasonOf(error)}`);
    }
    if (port === 0) note(`listening on ${host}:${listeners.at(-1)!.port}`);
  }
  return listeners;
}

/** What the guest is given. */
function worldOf({ flags, rest }: ParsedArgs): ModuleOptions {
  let brokenWrites = 0;
  // The first time the guest gets EPIPE, and may say so. Then it is ended, as
  // SIGPIPE would have, for there are programs that look at no error.
  const onBrokenPipe = () => {
    if (++brokenWrites > 1) throw new ExitError(BROKEN_PIPE_EXIT_CODE);
  };
  const inherited = flags.has("env-inherit") ? globalThis.process.env : {};
  return {
    args: rest.length > 0 && !flags.has("invoke")
      ? [basename(rest[0]), ...rest.slice(1)]
      : [],
    env: { ...inherited, ...parseEnv(flags.get("env") ?? []) },
    stdin: hostStdin(),
    stdout: hostStdout({ onBrokenPipe }),
    stderr: hostStderr({ onBrokenPipe }),
    fs: mountsOf([
      ...(flags.get("mount") ?? []).map((text) =>
        parseMount(text, sep === "\\")
      ),
      ...(flags.get("dir") ?? []).map(parseDir),
    ]),
    ...systemClock(),
    cpuClock: { now: cpuTime, resolutionNs: 1000 },
    random: systemRandom(),
    sleep: systemSleep(),
    startFunctions: [],
  };
}

/** The CPU time that the process has used, in nanoseconds. */
function cpuTime(): bigint {
  const { user, system } = globalThis.process.cpuUsage();
  return BigInt(Math.round(user + system)) * 1000n;
}

function mountsOf(specs: readonly MountSpec[]): Record<string, FileSystem> {
  return Object.fromEntries(specs.map((spec, i) => {
    const { hostPath, guestPath, readOnly } = spec;
    if (specs.findIndex((one) => one.guestPath === guestPath) < i) {
      throw new UsageError(`two mounts of ${guestPath}`);
    }
    try {
      return [guestPath, new HostFS(hostPath, { readOnly })];
    } catch (error) {
      throw new UsageError(`cannot mount ${hostPath}: ${reasonOf(error)}`);
    }
  }));
}

function argumentsOf(
  callee: ExportedFunction,
  texts: readonly string[],
): (number | bigint)[] {
  const { paramTypes } = callee;
  if (texts.length !== paramTypes.length) {
    const takes = `(${paramTypes.join(", ")})`;
    throw new UsageError(
      `the function takes ${takes}, ${texts.length} arguments given`,
    );
  }
  return texts.map((text, i) => parseValue(text, paramTypes[i]));
}

/** One result a line. */
function resultText(value: unknown): string {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((value) => value !== undefined)
    .map((value) => valueText(value) + "\n")
    .join("");
}

/** A number as JavaScript has it; a function by its name in stack traces. */
function valueText(value: unknown): string {
  const callee = fromCallable(value);
  if (callee !== undefined) return `funcref ${definitionOf(callee).debugName}`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function compileCommand(args: ParsedArgs): number {
  onlyFile(args);
  const start = performance.now();
  const { module } = load(
    new Runtime({ compilationCache: cacheOf(args) }),
    args,
  );
  const ms = performance.now() - start;
  const bodies = module.bodyEnds.reduce(
    (sum, end, i) => sum + end - module.bodyStarts[i],
    0,
  );
  return print(
    `${args.rest[0]}: ${module.bytes.length} bytes, ` +
      `${module.bodyStarts.length} functions (${bodies} bytes), ` +
      `${module.imports.length} imports, ${module.exports.length} exports; ` +
      `valid, checked in ${ms.toFixed(1)} ms\n`,
  );
}

function typesCommand(args: ParsedArgs): number {
  onlyFile(args);
  const { module } = load(new Runtime(), args);
  return print(declarationOf(module, basename(args.rest[0]), "waxwing"));
}

function objdumpCommand(args: ParsedArgs): number {
  onlyFile(args);
  const { flags } = args;
  const { module } = load(new Runtime(), args);
  const only = flags.get("function")?.at(-1);
  if (only === undefined) print(printModule(module));
  const wasm = flags.has("wasm") || only !== undefined && !flags.has("ir");
  const indices = only === undefined
    ? module.bodyStarts.map((_, i) => module.importedFunctions + i)
    : [functionIndex(module, only)];
  for (const index of indices) {
    if (wasm) print("\n" + printWasm(module, index));
    if (flags.has("ir")) {
      const functions = { module, cells: 0, codes: [], meteredCodes: [] };
      print("\n" + printIR(functions, index, { offsets: true }));
    }
  }
  return 0;
}

/** A defined function by its index, or its name in the module or outside. */
function functionIndex(module: Module, name: string): number {
  const index = /^\d+$/.test(name)
    ? Number(name)
    : [...namesOf(module).functions].find(([, known]) => known === name)?.[0] ??
      module.exports.find((entry) =>
        entry.kind === ExternKind.Func && entry.name === name
      )?.index;
  const last = module.functions.length - 1;
  if (index === undefined || index > last) {
    throw new UsageError(`no function ${name}`);
  }
  if (index < module.importedFunctions) {
    throw new UsageError(`function ${name} is imported`);
  }
  return index;
}

function versionCommand({ rest }: ParsedArgs): number {
  noMore(rest);
  return print(`waxwing ${VERSION}\n`);
}

/** Whether this file is the program, and not imported by one. */
function isProgram(): boolean {
  const { main, url } = import.meta as { main?: boolean; url: string };
  if (main !== undefined) return main;
  try {
    return fs.realpathSync(globalThis.process.argv[1]) === fileURLToPath(url);
  } catch {
    return false;
  }
}

/** How long what is still waited for may hold the process up. */
const MAX_EXIT_MS = 100;

/**
 * Ends the process when nothing is left to do, or soon: `process.exit` alone
 * is not safe while V8 compiles `execute`. On Node 26 it then hangs, one time
 * in four (nodejs/node issue 54918).
 */
function exitSoon(exitCode: number): void {
  const { process } = globalThis;
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), MAX_EXIT_MS).unref();
}

if (isProgram()) exitSoon(await main(globalThis.process.argv.slice(2)));
