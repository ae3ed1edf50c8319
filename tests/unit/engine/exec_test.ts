import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  FunctionInstance,
  machine,
  Trap,
  TrapCode,
} from "../../../engine/mod.ts";
import { Assembler } from "./assembler.ts";
import { call, host, instanceOf, trapOf } from "./guest.ts";
import { runChild } from "./child.ts";
import { deepPrograms, pingPong } from "./deep.ts";

test("50,000 frames of a small function fit, however it is called", () => {
  const { instance, other } = deepPrograms();
  for (const name of ["direct", "indirect", "reference", "table2", "cross"]) {
    assert.is(call(instance, name, 50_000n), 50_000n, name);
  }
  assert.is(call(other, "back", 50_000n), 50_000n);
});

test("endless recursion ends in a trap, and the instance can go on", () => {
  const { instance, other } = deepPrograms();
  const { top, crossings } = machine();
  for (const [name, callee] of [...instance.exports, ...other.exports]) {
    if (!(callee instanceof FunctionInstance)) continue;
    for (let i = 0; i < 2; i++) {
      const trap = trapOf(() => callRaw(callee, [0xffff_ffffn]));
      assert.is(trap.code, TrapCode.CallStackExhausted, name);
      assert.ok(trap.frames.length > 15, name);
      assert.is(machine().top, top);
      assert.is(crossings.length, 0);
      assert.equal(callRaw(callee, [10n]), [10n], name);
    }
  }
});

test("guest, host, guest, ... ends in a trap, not in a JavaScript overflow", () => {
  const instance = pingPong();
  assert.is(call(instance, "ping", 90n), 90n);
  const trap = trapOf(() => call(instance, "ping", 100_000n));
  assert.is(trap.code, TrapCode.CallStackExhausted);
  assert.is(call(instance, "ping", 90n), 90n);
});

/** Calls `run` this deep in the JavaScript stack. */
function atDepth(depth: number, run: () => void): void {
  if (depth > 0) atDepth(depth - 1, run);
  else run();
}

/** How deep the JavaScript stack is here, in frames such as `atDepth` has. */
function depthLeft(): number {
  try {
    return 1 + depthLeft();
  } catch {
    return 1;
  }
}

test("the traps are the same from a deep JavaScript stack", () => {
  const instance = pingPong();
  const { instance: deep } = deepPrograms();
  atDepth(depthLeft() >> 2, () => {
    for (
      const run of [
        () => call(instance, "ping", 100_000n),
        () => call(deep, "direct", 10_000_000n),
        () => call(deep, "cross", 10_000_000n),
      ]
    ) {
      assert.is(trapOf(run).code, TrapCode.CallStackExhausted);
    }
  });
});

test("a call at the very end of the JavaScript stack breaks nothing", () => {
  const instance = pingPong();
  const { instance: deep } = deepPrograms();
  const { top, crossings } = machine();
  const traps: Trap[] = [];
  const attempt = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      // What fails before the engine is entered is the host's own overflow.
      if (error instanceof Trap) traps.push(error);
      else if (!(error instanceof RangeError)) throw error;
    }
    assert.is(machine().top, top);
    assert.is(crossings.length, 0);
  };
  let attempts = 0;
  // To the end of the stack; on the way back, tries at each of many frames.
  const descend = () => {
    try {
      descend();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    if (attempts++ > 300) return;
    attempt(() => call(instance, "ping", 30n));
    attempt(() => call(deep, "cross", 1000n));
  };
  descend();
  assert.ok(traps.every(({ code }) => code === TrapCode.CallStackExhausted));
  assert.is(call(instance, "ping", 30n), 30n);
  assert.is(call(deep, "cross", 1000n), 1000n);
});

test("on a small JavaScript stack a typed error comes out", async () => {
  const output = await runChild("small_stack.ts", "--stack-size=200");
  assert.is(output, "call stack exhausted\ntrue\n40000\n".repeat(3));
});

const FINAL = `local.get 0 i64.eqz if local.get 1 return end
  local.get 0 i64.const 1 i64.sub local.get 1 i64.const 3 i64.add `;

test("a million tail calls take one frame", () => {
  const first = instanceOf(
    new Assembler()
      .table("table", "r", 3)
      .table("second", "r", 1)
      .function("direct", "II:I", "", FINAL + "return_call $direct")
      .function(
        "indirect",
        "II:I",
        "",
        FINAL + "i32.const 0 return_call_indirect [II:I]",
      )
      .function(
        "table2",
        "II:I",
        "",
        FINAL + "i32.const 0 return_call_indirect [II:I] 1",
      )
      .function(
        "reference",
        "II:I",
        "",
        FINAL + "ref.func $reference return_call_ref [II:I]",
      )
      .function(
        "cross",
        "II:I",
        "",
        FINAL + "i32.const 1 return_call_indirect [II:I]",
      )
      .function("large", "II:I", "I*3000", FINAL + "return_call $large")
      .elements("i32.const 0", ["indirect"])
      .elements("i32.const 0", ["table2"], 1),
  );
  const second = instanceOf(
    new Assembler()
      .importFunction("first", "cross", "II:I")
      .importTable("first", "table", 3)
      .function("back", "II:I", "", FINAL + "return_call $cross")
      .elements("i32.const 1", ["back"]),
    Object.fromEntries(first.exports),
  );
  for (const name of ["direct", "indirect", "table2", "reference", "cross"]) {
    assert.is(call(first, name, 1_000_000n, 5n), 3_000_005n, name);
  }
  assert.is(call(first, "large", 1000n, 5n), 3005n);
  assert.is(call(second, "back", 1_000_000n, 5n), 3_000_005n);
  assert.is(machine().crossings.length, 0);
});

test("a tail call may have more or fewer parameters and results in the way", () => {
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "pick", "iIFi:I")
      .function(
        "wide",
        "iIFi:I",
        "",
        `local.get 0 if local.get 1 local.get 3 i64.extend_i32_u i64.add
        return_call $narrow end
        local.get 0 local.get 1 local.get 2 local.get 3 return_call $pick`,
      )
      .function(
        "narrow",
        "I:I",
        "IIII",
        `i32.const 0 local.get 0 f64.const 0 i32.const 9 return_call $wide`,
      ),
    {
      pick: host(
        "iIFi:I",
        (
          a,
          b,
          c,
          d,
        ) => [
          BigInt(a as bigint) + (b as bigint) + (c as bigint) + (d as bigint),
        ],
      ),
    },
  );
  assert.is(call(instance, "wide", 1n, 100n, 7n, 5n), 114n);
});

test("a function of 100,000 instructions in a row runs", () => {
  const steps = Array.from(
    { length: 25_000 },
    (_, i) => `i32.const ${i} i32.add i32.const 3 i32.xor`,
  );
  const instance = instanceOf(
    new Assembler().function("f", "i:i", "", "local.get 0 " + steps.join(" ")),
  );
  let expected = 17;
  for (let i = 0; i < 25_000; i++) expected = (expected + i | 0) ^ 3;
  assert.is(call(instance, "f", 17n), BigInt(expected >>> 0));
});

test("50,000 locals and 20,000 operands fit into a frame", () => {
  const operands = 20_000;
  const instance = instanceOf(
    new Assembler().function(
      "f",
      "I:I",
      "I*49999",
      "local.get 0 local.set 49999 " +
        "local.get 49999 i64.const 1 i64.add ".repeat(operands) +
        "i64.add ".repeat(operands - 1),
    ),
  );
  assert.is(call(instance, "f", 5n), BigInt(operands * 6));
});

test("after every kind of trap the instance can be called again", () => {
  const instance = instanceOf(
    new Assembler()
      .memory("memory", 1)
      .table("table", "r", 2)
      .function("ok", "i:i", "", "local.get 0 i32.const 1 i32.add")
      .function("unreachable", "i:i", "", "unreachable")
      .function("load", "i:i", "", "i32.const -1 i32.load")
      .function("div", "i:i", "", "i32.const 1 i32.const 0 i32.div_s")
      .function(
        "overflow",
        "i:i",
        "",
        "i32.const -2147483648 i32.const -1 i32.div_s",
      )
      .function(
        "trunc",
        "i:i",
        "",
        "f64.const 0x7ff8000000000000 i32.trunc_f64_s",
      )
      .function(
        "undefined",
        "i:i",
        "",
        "i32.const 1 i32.const 2 call_indirect [i:i]",
      )
      .function(
        "null",
        "i:i",
        "",
        "i32.const 1 i32.const 1 call_indirect [i:i]",
      )
      .function("type", "i:i", "", "i32.const 0 call_indirect [:i]")
      .function(
        "fill",
        "i:i",
        "",
        "i32.const 65535 i32.const 1 i32.const 2 memory.fill i32.const 0",
      )
      .elements("i32.const 0", ["ok"]),
  );
  const codes: Record<string, number> = {
    unreachable: TrapCode.Unreachable,
    load: TrapCode.MemoryOutOfBounds,
    div: TrapCode.DivideByZero,
    overflow: TrapCode.IntegerOverflow,
    trunc: TrapCode.InvalidConversion,
    undefined: TrapCode.UndefinedElement,
    null: TrapCode.UninitializedElement,
    type: TrapCode.IndirectCallTypeMismatch,
    fill: TrapCode.MemoryOutOfBounds,
  };
  for (const [name, code] of Object.entries(codes)) {
    assert.is(trapOf(() => call(instance, name, 0n)).code, code, name);
    assert.is(call(instance, "ok", 41n), 42n, name);
  }
});

test.run();
