/**
 * The command line's grammar: flags with one dash or two, values after `=` or
 * as the next argument, up to the first argument that is no flag. Also the
 * forms of values: durations, mounts, environment variables. Knows nothing of
 * what the commands do, and nothing of the host.
 */

import { LOG_SCOPES, type LogScope } from "./logging.ts";

/** A mistake in the command line; the message is for its author. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** One flag of a command. */
export interface Flag {
  readonly name: string;
  /** What the value is called in the help; no value: the flag is a switch. */
  readonly value?: string;
  readonly help: string;
}

/** What was given on the command line. */
export interface ParsedArgs {
  /** The values of each flag, in order; a switch that is on has one, "". */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** Everything else, in order. */
  readonly rest: readonly string[];
}

/**
 * Takes flags apart.
 *
 * @param flagsAnywhere whether flags may also follow other arguments; `--`
 * ends them
 * @throws {UsageError} a flag is not known, or lacks its value
 */
export function parseArgs(
  args: readonly string[],
  known: readonly Flag[],
  flagsAnywhere = false,
): ParsedArgs {
  const flags = new Map<string, string[]>();
  const rest: string[] = [];
  let i = 0;
  for (; i < args.length; i++) {
    const match = /^--?([^=]+)(?:=([^]*))?$/.exec(args[i]);
    if (!match || args[i] === "--") {
      if (!flagsAnywhere || args[i] === "--") break;
      rest.push(args[i]);
      continue;
    }
    const [, name, given] = match;
    const flag = known.find((flag) => flag.name === name);
    if (!flag) throw new UsageError(`unknown flag ${args[i].split("=")[0]}`);
    let value = given ?? "";
    if (flag.value === undefined) {
      if (given !== undefined) throw new UsageError(`--${name} takes no value`);
    } else if (given === undefined) {
      if (++i === args.length) {
        throw new UsageError(`--${name} needs a value: ${flag.value}`);
      }
      value = args[i];
    }
    flags.set(name, [...flags.get(name) ?? [], value]);
  }
  if (args[i] === "--") i++;
  return { flags, rest: [...rest, ...args.slice(i)] };
}

/** The help lines of flags, aligned. */
export function flagHelp(flags: readonly Flag[]): string {
  const heads = flags.map(({ name, value }) =>
    value === undefined ? `  --${name}` : `  --${name} ${value}`
  );
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  return flags.map(({ help }, i) => heads[i].padEnd(width) + help + "\n")
    .join("");
}

/** The variables of `--env KEY=VALUE`, whatever they are called. */
export function parseEnv(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value) => {
    const at = value.indexOf("=");
    if (at < 1) throw new UsageError(`invalid environment variable: ${value}`);
    return [value.slice(0, at), value.slice(at + 1)];
  }));
}

/** A directory of the host, as the guest sees it. */
export interface MountSpec {
  readonly hostPath: string;
  readonly guestPath: string;
  readonly readOnly: boolean;
}

/**
 * `HOST[:GUEST][:ro]`; where there are drives, the letter of one belongs to the
 * host's path.
 */
export function parseMount(text: string, hasDrives = false): MountSpec {
  const readOnly = text.endsWith(":ro");
  const rest = readOnly ? text.slice(0, -3) : text;
  const drive = hasDrives && /^[A-Za-z]:[\\/]/.test(rest) ? 2 : 0;
  const at = rest.indexOf(":", drive);
  const hostPath = at < 0 ? rest : rest.slice(0, at);
  const guestPath = at < 0 ? rest : rest.slice(at + 1);
  if (hostPath === "" || guestPath === "" || guestPath.includes(":")) {
    throw new UsageError(`invalid mount: ${text}`);
  }
  return { hostPath, guestPath: guestName(guestPath), readOnly };
}

/** `HOST[::GUEST]`. */
export function parseDir(text: string): MountSpec {
  const at = text.indexOf("::");
  const hostPath = at < 0 ? text : text.slice(0, at);
  const guestPath = at < 0 ? text : text.slice(at + 2);
  if (hostPath === "" || guestPath === "") {
    throw new UsageError(`invalid directory: ${text}`);
  }
  return { hostPath, guestPath: guestName(guestPath), readOnly: false };
}

/** A directory's name for the guest, without `./` and slashes at the end. */
function guestName(path: string): string {
  const name = path.replaceAll("\\", "/").replace(/^(\.\/+)+/, "");
  return name === "" ? "." : name.replace(/(.)\/+$/, "$1");
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration such as `10ms`, `1.5s`, `1m30s`, in milliseconds. */
export function parseDuration(text: string): number {
  const part = /(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/y;
  let ms = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (!match) {
      throw new UsageError(`invalid duration: ${text} (such as 500ms, 1m30s)`);
    }
    ms += Number(match[1]) * UNITS_MS[match[2]];
  }
  if (ms <= 0) throw new UsageError(`invalid duration: ${text} is not above 0`);
  return ms;
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function parseAddress(text: string): { host: string; port: number } {
  const match = /^(?:\[([\da-fA-F:.]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) throw new UsageError(`invalid address: ${text}`);
  return { host: match[1] ?? match[2], port };
}

/** Groups of host functions, separated by commas. */
export function parseScopes(texts: readonly string[]): LogScope[] {
  return texts.join().split(",").filter((text) => text !== "").map((text) => {
    const scope = LOG_SCOPES.find((scope) => scope === text);
    if (scope !== undefined) return scope;
    throw new UsageError(`invalid --hostlogging: ${text} is not a log scope`);
  });
}

/** An amount of fuel, a whole number. */
export function parseFuel(text: string): number {
  const fuel = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(fuel)) return fuel;
  throw new UsageError(`invalid fuel: ${text}`);
}

/**
 * An argument of `--invoke` as a value of a parameter.
 *
 * @param type the parameter's type, such as `i32`
 */
export function parseValue(text: string, type: string): number | bigint {
  if (type === "i64" || type === "i32") {
    if (!/^[+-]?(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) {
      throw new UsageError(`invalid ${type}: ${text}`);
    }
    const digits = BigInt(text.replace(/^[+-]/, ""));
    const value = text[0] === "-" ? -digits : digits;
    const bits = type === "i64" ? 64 : 32;
    if (value >= 1n << BigInt(bits) || value < -(1n << BigInt(bits - 1))) {
      throw new UsageError(`invalid ${type}: ${text} is out of range`);
    }
    return type === "i64" ? value : Number(value);
  }
  if (type !== "f32" && type !== "f64") {
    throw new UsageError(`cannot pass an argument of type ${type}`);
  }
  const value = /^[+-]?inf(inity)?$/i.test(text)
    ? text[0] === "-" ? -Infinity : Infinity
    : Number(text);
  if (text.trim() === "" || Number.isNaN(value) && !/^nan$/i.test(text)) {
    throw new UsageError(`invalid ${type}: ${text}`);
  }
  return value;
}
