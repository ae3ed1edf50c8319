// Globals in registers: one that was just read or written is not read again,
// as long as neither it nor the register has changed.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { printIR } from "../../../engine/disasm_ir.ts";
import { GlobalInstance, type ModuleInstance } from "../../../engine/store.ts";
import { I32 } from "../../../engine/types.ts";
import { Assembler } from "./assembler.ts";
import { call, instanceOf } from "./guest.ts";
import { randomWords } from "./samples.ts";

/** Function 1 is `f`, with a parameter, a local and what `code` does. */
function guest(code: string, isImporting = false): Assembler {
  const assembler = new Assembler();
  if (isImporting) {
    assembler.importGlobal("env", "g", "mut i")
      .importGlobal("env", "h", "mut i");
  } else {
    assembler.global("g", "mut i", "i32.const 5")
      .global("h", "mut i", "i32.const 7");
  }
  return assembler
    .memory("m", 1)
    .function(
      "bump",
      ":",
      "",
      "global.get $g i32.const 1 i32.add global.set $g",
    )
    .function("f", "i:i", "i", code);
}

interface State {
  g: number;
  h: number;
  local: number;
}

/** Code that leaves the stack as it was, and what it does. */
interface Statement {
  readonly code: string;
  readonly run: (state: State, parameter: number) => void;
}

const mix = (a: number, b: number) => Math.imul(a, 31) + b | 0;
const MIX_LOCAL = "local.get 1 i32.const 31 i32.mul";

function statements(name: "g" | "h"): Statement[] {
  const get = `global.get $${name}`, set = `global.set $${name}`;
  return [
    {
      code: `${get} ${MIX_LOCAL} i32.add local.set 1`,
      run: (s) => s.local = mix(s.local, s[name]),
    },
    {
      code: `${MIX_LOCAL} ${get} i32.add local.set 1`,
      run: (s) => s.local = mix(s.local, s[name]),
    },
    {
      code: `${get} ${get} i32.mul local.set 1`,
      run: (s) => s.local = Math.imul(s[name], s[name]),
    },
    { code: `${get} i32.const 3 i32.add ${set}`, run: (s) => s[name] += 3 },
    { code: `${get} local.set 1`, run: (s) => s.local = s[name] },
    { code: `${get} local.tee 1 drop`, run: (s) => s.local = s[name] },
    { code: `local.get 1 ${set}`, run: (s) => s[name] = s.local },
    { code: `i32.const 9 ${set}`, run: (s) => s[name] = 9 },
    { code: `${get} drop`, run: () => {} },
    { code: "call $bump", run: (s) => s.g++ },
    { code: `${get} call $bump local.set 1`, run: bumpBehind },
    { code: `i32.const 8 ${get} i32.store`, run: () => {} },
    {
      code: `${MIX_LOCAL} i64.extend_i32_u i64.const 5 i64.mul i32.wrap_i64
        ${get} i32.add local.set 1`,
      run: (s) => s.local = Math.imul(mix(s.local, 0), 5) + s[name] | 0,
    },
    {
      code: `block [:i] ${get} local.get 0 br_if 0 drop i32.const 4 end
        local.set 1`,
      run: (s, parameter) => s.local = parameter === 0 ? 4 : s[name],
    },
    {
      code: `local.get 0 if ${get} i32.const 6 i32.mul ${set} end
        ${get} ${MIX_LOCAL} i32.add local.set 1`,
      run: (s, parameter) => {
        if (parameter !== 0) s[name] = Math.imul(s[name], 6);
        s.local = mix(s.local, s[name]);
      },
    },
  ];

  function bumpBehind(s: State): void {
    s.local = s[name];
    s.g++;
  }
}

/** A global of the host's; the host may have put it anywhere. */
function hostGlobal(value: number): GlobalInstance {
  const type = { type: I32, mutable: true };
  return new GlobalInstance(type, Int32Array.of(-1, value, -1), 1);
}

/** One global by two names. */
class Aliased implements State {
  g = 5;
  local = 0;

  get h(): number {
    return this.g;
  }

  set h(value: number) {
    this.g = value;
  }
}

const SOURCES: Record<string, (code: string) => [ModuleInstance, State]> = {
  "a global": (code) => [instanceOf(guest(code)), { g: 5, h: 7, local: 0 }],
  "an imported global": (code) => {
    const imports = { g: hostGlobal(5), h: hostGlobal(7) };
    return [instanceOf(guest(code, true), imports), { g: 5, h: 7, local: 0 }];
  },
  "a global imported twice": (code) => {
    const g = hostGlobal(5);
    return [instanceOf(guest(code, true), { g, h: g }), new Aliased()];
  },
};

for (const [what, make] of Object.entries(SOURCES)) {
  test(`${what} has its value, whatever was done with it before`, () => {
    checkStatements(make);
  });
}

function checkStatements(make: (code: string) => [ModuleInstance, State]) {
  const words = randomWords(5);
  const choice = [...statements("g"), ...statements("h")];
  for (let round = 0; round < 200; round++) {
    const chosen = Array.from(
      { length: 30 },
      () => choice[words() % choice.length],
    );
    const code = chosen.map(({ code }) => code).join(" ");
    for (const parameter of [0, 1]) {
      const [instance, state] = make(`${code} local.get 1`);
      for (const { run } of chosen) {
        run(state, parameter);
        state.g |= 0;
        state.h |= 0;
      }
      const result = call(instance, "f", BigInt(parameter));
      assert.is(
        BigInt.asIntN(32, BigInt(result as bigint)),
        BigInt(state.local),
        code,
      );
    }
  }
}

test("a global that is in its register is read once", () => {
  const reads = (code: string) => {
    const { functionTable } = instanceOf(guest(`${code} local.get 0`));
    return printIR(functionTable, 1).split("GlobalGet32").length - 1;
  };
  const store = "global.get $g i32.const 1 i32.store";
  assert.is(reads(store), 1);
  assert.is(reads(`${store} ${store}`), 1);
  const move = "global.get $g i32.const -8 i32.add global.set $g";
  assert.is(reads(`${move} ${store}`), 1);
  assert.is(reads(`${store} ${move} ${store}`), 1);
  assert.is(reads(`${store} i32.const 2 global.set $g ${store}`), 1);
  assert.is(reads(`${store} local.get 0 global.set $g ${store}`), 2);
  assert.is(reads(`${store} call $bump ${store}`), 2);
  assert.is(reads(`${store} global.get $h drop ${store}`), 3);
  assert.is(reads(`${store} block local.get 0 br_if 0 end ${store}`), 2);
});

test.run();
