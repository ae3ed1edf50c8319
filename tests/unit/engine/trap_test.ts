import { test } from "uvu";
import * as assert from "uvu/assert";
import { Trap, TrapCode } from "../../../engine/mod.ts";
import { TRAP_MESSAGES } from "../../../engine/trap.ts";
import { Assembler } from "./assembler.ts";
import { numbersOf } from "../numbers.ts";
import { call, func, host, instanceOf, trapOf } from "./guest.ts";

test("every trap code has its message, which comes first", () => {
  const codes = numbersOf(TrapCode) as TrapCode[];
  for (const code of codes) {
    assert.is(new Trap(code).message, TRAP_MESSAGES[code]);
  }
  assert.is(TRAP_MESSAGES.length, codes.length + 1); // 0 is no trap
  assert.is(new Trap(TrapCode.Unreachable).name, "Trap");
});

// deno-fmt-ignore
const HAND_ENCODED = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,             // 0x00
  0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f,             // 0x08 type
  0x03, 0x03, 0x02, 0x00, 0x00,                               // 0x10 functions
  0x07, 0x07, 0x01, 0x03, 0x72, 0x75, 0x6e, 0x00, 0x00,       // 0x15 export
  0x0a, 0x12, 0x02,                                           // 0x1e code
  0x08, 0x00, 0x41, 0x01, 0x20, 0x00, 0x10, 0x01, 0x0b,       // 0x21 run
  0x07, 0x00, 0x41, 0x01, 0x20, 0x00, 0x6d, 0x0b,             // 0x2a div
  0x00, 0x1a, 0x04, 0x6e, 0x61, 0x6d, 0x65,                   // 0x32 name
  0x00, 0x05, 0x04, 0x64, 0x65, 0x6d, 0x6f,                   // module
  0x01, 0x0c, 0x02, 0x00, 0x04, 0x6d, 0x61, 0x69, 0x6e,       // functions
  0x01, 0x03, 0x64, 0x69, 0x76,
);

test("the frames of a hand-encoded module are where its bytes are", () => {
  const bytes = HAND_ENCODED.slice();
  // run: i32.const 1, local.get 0, call 1, and drop nothing: fix the operands.
  bytes.set([0x20, 0x00, 0x10, 0x01, 0x01, 0x01], 0x23);
  const instance = instanceOf(bytes);
  assert.is(call(instance, "run", 1n), 1n);
  const trap = trapOf(() => call(instance, "run", 0n));
  assert.is(trap.code, TrapCode.DivideByZero);
  assert.equal(trap.frames, [
    {
      moduleName: "demo",
      functionIndex: 1,
      functionName: "div",
      offset: 0x30,
      signature: "(i32) i32",
    },
    {
      moduleName: "demo",
      functionIndex: 0,
      functionName: "main",
      offset: 0x25,
      signature: "(i32) i32",
    },
  ]);
  assert.is(
    trap.message,
    "integer divide by zero\nwasm stack trace:" +
      "\n\tdemo.div(i32) i32 @ 0x30\n\tdemo.main(i32) i32 @ 0x25",
  );
});

/** Where the only such bytes are. */
function find(bytes: Uint8Array, ...wanted: number[]): number {
  const found: number[] = [];
  for (let at = 0; at + wanted.length <= bytes.length; at++) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) found.push(at);
  }
  assert.is(found.length, 1, `${wanted} is there ${found.length} times`);
  return found[0];
}

/**
 * Code that traps in the instruction before `i32.const 31313`, whose bytes
 * nothing else has; with the trap's code and the instruction's length.
 */
// deno-fmt-ignore
const TRAPPING: readonly (readonly [code: string, trap: number, bytes: number])[] = [
  ["i32.const -4 i32.load", TrapCode.MemoryOutOfBounds, 3],
  ["local.get 0 i32.load +65535", TrapCode.MemoryOutOfBounds, 5],
  ["local.get 0 i32.load16_s +65535", TrapCode.MemoryOutOfBounds, 5],
  ["local.get 0 i32.const -8 i32.add i32.load", TrapCode.MemoryOutOfBounds, 3],
  ["local.get 0 local.get 1 i32.add i32.load", TrapCode.MemoryOutOfBounds, 3],
  ["local.get 1 i64.load drop local.get 1", TrapCode.MemoryOutOfBounds, 6],
  ["local.get 1 local.get 0 i32.store local.get 1", TrapCode.MemoryOutOfBounds, 5],
  ["local.get 1 i32.const 9 i32.store8 local.get 1", TrapCode.MemoryOutOfBounds, 5],
  ["local.get 1 i32.load +4294967295", TrapCode.MemoryOutOfBounds, 7],
  ["local.get 1 v128.load drop local.get 1", TrapCode.MemoryOutOfBounds, 7],
  ["local.get 1 i32.const 1 local.get 1 memory.fill local.get 1", TrapCode.MemoryOutOfBounds, 5],
  ["local.get 1 local.get 0 i32.div_s", TrapCode.DivideByZero, 1],
  ["local.get 1 local.get 0 i32.rem_u", TrapCode.DivideByZero, 1],
  ["i64.const 5 i64.const 0 i64.div_u i32.wrap_i64", TrapCode.DivideByZero, 2],
  ["f64.const 0x7ff8000000000000 i32.trunc_f64_s", TrapCode.InvalidConversion, 1],
  ["f32.const 0x7f800000 i32.trunc_f32_u", TrapCode.IntegerOverflow, 1],
  ["local.get 0 call_indirect [:i]", TrapCode.UninitializedElement, 3],
  ["local.get 1 call_indirect [:i]", TrapCode.UndefinedElement, 3],
  ["local.get 1 table.get 0 ref.is_null", TrapCode.TableOutOfBounds, 3],
];
const MARK = "i32.const 31313";
const MARK_BYTES = [0x41, 0xd1, 0xf4, 0x01];

function trapping(code: string) {
  return new Assembler()
    .memory("memory", 1)
    .table("table", "r", 1)
    .function("f", "ii:i", "i", code)
    .build();
}

test("the offset of a trap is that of its instruction", () => {
  for (const [code, trapCode, length] of TRAPPING) {
    // The result is used in ways that other instructions are fused with.
    for (
      const [before, after] of [
        ["", `${MARK} drop`],
        ["local.get 0", `${MARK} drop i32.xor`],
        ["i32.const 7 local.set 2", `${MARK} drop local.set 2 local.get 2`],
      ]
    ) {
      const bytes = trapping(`${before} ${code} ${after}`);
      const trap = trapOf(() => call(instanceOf(bytes), "f", 0n, 0xffff_0000n));
      assert.is(trap.code, trapCode, code);
      const offset = find(bytes, ...MARK_BYTES) - length;
      assert.is(trap.frames[0].offset, offset, `${before} ${code}`);
    }
  }
});

const FUSED_LOADS: readonly string[] = [
  "local.get 1 i32.load +31313 local.get 0 i32.add",
  "local.get 1 i32.load +31313 i32.const 5 i32.add",
  "block local.get 1 i32.load8_u +31313 br_if 0 end i32.const 1",
  "block local.get 1 i32.load8_u +31313 i32.eqz br_if 0 end i32.const 1",
];

// Fails until translate.ts keeps the offset of an access that it fuses.
test("the offset of a fused load is that of the load", () => {
  for (const code of FUSED_LOADS) {
    const bytes = trapping(code);
    const trap = trapOf(() => call(instanceOf(bytes), "f", 0n, 0xffff_0000n));
    assert.is(trap.code, TrapCode.MemoryOutOfBounds);
    // Opcode, alignment, offset.
    const offset = find(bytes, ...MARK_BYTES.slice(1)) - 2;
    assert.is(trap.frames[0].offset, offset, code);
  }
});

test("the offset is right where the head of a loop is repeated", () => {
  const bytes = trapping(
    `loop block block local.get 0 i32.load8_u +31313 br_table 0 1 end end
    local.get 0 i32.const 1 i32.add local.set 0 br 0 end i32.const 0`,
  );
  for (const address of [0n, 0xffff_0000n]) {
    const trap = trapOf(() => call(instanceOf(bytes), "f", address, 0n));
    assert.is(trap.code, TrapCode.MemoryOutOfBounds);
    const offset = find(bytes, ...MARK_BYTES.slice(1)) - 2;
    assert.is(trap.frames[0].offset, offset, `${address}`);
  }
});

/** Three functions that call each other in different ways. */
function chain() {
  return new Assembler()
    .importFunction("h", "enter", ":i")
    .table("table", "r", 1)
    .function("last", "i:i", "", `${MARK} local.get 0 i32.div_s`)
    .function(
      "second",
      "i:i",
      "",
      "i32.const 22222 drop local.get 0 call $last i32.const 1 i32.add",
    )
    .function(
      "first",
      "i:i",
      "I",
      "i32.const 11111 drop local.get 0 i32.const 0 call_indirect [i:i]",
    )
    .function(
      "tail",
      "i:i",
      "I",
      "i32.const 12121 drop local.get 0 return_call $second",
    )
    .function("outer", "i:i", "", "i32.const 13131 drop call $enter")
    .elements("i32.const 0", ["second"])
    .names("mod", { last: "λast", second: "two" });
}

test("frames have names: of the name section, of exports, of neither", () => {
  const none = host(":i", () => [0n]);
  const bytes = chain().build();
  const instance = instanceOf(bytes, { enter: none });
  const trap = trapOf(() => call(instance, "first", 0n));
  assert.equal(trap.frames.map((frame) => frame.functionName), [
    "λast",
    "two",
    "first",
  ]);
  const at = (n: number, length: number) =>
    find(bytes, 0x41, n & 0x7f | 0x80, n >> 7 & 0x7f | 0x80, n >> 14) + length;
  assert.equal(trap.frames.map((frame) => frame.offset), [
    at(31313, 4 + 2),
    at(22222, 4 + 1 + 2),
    at(11111, 4 + 1 + 2 + 2),
  ]);
  assert.is(trap.frames[0].moduleName, "mod");
  assert.is(trap.frames[0].functionIndex, 1);
});

test("a tail call leaves no frame", () => {
  const instance = instanceOf(chain(), { enter: host(":i", () => [0n]) });
  const trap = trapOf(() => call(instance, "tail", 0n));
  assert.equal(trap.frames.map((frame) => frame.functionName), ["λast", "two"]);
});

test("frames go through instances, each with its own module", () => {
  const inner = instanceOf(chain(), { enter: host(":i", () => [0n]) });
  const bytes = new Assembler()
    .importFunction("inner", "second", "i:i")
    .importFunction("inner", "tail", "i:i")
    .function("plain", "i:i", "", "local.get 0 call $second")
    .function("viaTail", "i:i", "", "nop local.get 0 call $tail")
    .function("away", "i:i", "", "nop nop local.get 0 return_call $tail")
    .names("outside", {})
    .build();
  const outer = instanceOf(bytes, Object.fromEntries(inner.exports));
  const framesOf = (name: string) =>
    trapOf(() => call(outer, name, 0n)).frames
      .map((frame) => `${frame.moduleName}.${frame.functionName}`);
  assert.equal(framesOf("plain"), ["mod.λast", "mod.two", "outside.plain"]);
  assert.equal(framesOf("viaTail"), ["mod.λast", "mod.two", "outside.viaTail"]);
  assert.equal(framesOf("away"), ["mod.λast", "mod.two"]);
  const trap = trapOf(() => call(outer, "plain", 0n));
  assert.is(trap.frames[2].offset, find(bytes, 0x20, 0x00, 0x10, 0x00) + 2 - 0);
});

test("a nested call's frames are those of the nested call", () => {
  const enter = host(":i", () => [call(instance, "last", 0n)]);
  const instance: ReturnType<typeof instanceOf> = instanceOf(chain(), {
    enter,
  });
  const trap = trapOf(() => call(instance, "outer", 0n));
  assert.equal(trap.frames.map((frame) => frame.functionName), ["λast"]);
});

test("a trace is cut at 30 frames", () => {
  const instance = instanceOf(
    new Assembler().function(
      "down",
      "i:i",
      "",
      `local.get 0 if [:i] local.get 0 i32.const 1 i32.sub call $down
      else unreachable end`,
    ),
  );
  const frames = (n: bigint) =>
    trapOf(() => call(instance, "down", n)).frames.length;
  assert.equal([0n, 28n, 29n, 30n, 1000n].map(frames), [1, 29, 30, 30, 30]);
});

test("the text has types, and tells that frames may be missing", () => {
  const instance = instanceOf(
    new Assembler().function(
      "two",
      "iFv:fI",
      "",
      `local.get 0 if [:fI]
           local.get 0 i32.const 1 i32.sub local.get 1 local.get 2 call $two
         else unreachable end`,
    ).names("mod", {}),
  );
  const linesOf = (n: bigint) => {
    const run = () => call(instance, "two", n, 0n, 0n);
    return trapOf(run).message.split("\n")
      .map((line) => line.replace(/ @ 0x[0-9a-f]+$/, ""));
  };
  const frame = "\tmod.two(i32,f64,v128) (f32,i64)";
  assert.equal(linesOf(0n), ["unreachable", "wasm stack trace:", frame]);
  assert.is(linesOf(28n).at(-1), frame);
  for (const deep of [29n, 500n]) {
    const lines = linesOf(deep);
    assert.is(lines.length, 2 + 30 + 1);
    assert.is(lines[31], frame);
    assert.is(lines[32], "\t... maybe followed by omitted frames");
  }
});

test("a function without a name is shown by its index", () => {
  const bytes = new Assembler()
    .function("f", "iI:", "", "call $g")
    .function("g", ":", "", "unreachable")
    .build();
  // The export of g becomes one of f: their indices are their names' ends.
  const at = find(bytes, 0x01, 0x67, 0x00, 0x01);
  bytes[at + 3] = 0;
  const trap = trapOf(() => call(instanceOf(bytes), "f", 0n, 0n));
  const lines = trap.message.split("\n");
  assert.match(lines[2], /^\t\.\$1\(\) @ 0x[0-9a-f]+$/);
  assert.match(lines[3], /^\t\.f\(i32,i64\) @ 0x[0-9a-f]+$/);
});

test("names forge no lines of a trace and send no terminal codes", () => {
  const source = new Assembler().function("f", ":", "", "unreachable")
    .names("m\x1b[2J", { f: "a\n\tm.b() @ 0x1\r\x9b" });
  const { message, frames } = trapOf(() => call(instanceOf(source), "f"));
  const [, , line, ...more] = message.split("\n");
  assert.match(line, /^\tm\?\[2J\.a\?\?m\.b\(\) @ 0x1\?\?\(\) @ 0x[0-9a-f]+$/);
  assert.equal(more, []);
  assert.is(frames[0].moduleName, "m\x1b[2J");
});

test("a call that finds no room is in the trace of the caller", () => {
  const bytes = new Assembler()
    .function("loop", ":", "", "nop call $loop")
    .function("large", ":", "I*4000", "nop nop call $large")
    .build();
  const instance = instanceOf(bytes);
  const small = trapOf(() => call(instance, "loop"));
  const offset = find(bytes, 0x00, 0x01, 0x10, 0x00) + 2;
  assert.is(small.code, TrapCode.CallStackExhausted);
  assert.ok(small.frames.every((frame) => frame.offset === offset));
  const large = trapOf(() => call(instance, "large"));
  const inLarge = find(bytes, 0x01, 0x01, 0x10, 0x01) + 2;
  assert.ok(large.frames.slice(1).every((frame) => frame.offset === inLarge));
  assert.is(func(instance, "large").index, large.frames[0].functionIndex);
});

test.run();
