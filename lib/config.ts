/**
 * The options of runtimes and modules, as plain read-only objects: a variant
 * of one is `{ ...base, name: "x" }`. They are checked where they are used.
 */

import {
  DEFAULT_SIZE,
  type Extern,
  Feature,
  FEATURE_NAMES,
  FEATURES_ALL,
  FEATURES_V1,
  FEATURES_V2,
  type MachineSize,
  MAX_PAGES,
  type Module,
} from "../engine/mod.ts";
import type { CompilationCache } from "./cache.ts";
import { checkOptions, checkRange, checkRecord, kindError } from "./checks.ts";
import type { Instance } from "./instance.ts";
import type { World } from "./world.ts";

/**
 * A set of WebAssembly features: the sum of members of
 * {@linkcode CoreFeatures}.
 */
export type CoreFeatures = number;

/** What {@linkcode CoreFeatures} holds: the proposals, sets, and questions. */
export interface CoreFeatureSets extends FeatureBits {
  /** WebAssembly 1.0. */
  readonly V1: CoreFeatures;
  /** WebAssembly 2.0. */
  readonly V2: CoreFeatures;
  /** WebAssembly 3.0, as far as it is finished here. */
  readonly V3: CoreFeatures;
  /** Everything that is finished here; the default. */
  readonly All: CoreFeatures;
  /** Whether a set has all of `features`. */
  isEnabled(set: CoreFeatures, features: CoreFeatures): boolean;
  /** A set with `features`, or without them. */
  withEnabled(
    set: CoreFeatures,
    features: CoreFeatures,
    isEnabled: boolean,
  ): CoreFeatures;
  /** Throws an `Error` where a set lacks one of `features`. */
  require(set: CoreFeatures, features: CoreFeatures): void;
  /** The names of a set's features. */
  names(set: CoreFeatures): string[];
}

/** One bit for each proposal. */
export interface FeatureBits {
  /** The proposal mutable-global. */
  readonly MutableGlobal: CoreFeatures;
  /** The proposal sign-extension-ops. */
  readonly SignExtension: CoreFeatures;
  /** The proposal nontrapping-float-to-int-conversion. */
  readonly SaturatingConversions: CoreFeatures;
  /** The proposal multi-value. */
  readonly MultiValue: CoreFeatures;
  /** The proposal bulk-memory-operations. */
  readonly BulkMemory: CoreFeatures;
  /** The proposal reference-types. */
  readonly ReferenceTypes: CoreFeatures;
  /** The proposal simd. */
  readonly Simd: CoreFeatures;
  /** The proposal threads. */
  readonly Threads: CoreFeatures;
  /** The proposal tail-call. */
  readonly TailCall: CoreFeatures;
  /** The proposal extended-const. */
  readonly ExtendedConst: CoreFeatures;
  /** The proposal typed-function-references. */
  readonly FunctionReferences: CoreFeatures;
  /** The proposal multi-memory. */
  readonly MultiMemory: CoreFeatures;
  /** The proposal memory64. */
  readonly Memory64: CoreFeatures;
  /** The proposal exception-handling. */
  readonly Exceptions: CoreFeatures;
  /** The proposal gc. */
  readonly Gc: CoreFeatures;
  /** The proposal relaxed-simd. */
  readonly RelaxedSimd: CoreFeatures;
}

/**
 * Sets of WebAssembly features, to be combined with `|` and taken apart with
 * `& ~`, and what can be asked of them.
 *
 * @example
 * ```ts
 * import { CoreFeatures, Runtime } from "@waxwing/waxwing";
 *
 * const coreFeatures = CoreFeatures.V2 & ~CoreFeatures.Simd;
 * console.log(CoreFeatures.isEnabled(coreFeatures, CoreFeatures.Simd) === false);
 * console.log(CoreFeatures.names(CoreFeatures.V1).join() === "mutable-global");
 * new Runtime({ coreFeatures });
 * ```
 */
export const CoreFeatures: CoreFeatureSets = /* @__PURE__ */ featureSets();

// A call, which bundles leave out that do not name the object.
function featureSets(): CoreFeatureSets {
  return {
    MutableGlobal: Feature.MutableGlobal,
    SignExtension: Feature.SignExtension,
    SaturatingConversions: Feature.SaturatingConversions,
    MultiValue: Feature.MultiValue,
    BulkMemory: Feature.BulkMemory,
    ReferenceTypes: Feature.ReferenceTypes,
    Simd: Feature.Simd,
    Threads: Feature.Threads,
    TailCall: Feature.TailCall,
    ExtendedConst: Feature.ExtendedConst,
    FunctionReferences: Feature.FunctionReferences,
    MultiMemory: Feature.MultiMemory,
    Memory64: Feature.Memory64,
    Exceptions: Feature.Exceptions,
    Gc: Feature.Gc,
    RelaxedSimd: Feature.RelaxedSimd,
    V1: FEATURES_V1,
    V2: FEATURES_V2,
    V3: FEATURES_ALL & (FEATURES_V2 | Feature.TailCall | Feature.ExtendedConst |
      Feature.FunctionReferences | Feature.MultiMemory | Feature.Memory64 |
      Feature.Exceptions | Feature.Gc | Feature.RelaxedSimd),
    All: FEATURES_ALL,
    isEnabled: (set, features) => (set & features) === features,
    withEnabled: (set, features, isEnabled) =>
      isEnabled ? set | features : set & ~features,
    require(set, features) {
      const [missing] = featureNames(features & ~set);
      if (missing === undefined) return;
      throw new Error(`feature "${missing}" is disabled`);
    },
    names: featureNames,
  };
}

function featureNames(set: CoreFeatures): string[] {
  return FEATURE_NAMES.filter((_, bit) => (set & 1 << bit) !== 0);
}

/** Options of a `Runtime`. */
export interface RuntimeOptions {
  /** What modules may use. Default: `CoreFeatures.All`. */
  readonly coreFeatures?: CoreFeatures | undefined;
  /**
   * Pages of 64 KiB that a memory may have, 0 to 65536. A module that needs
   * more is refused when it is compiled; a larger maximum counts as this one.
   * Default: 65536.
   */
  readonly memoryLimitPages?: number | undefined;
  /**
   * Pages that all memories of all instances may have together, 0 and up. A
   * module that needs more is not instantiated, and `memory.grow` fails.
   * Default: no limit.
   */
  readonly totalMemoryLimitPages?: number | undefined;
  /**
   * Whether a memory takes the room of its maximum at once, so that growing
   * never copies. Default: false.
   */
  readonly memoryCapacityFromMax?: boolean | undefined;
  /**
   * Whether stack traces show source lines, for modules with debugging
   * information (DWARF). It is read when it is needed only. Default: true.
   */
  readonly debugInfo?: boolean | undefined;
  /** Whether compiled modules keep custom sections. Default: false. */
  readonly customSections?: boolean | undefined;
  /**
   * Whether NaNs that guests compute always have the same bits, those of the
   * canonical NaN. Without it they differ by JavaScript engine, as the
   * specification allows. Arithmetic on floats then takes longer. Default:
   * false.
   */
  readonly deterministicNaN?: boolean | undefined;
  /** Modules that other runtimes have compiled as well. Default: none. */
  readonly compilationCache?: CompilationCache | undefined;
  /**
   * Watches calls in the modules that the runtime compiles and of its host
   * modules, as `listen` of `waxwing/monitors` makes it. Default: none.
   */
  readonly monitor?: Monitor | undefined;
  /**
   * Whether an instance is closed when a call on it was aborted or took too
   * long, with an exit code of {@linkcode CancelExitCode}. Default: false, it
   * can be called again.
   */
  readonly closeOnCancel?: boolean | undefined;
  /**
   * Bytes of the stack of guest calls, 64 KiB to 1 GiB. All runtimes of a
   * realm share it: the first one that is used fixes it. Default: 16 MiB,
   * more than 100,000 small frames.
   */
  readonly stackBytes?: number | undefined;
  /**
   * How many guest functions may be on the stack at once, 1 and up, in calls
   * that the host makes of this runtime's instances. Default: as many as
   * `stackBytes` has room for.
   */
  readonly maxCallDepth?: number | undefined;
  /** Bytes for translated code, shared likewise. Default: 32 MiB. */
  readonly codeBytes?: number | undefined;
}

/** What watches the functions of a runtime. */
export interface Monitor {
  /** @internal The module, its functions watched. */
  watchModule(module: Module): Module;
  /** @internal Watches what is imported, where it is a host function. */
  watchImport(extern: Extern): void;
}

/** Options of a runtime; what is off by default may be missing. */
export interface CheckedRuntimeOptions extends RuntimeOptions {
  readonly coreFeatures: CoreFeatures;
  readonly memoryLimitPages: number;
  readonly totalMemoryLimitPages: number;
  readonly debugInfo: boolean;
  readonly maxCallDepth: number;
  /** Undefined where any size will do. */
  readonly machine: MachineSize | undefined;
}

/** Of stack and code. */
const enum Bytes {
  Min = 64 * 1024,
  Max = 1024 * 1024 * 1024,
}

/** Completes the options; throws a `TypeError` or `RangeError` for wrong ones. */
export function checkRuntimeOptions(
  options: RuntimeOptions,
): CheckedRuntimeOptions {
  checkOptions(options, {
    coreFeatures: "number",
    memoryLimitPages: [0, MAX_PAGES],
    totalMemoryLimitPages: [0],
    memoryCapacityFromMax: "boolean",
    debugInfo: "boolean",
    customSections: "boolean",
    deterministicNaN: "boolean",
    compilationCache: "{ isMarked() }",
    monitor: "{ watchModule() }",
    closeOnCancel: "boolean",
    stackBytes: [Bytes.Min, Bytes.Max],
    maxCallDepth: [1],
    codeBytes: [Bytes.Min, Bytes.Max],
  });
  const {
    coreFeatures = FEATURES_ALL,
    memoryLimitPages = MAX_PAGES,
    totalMemoryLimitPages = Number.MAX_SAFE_INTEGER,
    debugInfo = true,
    maxCallDepth = Number.MAX_SAFE_INTEGER,
    stackBytes = DEFAULT_SIZE.stackBytes,
    codeBytes = DEFAULT_SIZE.codeBytes,
  } = options;
  if (coreFeatures !== (coreFeatures & FEATURES_ALL)) {
    const extra = coreFeatures & ~FEATURES_ALL;
    const [missing = coreFeatures] = featureNames(extra);
    throw new RangeError(`coreFeatures invalid: ${missing} is not there`);
  }
  return {
    ...options,
    coreFeatures,
    memoryLimitPages,
    totalMemoryLimitPages,
    debugInfo,
    maxCallDepth,
    machine: options.stackBytes ?? options.codeBytes
      ? { stackBytes, codeBytes }
      : undefined,
  };
}

/** Gives the buffers of memories, and takes them back. */
export interface MemoryAllocator {
  /**
   * Gives a buffer of `byteLength` bytes or more, undefined where it cannot.
   * It is filled with zeros. `maxByteLength` is what the memory may grow to.
   */
  allocate(byteLength: number, maxByteLength: number): ArrayBuffer | undefined;
  /** Takes a buffer when its memory has a larger one, or its instance ends. */
  free?(buffer: ArrayBuffer): void;
}

/** Options of an instance; everything left out is closed or repeatable. */
export interface ModuleOptions extends World {
  /** Default: the name section's; "" makes the instance anonymous. */
  readonly name?: string | undefined;
  /** Exports to call after instantiation, if there. Default: `["_start"]`. */
  readonly startFunctions?: readonly string[] | undefined;
  /**
   * Asked first for each module that is imported from; where it gives
   * undefined, modules are found by their name. With it instances can be
   * imported from that have no name, or another.
   */
  readonly importResolver?:
    | ((moduleName: string) => Instance | undefined)
    | undefined;
  /**
   * Told the exit code when the instance is closed, once, before what it
   * holds is freed.
   */
  readonly onClose?: ((exitCode: number) => void) | undefined;
  /**
   * Where the buffers of its memories come from, but for shared ones. Default:
   * the host.
   */
  readonly memoryAllocator?: MemoryAllocator | undefined;
  /** The default of its calls, see `AsyncCallOptions.interleave`. */
  readonly interleave?: boolean | undefined;
}

const enum Most {
  ResolutionNs = 3_600_000_000_000,
}

/** Throws a `TypeError` or `RangeError` where an option is wrong. */
export function checkModuleOptions(options: ModuleOptions): void {
  checkOptions(options, {
    name: "string",
    startFunctions: "string[]",
    args: "string[]",
    env: undefined,
    stdin: undefined,
    stdout: undefined,
    stderr: undefined,
    fs: undefined,
    wallClock: "{ now() }",
    monotonicClock: "{ now() }",
    cpuClock: "{ now() }",
    random: "{ fill() }",
    sleep: "function",
    yield: "function",
    listeners: "{ accept() }[]",
    maxDescriptors: [3],
    importResolver: "function",
    onClose: "function",
    memoryAllocator: "{ allocate() }",
    interleave: "boolean",
  });
  const { args = [], env = {} } = options;
  if (args.some((arg) => arg.includes("\0"))) {
    throw new TypeError("args invalid: contains NUL character");
  }
  checkRecord("env", env);
  for (const [key, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (typeof value !== "string") throw variableError(key, value);
    if (/^[^=\0]+$/.test(key) && !value.includes("\0")) continue;
    throw new TypeError("env invalid: an empty key, '=' or NUL character");
  }
  for (const name of ["wallClock", "monotonicClock", "cpuClock"] as const) {
    const { resolutionNs } = options[name] ?? { resolutionNs: 1 };
    checkRange(`${name} resolution`, resolutionNs, 1, Most.ResolutionNs);
  }
}

/** Who gives functions means what other APIs call the environment: imports. */
function variableError(key: string, value: unknown): TypeError {
  const hint = typeof value === "function"
    ? "; newHostModule gives imports"
    : "";
  return kindError(`env.${key}`, value, "string" + hint);
}
