import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compileModule } from "../../../engine/mod.ts";
import { codeStart, sourceLines } from "../../../lib/dwarf.ts";
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
  const count = 60_000;
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
  const start = performance.now();
  assert.equal(linesAt(bytes, 1), []);
  const ms = performance.now() - start;
  assert.ok(ms < 2000, `${ms} ms`);
});

test.run();

/** A module of nothing but sections of debugging information. */
function moduleOf(sections: Record<string, Uint8Array>): Uint8Array {
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
