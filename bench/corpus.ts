/**
 * The benchmark corpus: which programs there are, how much work each does per
 * run, and the checksum that `run(n)` must return. `n` is chosen so that the
 * host's own WebAssembly needs about 5 to 15 ms per run. The geomean is taken
 * over the group "scalar", held-out programs apart: they judge what was tuned
 * on the others.
 */

export type Group = "scalar" | "bulk" | "simd";

export interface BenchProgram {
  /** The file is programs/NAME.wasm, its source programs/NAME.c. */
  readonly name: string;
  /** The argument of `run`. */
  readonly n: number;
  /** What `run(n)` returns. */
  readonly checksum: number | bigint;
  readonly group: Group;
  /** Whether fusion rules and tuning must not look at this program. */
  readonly heldOut: boolean;
}

// deno-fmt-ignore
export const CORPUS: readonly BenchProgram[] = [
  // scalar
  { name: "fib", n: 31, checksum: 1_346_269, group: "scalar", heldOut: false },
  { name: "sieve", n: 30, checksum: 539_339, group: "scalar", heldOut: false },
  { name: "sha256", n: 20_000, checksum: -1_968_130_823, group: "scalar", heldOut: false },
  { name: "sha512", n: 20_000, checksum: 264_576_389_110_423_274n, group: "scalar", heldOut: false },
  { name: "xorshift64", n: 4_000_000, checksum: -6_487_779_390_642_507_012n, group: "scalar", heldOut: false },
  { name: "field64", n: 1_000_000, checksum: -3_397_748_585_435_268_923n, group: "scalar", heldOut: false },
  { name: "nbody", n: 160_000, checksum: -536_199_973, group: "scalar", heldOut: false },
  { name: "mandelbrot", n: 400, checksum: 4_856_315, group: "scalar", heldOut: false },
  { name: "matmul", n: 256, checksum: -865_604_137, group: "scalar", heldOut: false },
  { name: "vm", n: 4_000, checksum: -661_836_531, group: "scalar", heldOut: false },
  { name: "indirect", n: 1_000_000, checksum: 2_003_370_803, group: "scalar", heldOut: false },
  { name: "quicksort", n: 120_000, checksum: -1_101_735_396, group: "scalar", heldOut: false },
  { name: "strings", n: 3_000, checksum: -2_085_010_442, group: "scalar", heldOut: false },

  // held out: never mined for fusion rules or used for tuning
  { name: "crc32", n: 160, checksum: -1_958_447_931, group: "scalar", heldOut: true },
  { name: "hashmap", n: 400_000, checksum: 173_957_701, group: "scalar", heldOut: true },
  { name: "base64", n: 300, checksum: -495_201_057, group: "scalar", heldOut: true },
  { name: "json", n: 250, checksum: 1_038_305_580, group: "scalar", heldOut: true },
  { name: "lu", n: 50, checksum: -1_806_443_482, group: "scalar", heldOut: true },
  { name: "fft", n: 300, checksum: 99_184_337, group: "scalar", heldOut: true },
  { name: "bintrees", n: 30, checksum: 1_911_453_642, group: "scalar", heldOut: true },
  { name: "heapsort", n: 120_000, checksum: -292_640_661, group: "scalar", heldOut: true },
  { name: "lz", n: 50, checksum: 102_421_730, group: "scalar", heldOut: true },
  { name: "bigint", n: 2_000, checksum: 1_046_732_529, group: "scalar", heldOut: true },
  { name: "regex", n: 15, checksum: -1_900_143_132, group: "scalar", heldOut: true },

  // bulk, apart from the geomean
  { name: "bulk", n: 2_000, checksum: -56_951_316, group: "bulk", heldOut: false },

  // simd, apart from the geomean
  { name: "simd", n: 4_000, checksum: 1_275_872_339, group: "simd", heldOut: false },
];
