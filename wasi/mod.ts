/**
 * WASI preview 1 over an injected world, without an engine: `createWasi` takes
 * what an embedder allows a guest and gives the 46 functions as plain ones,
 * for any engine to import. Everything is closed by default: no files, no
 * arguments, no environment, no input, output to nowhere, clocks and
 * randomness that repeat.
 */

import { checkRecord, kindError } from "../lib/checks.ts";
import type { FileSystem, MaybePromise, World } from "../lib/world.ts";
import { RIGHT_FD_READ, RIGHT_FD_WRITE, RIGHT_SOCK_SHUTDOWN } from "./abi.ts";
import {
  type CallDefinition,
  type CallRow,
  type GuestMemory,
  WasiCall,
} from "./call.ts";
import { ENV_CALLS } from "./calls_env.ts";
import { FD_CALLS } from "./calls_fd.ts";
import { PATH_CALLS } from "./calls_path.ts";
import { POLL_CALLS } from "./calls_poll.ts";
import { PROC_CALLS } from "./calls_proc.ts";
import { SOCK_CALLS } from "./calls_sock.ts";
import { fakeMonotonicClock, fakeSleep, fakeWallClock } from "./clock.ts";
import { describe, FdTable } from "./fds.ts";
import { seededRandom } from "./random.ts";
import { ListenerFile } from "./sockets.ts";
import { inputFile, outputFile } from "./stdio.ts";
import { toBytes } from "./stream.ts";
import { drive, type Steps, wait } from "./wait.ts";

export type { CallDefinition, CallType, GuestMemory } from "./call.ts";

/** The name that guests import from. */
export const WASI_MODULE_NAME = "wasi_snapshot_preview1";

/** The name of the preview before it, see {@linkcode WasiOptions.unstable}. */
export const WASI_UNSTABLE_MODULE_NAME = "wasi_unstable";

/** What a guest is given, and how. */
export interface WasiOptions extends World {
  /** The layouts of `wasi_unstable`. */
  readonly unstable?: boolean | undefined;
  /**
   * Told how many bytes are to be moved before they are, a part at a time; a
   * component of a path that is walked, also of a link's target, counts as
   * 256. What it throws ends the call. Default: does nothing.
   */
  readonly onTransfer?: ((byteLength: number) => void) | undefined;
}

/**
 * A function of WASI: takes i32 as number and i64 as bigint, answers an errno
 * (nothing for `proc_exit`), or a Promise of it where the guest has to wait.
 */
export type WasiFunction = (
  ...args: (number | bigint)[]
) => MaybePromise<number>;

/** One instance's WASI. */
export interface Wasi {
  /** The 46 functions by name. */
  readonly functions: Readonly<Record<string, WasiFunction>>;
  /**
   * Closes all descriptors; to be called when the instance is closed. It fails
   * with the first error of a handle; all are told.
   */
  close(): MaybePromise<void>;
}

function rows(): readonly CallRow[] {
  return [
    ...ENV_CALLS,
    ...FD_CALLS,
    ...PATH_CALLS,
    ...POLL_CALLS,
    ...PROC_CALLS,
    ...SOCK_CALLS,
  ];
}

/** The 46 functions, in the order of the specification's groups. */
export function wasiCalls(): CallDefinition[] {
  return rows().map(([name, signature]) => {
    const [params, results] = signature.split(":").map((letters) =>
      Array.from(letters, (letter) => letter === "i" ? "i32" : "i64")
    );
    return { name, params, results };
  });
}

/**
 * Makes the WASI of one instance.
 *
 * @param getMemory gives the guest's memory as it is now. It is asked in every
 * call and after every wait; `undefined` makes every pointer EFAULT.
 * @throws {TypeError} `fs invalid: ...`, or a stream is wrong; what else an
 * instance's options can have wrong is checked before
 * @throws {RangeError} `maxDescriptors invalid: ...`
 */
export function createWasi(
  options: WasiOptions,
  getMemory: () => GuestMemory | undefined,
): Wasi {
  const wallClock = options.wallClock ?? fakeWallClock();
  const monotonicClock = options.monotonicClock ?? fakeMonotonicClock();
  const fds = new FdTable(options.maxDescriptors);
  const close = () => drive(closeAll(fds));
  try {
    openDescriptors(fds, options);
  } catch (error) {
    void close();
    throw error;
  }
  const call = new WasiCall({
    getMemory,
    fds,
    args: (options.args ?? []).map(encodeString),
    env: Object.entries(options.env ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => encodeString(`${key}=${value}`)),
    wallClock,
    monotonicClock,
    cpuClock: options.cpuClock ?? monotonicClock,
    random: options.random ?? seededRandom(),
    sleep: options.sleep ?? fakeSleep(wallClock, monotonicClock),
    yield: options.yield ?? (() => {}),
    unstable: options.unstable ?? false,
    onTransfer: options.onTransfer ?? (() => {}),
  });
  const functions: Record<string, WasiFunction> = {};
  for (const [name, , run] of rows()) {
    functions[name] = bind(run as AnyCall, call);
  }
  return { functions, close };
}

type AnyCall = (
  call: WasiCall,
  ...args: (number | bigint)[]
) => MaybePromise<number> | Steps<number>;

/** A plain function of a row. Its parameter types are those of the row. */
function bind(run: AnyCall, call: WasiCall): WasiFunction {
  return (...args) => {
    const answer = run(call, ...args);
    return typeof answer === "object" && "next" in answer
      ? drive(answer)
      : answer;
  };
}

/** Closes all, whatever some of them throw; throws the first such error. */
function* closeAll(fds: FdTable): Steps<void> {
  const errors: unknown[] = [];
  for (const { handle } of fds.removeAll()) {
    try {
      yield* wait(handle.close());
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

function openDescriptors(fds: FdTable, options: WasiOptions): void {
  const { stdin, stdout, stderr } = options;
  const add = (...of: Parameters<typeof describe>) => {
    if (fds.add(describe(...of)) >= 0) return;
    throw new RangeError("maxDescriptors invalid: fs and listeners need more");
  };
  add(inputFile(stdin), 0n, RIGHT_FD_WRITE);
  const file = outputFile(stdout, "stdout");
  add(file, 0n, RIGHT_FD_READ);
  const errors = stderr === stdout ? file : outputFile(stderr, "stderr");
  add(errors, 0n, RIGHT_FD_READ);
  const seen: FileSystem[] = [];
  for (const [path, fs] of mounts(options.fs)) {
    if (!isFileSystem(fs)) throw kindError(`fs ${path}`, fs, "file system");
    if (!seen.includes(fs)) seen.push(fs);
    const device = BigInt(seen.indexOf(fs) + 1);
    add(fs.root(), device, 0, toBytes(guestPath(path)));
  }
  for (const listener of options.listeners ?? []) {
    add(new ListenerFile(listener), 0n, RIGHT_SOCK_SHUTDOWN);
  }
}

function mounts(fs: NonNullable<World["fs"]> = {}): [string, FileSystem][] {
  if (isFileSystem(fs)) return [["/", fs]];
  checkRecord("fs", fs);
  return Object.entries(fs);
}

function isFileSystem(fs: NonNullable<World["fs"]>): fs is FileSystem {
  return typeof fs?.root === "function";
}

/** A mount's name without slashes at its end. */
function guestPath(path: string): string {
  return path.replace(/\/+$/, "") || "/";
}

/** The text as UTF-8 with a NUL. */
function encodeString(text: string): Uint8Array {
  return toBytes(text + "\0");
}
