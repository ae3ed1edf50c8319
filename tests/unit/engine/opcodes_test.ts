// The rules that hold the tables of instructions together: opcodes.ts, the
// enum and the cases of exec.ts, the shapes of ir.ts, the fusions of
// peephole.ts and the handlers of cold.ts. They catch what is forgotten when
// an instruction is added.

import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildHandlers } from "../../../engine/cold.ts";
import { Op } from "../../../engine/exec.ts";
import { Imm } from "../../../engine/instruction.ts";
import { JOINS, shapes } from "../../../engine/ir.ts";
import {
  type Instruction,
  instructions,
  rowHandlers,
} from "../../../engine/opcodes.ts";
import {
  fusionLeft,
  fusionRight,
  joinOf,
  negationOf,
  pairOf,
  withImmediate as immediates,
  withSumImm,
} from "../../../engine/peephole.ts";

const CASE = /\bcase Op\.(\w+):([^]*?)(?=\bcase Op\.|\bdefault:)/g;
const SOURCE = readFileSync("engine/exec.ts", "utf8").replace(/\/\/.*$/gm, "");

/** The members of `Op` but the marks that begin with First, by name. */
const OPS: ReadonlyMap<string, number> = readOps();
/** The text of each case, by name; of every time that there is one. */
const CASES: ReadonlyMap<string, readonly string[]> = readCases();

function readOps(): Map<string, number> {
  const body = /const enum Op \{([^}]*)\}/.exec(SOURCE)?.[1] ?? "";
  const members = [...body.matchAll(/^\s*(\w+) = (\d+),$/gm)];
  return new Map(
    members.filter(([, name]) => !name.startsWith("First"))
      .map(([, name, value]) => [name, Number(value)]),
  );
}

function readCases(): Map<string, string[]> {
  const cases = new Map<string, string[]>();
  const body = SOURCE.slice(SOURCE.indexOf("switch (code[pc])"));
  // A label without text of its own shares that of the next.
  let shares: string[] = [];
  for (const [, name, text] of body.matchAll(CASE)) {
    shares.push(name);
    if (text.trim() === "") continue;
    for (const each of shares) {
      cases.set(each, [...cases.get(each) ?? [], text]);
    }
    shares = [];
  }
  return cases;
}

const NAMES: readonly string[] = [...OPS].reduce<string[]>(
  (names, [name, op]) => {
    names[op] = name;
    return names;
  },
  [],
);

/** The hot ops. */
const HOT = [...OPS].filter(([, op]) => op < Op.FirstCold);

function lettersOf(op: number): string {
  const shape = shapes()[op];
  if (shape === undefined) throw new Error(`no shape for ${NAMES[op] ?? op}`);
  return shape.letters;
}

function caseOf(name: string): string {
  return CASES.get(name)?.[0] ?? "";
}

test("the ops are numbered without gaps", () => {
  const values = [...OPS.values()].sort((a, b) => a - b);
  assert.equal(values, values.map((_, i) => i));
  assert.is(values.length, Op.FirstAccess);
  assert.is(OPS.get("Unreachable"), Op.FirstCold);
});

test("every hot op has exactly one case, and no other op has one", () => {
  const counts = [...CASES].map(([name, texts]) => [name, texts.length]);
  assert.equal(counts.filter(([, count]) => count !== 1), []);
  const hot = HOT.map(([name]) => name).sort();
  assert.equal([...CASES.keys()].sort(), hot);
});

test("every op has a shape of its name", () => {
  for (const [name, op] of OPS) assert.is(shapes()[op]?.name, name, name);
});

/** All hot ops but those that are two. */
const PLAIN = HOT.filter(([, op]) => op < Op.FirstJoined);

/** What the loop has read before a case: the operands that `a` and `b` name. */
const READ_BEFORE = {
  a: "fp + code1[pc] | 0",
  b: "fp + code[pc + 2 | 0] | 0",
};

/**
 * The text of an op's case, with its first operands read in place, and all by
 * the number of their word.
 */
function readingCaseOf(name: string): string {
  return Object.entries(READ_BEFORE).reduce(
    (text, [variable, read]) =>
      text.replace(new RegExp(`\\b${variable}\\b`, "g"), read),
    caseOf(name),
  ).replace(
    /\bcode1\[pc(?: \+ (\d+) \| 0)?\]/g,
    (_, index = 0) => `code[pc + ${Number(index) + 1} | 0]`,
  );
}

test("the loop reads the first operands before it knows the op", () => {
  for (const [variable, read] of Object.entries(READ_BEFORE)) {
    for (const source of [SOURCE, VECTOR_SOURCE]) {
      assert.ok(source.includes(`      ${variable} = ${read};\n`), variable);
    }
  }
});

test("a case reads the operands that its shape lists", () => {
  for (const [name, op] of PLAIN) {
    const text = readingCaseOf(name);
    const used = [...text.matchAll(/code\[pc \+ (\d+)(?: \| 0\]| \+)/g)]
      .map(([, index]) => Number(index));
    const expected = [...lettersOf(op)].map((_, i) => i + 1);
    const found = [...new Set(used)].sort((a, b) => a - b);
    assert.equal(found, expected, `${name}: operands`);
  }
});

test("no case makes the hosts keep what the loop has read before it", () => {
  for (const source of [SOURCE, VECTOR_SOURCE]) {
    const cases = source.slice(source.indexOf("switch (code[pc])") + 1);
    const lines = cases.split("\n").filter((line) => line.includes("case "));
    assert.ok(lines.length > 100);
    // Behind a joined op's first part pc has moved.
    const first = lines.map((line) => line.split("pc = pc + ")[0]);
    assert.equal(first.filter((text) => /code1?\[pc\]/.test(text)), []);
  }
});

test("a case goes on behind its operands", () => {
  for (const [name, op] of PLAIN) {
    const lengths = [...caseOf(name).matchAll(/(?<!\[)\bpc \+ (\d+)/g)]
      .map(([, length]) => Number(length));
    const { length } = shapes()[op]!;
    assert.equal(lengths.filter((other) => other !== length), [], name);
    const leaves = /^(Br|BrTable|Return\w*)$/.test(name);
    assert.is(lengths.length > 0, !leaves, name);
  }
});

test("registers count from fp, immediates do not", () => {
  for (const [name, op] of PLAIN) {
    const text = readingCaseOf(name);
    [...lettersOf(op)].forEach((letter, i) => {
      const reads = [...text.matchAll(/(fp \+ )?code\[pc \+ (\d+)/g)]
        .filter(([, , index]) => Number(index) === i + 1);
      const fromFp = reads.filter(([, fp]) => fp !== undefined).length;
      const what = `${name}: operand ${i + 1}`;
      if (/[dal]/.test(letter)) assert.is(fromFp, reads.length, what);
      if (/[ixtcn*]/.test(letter) && op !== Op.ReturnCall) {
        assert.is(fromFp, 0, what);
      }
    });
  }
});

// Fusions

/** Whether the op's first operand is its result and all that it does. */
function isProducer(op: number): boolean {
  return /^d[^dt]*$/.test(lettersOf(op));
}

test("a fused op has the operands that its rule makes", () => {
  let rules = 0;
  for (let first = 0; first < Op.FirstCold; first++) {
    for (let second = 0; second < Op.FirstCold; second++) {
      [fusionLeft, fusionRight].forEach((fusion, source) => {
        const fused = fusion(first, second);
        if (fused === 0) return;
        rules++;
        checkFusion(first, second, source, fused);
      });
    }
  }
  assert.ok(rules > 50, `${rules} rules`);
});

function checkFusion(
  first: number,
  second: number,
  source: number,
  fused: number,
): void {
  const what = `${NAMES[first]} + ${NAMES[second]} = ${NAMES[fused]}`;
  assert.ok(isProducer(first), what);
  const letters = lettersOf(second);
  const hasResult = letters.startsWith("d");
  const rest = [...letters.slice(hasResult ? 1 : 0)];
  const [temporary] = rest.splice(source, 1);
  assert.is(temporary, "a", what);
  const expected = (hasResult ? "d" : "") + lettersOf(first).slice(1) +
    rest.join("");
  assert.is(lettersOf(fused), expected, what);
}

test("a negated comparison branches on the same operands", () => {
  for (let first = 0; first < Op.FirstCold; first++) {
    const fused = negationOf(first, Op.BrIfZ);
    if (fused === 0) continue;
    const what = `${NAMES[first]} negated is ${NAMES[fused]}`;
    assert.is(lettersOf(first), "daa", what);
    assert.is(lettersOf(fused), "aat", what);
  }
});

test("an addition and a branch have the operands of both", () => {
  for (let branch = 0; branch < Op.FirstCold; branch++) {
    const fused = withSumImm()[branch];
    if (fused === 0 || !lettersOf(branch).includes("t")) continue;
    const rest = lettersOf(branch).slice(1);
    assert.is(lettersOf(fused), `dai${rest}`, NAMES[fused]);
  }
});

test("an access has what is added to its address behind it", () => {
  for (const [name, op] of HOT) {
    const fused = withSumImm()[op];
    const letters = lettersOf(op);
    if (fused !== 0 && letters.includes("x")) {
      const at = letters.indexOf("a") + 1;
      const expected = letters.slice(0, at) + "i" + letters.slice(at);
      assert.is(lettersOf(fused), expected, name);
    }
    // The translator takes it for granted that every store has one.
    if (/^Store/.test(name)) assert.is.not(fused, 0, name);
  }
});

test("a pair has the operands of both ops", () => {
  for (let first = 0; first < Op.FirstCold; first++) {
    for (let second = 0; second < Op.FirstCold; second++) {
      const fused = pairOf(first, second);
      if (fused === 0) continue;
      const both = lettersOf(first) + lettersOf(second);
      assert.is(lettersOf(fused), both, NAMES[fused]);
    }
  }
});

test("a joined op does the work of the first, then that of the second", () => {
  JOINS.forEach(([first, second, ...others], i) => {
    const joined = Op.FirstJoined + i;
    const name = [first, second, ...others].map((op) => NAMES[op]).join("Then");
    assert.is(NAMES[joined], name);
    assert.is(lettersOf(joined), lettersOf(first), name);
    // Loops, see copy_loop_test.ts.
    if (others.length > 0) return;
    assert.is(joinOf(first, second), joined, name);
    const work = caseOf(NAMES[first]).trim();
    assert.ok(work.endsWith(" continue;"), name);
    const next = caseOf(NAMES[second]).trim();
    const reads = Object.entries(READ_BEFORE)
      .filter(([variable]) => new RegExp(`\\b${variable}\\b`).test(next))
      .map(([variable, read]) => ` ${variable} = ${read};`);
    const text = work.replace(/ continue;$/, `${reads.join("")} ${next}`);
    assert.is(caseOf(name).trim(), text, name);
  });
  assert.is(JOINS.length, HOT.length - PLAIN.length);
});

test("an op with an immediate has it in place of the right operand", () => {
  for (const { op } of ROWS) {
    const withImmediate = immediates()[op] ?? 0;
    if (withImmediate === 0) continue;
    assert.is(lettersOf(op), "daa", NAMES[op]);
    const isLong = NAMES[op].startsWith("I64");
    const letters = lettersOf(withImmediate);
    assert.ok(letters === "dai" || isLong && letters === "daii", NAMES[op]);
  }
});

// Handlers

const HANDLERS = buildHandlers();
/** What stands where there is no handler: no copy ever leaves the loop. */
const MISSING = HANDLERS[Op.Copy32];

test("every cold op has a handler", () => {
  assert.is(HANDLERS.length, Op.FirstRow + rowHandlers().length);
  const accesses = 0x3f - 0x28;
  for (let op: number = Op.FirstCold; op < HANDLERS.length; op++) {
    const isCold = op < Op.FirstAccess + accesses || op >= Op.FirstRow;
    if (!isCold) continue;
    // The driver brings the handler of Translate, probes bring theirs.
    if ([Op.Translate, Op.Enter, Op.Leave].includes(op)) continue;
    const known = typeof HANDLERS[op] === "function" &&
      HANDLERS[op] !== MISSING;
    assert.ok(known, `op ${NAMES[op] ?? op}`);
  }
});

test("the hot ops that can leave the loop have a handler, others do not", () => {
  for (const [name, op] of PLAIN) {
    const leaves = caseOf(name).includes("break exit");
    assert.is(HANDLERS[op] !== MISSING, leaves, name);
  }
});

test("a joined op leaves the loop for the handler of its first", () => {
  JOINS.forEach(([first], i) => {
    assert.is(HANDLERS[Op.FirstJoined + i], HANDLERS[first]);
  });
});

// The vector loop

const VECTOR_SOURCE = readFileSync("engine/exec_simd.ts", "utf8");
/** The members of `VectorOp`, and the text of each case, by name. */
const VECTOR_OPS = new Map(
  [...VECTOR_SOURCE.matchAll(/^ {2}(\w+) = (\d+),$/gm)]
    .map(([, name, value]) => [name, Number(value)]),
);
const VECTOR_CASES = new Map(
  [...VECTOR_SOURCE.matchAll(/^ {8}case VectorOp\.(\w+): (.*)$/gm)]
    .map(([, name, text]) => [name, text]),
);

test("the vector loop has one case for each of its ops", () => {
  const cases = VECTOR_SOURCE.match(/^ {8}case /gm) ?? [];
  assert.is(cases.length, VECTOR_CASES.size);
  const names = [...VECTOR_OPS.keys()].filter((name) => name !== "FirstVector");
  assert.equal(names.sort(), [...VECTOR_CASES.keys()].sort());
});

test("what both loops run has the same number and text in both", () => {
  for (const [name, text] of VECTOR_CASES) {
    const op = VECTOR_OPS.get(name)!;
    if (op >= Op.FirstVector) continue;
    assert.is(op, OPS.get(name), name);
    assert.is(text.trim(), caseOf(name).trim(), name);
  }
});

test("the vector loop's own ops are listed in their order", () => {
  const own = [...VECTOR_OPS].filter(([name, op]) =>
    op >= Op.FirstVector && name !== "FirstVector"
  );
  own.forEach(([name, op], i) => {
    assert.is(op, Op.FirstVector + i);
    const shape = shapes()[op]!;
    assert.is(shape.name, name);
    const moves = /pc = pc \+ (\d+) \| 0; continue;$/.exec(
      VECTOR_CASES.get(name)!,
    );
    assert.is(Number(moves?.[1]), shape.length, name);
  });
  assert.is(shapes().length, Op.FirstVector + own.length);
});

test("the vector ops that can leave their loop have a handler", () => {
  for (const [name, text] of VECTOR_CASES) {
    const op = VECTOR_OPS.get(name)!;
    if (op < Op.FirstVector) continue;
    const leaves = text.includes("break exit");
    assert.is(HANDLERS[op] !== MISSING, leaves, name);
  }
});

// Rows

/** `i32.trunc_sat_f64_s` -> `I32TruncSatF64S` */
function opName(mnemonic: string): string {
  return mnemonic.split(/[._]/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("");
}

const ROWS = instructions().filter((row): row is Instruction =>
  row !== undefined
);

test("every row has a case or a handler", () => {
  for (const { op, mnemonic } of ROWS) {
    const isVector = op >= Op.FirstVector && op < Op.FirstRow;
    const known = op < Op.FirstCold
      ? CASES.has(NAMES[op])
      : isVector
      ? VECTOR_CASES.has(shapes()[op]!.name)
      : HANDLERS[op] !== undefined && HANDLERS[op] !== MISSING;
    assert.ok(known, mnemonic);
  }
});

test("mnemonics and opcodes are told once", () => {
  const mnemonics = ROWS.map(({ mnemonic }) => mnemonic);
  assert.is(new Set(mnemonics).size, ROWS.length);
  const opcodes = ROWS.map(({ opcode }) => opcode);
  assert.is(new Set(opcodes).size, ROWS.length);
  for (const { index, mnemonic } of ROWS) {
    assert.is(instructions()[index]?.mnemonic, mnemonic);
  }
});

test("a row whose mnemonic names an op is run by it", () => {
  for (const { op, mnemonic, imm } of ROWS) {
    const named = OPS.get(opName(mnemonic));
    if (named === undefined || imm === Imm.Special) continue;
    assert.is(named, op, mnemonic);
  }
});

const LETTERS: ReadonlyMap<Imm, string> = new Map([
  [Imm.MemArg, "x"],
  [Imm.Memory, "m"],
  [Imm.MemoryMemory, "mm"],
]);

test("a row's operands are those of its op", () => {
  for (const row of ROWS) {
    const { op, mnemonic, imm, params, results } = row;
    if (op >= Op.FirstCold || imm === Imm.Special) continue;
    if (imm === Imm.MemArgLane) continue;
    // These are made of another instruction, or of none at all.
    if (mnemonic === "i32.eqz" || /^Copy(32|64)$/.test(NAMES[op])) continue;
    const expected = (results.length > 0 ? "d" : "") +
      "a".repeat(params.length) + (LETTERS.get(imm) ?? "");
    assert.is(lettersOf(op), expected, mnemonic);
    assert.ok(row.variant === 0 || params.length === 2, mnemonic);
  }
});

test.run();
