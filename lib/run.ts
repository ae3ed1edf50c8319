/**
 * The one-liner for commands: compiles, instantiates with WASI, runs to the
 * end and gives back the exit code and what was written. Closed by default
 * like everything else: what the command may see is in the options.
 */

import { isA } from "../engine/mod.ts";
import { checkKind, checkRecord } from "./checks.ts";
import type { ModuleOptions } from "./config.ts";
import { ExitError, Trap } from "./errors.ts";
import type { ExportedFunction, Instance } from "./instance.ts";
import { type AsyncCallOptions, Limits } from "./limits.ts";
import { CompiledModule } from "./module.ts";
import { Runtime } from "./runtime.ts";
import type { File } from "./world.ts";
import { wasi } from "../wasi/instantiate.ts";
import { WASI_MODULE_NAME, WASI_UNSTABLE_MODULE_NAME } from "../wasi/mod.ts";
import { CollectedOutput, outputFile, StreamOutput } from "../wasi/stdio.ts";

/**
 * The exit code of what has trapped, as a shell shows an abort.
 *
 * @example
 * ```ts
 * import { run, TRAP_EXIT_CODE } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
 *   ...[7, 10, 1, 6, 95, 115, 116, 97, 114, 116, 0, 0, 10, 5, 1, 3, 0, 0, 11],
 * ); // (func (export "_start") unreachable)
 * const { exitCode, trap } = await run(bytes);
 * console.log(exitCode === TRAP_EXIT_CODE && trap !== undefined);
 * ```
 */
export const TRAP_EXIT_CODE = 134;

/** Options of {@linkcode run}. */
export interface RunOptions
  extends Omit<ModuleOptions, "startFunctions">, AsyncCallOptions {
  /** Default: "", anonymous, so that commands can run at the same time. */
  readonly name?: string | undefined;
  /** Where to run. Default: a runtime of its own, closed in the end. */
  readonly runtime?: Runtime | undefined;
}

/** What a command has written. */
export interface CommandOutput extends Uint8Array<ArrayBuffer> {
  /** The bytes as UTF-8 text. */
  text(): string;
}

/** What has come of a command. */
export interface RunResult {
  /** 0 for success; {@linkcode TRAP_EXIT_CODE} where it trapped. */
  readonly exitCode: number;
  /** Empty if the options have a `stdout` of their own. */
  readonly stdout: CommandOutput;
  /** Empty if the options have a `stderr` of their own. */
  readonly stderr: CommandOutput;
  /** What the command did wrong, if that ended it. */
  readonly trap: Trap | undefined;
}

/**
 * Runs a WASI command: calls `_start`, or `_initialize` of a reactor. It may
 * wait for promises of its options, such as those of a slow `stdin`.
 *
 * A trap ends the command like an exit, so that what it wrote before is not
 * lost; look at `trap` for the reason. What it writes is kept without a limit,
 * unless `stdout` and `stderr` say otherwise: a `CollectedOutput` may have one,
 * after which the guest gets ENOSPC. What goes to a stream has been written
 * when the result is there; where the stream failed, or that of `stdin`, its
 * error is thrown in place of a result.
 *
 * @example
 * ```ts
 * import { run } from "@waxwing/waxwing";
 *
 * const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
 * const { exitCode, stdout } = await run(empty, { args: ["empty"] });
 * console.log(exitCode === 0, stdout.text() === "");
 * ```
 *
 * @throws {CompileError} the bytes are no valid module
 * @throws {LinkError} an import is missing or of another type
 * @throws {TimeoutError} `timeoutMs` was over
 * @throws {FuelExhausted} `fuel` was used up; the command is closed then, so
 * its `resume` cannot go on
 * @throws the reason of `signal`, or the error of a stream
 */
export async function run(
  source: CompiledModule | Uint8Array | ArrayBuffer,
  options: RunOptions = {},
): Promise<RunResult> {
  checkRecord("options", options);
  const { runtime: given, timeoutMs, signal, sliceMs, sliceFuel, ...rest } =
    options;
  if (given !== undefined) checkKind("runtime", given, "{ compile() }");
  const { fuel, ...world } = rest;
  const runtime = given ?? new Runtime();
  const stdout = new CollectedOutput();
  const stderr = new CollectedOutput();
  const files: File[] = [];
  let instance: Instance | undefined;
  try {
    const { stdout: to = stdout, stderr: errorsTo = stderr } = world;
    files.push(outputFile(to, "stdout"));
    files.push(errorsTo === to ? files[0] : outputFile(errorsTo, "stderr"));
    const own: ModuleOptions = {
      ...world,
      name: world.name ?? "",
      stdout: files[0],
      stderr: files[1],
      startFunctions: [],
    };
    const compiled = source instanceof CompiledModule
      ? source
      : runtime.compile(source);
    provideWasi(runtime, compiled);
    let exitCode = 0;
    let trap: Trap | undefined;
    const limits = new Limits({
      timeoutMs,
      fuel,
      signal,
      sliceMs,
      sliceFuel,
    });
    try {
      instance = await runtime.instantiateAsync(compiled, own, limits);
      await commandOf(instance)?.callAsync([], limits);
    } catch (error) {
      if (isA(error, ExitError)) exitCode = error.exitCode;
      else if (isA(error, Trap)) trap = error;
      else throw error;
    }
    if (trap) exitCode = TRAP_EXIT_CODE;
    for (const file of files) { // streams may be behind
      await (file instanceof StreamOutput ? file.written : file.sync(false));
    }
    return { exitCode, trap, stdout: output(stdout), stderr: output(stderr) };
  } finally {
    for (const file of files) {
      if (file instanceof StreamOutput) void file.close();
    }
    if (given) instance?.close();
    else runtime.close();
  }
}

/** The function that is the command, or sets up a reactor. */
export function commandOf(instance: Instance): ExportedFunction | undefined {
  return instance.exportedFunction("_start") ??
    instance.exportedFunction("_initialize");
}

/**
 * Registers the WASI that a module imports from, preview 1 or the one before,
 * where the runtime does not have it yet.
 */
export function provideWasi(
  runtime: Runtime,
  { module }: CompiledModule,
): void {
  for (const name of [WASI_MODULE_NAME, WASI_UNSTABLE_MODULE_NAME]) {
    const isImported = module.imports.some((entry) => entry.module === name);
    if (!isImported || runtime.has(name)) continue;
    wasi.instantiate(runtime, { unstable: name === WASI_UNSTABLE_MODULE_NAME });
  }
}

function output(collected: CollectedOutput): CommandOutput {
  return Object.assign(collected.bytes(), { text: () => collected.text() });
}
