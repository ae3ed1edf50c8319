/**
 * Logs of calls in wazero's format: a line when a function begins and one when
 * it ends, a tab more for each call inside. What WASI functions are given and
 * give is shown by what it stands for: paths, flags, results in memory.
 */

import { checkKind } from "./checks.ts";
import type { FunctionDefinition } from "./definitions.ts";
import type { Instance } from "./instance.ts";
import type { FunctionListener, FunctionListenerFactory } from "./listen.ts";
import type { Memory } from "./memory.ts";
import { Errno } from "./world.ts";

/**
 * All groups, by name.
 *
 * @example
 * ```ts
 * import { LOG_SCOPES } from "@waxwing/waxwing/monitors";
 *
 * console.log(LOG_SCOPES.includes("filesystem"));
 * ```
 */
export const LOG_SCOPES = [
  "all",
  "clock",
  "filesystem",
  "memory",
  "poll",
  "proc",
  "random",
  "sock",
] as const;

/** Groups of host functions. */
export type LogScope = typeof LOG_SCOPES[number];

/**
 * Logs all functions, `write` gets a line without its end.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { listen, logCalls } from "@waxwing/waxwing/monitors";
 *
 * const bytes = Uint8Array.of(
 *   0, 97, 115, 109, 1, 0, 0, 0, // magic, version
 *   1, 6, 1, 96, 1, 127, 1, 127, // (func (param i32) (result i32))
 *   3, 2, 1, 0, 7, 8, 1, 4, 115, 97, 109, 101, 0, 0, // exported as "same"
 *   10, 6, 1, 4, 0, 32, 0, 11, // local.get 0
 * );
 * const lines: string[] = [];
 * const monitor = listen(logCalls((line) => lines.push(line)));
 * new Runtime({ monitor }).instantiate(bytes).exports.same(7);
 * console.log(lines.join("; ") === "--> .same(7); <-- 7");
 * ```
 */
export function logCalls(
  write: (line: string) => void,
): FunctionListenerFactory {
  return loggerOf(write, ["all"]);
}

/**
 * Logs functions of the host, by scope, and guest functions that the host can
 * call, where the scope is `all`. Reading and writing of stdin, stdout and
 * stderr is not logged.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { listen, logHostCalls } from "@waxwing/waxwing/monitors";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0],
 *   ...[2, 9, 1, 3, 101, 110, 118, 1, 102, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11],
 * ); // (func (export "run") (call env.f))
 * const lines: string[] = [];
 * const monitor = listen(logHostCalls((line) => lines.push(line)));
 * const runtime = new Runtime({ monitor });
 * runtime.newHostModule("env").func("f", [], [], () => {}).instantiate();
 * runtime.instantiate(bytes).exports.run();
 * console.log(lines.join().includes("==> env.f()"));
 * ```
 */
export function logHostCalls(
  write: (line: string) => void,
  scopes: readonly LogScope[] = ["all"],
): FunctionListenerFactory {
  const log = loggerOf(write, scopes);
  return (definition) =>
    definition.index < 0 || definition.exportNames.length > 0
      ? log(definition)
      : undefined;
}

function loggerOf(
  write: (line: string) => void,
  scopes: readonly LogScope[],
): FunctionListenerFactory {
  checkKind("write", write, "function");
  checkKind("scopes", scopes, "string[]");
  for (const scope of scopes) {
    if (LOG_SCOPES.includes(scope)) continue;
    throw new RangeError(`scopes invalid: ${scope} is not a log scope`);
  }
  const calls: LoggedCall[] = [];
  const writeIndented = (line: string) => {
    write("\t".repeat(calls.length) + line);
  };
  return (definition) => {
    if (!scopes.includes("all") && !scopes.includes(scopeOf(definition))) {
      return undefined;
    }
    const isHost = definition.index < 0;
    const format = formatOf(definition);
    /** Takes out the innermost call; others may wait meanwhile. */
    const take = (instance: Instance): LoggedCall | undefined => {
      for (let i = calls.length - 1; i >= 0; i--) {
        const call = calls[i];
        if (call.definition !== definition || call.instance !== instance) {
          continue;
        }
        calls.splice(i, 1);
        return call;
      }
    };
    return {
      before(params, instance) {
        if (isStdio(definition, params)) return;
        const text = format.params(params, instance.memory).join();
        const arrow = isHost ? "==>" : "-->";
        writeIndented(`${arrow} ${definition.debugName}(${text})`);
        calls.push({ definition, instance, params });
      },
      after(results, instance) {
        const call = take(instance);
        if (call === undefined) return;
        const texts = results.length > 0
          ? format.results(call.params, results, instance.memory)
          : [];
        const text = texts.length > 1 ? `(${texts.join()})` : texts[0];
        const arrow = isHost ? "<==" : "<--";
        writeIndented(text === undefined ? arrow : `${arrow} ${text}`);
      },
      abort(_error, instance) {
        take(instance);
      },
    } satisfies FunctionListener;
  };
}

/** A call under way. */
interface LoggedCall {
  readonly definition: FunctionDefinition;
  readonly instance: Instance;
  readonly params: readonly unknown[];
}

function isWasi(moduleName: string): boolean {
  return /^wasi_(snapshot_preview1|unstable)$/.test(moduleName);
}

function scopeOf({ moduleName, name }: FunctionDefinition): LogScope {
  if (moduleName === "env") {
    if (name === "emscripten_notify_memory_growth") return "memory";
    if (name === "abort") return "proc";
    return name === "seed" ? "random" : "all";
  }
  if (!isWasi(moduleName)) return "all";
  if (name === "proc_exit") return "proc";
  const group = name.slice(0, name.indexOf("_"));
  if (group === "path" || group === "fd") return "filesystem";
  const scope = LOG_SCOPES.find((scope) => scope === group);
  return scope === "proc" ? "all" : scope ?? "all";
}

/** Whether it reads or writes stdin, stdout or stderr. */
function isStdio(
  { moduleName, name }: FunctionDefinition,
  [fd]: readonly unknown[],
): boolean {
  return isWasi(moduleName) && (name === "fd_read" || name === "fd_write") &&
    fd as number <= 2;
}

/** How what a function is given and gives is shown. */
interface Format {
  params(values: readonly unknown[], memory?: Memory): string[];
  results(
    params: readonly unknown[],
    values: readonly unknown[],
    memory?: Memory,
  ): string[];
}

function formatOf(definition: FunctionDefinition): Format {
  const { moduleName, name } = definition;
  const row = isWasi(moduleName)
    ? WASI_PARAMS.find((row) => row.startsWith(name + " "))
    : undefined;
  if (row !== undefined) return wasiFormat(name, row.split(" ").slice(1));
  const { paramTypes, paramNames, resultTypes, resultNames } = definition;
  const show = (
    values: readonly unknown[],
    types: readonly string[],
    names: readonly string[] = [],
  ) =>
    values.map((value, i) => {
      const text = textOf(value, types[i]);
      return names[i] === undefined ? text : `${names[i]}=${text}`;
    });
  return {
    params: (values) => show(values, paramTypes, paramNames),
    results: (_params, values) => show(values, resultTypes, resultNames),
  };
}

/** A value of a type as text. */
function textOf(value: unknown, type: string): string {
  if (type === "f32" || type === "f64") {
    return floatText(value as number, type === "f32");
  }
  if (value === null) return "0".repeat(16);
  if (!(value instanceof Uint8Array)) return String(value);
  // Two words of 64 bits, the low one first.
  const hex = Array.from(value, (byte) => byte.toString(16).padStart(2, "0"));
  const word = (at: number) => hex.slice(at, at + 8).reverse().join("");
  return word(0) + word(8);
}

/** As few digits as tell the number, with an exponent where Go has one. */
function floatText(value: number, isShort: boolean): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-Inf" : "+Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  let digits = value.toExponential();
  for (let i = 0; isShort && i < 9; i++) {
    const fewer = value.toExponential(i);
    if (Math.fround(Number(fewer)) !== value) continue;
    digits = fewer;
    break;
  }
  const [mantissa, exponent] = digits.split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(digits));
  const size = String(Math.abs(power)).padStart(2, "0");
  return `${mantissa}e${power < 0 ? "-" : "+"}${size}`;
}

/**
 * The parameters of the WASI functions; `>` marks where a result goes in
 * memory, shown when it is there.
 */
// deno-fmt-ignore
const WASI_PARAMS: readonly string[] = [
  "args_get argv argv_buf",
  "args_sizes_get result.argc result.argv_len",
  "clock_res_get id >resolution",
  "clock_time_get id precision >timestamp",
  "environ_get environ environ_buf",
  "environ_sizes_get result.environc result.environv_len",
  "fd_advise fd offset len advice",
  "fd_allocate fd offset len",
  "fd_close fd",
  "fd_datasync fd",
  "fd_fdstat_get fd >stat",
  "fd_fdstat_set_flags fd flags",
  "fd_fdstat_set_rights fd fs_rights_base fs_rights_inheriting",
  "fd_filestat_get fd >filestat",
  "fd_filestat_set_size fd size",
  "fd_filestat_set_times fd atim mtim fst_flags",
  "fd_pread fd iovs iovs_len offset >nread",
  "fd_prestat_get fd >prestat",
  "fd_prestat_dir_name fd >path path_len",
  "fd_pwrite fd iovs iovs_len offset >nwritten",
  "fd_read fd iovs iovs_len >nread",
  "fd_readdir fd buf buf_len cookie >bufused",
  "fd_renumber fd to",
  "fd_seek fd offset whence >newoffset",
  "fd_sync fd",
  "fd_tell fd result.offset",
  "fd_write fd iovs iovs_len >nwritten",
  "path_create_directory fd path path_len",
  "path_filestat_get fd flags path path_len >filestat",
  "path_filestat_set_times fd flags path path_len atim mtim fst_flags",
  "path_link old_fd old_flags old_path old_path_len new_fd new_path new_path_len",
  "path_open fd dirflags path path_len oflags fs_rights_base fs_rights_inheriting fdflags >opened_fd",
  "path_readlink fd path path_len buf buf_len >bufused",
  "path_remove_directory fd path path_len",
  "path_rename fd old_path old_path_len new_fd new_path new_path_len",
  "path_symlink old_path old_path_len fd new_path new_path_len",
  "path_unlink_file fd path path_len",
  "poll_oneoff in out nsubscriptions >nevents",
  "proc_exit rval",
  "proc_raise sig",
  "random_get buf buf_len",
  "sched_yield ",
  "sock_accept fd flags >fd",
  "sock_recv fd ri_data ri_data_len ri_flags >ro_datalen >ro_flags",
  "sock_send fd si_data si_data_len si_flags >so_datalen",
  "sock_shutdown fd how",
];

const FDFLAGS = "APPEND DSYNC NONBLOCK RSYNC SYNC";
const RIGHTS =
  "FD_DATASYNC FD_READ FD_SEEK FDSTAT_SET_FLAGS FD_SYNC FD_TELL FD_WRITE " +
  "FD_ADVISE FD_ALLOCATE PATH_CREATE_DIRECTORY PATH_CREATE_FILE " +
  "PATH_LINK_SOURCE PATH_LINK_TARGET PATH_OPEN FD_READDIR PATH_READLINK " +
  "PATH_RENAME_SOURCE PATH_RENAME_TARGET PATH_FILESTAT_GET " +
  "PATH_FILESTAT_SET_SIZE PATH_FILESTAT_SET_TIMES FD_FILESTAT_GET " +
  "FD_FILESTAT_SET_SIZE FD_FILESTAT_SET_TIMES PATH_SYMLINK " +
  "PATH_REMOVE_DIRECTORY PATH_UNLINK_FILE POLL_FD_READWRITE SOCK_SHUTDOWN";
const LOOKUP_FLAGS = "SYMLINK_FOLLOW";
const FILE_TYPES = "UNKNOWN BLOCK_DEVICE CHARACTER_DEVICE DIRECTORY " +
  "REGULAR_FILE SOCKET_DGRAM SOCKET_STREAM SYMBOLIC_LINK";

/** The names of the bits of parameters. */
const FLAGS: Readonly<Record<string, string>> = {
  fdflags: FDFLAGS,
  flags: FDFLAGS,
  dirflags: LOOKUP_FLAGS,
  old_flags: LOOKUP_FLAGS,
  fst_flags: "ATIM ATIM_NOW MTIM MTIM_NOW",
  oflags: "CREAT DIRECTORY EXCL TRUNC",
  fs_rights_base: RIGHTS,
  fs_rights_inheriting: RIGHTS,
  how: "RD WR",
  ri_flags: "RECV_PEEK RECV_WAITALL",
};

function flagsText(flags: unknown, names: string): string {
  const bits = BigInt(flags as number | bigint);
  return names.split(" ").filter((_, i) => (bits >> BigInt(i) & 1n) !== 0n)
    .join("|");
}

function wasiFormat(name: string, names: readonly string[]): Format {
  const lookup = name.startsWith("path_filestat") ? LOOKUP_FLAGS : undefined;
  const show = (at: number, values: readonly unknown[], memory?: Memory) => {
    const param = names[at];
    const value = values[at];
    if (param.endsWith("path")) {
      return `${param}=${stringText(value, values[at + 1], memory)}`;
    }
    if (param === "id") return clockText(value as number);
    if (param === "si_flags") return `${param}=${value === 0 ? "" : value}`;
    const flags = param === "flags" ? lookup ?? FDFLAGS : FLAGS[param];
    return `${param}=${flags === undefined ? value : flagsText(value, flags)}`;
  };
  const shown = names.map((_, i) => i).filter((i) => {
    const isLength = names[i].endsWith("path_len");
    return names[i] !== "" && !names[i].startsWith(">") && !isLength;
  });
  return {
    params: (values, memory) => shown.map((i) => show(i, values, memory)),
    results(params, [errno], memory) {
      const texts: string[] = [];
      names.forEach((param, i) => {
        if (!param.startsWith(">")) return;
        const what = param.slice(1);
        const text = errno === 0 && memory !== undefined
          ? resultText(what, params, i, memory)
          : "";
        texts.push(`${what}=${text}`);
      });
      const known = Errno[errno as number] ?? `errno(${errno})`;
      return [...texts, `errno=${known}`];
    },
  };
}

function clockText(id: number): string {
  return `id=${["realtime", "monotonic"][id] ?? id}`;
}

/** More of a string is cut off: the guest chooses its length. */
const MAX_STRING_BYTES = 4096;

function stringText(
  offset: unknown,
  length: unknown,
  memory: Memory | undefined,
): string {
  const [at, count] = [offset as number >>> 0, length as number >>> 0];
  if (memory?.read(at, count) === undefined) return `OOM(${at},${count})`;
  const text = memory.readString(at, Math.min(count, MAX_STRING_BYTES));
  return count > MAX_STRING_BYTES ? `${text}...(${count} bytes)` : text!;
}

/** What a WASI function has written at the address in a parameter. */
function resultText(
  what: string,
  params: readonly unknown[],
  at: number,
  memory: Memory,
): string {
  const offset = params[at] as number >>> 0;
  const u32 = (plus: number) => memory.readUint32(offset + plus) ?? 0;
  const u64 = (plus: number) =>
    BigInt.asIntN(64, memory.readUint64(offset + plus) ?? 0n);
  const fileType = (plus: number) => {
    const type = memory.readUint8(offset + plus) ?? 0;
    return FILE_TYPES.split(" ")[type] ?? `filetype(${type})`;
  };
  switch (what) {
    case "path":
      return stringText(offset, params[at + 1], memory);
    case "prestat":
      return `{pr_name_len=${u32(4)}}`;
    case "timestamp":
    case "newoffset":
      return String(u64(0));
    case "filestat":
      return `{filetype=${fileType(16)},size=${u64(32)},mtim=${u64(48)}}`;
    case "stat":
      return `{filetype=${fileType(0)},fdflags=${
        flagsText(u32(0) >>> 16, FDFLAGS)
      },fs_rights_base=${flagsText(u64(8), RIGHTS)},fs_rights_inheriting=${
        flagsText(u64(16), RIGHTS)
      }}`;
    case "ro_flags":
      return flagsText(u32(0), "RECV_DATA_TRUNCATED");
    default:
      return String(u32(0) | 0);
  }
}
