// The same on every engine: what fuel programs use, whatever was translated
// before, and with `deterministicNaN` the bits of NaNs. This file runs on all
// of them, see tests/runtimes.

import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Imm } from "../../../engine/instruction.ts";
import { instructions } from "../../../engine/opcodes.ts";
import { F32, F64, V128 } from "../../../engine/types.ts";
import { Fuel, type Global, Runtime } from "../../../mod.ts";
import { Assembler, functionOf } from "./guests.ts";

/** Program, argument, fuel that `run` uses, and what it returns. */
const GOLDENS: readonly (readonly [string, number, number, unknown])[] = [
  ["fib", 15, 29074, 610],
  ["quicksort", 500, 120645, -448343922],
  ["nbody", 50, 75961, 1240885054],
  ["sha512", 10, 124458, 549208828709091439n],
  ["vm", 5, 10704, -1607865862],
  ["indirect", 300, 8168, 211479569],
  ["json", 1, 1074447, -1448522474],
  ["bintrees", 1, 1330271, 2076253683],
  ["bulk", 2, 1675, 1332217834],
  ["simd", 3, 392339, 1847205714],
];

for (const [name, n, units, result] of GOLDENS) {
  test(`${name} uses ${units} units of fuel`, async () => {
    const bytes = readFileSync(`bench/programs/${name}.wasm`);
    for (const deterministicNaN of [false, true]) {
      const runtime = new Runtime({ deterministicNaN });
      const compiled = runtime.compile(bytes);
      for (const isWarm of [false, true]) {
        const run = functionOf(runtime.instantiate(compiled));
        if (isWarm) run.call(n);
        const fuel = new Fuel(1e9);
        const found = isWarm
          ? await run.callAsync([n], { fuel, sliceFuel: 10_000 })
          : run.callWith([n], { fuel });
        assert.is(found, result);
        assert.is(fuel.consumed, units);
      }
    }
  });
}

/** Instructions that pass on bits, or make no NaN. */
const KEEP_BITS = /\.(abs|neg|copysign|pmin|pmax|splat|[egln][qet]|convert.*)$/;

const LOADS: Readonly<Record<number, string>> = {
  [F32]: "i32.const 0 f32.load",
  [F64]: "i32.const 0 f64.load",
  [V128]: "i32.const 0 v128.load",
};
const STORES: Readonly<Record<number, string>> = {
  [F32]: "f32.store",
  [F64]: "f64.store",
  [V128]: "v128.store",
};

/** For each float instruction a guest that counts other bits than these. */
function nanMakers(): Map<string, Uint8Array> {
  const makers = new Map<string, Uint8Array>();
  for (const row of instructions()) {
    if (row === undefined || row.imm !== Imm.None) continue;
    const { mnemonic, params, results: [result] } = row;
    const isFloat = /^f/.test(mnemonic) && !KEEP_BITS.test(mnemonic) &&
      [...params, result].every((type) => type in LOADS);
    if (!isFloat) continue;
    const loads = params.map((type) => LOADS[type]).join(" ");
    const differ = mnemonic.startsWith("f64")
      ? "i32.const 64 i64.load i64.const 0x7ff8000000000000 i64.ne"
      : "i32.const 64 i32.load i32.const 0x7fc00000 i32.ne";
    const code = `loop i32.const 64 ${loads} ${mnemonic} ${STORES[result]}
      ${differ} local.get 1 i32.add local.set 1
      local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end local.get 1`;
    const guest = new Assembler().memory("memory", 1)
      .function("run", "i:i", "i", code);
    makers.set(mnemonic, guest.build());
  }
  return makers;
}

test("with deterministicNaN arithmetic makes the canonical NaN only", () => {
  const runtime = new Runtime({ deterministicNaN: true });
  const makers = nanMakers();
  assert.ok(makers.size >= 44, `${makers.size} instructions`);
  for (const [mnemonic, bytes] of makers) {
    const { exports, memory } = runtime.instantiate(bytes);
    // A NaN for f64 as well as, in both halves, for f32.
    for (let at = 0; at < 16; at += 8) {
      memory!.writeUint64(at, 0xfff41234ffa12345n);
    }
    if (!/^f64|_f64/.test(mnemonic) || /promote/.test(mnemonic)) {
      for (let at = 0; at < 16; at += 4) memory!.writeUint32(at, 0xffa12345);
    }
    assert.is(exports.run(3000), 0, mnemonic);
  }
});

test("with deterministicNaN what is looked at is canonical, not only stores", () => {
  const square = "local.get 0 local.get 0 f32.mul";
  const code: Record<string, readonly [string, unknown]> = {
    "i32.reinterpret_f32": ["i", 0x7fc00000],
    "i32.reinterpret_f32 f32.convert_i32_s": ["f", 0x7fc00000],
    "f32.neg i32.reinterpret_f32": ["i", 0xffc00000 | 0],
    "local.tee 0 f32.sqrt drop local.get 0 i32.reinterpret_f32": [
      "i",
      0x7fc00000,
    ],
    "f32.const 1 local.set 0 local.get 0 f32.add i32.reinterpret_f32": [
      "i",
      0x7fc00000,
    ],
    "f32.const 1 f32.copysign i32.reinterpret_f32": ["i", 0x7fc00000],
  };
  const runtime = new Runtime({ deterministicNaN: true });
  for (const [look, [type, expected]] of Object.entries(code)) {
    const bytes = new Assembler()
      .function("look", `f:${type}`, "", `${square} ${look}`)
      .function(
        "run",
        `i:${type}`,
        "",
        "local.get 0 f32.reinterpret_i32 call $look",
      )
      .build();
    const { run } = runtime.instantiate(bytes).exports;
    for (let i = 0; i < 1000; i++) assert.is(run(0xffe12345), expected, look);
  }
});

test("with deterministicNaN lanes are canonical wherever they go", () => {
  // A NaN in every lane, of f64 and of f32 as well, and the quotient 0 / 0.
  const nan = "v128.const 0xfff41234ffa12345fff41234ffa12345";
  const lanes = { f32x4: 0x7fc00000, f64x2: 0x7ff80000 };
  const code = [
    "x x OP.mul x OP.add",
    "x x x OP.mul OP.add",
    "x x OP.mul local.tee 0 drop local.get 0",
    "x x OP.sub v128.const 0 OP.max",
    "v128.const 0 v128.const 0 OP.div",
    "x OP.sqrt local.get 0 i32.const 1 select",
    "x OP.ceil block [:v] x OP.floor end v128.or",
    "x x OP.div call $same",
    "x x OP.add v128.const 0 v128.or",
  ];
  const runtime = new Runtime({ deterministicNaN: true });
  for (const [shape, high] of Object.entries(lanes)) {
    const isWide = shape === "f64x2";
    const low = isWide ? 0 : high;
    const looks = [
      "i64x2.extract_lane 0 i64.const 32 i64.shr_u i32.wrap_i64",
      "i32x4.extract_lane 1",
      isWide
        ? "f64x2.extract_lane 1 i64.reinterpret_f64 i64.const 32 i64.shr_u i32.wrap_i64"
        : "f32x4.extract_lane 1 i32.reinterpret_f32",
    ];
    for (const text of code) {
      const make = text.replace(/\bx\b/g, nan).replaceAll("OP", shape);
      const assembler = new Assembler()
        .function("same", "v:v", "", "local.get 0");
      looks.forEach((look, i) =>
        assembler.function(`look${i}`, ":i", "v", `${make} ${look}`)
      );
      assembler.function("low", ":i", "v", `${make} i32x4.extract_lane 2`);
      const { exports } = runtime.instantiate(assembler.build());
      for (let i = 0; i < 200; i++) {
        for (const k of looks.keys()) {
          assert.is(exports[`look${k}`](), high, `${make} ${looks[k]}`);
        }
        assert.is(exports.low(), low, make);
      }
    }
  }
});

test("with deterministicNaN bits that are only moved stay", () => {
  const code = "local.get 0 f64.reinterpret_i64 f64.neg i64.reinterpret_f64";
  const bytes = new Assembler().function("run", "I:I", "", code).build();
  const runtime = new Runtime({ deterministicNaN: true });
  const { run } = runtime.instantiate(bytes).exports;
  assert.is(run(0x7ff4123456789abcn), BigInt.asIntN(64, 0xfff4123456789abcn));
});

test("a NaN of the host is the canonical one", () => {
  const bytes = new Assembler().memory("memory", 1)
    .global("g", "mut F", "f64.const 0")
    .function("bits", "F:I", "", "local.get 0 i64.reinterpret_f64")
    .function("bits32", "f:i", "", "local.get 0 i32.reinterpret_f32")
    .function("globalBits", ":I", "", "global.get 0 i64.reinterpret_f64")
    .build();
  const { exports, memory } = new Runtime().instantiate(bytes);
  const [other] = new Float64Array(
    BigUint64Array.of(0xfff4123456789abcn).buffer,
  );
  for (const nan of [NaN, -NaN, other]) {
    assert.is(exports.bits(nan), 0x7ff8000000000000n);
    assert.is(exports.bits32(nan), 0x7fc00000);
    (exports.g as unknown as Global).value = nan;
    assert.is(exports.globalBits(), 0x7ff8000000000000n);
    memory!.writeFloat64(0, nan);
    memory!.writeFloat32(8, nan);
    assert.is(memory!.readUint64(0), 0x7ff8000000000000n);
    assert.is(memory!.readUint32(8), 0x7fc00000);
  }
});

test.run();
