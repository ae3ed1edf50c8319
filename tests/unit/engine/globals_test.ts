// Globals in registers: one that was just read or written is not read again,
// as long as neither it nor the register has changed.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { printIR } from "../../../engine/disasm_ir.ts";
import { Assembler } from "./assembler.ts";
import { call, instanceOf } from "./guest.ts";
import { randomWords } from "./samples.ts";

/** Function 1 is `f`, with a parameter, a local and what `code` does. */
function guest(code: string): Assembler {
  return new Assembler()
    .memory("m", 1)
    .global("g", "mut i", "i32.const 5")
    .global("h", "mut i", "i32.const 7")
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

test("a global has its value, whatever was done with it before", () => {
  const words = randomWords(5);
  const choice = [...statements("g"), ...statements("h")];
  for (let round = 0; round < 200; round++) {
    const chosen = Array.from(
      { length: 30 },
      () => choice[words() % choice.length],
    );
    const code = chosen.map(({ code }) => code).join(" ");
    const source = guest(`${code} local.get 1`);
    for (const parameter of [0, 1]) {
      const state: State = { g: 5, h: 7, local: 0 };
      for (const { run } of chosen) {
        run(state, parameter);
        state.g |= 0;
        state.h |= 0;
      }
      const result = call(instanceOf(source), "f", BigInt(parameter));
      assert.is(
        BigInt.asIntN(32, BigInt(result as bigint)),
        BigInt(state.local),
        code,
      );
    }
  }
});

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
