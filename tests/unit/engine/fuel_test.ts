// Fuel: a unit for each wasm instruction that runs, the same whatever was
// translated before, also across instances, tables and host functions; running
// out stops a thread where it can go on.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFileSync } from "node:fs";
import {
  callRaw,
  compileModule,
  type Fuel,
  FuelExhausted,
  type FunctionInstance,
  instantiateModule,
  invoke,
  machine,
  OUT_OF_FUEL,
  readRaw,
  Thread,
  writeRaw,
} from "../../../engine/mod.ts";
import { printCode } from "../../../engine/disasm_ir.ts";
import { translate } from "../../../engine/translate.ts";
import { Assembler } from "./assembler.ts";
import { func, instanceOf } from "./guest.ts";

const PROGRAMS = ["fib", "indirect", "quicksort", "vm", "xorshift64"];

function program(name: string): FunctionInstance {
  const bytes = readFileSync(`bench/programs/${name}.wasm`);
  const instance = instantiateModule(compileModule(bytes), () => undefined);
  return instance.exports.get("run") as FunctionInstance;
}

/** Runs with that much fuel at a time; the results and what was used. */
function metered(callee: FunctionInstance, n: bigint, portion: number) {
  const m = machine();
  const { top } = m;
  const fuel: Fuel = { remaining: portion };
  const thread = new Thread(callee, fuel);
  let given = portion;
  let outcome = thread.start((base) =>
    writeRaw(m, base, callee.type.params, [n])
  );
  while (outcome === OUT_OF_FUEL) {
    fuel.remaining += portion;
    given += portion;
    outcome = thread.resume();
  }
  const results = readRaw(m, top, callee.type.results);
  return { results, used: given - fuel.remaining };
}

for (const name of PROGRAMS) {
  test(`${name} uses the same fuel in one go and in portions`, () => {
    const expected = callRaw(program(name), [10n]);
    const whole = metered(program(name), 10n, 1e9);
    assert.equal(whole.results, expected);
    const callee = program(name);
    for (const portion of [whole.used, 1_000_003, 9_973]) {
      const parts = metered(callee, 10n, portion);
      assert.equal(parts, { results: expected, used: whole.used });
    }
  });
}

test("code that is not metered has no op for it", () => {
  for (const name of [...PROGRAMS, "simd"]) {
    const { functionTable, module } = program(name).instance!;
    for (let i = 0; i < module.bodyStarts.length; i++) {
      const index = module.importedFunctions + i;
      const [plain, metered] = [false, true].map((isMetered) => {
        const { code, words } = translate(functionTable, index, isMetered);
        return printCode(code, words).match(/^ *\d+ +Fuel /gm)?.length ?? 0;
      });
      assert.is(plain, 0);
      assert.ok(metered > 0);
    }
  }
});

test("each instruction of straight code costs one unit", () => {
  // (func (param i32) (result i32) local.get 0, i32.const 1, i32.add)
  const bytes = Uint8Array.from(
    // deno-fmt-ignore
    [
      0, 97, 115, 109, 1, 0, 0, 0,
      1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0,
      10, 9, 1, 7, 0, 32, 0, 65, 1, 106, 11,
    ],
  );
  const instance = instantiateModule(compileModule(bytes), () => undefined);
  const callee = instance.exports.get("f") as FunctionInstance;
  assert.equal(metered(callee, 41n, 100), { results: [42n], used: 4 });
});

test("so does each of long straight code, in one go and in portions", () => {
  const code = "local.get 0 i32.const 1 i32.add local.set 0 ".repeat(1000);
  const guest = new Assembler().function("f", "i:i", "", code + "local.get 0");
  const callee = func(instanceOf(guest), "f");
  for (const portion of [1e6, 4002, 4001]) {
    assert.equal(metered(callee, 41n, portion), {
      results: [1041n],
      used: 4002,
    });
  }
});

const LOCALS = { "i*31": 0, "i*32": 1, "e*95": 2, "I*40000": 1250 };
for (const [locals, units] of Object.entries(LOCALS)) {
  test(`the locals ${locals} cost ${units} units a call`, () => {
    // Parameters are paid for by who pushes them.
    const pushed = "i64.const 1 ".repeat(100);
    const type = `${"I".repeat(100)}:`;
    const code = "loop local.get 0 i64.eqz br_if 0 local.get 101 drop end";
    const guest = new Assembler().function("empty", type, locals, "")
      .function("loop", type, locals, code)
      .function("callEmpty", "I:", "", `${pushed}call $empty`)
      .function("callLoop", "I:", "", `${pushed}call $loop`);
    const instance = instanceOf(guest);
    const used = (name: string) => metered(func(instance, name), 1n, 1e4).used;
    assert.is(used("callEmpty"), 102 + 1 + units);
    assert.is(used("callLoop"), 102 + 8 + units);
  });
}

test("a call without enough fuel ends in an error, one with more works", () => {
  const callee = program("fib");
  const m = machine();
  const fuel = { remaining: 50 };
  m.I[m.top] = 10;
  assert.throws(
    () => invoke(callee, m.top, undefined, fuel),
    (error: unknown) => error instanceof FuelExhausted,
  );
  assert.ok(fuel.remaining < 50 && fuel.remaining >= 0);
  assert.equal(callRaw(callee, [10n]), [55n]);
});

test.run();
