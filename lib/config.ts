/**
 * The options of runtimes and modules, as plain read-only objects: a variant
 * of one is `{ ...base, name: "x" }`.
 */

import {
  Feature,
  FEATURES_ALL,
  type FeatureSet,
  FEATURES_V1,
  FEATURES_V2,
} from "../engine/mod.ts";
import type {
  ByteSink,
  ByteSource,
  Clock,
  File,
  FileSystem,
  MaybePromise,
  Random,
  Sleep,
} from "./world.ts";

/**
 * Sets of WebAssembly features, to be combined with `|` and taken apart with
 * `& ~`.
 *
 * @example
 * ```ts
 * import { CoreFeatures, Runtime } from "@waxwing/waxwing";
 *
 * new Runtime({ coreFeatures: CoreFeatures.V2 & ~CoreFeatures.Simd });
 * ```
 */
export const CoreFeatures = {
  ...Feature,
  /** WebAssembly 1.0. */
  V1: FEATURES_V1,
  /** WebAssembly 2.0. */
  V2: FEATURES_V2,
  /** Everything that is finished here; the default. */
  All: FEATURES_ALL,
} as const;

/** A set of features. */
export type CoreFeatures = FeatureSet;

/** Options of a `Runtime`. */
export interface RuntimeOptions {
  /** What modules may use. Default: `CoreFeatures.All`. */
  readonly coreFeatures?: CoreFeatures;
  /** Pages of 64 KiB that a memory may have, 0 to 65536. Default: 65536. */
  readonly memoryLimitPages?: number;
  /**
   * Bytes of the stack of guest calls, which all runtimes of a realm share:
   * the first one fixes it. Default: 16 MiB, more than 100,000 small frames.
   */
  readonly stackBytes?: number;
  /** Bytes for translated code, shared likewise. Default: 32 MiB. */
  readonly codeBytes?: number;
}

/** Options of an instance; everything left out is closed or repeatable. */
export interface ModuleOptions {
  /** Default: the name section's; "" makes the instance anonymous. */
  readonly name?: string;
  /** Exports to call after instantiation, if there. Default: `["_start"]`. */
  readonly startFunctions?: readonly string[];
  /** The arguments, the program's name first. Default: none. */
  readonly args?: readonly string[];
  /** The environment. Default: empty. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: at its end at once. */
  readonly stdin?: ByteSource | File;
  /** Default: what is written is gone. */
  readonly stdout?: ByteSink | File;
  /** Default: what is written is gone. */
  readonly stderr?: ByteSink | File;
  /** One file system as `/`, or several by guest path. Default: none. */
  readonly fs?: FileSystem | Readonly<Record<string, FileSystem>>;
  /** Default: starts 2022-01-01, a millisecond later at each reading. */
  readonly wallClock?: Clock;
  /** Default: starts at 0, a millisecond later at each reading. */
  readonly monotonicClock?: Clock;
  /** Default: a generator with a fixed seed. */
  readonly random?: Random;
  /** Default: returns at once. */
  readonly sleep?: Sleep;
  /** Default: returns at once. */
  readonly yield?: () => MaybePromise<void>;
}
