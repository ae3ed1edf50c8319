// What came of the tests in a realm without Node's modules, and what it
// refuses: `eval` and WebAssembly, if its policy is as strict as it is meant
// to be. The bundle of the tests lies beside the copy of this file.

import { runTests } from "./tests.js";

const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

function isRefused(body) {
  try {
    body();
    return false;
  } catch {
    return true;
  }
}

/** Runs the tests, after a look at the place. */
export async function report() {
  const evalIsRefused = isRefused(() => new Function("return 1")());
  const wasmIsRefused = isRefused(() => new WebAssembly.Module(EMPTY_MODULE));
  return { ...await runTests(), evalIsRefused, wasmIsRefused };
}
