import { test } from "uvu";
import * as assert from "uvu/assert";
import { CompileError } from "../../../engine/errors.ts";
import { decodeUtf8, Reader } from "../../../engine/reader.ts";

function reader(...bytes: number[]): Reader {
  return new Reader(Uint8Array.from(bytes));
}

function fails(run: () => unknown, text: string, offset?: number): void {
  try {
    run();
  } catch (error) {
    assert.instance(error, CompileError);
    const { message, offset: found } = error as CompileError;
    assert.is(message.slice(0, text.length), text);
    if (offset !== undefined) assert.is(found, offset);
    return;
  }
  assert.unreachable(`expected "${text}"`);
}

/** The signed LEB128 of an integer of `bits` bits, as short as can be. */
function signedLeb(value: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    const isLast = value === 0n && low < 0x40 || value === -1n && low >= 0x40;
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

function unsignedLeb(value: bigint): number[] {
  const bytes: number[] = [];
  for (; value > 0x7fn; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return [...bytes, Number(value)];
}

/** Powers of two with their neighbours, both signs. */
function edges(bits: number): bigint[] {
  const values: bigint[] = [0n];
  for (let bit = 0n; bit < BigInt(bits); bit++) {
    for (const near of [-1n, 0n, 1n]) {
      values.push((1n << bit) + near, -(1n << bit) + near);
    }
  }
  return values;
}

test("u32 reads every power of two and its neighbours", () => {
  for (const value of edges(33)) {
    if (value < 0n || value >> 32n > 0n) continue;
    assert.is(reader(...unsignedLeb(value)).u32(), Number(value));
  }
});

test("s32 reads every power of two and its neighbours", () => {
  for (const value of edges(32)) {
    if (BigInt.asIntN(32, value) !== value) continue;
    assert.is(reader(...signedLeb(value)).s32(), Number(value));
  }
});

test("s33 reads every power of two and its neighbours", () => {
  for (const value of edges(33)) {
    if (BigInt.asIntN(33, value) !== value) continue;
    assert.is(reader(...signedLeb(value)).s33(), Number(value));
  }
});

test("s64 reads every power of two and its neighbours", () => {
  for (const value of edges(64)) {
    if (BigInt.asIntN(64, value) !== value) continue;
    const r = reader(...signedLeb(value));
    const lo = r.s64();
    assert.is(BigInt(r.hi) << 32n | BigInt(lo >>> 0), value, `${value}`);
    assert.ok(r.done);
  }
});

test("u64 is exact up to 2^53", () => {
  for (const value of edges(54)) {
    if (value < 0n || value > 1n << 53n) continue;
    assert.is(reader(...unsignedLeb(value)).u64(), Number(value));
  }
  const most = reader(...unsignedLeb((1n << 64n) - 1n));
  assert.is(most.u64(), 2 ** 64);
});

test("integers may be longer than needed, up to their full length", () => {
  assert.is(reader(0x82, 0x80, 0x80, 0x80, 0x00).u32(), 2);
  assert.is(reader(0xff, 0xff, 0xff, 0xff, 0x7f).s32(), -1);
  assert.is(reader(0xff, 0xff, 0xff, 0xff, 0x7f).s33(), -1);
  assert.is(reader(...new Array(9).fill(0xff), 0x7f).s64(), -1);
});

test("integers that go on after their last byte are too long", () => {
  const text = "integer representation too long";
  const zeros = new Array(10).fill(0x80);
  for (const read of ["u32", "s32", "s33", "s64", "u64"] as const) {
    const offset = read.endsWith("64") ? 9 : 4;
    fails(() => reader(...zeros, 0)[read](), text, offset);
  }
});

test("integers whose last byte has other bits than the sign are too large", () => {
  const text = "integer too large";
  const ones = [0xff, 0xff, 0xff, 0xff];
  fails(() => reader(...ones, 0x1f).u32(), text, 4);
  fails(() => reader(...ones, 0x7f).u32(), text, 4);
  fails(() => reader(...ones, 0x4f).s32(), text, 4);
  fails(() => reader(...ones, 0x0f).s32(), text, 4);
  fails(() => reader(...ones, 0x1f).s33(), text, 4);
  fails(() => reader(...new Array(9).fill(0xff), 0x02).u64(), text, 9);
  fails(() => reader(...new Array(9).fill(0xff), 0x01).s64(), text, 9);
});

test("nothing is read beyond the end", () => {
  const text = "unexpected end";
  fails(() => reader().u8(), text, 0);
  fails(() => reader(0x80).u32(), text, 1);
  fails(() => reader(1, 2, 3).i32Bits(), text, 0);
  fails(() => new Reader(new Uint8Array(9), 2, 4).skip(3), text, 2);
  fails(() => reader(5, 1, 2).count("things", 10), text, 0);
});

test("a vector's length has a limit", () => {
  fails(() => reader(3, 0, 0, 0).count("things", 2), "too many things: 3 > 2");
  assert.is(reader(3, 0, 0, 0).count("things", 3), 3);
});

test("names are UTF-8", () => {
  const name = reader(7, 0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x90, 0xa6).name();
  assert.is(name, "aé🐦");
  fails(() => reader(1, 0xff).name(), "malformed UTF-8 encoding", 1);
  fails(() => reader(2, 0x61).name(), "unexpected end");
});

test("UTF-8 is decoded as the host decodes it", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (let point = 0; point < 0x110000; point += 97) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const text = "x".repeat(point % 3000) + String.fromCodePoint(point);
    const bytes = new TextEncoder().encode(text);
    assert.is(decodeUtf8(bytes, 0, bytes.length), strict.decode(bytes));
  }
});

test("malformed UTF-8 is told from well-formed as the host tells it", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const parts = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1];
  parts.push(0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff);
  const base = parts.length;
  for (let n = 0; n < base ** 4; n++) {
    const bytes = Uint8Array.of(
      parts[n % base],
      parts[Math.floor(n / base) % base],
      parts[Math.floor(n / base ** 2) % base],
      parts[Math.floor(n / base ** 3)],
    );
    let expected: string | undefined;
    try {
      expected = strict.decode(bytes);
    } catch { /* malformed */ }
    if (decodeUtf8(bytes, 0, 4) !== expected) assert.unreachable(`${bytes}`);
  }
});

test.run();
