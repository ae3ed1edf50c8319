// A guest of the tests of AssemblyScript's env, in AssemblyScript, whose
// compiler wants the name to end in .ts. Made with
//   cp env_assemblyscript_guest.as guest.ts
//   asc guest.ts -O --runtime minimal -o env_assemblyscript_guest.wasm
export function fail(): void {
  throw new Error("wäxwing 🐦");
}

export function check(value: i32): void {
  assert(value > 0);
}

export function traced(count: i32): void {
  if (count == 0) trace("none");
  else if (count == 1) trace("one", 1, 1.5);
  else trace("fünf", 5, 1, -2, 0.1, 1e21, NaN);
}

export function random(): f64 {
  return Math.random();
}
