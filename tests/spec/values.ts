/**
 * Values of the specification tests: from the scripts' notation to raw bits
 * and references, comparison bit for bit with the NaN patterns, and spoiling,
 * which turns an expectation into one that a right result must not meet.
 * A host reference N of the scripts is the one `HostReference` numbered N.
 */

import { FunctionInstance } from "../../engine/mod.ts";
import type { RawValue } from "../../engine/mod.ts";
import type { SpecValue } from "./load.ts";

/** What `(ref.extern N)` of a script stands for. */
export class HostReference {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

const hostReferences: HostReference[] = [];

function hostReference(number: number): HostReference {
  return hostReferences[number] ??= new HostReference(number);
}

const LANE_BITS: Readonly<Record<string, number>> = {
  i8: 8,
  i16: 16,
  i32: 32,
  i64: 64,
  f32: 32,
  f64: 64,
};

/** The raw value of an argument. */
export function rawOf(value: SpecValue): RawValue {
  switch (value.type) {
    case "i32":
    case "i64":
    case "f32":
    case "f64":
      return BigInt(value.value as string);
    case "v128":
      return rawOfLanes(value);
  }
  if (value.value === undefined || value.value === "null") return null;
  return hostReference(Number(value.value));
}

function rawOfLanes(value: SpecValue): bigint {
  const bits = BigInt(LANE_BITS[value.lane_type ?? ""]);
  let raw = 0n;
  (value.value as readonly string[]).forEach((lane, index) => {
    raw |= BigInt(lane) << (BigInt(index) * bits);
  });
  return raw;
}

/** Whether a result is what a script expects. */
export function matches(expected: SpecValue, got: RawValue): boolean {
  const type = expected.type;
  if (type === "either") {
    return (expected.values ?? []).some((value) => matches(value, got));
  }
  if (type === "v128") return matchesLanes(expected, got);
  if (LANE_BITS[type] !== undefined) {
    return typeof got === "bigint" &&
      matchesBits(type, expected.value as string, got);
  }
  return matchesReference(expected, got);
}

function matchesLanes(expected: SpecValue, got: RawValue): boolean {
  if (typeof got !== "bigint" || got >> 128n !== 0n) return false;
  const laneType = expected.lane_type ?? "";
  const bits = BigInt(LANE_BITS[laneType]);
  return (expected.value as readonly string[]).every((lane, index) =>
    matchesBits(
      laneType,
      lane,
      BigInt.asUintN(Number(bits), got >> (BigInt(index) * bits)),
    )
  );
}

function matchesBits(type: string, expected: string, got: bigint): boolean {
  const wide = LANE_BITS[type] === 64;
  if (expected === "nan:canonical") {
    const magnitude = got & (wide ? 0x7fff_ffff_ffff_ffffn : 0x7fff_ffffn);
    return magnitude === (wide ? 0x7ff8_0000_0000_0000n : 0x7fc0_0000n);
  }
  if (expected === "nan:arithmetic") {
    const quiet = wide ? 0x7ff8_0000_0000_0000n : 0x7fc0_0000n;
    return (got & quiet) === quiet;
  }
  return got === BigInt(expected);
}

function matchesReference(expected: SpecValue, got: RawValue): boolean {
  const { type, value } = expected;
  if (type.startsWith("null") || type === "refnull" || value === "null") {
    return got === null;
  }
  if (got === null || got === undefined || typeof got === "bigint") {
    return false;
  }
  if (type === "funcref") return got instanceof FunctionInstance;
  if (got instanceof FunctionInstance) return false;
  if (value === undefined) return true;
  return got === hostReference(Number(value));
}

/** The expectation with one of its bits, lanes or references changed. */
export function spoil(value: SpecValue, seed: number): SpecValue {
  if (value.type === "either") return spoilEither(value, seed);
  if (value.type === "v128") {
    const lanes = [...value.value as readonly string[]];
    const index = seed % lanes.length;
    lanes[index] = spoilBits(value.lane_type ?? "", lanes[index], seed);
    return { ...value, value: lanes };
  }
  if (LANE_BITS[value.type] !== undefined) {
    const bits = spoilBits(value.type, value.value as string, seed);
    return { ...value, value: bits };
  }
  return spoilReference(value);
}

function spoilBits(type: string, text: string, seed: number): string {
  if (text.startsWith("nan:")) return "0";
  return String(BigInt(text) ^ (1n << BigInt(seed % LANE_BITS[type])));
}

/** Each alternative spoiled so that none becomes another. */
function spoilEither(value: SpecValue, seed: number): SpecValue {
  const before = value.values ?? [];
  const known = new Set(before.map((one) => JSON.stringify(one)));
  const values = before.map((one) => {
    for (let shift = 0;; shift++) {
      const spoiled = spoil(one, seed + shift);
      if (!known.has(JSON.stringify(spoiled))) return spoiled;
    }
  });
  return { ...value, values };
}

function spoilReference(value: SpecValue): SpecValue {
  const { type } = value;
  if (type === "refnull" || type === "nullref") return { type: "anyref" };
  if (type.startsWith("null")) return { type: type.slice(4) };
  if (value.value === "null") return { type };
  if (value.value === undefined) return { type, value: "null" };
  return { type, value: String(Number(value.value) + 1) };
}

/** A value for a failure's report. */
export function showExpected(value: SpecValue): string {
  if (value.values) return value.values.map(showExpected).join(" | ");
  const { value: content } = value;
  const type = value.lane_type ?? value.type;
  if (content === undefined) return value.type;
  if (typeof content !== "string") {
    return `${type}x${content.length}(${content.map(hex).join(" ")})`;
  }
  return `${type}:${hex(content)}`;
}

function hex(text: string): string {
  return /^\d+$/.test(text) ? "0x" + BigInt(text).toString(16) : text;
}

export function showRaw(value: RawValue): string {
  if (typeof value === "bigint") return "0x" + value.toString(16);
  if (value instanceof HostReference) return `extern ${value.number}`;
  if (value instanceof FunctionInstance) return "a function";
  return value === null ? "null" : `a reference (${typeof value})`;
}
