import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compileModule } from "../../../engine/mod.ts";
import { codeStart, sourceLines } from "../../../lib/dwarf.ts";
import { DwarfReader } from "../../../lib/dwarf_reader.ts";
import {
  CompilationCache,
  Runtime,
  type RuntimeOptions,
  sourceLinesOf,
  type Trap,
  wasmStackTrace,
} from "../../../mod.ts";
import { Assembler, errorOf } from "./guests.ts";

const guests = [4, 5].map((version) => ({
  version,
  bytes: new Uint8Array(
    readFileSync(`tests/unit/lib/lines_dwarf${version}.wasm`),
  ),
}));

/** The source lines of an offset in the Code section, in short. */
function linesAt(bytes: Uint8Array, offset: number): string[] {
  return sourceLines(compileModule(bytes), offset).map((source) =>
    `${source.file}:${source.line}:${source.column}` +
    (source.inlined ? " (inlined)" : "")
  );
}

function traceOf(bytes: Uint8Array, options?: RuntimeOptions): string {
  const { exports } = new Runtime(options).instantiate(bytes);
  return wasmStackTrace(errorOf(() => exports.run(1, 0)));
}

test("a stack trace shows source lines of Zig and Rust", () => {
  const trace = (name: string) =>
    traceOf(readFileSync(`tests/unit/lib/${name}`))
      .replace(/ @ 0x[0-9a-f]+/g, "").replace(/\/usr\S*\//, ".../");
  assert.is(
    trace("lines_zig.wasm"),
    [
      "wasm stack trace:",
      "	lines_zig.wasm.lines.divide(i32,i32) i32",
      "		0x1a: /guests/lines.zig:5:12 (inlined)",
      "		      /guests/lines.zig:9:20",
      "	lines_zig.wasm.lines.run(i32,i32) i32",
      "		0x7: /guests/lines.zig:13:18",
    ].join("\n"),
  );
  assert.is(
    trace("lines_rust.wasm"),
    [
      "wasm stack trace:",
      "	lines_rust.wasm.lines::divide::hd69de10c6e9cdc40(i32,i32) i32",
      "		0x9: .../mod.rs:25:5 (inlined)",
      "		     /guests/lines.rs:8:9 (inlined)",
      "		     /guests/lines.rs:15:9",
      "	lines_rust.wasm.run(i32,i32) i32",
      "		0x18: /guests/lines.rs:20:5",
    ].join("\n"),
  );
});

test("the lines of a frame are data, too", () => {
  const { exports } = new Runtime().instantiate(guests[1].bytes);
  const { frames } = errorOf(() => exports.run(1, 0)) as Trap;
  assert.equal(
    frames.map((frame) => sourceLinesOf(frame).map(({ line }) => line)),
    [[3, 7, 12], [16]],
  );
  assert.equal(sourceLinesOf(frames[1]), [{
    file: "guests/lines.c",
    line: 16,
    column: 11,
    inlined: false,
  }]);
  assert.equal(sourceLinesOf({ ...frames[1] }), []);
});

for (const { version, bytes } of guests) {
  test(`a stack trace shows source lines, DWARF ${version}`, () => {
    assert.is(
      traceOf(bytes).replace(/ @ 0x[0-9a-f]+/g, ""),
      [
        "wasm stack trace:",
        `	lines_dwarf${version}.wasm.divide(i32,i32) i32`,
        "		0xa: guests/lines.c:3:12 (inlined)",
        "		     guests/lines.c:7:14 (inlined)",
        "		     guests/lines.c:12:10",
        `	lines_dwarf${version}.wasm.run(i32,i32) i32`,
        "		0x1b: guests/lines.c:16:11",
      ].join("\n"),
    );
  });

  test(`inlined code may be in several places, DWARF ${version}`, () => {
    const { exports } = new Runtime().instantiate(bytes);
    const places = [[-1, 1], [1, -1]].map(([a, b]) =>
      wasmStackTrace(errorOf(() => exports.both(a, b))).split("\n")
        .slice(2).map((line) => line.replace(/^.*\//, ""))
    );
    assert.equal(places, [
      ["lines.c:25:5 (inlined)", "lines.c:31:15"],
      ["lines.c:25:5 (inlined)", "lines.c:33:18"],
    ]);
  });

  test(`debugInfo: false shows none, DWARF ${version}`, () => {
    const compilationCache = new CompilationCache();
    const off = { compilationCache, debugInfo: false };
    assert.match(traceOf(bytes, { compilationCache }), "lines.c");
    assert.not.match(traceOf(bytes, off), "lines.c");
    assert.match(traceOf(bytes, { compilationCache }), "lines.c");
  });

  test(`an address without code has no lines, DWARF ${version}`, () => {
    for (const offset of [-1, 0, 1, 0x15, 1e6, 2 ** 32, NaN]) {
      assert.equal(linesAt(bytes, offset), [], `${offset}`);
    }
  });

  test(`malformed sections never throw, DWARF ${version}`, () => {
    const { customSections } = compileModule(bytes);
    const sections = customSections.filter(({ name }) =>
      name.startsWith(".debug")
    );
    let known = 0;
    for (const { start, end } of sections) {
      for (let at = start; at < end; at++) {
        for (const byte of [0, 0x7f, 0x80, 0xff, bytes[at] ^ 1]) {
          const damaged = bytes.slice();
          damaged[at] = byte;
          known += linesAt(damaged, 0xa).length;
        }
      }
    }
    assert.ok(known > 1000, `${known}`);
  });
}

test("an inlined call whose code is gone is around nothing", () => {
  // As TinyGo's compiler has it: the end, as an offset, wraps to 0.
  const { bytes } = guests[0];
  const gone = bytes.slice();
  const view = new DataView(gone.buffer);
  let at = 0;
  while (view.getUint32(at, true) !== 8 || view.getUint32(at + 4, true) !== 9) {
    at++;
  }
  view.setUint32(at + 4, 2 ** 32 - 8, true);
  assert.equal(linesAt(bytes, 0x1b), ["guests/lines.c:16:11"]);
  assert.equal(linesAt(gone, 0x1b), linesAt(bytes, 0x1b));
  assert.equal(linesAt(gone, 0xa), [
    "guests/lines.c:3:12 (inlined)",
    "guests/lines.c:7:14",
  ]);
});

test("a line without a column is shown so", () => {
  const { bytes } = guests[0];
  const text = traceOf(withoutColumn(bytes, 11));
  assert.match(text, /0x1b: guests\/lines.c:16$/);
});

test("a module without debugging information has no lines", () => {
  const bytes = new Assembler().function("run", ":", "", "unreachable").build();
  assert.equal(linesAt(bytes, 5), []);
  assert.is(traceOf(bytes).split("\n").length, 2);
});

test("the Code section's contents are found", () => {
  const { bytes } = guests[0];
  const module = compileModule(bytes);
  assert.is(codeStart(module), module.bodyStarts[0] - 2);
  assert.is(codeStart(compileModule(bytes.slice(0, 8))), -1);
});

test("units that share a long table of abbreviations take linear time", () => {
  const count = 6000;
  const abbrev = new Uint8Array(count * 8).fill(1);
  const info = new Uint8Array(count * 12);
  const view = new DataView(info.buffer);
  for (let i = 0; i < count; i++) {
    view.setUint32(12 * i, 8, true); // length
    view.setUint16(12 * i + 4, 4, true); // version
    view.setUint32(12 * i + 6, i, true); // offset of the table
    view.setUint8(12 * i + 10, 4); // size of an address
  }
  const line = new Uint8Array(count).fill(1);
  const bytes = moduleOf({ line, info, abbrev });
  const read = countCalls(DwarfReader.prototype, "u8", () => {
    assert.equal(linesAt(bytes, 1), []);
  });
  assert.ok(read < 2 * abbrev.length, `${read}`);
});

test("of a thousand units' directories only the one asked for is read", () => {
  const abbrev = [1, 0x11, 0, 0x10, 0x17, 0x1b, 0x0e, 0, 0, 0];
  const info = Array.from(
    { length: 1000 },
    (_, i) => sized([4, 0, ...le4(0), 4, 1, ...le4(i), ...le4(0)]),
  );
  const line = lineUnit([0, 0], [1, 1, 8, 2, ...text("a"), ...text("b")]);
  const sections = { abbrev, info: info.flat(), line, str: text("/src") };
  const count = countCalls(TextDecoder.prototype, "decode", () => {
    assert.equal(linesAt(moduleOf(sections), 1), ["/src/b:1:0"]);
  });
  assert.is(count, 2);
});

test("files of many inlined calls are looked up together", () => {
  const files = 1000;
  const calls = 64;
  const code = [...le4(1), ...le4(1000)]; // from 1, so many bytes
  const abbrev = [
    ...[1, 0x11, 1, 0x10, 0x17, 0, 0],
    ...[2, 0x2e, 1, 0x11, 1, 0x12, 6, 0, 0],
    ...[3, 0x1d, 1, 0x11, 1, 0x12, 6, 0x58, 6, 0x59, 0x0b, 0, 0, 0],
  ];
  const inlined = Array.from(
    { length: calls },
    (_, i) => [3, ...code, ...le4(files - 1 - i), i],
  );
  const info = sized([
    ...[5, 0, 1, 4, ...le4(0), 1, ...le4(0), 2, ...code],
    ...[...inlined.flat(), ...Array(calls + 2).fill(0)],
  ]);
  const names = Array.from({ length: files }, (_, i) => [...text(`${i}`), 0]);
  const line = lineUnit(
    [1, 1, 8, 1, ...text("/src")],
    [2, 1, 8, 2, 0x0b, 0xe8, 7, ...names.flat()],
  );
  const bytes = moduleOf({ abbrev, info, line });
  const count = countCalls(DwarfReader.prototype, "uint", () => {
    const lines = linesAt(bytes, 1);
    assert.is(lines.length, 1 + calls);
    assert.is(lines[0], "/src/1:1:0 (inlined)");
    assert.is(lines[1], `/src/${files - calls}:63:0 (inlined)`);
    assert.is(lines[calls], `/src/${files - 1}:0:0`);
  });
  assert.ok(count < 2 * files, `${count}`);
});

test.run();

/** How often a method is called while something runs. */
function countCalls<K extends string>(
  of: Record<K, (...args: never[]) => unknown>,
  name: K,
  run: () => void,
): number {
  const method = of[name];
  let count = 0;
  of[name] = function (...args) {
    count++;
    return method.apply(this, args);
  };
  try {
    run();
  } finally {
    of[name] = method;
  }
  return count;
}

function le4(n: number): number[] {
  return [0, 8, 16, 24].map((shift) => n >> shift & 0xff);
}

/** With its length before it. */
function sized(bytes: readonly number[]): number[] {
  return [...le4(bytes.length), ...bytes];
}

function text(of: string): number[] {
  return [...new TextEncoder().encode(of), 0];
}

/** A line table of version 5: file 1, line 1 is from address 1 to 100. */
function lineUnit(
  directories: readonly number[],
  files: readonly number[],
): number[] {
  const operands = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
  const header = [1, 1, 1, 0xfb, 14, 13, ...operands, ...directories, ...files];
  const program = [0, 5, 2, ...le4(1), 1, 2, 99, 0, 1, 1];
  return sized([5, 0, 4, 0, ...sized(header), ...program]);
}

/** A module of nothing but sections of debugging information. */
function moduleOf(
  sections: Record<string, ArrayLike<number> & Iterable<number>>,
): Uint8Array {
  const parts = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const uleb = (n: number): number[] =>
    n < 128 ? [n] : [n & 127 | 128, ...uleb(n >> 7)];
  for (const [key, data] of Object.entries(sections)) {
    const name = [...new TextEncoder().encode(`.debug_${key}`)];
    parts.push(0, ...uleb(1 + name.length + data.length));
    parts.push(name.length, ...name);
    for (const byte of data) parts.push(byte);
  }
  return Uint8Array.from(parts);
}

/** The module without a column in its line table: DW_LNS_set_column to 0. */
function withoutColumn(bytes: Uint8Array, column: number): Uint8Array {
  const copy = bytes.slice();
  const { start, end } = compileModule(bytes).customSections
    .find(({ name }) => name === ".debug_line")!;
  for (let at = start; at < end - 1; at++) {
    if (copy[at] === 5 && copy[at + 1] === column) copy[at + 1] = 0;
  }
  return copy;
}
