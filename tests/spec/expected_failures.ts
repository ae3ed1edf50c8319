/**
 * The commands of the specification tests that are known to fail, by group,
 * as `file:line`. The lists may only shrink: a listed command that passes
 * fails the test. Empty for every group that must be complete.
 */

export const EXPECTED_FAILURES: Readonly<Record<string, readonly string[]>> = {
  "wasm-1.0": [],
  "wasm-2.0": [],
  "simd": [],
  "tail-call": [],
  "multi-memory": [],
  "function-references": [],
  "proposal-threads": [],
};
