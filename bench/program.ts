/** What the benchmarks run: the programs of the corpus, and instances of them. */

/**
 * What a program is made of: most of its work is arithmetic on integers or
 * floats, calls, or reading and writing memory; or it is somebody's program.
 * Bulk memory and SIMD stand apart from the geomean of all.
 */
export type Kind =
  | "integer"
  | "float"
  | "call"
  | "memory"
  | "real"
  | "bulk"
  | "simd";

export interface BenchProgram {
  /**
   * The file is programs/NAME.wasm, its source beside it. NAME-simd is the
   * same source as NAME, built with SIMD.
   */
  readonly name: string;
  /** The argument of `run`. */
  readonly n: number;
  /** What `run(n)` returns. */
  readonly checksum: number | bigint;
  readonly kind: Kind;
  /** Whether fusion rules and tuning must not look at this program. */
  readonly heldOut: boolean;
  /** How it is run, if it is a package's. */
  readonly real?: RealProgram;
}

/** Whether the geomean of all leaves the program out. */
export function standsApart({ kind }: { readonly kind: Kind }): boolean {
  return kind === "bulk" || kind === "simd";
}

/** A program that is ready to run. */
export interface Program {
  run(n: number): number | bigint;
}

/** What an instance exports, where only numbers are passed. */
export type GuestExports = Readonly<
  Record<string, (...args: number[]) => number>
>;

/** An instance of a module that is driven from outside. */
export interface Guest {
  readonly exports: GuestExports;
  /** Its memory, imported or exported; another buffer after it has grown. */
  readonly memory: { readonly buffer: ArrayBufferLike };
}

/** A function that a guest imports; it ignores its i64 arguments. */
export type HostFunction = (...args: number[]) => number | void;

/** What a guest needs. */
export interface Imports {
  readonly functions?: Readonly<Record<string, Record<string, HostFunction>>>;
  /** The pages of a memory that it imports, as env.memory. */
  readonly memory?: { readonly initial: number; readonly maximum: number };
}

/** How a package's module is run. */
export interface RealProgram {
  /** The module, in node_modules. */
  readonly file: string;
  /** Other files that it works on, in node_modules. */
  readonly inputs?: readonly string[];
  readonly imports?: Imports;
  /** Prepares an instance; what it returns does n units of work. */
  start(guest: Guest): (n: number) => number;
}
