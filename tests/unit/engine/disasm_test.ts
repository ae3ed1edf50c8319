import { test } from "uvu";
import * as assert from "uvu/assert";
import type { FunctionTable } from "../../../engine/code.ts";
import {
  f32Text,
  f64Text,
  printModule,
  printWasm,
  SPECIAL_IMMEDIATES,
} from "../../../engine/disasm.ts";
import { printCode, printIR } from "../../../engine/disasm_ir.ts";
import { Op } from "../../../engine/exec.ts";
import { Imm } from "../../../engine/instruction.ts";
import {
  callRaw,
  compileModule,
  type FunctionInstance,
  instantiateModule,
  machine,
  type Module,
} from "../../../engine/mod.ts";
import { shapes } from "../../../engine/ir.ts";
import {
  instructions,
  opShapes,
  rowHandlers,
} from "../../../engine/opcodes.ts";
import { moduleOf, TypeList, vector, Writer } from "../../fuzz/encode.ts";
import {
  f32Bits,
  f32Of,
  f32Samples,
  f64Bits,
  f64Of,
  f64Samples,
  highOf,
  lowOf,
} from "./samples.ts";

const I32 = 0x7f;
const I64 = 0x7e;

/** A name section with names for functions, and locals for function 1. */
function nameSection(): Writer {
  const functions = new Writer().unsigned(2);
  functions.unsigned(0).name("log").unsigned(1).name("sum of all");
  const locals = new Writer().unsigned(1).unsigned(1).unsigned(2);
  locals.unsigned(0).name("n").unsigned(1).name("sum");
  return new Writer().name("name")
    .bytes(0).sized(new Writer().name("demo"))
    .bytes(1).sized(functions)
    .bytes(2).sized(locals);
}

/** An import, a function with a loop, a global, a table, memories, segments. */
function demo(): Uint8Array {
  const types = new TypeList();
  types.indexOf([I32], []);
  types.indexOf([I32], [I64]);
  const body = new Writer().unsigned(1).bytes(1, I64)
    .bytes(0x02, 0x40) // block
    .bytes(0x03, 0x40) // loop
    .op(0x20, 0).bytes(0x45).op(0x0d, 1) // br_if 1
    .op(0x20, 0).op(0x10, 0) // call 0
    .op(0x20, 1).i64(-5n).bytes(0x7c).op(0x21, 1)
    .op(0x20, 0).i32(1).bytes(0x6b).op(0x21, 0)
    .op(0x0c, 0).bytes(0x42, 0x03, 0x1a, 0x0b, 0x0b) // br 0, dead code
    .op(0x20, 1).bytes(0x0b);
  const table = new Writer().bytes(0x70, 1, 1, 4);
  const memory = new Writer().bytes(1, 1, 2);
  const global = new Writer().bytes(I32, 1).i32(-7).bytes(0x0b);
  const element = new Writer().bytes(0).i32(0).bytes(0x0b, 2, 0, 1);
  const data = new Writer().bytes(0).i32(16).bytes(0x0b, 3, 1, 2, 3);
  return moduleOf(
    [1, types.section()],
    [2, vector([new Writer().name("env").name('a"b').bytes(0, 0)])],
    [3, vector([new Writer().unsigned(1)])],
    [4, vector([table])],
    [5, vector([memory])],
    [6, vector([global])],
    [7, vector([new Writer().name("run").bytes(0, 1)])],
    [9, vector([element])],
    [10, vector([new Writer().sized(body)])],
    [11, vector([data])],
    [0, nameSection()],
  );
}

function functionsOf(module: Module): FunctionTable {
  return { module, cells: 0, codes: [], meteredCodes: [] };
}

test("an overview shows every part of a module", () => {
  const text = printModule(compileModule(demo()));
  for (
    const line of [
      'module "demo", ',
      " global\n",
      ' custom "name"\n',
      "  0 (func (param i32))\n",
      "  1 (func (param i32) (result i64))\n",
      '  func 0 "env" "a\\"b" (type 0)\n',
      '  1 $"sum of all" (type 1) ',
      "  0 1 4 funcref\n",
      "memories:\n  0 1 2\n",
      "  0 (mut i32) i32.const -7\n",
      '  "run" func 1\n',
      "  0 table 0 at i32.const 0 (ref func) 2: 0 1\n",
      "  0 memory 0 at i32.const 16 3 bytes ",
    ]
  ) assert.ok(text.includes(line), `${line} in\n${text}`);
});

test("a body is printed with its blocks, names and dead code", () => {
  const text = printWasm(compileModule(demo()), 1);
  const lines = text.trimEnd().split("\n");
  assert.equal(
    lines.map((line) => line.replace(/^ [0-9a-f]{6}/, "")),
    [
      '(func 1 $"sum of all" (type 1) (param $n i32) (result i64)',
      "  (local $sum i64)",
      "  block  ;; @1",
      "    loop  ;; @2",
      "      local.get $n",
      "      i32.eqz",
      "      br_if 1 (;@1;)",
      "      local.get $n",
      "      call $log",
      "      local.get $sum",
      "      i64.const -5",
      "      i64.add",
      "      local.set $sum",
      "      local.get $n",
      "      i32.const 1",
      "      i32.sub",
      "      local.set $n",
      "      br 0 (;@2;)",
      "      i64.const 3",
      "      drop",
      "    end",
      "  end",
      "  local.get $sum",
      "  )",
    ],
  );
});

test("IR shows locals, immediates, labels and callees", () => {
  const text = printIR(functionsOf(compileModule(demo())), 1);
  assert.match(text, 'func $"sum of all" (param i32) (result i64) ;; ');
  assert.match(text, ";; l0 i32 r0, l1 i64 r4");
  assert.match(text, /L(\d+):\n +\1 {2}BrIfZ +l0 -> L\d+/);
  assert.match(text, /CallImport +func \$log, frame r6, link r8\n/);
  assert.match(text, /I64AddImm +l1 = l1, -5, -1\n/);
});

test("code in the arena is printed as its translation was", () => {
  const module = compileModule(moduleOf(...countdown()));
  const instance = instantiateModule(module, () => undefined);
  const { functionTable } = instance;
  callRaw(instance.exports.get("f") as FunctionInstance, [3n]);
  const code = functionTable.codes[0]!;
  const { code: arena } = machine();
  const words = arena.subarray(code.start, code.end);
  const entry = arena[functionTable.cells] - code.start;
  assert.is(
    printCode(code, words, { base: code.start, entry, offsets: true }),
    printIR(functionsOf(module), 0, { offsets: true }),
  );
});

/** A function that counts down and calls itself. */
function countdown(): [number, Writer][] {
  const types = new TypeList();
  types.indexOf([I32], []);
  const body = new Writer().unsigned(0)
    .op(0x20, 0).bytes(0x04, 0x40) // if
    .op(0x20, 0).i32(1).bytes(0x6b).op(0x10, 0)
    .bytes(0x0b, 0x0b);
  return [
    [1, types.section()],
    [3, vector([new Writer().unsigned(0)])],
    [7, vector([new Writer().name("f").bytes(0, 0)])],
    [10, vector([new Writer().sized(body)])],
  ];
}

test("every op has a name, and operands that are known letters", () => {
  const accesses = 0x3f - 0x28;
  for (let op = 0; op < Op.FirstRow + rowHandlers().length; op++) {
    // Room that the tables leave for more.
    const isRoom = shapes()[op] === undefined &&
      op >= Op.FirstAccess + accesses && op < Op.FirstRow;
    if (isRoom) {
      assert.is(opShapes()[op], undefined, `op ${op}`);
      continue;
    }
    const known = opShapes()[op];
    assert.ok(known !== undefined, `op ${op}`);
    assert.match(known.letters, /^[daintTxmcslLb]*$/, known.name);
  }
  assert.is(opShapes()[Op.FirstRow + rowHandlers().length], undefined);
});

test("the immediates of every special instruction are known", () => {
  for (const instruction of instructions()) {
    if (instruction?.imm !== Imm.Special) continue;
    const { mnemonic } = instruction;
    assert.ok(mnemonic in SPECIAL_IMMEDIATES, mnemonic);
  }
});

/** The number that a float of the text format stands for. */
function parse(text: string): number {
  return Number(text.replace("inf", "Infinity"));
}

test("an f64 is printed so that it reads as itself", () => {
  for (const bits of f64Samples(2000)) {
    const text = f64Text(lowOf(bits), highOf(bits));
    const value = f64Of(bits);
    if (value === value) assert.is(f64Bits(parse(text)), bits, text);
    else assert.match(text, /^-?nan(:0x[0-9a-f]+)?$/);
  }
  assert.is(f64Text(1, 0x7ff00000), "nan:0x1");
  assert.is(f64Text(0, -0x80000), "-nan");
  assert.is(f64Text(0, -2147483648), "-0");
});

test("an f32 is printed shortest so that it reads as itself", () => {
  for (const bits of f32Samples(2000)) {
    const text = f32Text(lowOf(bits));
    const value = f32Of(bits);
    if (value === value) assert.is(f32Bits(parse(text)), bits, text);
    else assert.match(text, /^-?nan(:0x[0-9a-f]+)?$/);
  }
  assert.is(f32Text(lowOf(f32Bits(0.1))), "0.1");
  assert.is(f32Text(lowOf(f32Bits(3.4028234663852886e38))), "3.4028235e+38");
  assert.is(f32Text(0x7fc00000), "nan");
  assert.is(f32Text(-0x800000), "-inf");
});

test.run();
