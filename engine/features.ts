/**
 * The WebAssembly proposals as bits of a set, with the names that error
 * messages and options use. A module that needs a bit which is not in the
 * caller's set is rejected while it is decoded or validated.
 */

import { CompileError } from "./errors.ts";

/** A set of features: the sum of the bits of {@link Feature}. */
export type FeatureSet = number;

/** One bit per proposal. */
export const enum Feature {
  MutableGlobal = 1 << 0,
  SignExtension = 1 << 1,
  SaturatingConversions = 1 << 2,
  MultiValue = 1 << 3,
  BulkMemory = 1 << 4,
  ReferenceTypes = 1 << 5,
  Simd = 1 << 6,
  Threads = 1 << 7,
  TailCall = 1 << 8,
  ExtendedConst = 1 << 9,
  FunctionReferences = 1 << 10,
  MultiMemory = 1 << 11,
  Memory64 = 1 << 12,
  Exceptions = 1 << 13,
  Gc = 1 << 14,
  RelaxedSimd = 1 << 15,
}

/** The names, in the order of the bits. */
export const FEATURE_NAMES: readonly string[] = [
  "mutable-global",
  "sign-extension-ops",
  "nontrapping-float-to-int-conversion",
  "multi-value",
  "bulk-memory-operations",
  "reference-types",
  "simd",
  "threads",
  "tail-call",
  "extended-const",
  "typed-function-references",
  "multi-memory",
  "memory64",
  "exception-handling",
  "gc",
  "relaxed-simd",
];

/** WebAssembly 1.0 (W3C Recommendation 2019). */
export const FEATURES_V1: FeatureSet = Feature.MutableGlobal;

/** WebAssembly 2.0. */
export const FEATURES_V2: FeatureSet = FEATURES_V1 | Feature.SignExtension |
  Feature.SaturatingConversions | Feature.MultiValue | Feature.BulkMemory |
  Feature.ReferenceTypes | Feature.Simd;

/** Everything that this engine implements. */
export const FEATURES_ALL: FeatureSet = FEATURES_V2 | Feature.Threads |
  Feature.TailCall | Feature.ExtendedConst | Feature.FunctionReferences |
  Feature.MultiMemory;

/** The name of the lowest feature in `bits`. */
export function featureName(bits: FeatureSet): string {
  return FEATURE_NAMES[31 - Math.clz32(bits & -bits)] ?? "unknown";
}

/** Rejects `what` where the module may use none of the features in `need`. */
export function requireFeature(
  { features }: { readonly features: FeatureSet },
  need: FeatureSet,
  what: string,
  offset: number,
): void {
  if ((features & need) !== 0) return;
  const name = featureName(need);
  throw new CompileError(
    `${what} invalid as feature "${name}" is disabled`,
    offset,
  );
}
