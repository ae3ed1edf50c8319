/**
 * The time of single instructions, the slowest first: those on numbers, and
 * copies and fills of some lengths. The loop does most of them itself; what it
 * leaves to a handler takes ten times as long, and stands at the top.
 *
 * Each is executed many times on the same operands, and the time of as many
 * empty rounds is taken off. The host's compiler would leave out most of that
 * work, so it is not measured.
 */

import { Imm } from "../engine/instruction.ts";
import { type Instruction, instructions } from "../engine/opcodes.ts";
import { F32, F64, I32, I64, type ValueType } from "../engine/types.ts";
import { Assembler } from "../tests/unit/engine/assembler.ts";
import { thisEngine } from "./engine.ts";
import { type Line, readLineOptions, report } from "./lines.ts";
import { least, timeMs } from "./measure.ts";

const COPIES = 16;
const ROUNDS = 20_000;
const RUNS = 7;
const LENGTHS = [4, 16, 64, 256, 4096];

/** Of each type: the first of two locals with operands, and that for results. */
const TYPES: ReadonlyMap<ValueType, readonly [number, number]> = new Map([
  [I32, [1, 9]],
  [I64, [3, 10]],
  [F32, [5, 11]],
  [F64, [7, 12]],
]);

/** 1 is the counter; operands are no powers of two, floats have fractions. */
const OPERANDS = `
  i32.const 123456789 local.set 1 i32.const 5 local.set 2
  i64.const 1311768467463790 local.set 3 i64.const 12345 local.set 4
  f32.const 0x4640e6b7 local.set 5 f32.const 0xc0600000 local.set 6
  f64.const 0x40fe240c00000000 local.set 7 f64.const 0xc00c000000000000 local.set 8`;

/** One instruction by itself: nothing is left on the stack. */
function codeOf({ mnemonic, params, results }: Instruction): string {
  const operands = params.map((type, i) => {
    const [first] = TYPES.get(type)!;
    return `local.get ${first + i}`;
  });
  const [, target] = TYPES.get(results[0])!;
  return `${operands.join(" ")} ${mnemonic} local.set ${target}`;
}

function isNumeric({ imm, params, results }: Instruction): boolean {
  return imm === Imm.None && params.length > 0 && results.length > 0 &&
    [...params, ...results].every((type) => TYPES.has(type));
}

/** What is measured, by name. */
function subjects(): Map<string, string> {
  const codes = new Map([["", ""]]);
  for (const instruction of instructions()) {
    if (instruction === undefined || !isNumeric(instruction)) continue;
    codes.set(instruction.mnemonic, codeOf(instruction));
  }
  for (const length of LENGTHS) {
    for (const mnemonic of ["memory.copy", "memory.fill"]) {
      const code = `i32.const 8192 i32.const 0 i32.const ${length} ${mnemonic}`;
      codes.set(`${mnemonic}, ${length} bytes`, code);
    }
  }
  return codes;
}

function moduleOf(codes: ReadonlyMap<string, string>) {
  const module = new Assembler().memory("memory", 1);
  for (const [name, code] of codes) {
    module.function(
      name,
      "i:i",
      "iiIIffFFiIfF",
      `${OPERANDS} loop ${`${code} `.repeat(COPIES)}
       local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end local.get 9`,
    );
  }
  return new Uint8Array(module.build());
}

const options = readLineOptions();
const codes = subjects();
const engine = await thisEngine();
const { exports } = engine.compile(moduleOf(codes)).instantiate();
const nsOf = (name: string) => {
  const run = () => exports[name](ROUNDS);
  return 1e6 / ROUNDS * least(Array.from({ length: RUNS }, () => timeMs(run)));
};
for (const name of codes.keys()) nsOf(name);
const empty = nsOf("");
const lines: Line[] = [...codes.keys()].filter((name) => name !== "")
  .map((what) => ({
    what,
    value: (nsOf(what) - empty) / COPIES,
    unit: " ns",
  }));
report(lines.sort((a, b) => b.value - a.value), options);
