/**
 * The benchmark corpus: which programs there are, how much work each does per
 * run, and what `run(n)` must return. `n` is such that a run takes this engine
 * between 9 and 274 ms, mostly 30 to 100.
 *
 * About half of it, in every kind and every language, is held out: fusion rules
 * and tuning must not look at these programs, they judge what was tuned on the
 * others. profile.ts refuses them. Of the programs that were added later the
 * halves were drawn before any of them had been measured, so that of two that
 * resemble each other (a VM and a CPU, two SIMD kernels on bytes, two in
 * AssemblyScript) one is on either side, and so that the larger programs, which
 * are closest to what people run, are mostly judges.
 */

import type { BenchProgram } from "./program.ts";
import {
  gofmt,
  gzip,
  harfbuzz,
  png,
  quickjs,
  rabin,
  sourcemap,
  sqlite,
} from "./real.ts";

// deno-fmt-ignore
export const CORPUS: readonly BenchProgram[] = [
  { name: "fib", n: 31, checksum: 1_346_269, kind: "call", heldOut: false },
  { name: "sieve", n: 30, checksum: 539_339, kind: "memory", heldOut: false },
  { name: "sha256", n: 20_000, checksum: -1_968_130_823, kind: "integer", heldOut: false },
  { name: "sha512", n: 20_000, checksum: 264_576_389_110_423_274n, kind: "integer", heldOut: false },
  { name: "xorshift64", n: 4_000_000, checksum: -6_487_779_390_642_507_012n, kind: "integer", heldOut: false },
  { name: "field64", n: 1_000_000, checksum: -3_397_748_585_435_268_923n, kind: "integer", heldOut: false },
  { name: "nbody", n: 160_000, checksum: -536_199_973, kind: "float", heldOut: false },
  { name: "mandelbrot", n: 400, checksum: 4_856_315, kind: "float", heldOut: false },
  { name: "matmul", n: 256, checksum: -865_604_137, kind: "float", heldOut: false },
  { name: "vm", n: 4_000, checksum: -661_836_531, kind: "memory", heldOut: false },
  { name: "indirect", n: 1_000_000, checksum: 2_003_370_803, kind: "call", heldOut: false },
  { name: "quicksort", n: 120_000, checksum: -1_101_735_396, kind: "memory", heldOut: false },
  { name: "strings", n: 3_000, checksum: -2_085_010_442, kind: "memory", heldOut: false },
  { name: "keccak", n: 8_000, checksum: -4_428_421_681_395_783_145n, kind: "integer", heldOut: false },
  { name: "modpow", n: 4_000, checksum: 616_006_613_566_395_924n, kind: "integer", heldOut: false },
  { name: "machine", n: 14_000, checksum: 1_110_159_047, kind: "integer", heldOut: false },
  { name: "deflate", n: 10, checksum: -1_064_214_236, kind: "memory", heldOut: false },
  { name: "containers", n: 30, checksum: 879_832_800, kind: "memory", heldOut: false },
  { name: "jsontree", n: 25, checksum: -1_972_738_754, kind: "memory", heldOut: false },
  { name: "huffman", n: 25, checksum: -1_341_737_405, kind: "memory", heldOut: false },
  { name: "sparse", n: 60, checksum: -1_731_432_020, kind: "float", heldOut: false },
  { name: "chacha", n: 24_000, checksum: -461_519_588, kind: "integer", heldOut: false },
  { name: "julia", n: 800, checksum: -106_758_644, kind: "float", heldOut: false },
  { name: "find", n: 500, checksum: 439_502_420, kind: "memory", heldOut: false },
  { name: "gzip", n: 256, checksum: 930_561_266, kind: "real", heldOut: false, real: gzip },
  { name: "sourcemap", n: 800, checksum: -1_561_595_285, kind: "real", heldOut: false, real: sourcemap },
  { name: "rabin", n: 256, checksum: -1_046_532_649, kind: "real", heldOut: false, real: rabin },
  { name: "sqlite", n: 800, checksum: 2_042_509, kind: "real", heldOut: false, real: sqlite },

  // held out: never mined for fusion rules or used for tuning
  { name: "crc32", n: 160, checksum: -1_958_447_931, kind: "memory", heldOut: true },
  { name: "hashmap", n: 400_000, checksum: 173_957_701, kind: "memory", heldOut: true },
  { name: "base64", n: 300, checksum: -495_201_057, kind: "memory", heldOut: true },
  { name: "json", n: 250, checksum: 1_038_305_580, kind: "memory", heldOut: true },
  { name: "lu", n: 50, checksum: -1_806_443_482, kind: "float", heldOut: true },
  { name: "fft", n: 300, checksum: 99_184_337, kind: "float", heldOut: true },
  { name: "bintrees", n: 30, checksum: 1_911_453_642, kind: "call", heldOut: true },
  { name: "heapsort", n: 120_000, checksum: -292_640_661, kind: "memory", heldOut: true },
  { name: "lz", n: 50, checksum: 102_421_730, kind: "memory", heldOut: true },
  { name: "bigint", n: 2_000, checksum: 1_046_732_529, kind: "integer", heldOut: true },
  { name: "regex", n: 15, checksum: -1_900_143_132, kind: "call", heldOut: true },
  { name: "divide", n: 10_000, checksum: -6_345_840_957_526_656_342n, kind: "integer", heldOut: true },
  { name: "cpu", n: 50, checksum: -921_948_163, kind: "memory", heldOut: true },
  { name: "lisp", n: 6, checksum: -252_428_513, kind: "memory", heldOut: true },
  { name: "richards", n: 12, checksum: 620_132_416, kind: "call", heldOut: true },
  { name: "scene", n: 12_000, checksum: -1_350_458_964, kind: "call", heldOut: true },
  { name: "calls", n: 800, checksum: -687_909_403, kind: "call", heldOut: true },
  { name: "words", n: 70, checksum: 1_714_605_571, kind: "memory", heldOut: true },
  { name: "dfa", n: 12_000, checksum: 1_749_815_121, kind: "memory", heldOut: true },
  { name: "spectral", n: 150, checksum: -1_171_340_636, kind: "float", heldOut: true },
  { name: "vertices", n: 400, checksum: -2_136_615_187, kind: "float", heldOut: true },
  { name: "blur", n: 48, checksum: 670_129_142, kind: "memory", heldOut: true },
  { name: "utf8", n: 800, checksum: -65_853_015, kind: "memory", heldOut: true },
  { name: "gofmt", n: 60, checksum: 1_705_206_593, kind: "real", heldOut: true, real: gofmt },
  { name: "harfbuzz", n: 1_500, checksum: 1_905_134_056, kind: "real", heldOut: true, real: harfbuzz },
  { name: "png", n: 192, checksum: 1_040_140_985, kind: "real", heldOut: true, real: png },
  { name: "quickjs", n: 4, checksum: 2_081_922_946, kind: "real", heldOut: true, real: quickjs },

  // apart from the geomean of all: the work is the host's, or the
  // instructions are another set
  { name: "bulk", n: 2_000, checksum: -56_951_316, kind: "bulk", heldOut: false },
  { name: "simd", n: 250, checksum: 1_683_516_498, kind: "simd", heldOut: false },
  { name: "chacha-simd", n: 24_000, checksum: -461_519_588, kind: "simd", heldOut: false },
  { name: "julia-simd", n: 800, checksum: -106_758_644, kind: "simd", heldOut: false },
  { name: "find-simd", n: 500, checksum: 439_502_420, kind: "simd", heldOut: false },
  { name: "vertices-simd", n: 400, checksum: -2_136_615_187, kind: "simd", heldOut: true },
  { name: "blur-simd", n: 48, checksum: 670_129_142, kind: "simd", heldOut: true },
  { name: "utf8-simd", n: 800, checksum: -65_853_015, kind: "simd", heldOut: true },
];
