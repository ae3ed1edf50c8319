import { test } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../../engine/decode.ts";
import { CompileError } from "../../../engine/errors.ts";
import {
  Feature,
  FEATURES_ALL,
  FEATURES_V1,
  FEATURES_V2,
} from "../../../engine/features.ts";
import type { Module } from "../../../engine/module.ts";
import {
  EXTERNREF,
  F32,
  FUNCREF,
  functionType,
  HEAP_FUNC,
  heapOfId,
  I32,
  I64,
  refType,
  typeOf,
} from "../../../engine/types.ts";

type Bytes = readonly (number | Bytes)[];

const FEATURES_NEXT = FEATURES_ALL | Feature.Exceptions |
  Feature.Memory64;

function flat(bytes: Bytes): number[] {
  return bytes.flatMap((byte) =>
    typeof byte === "number" ? [byte] : flat(byte)
  );
}

function unsignedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) {
    bytes.push(value % 128 + 128);
  }
  return [...bytes, value];
}

/** A section with the length of what follows in front. */
function section(id: number, ...content: Bytes): number[] {
  const bytes = flat(content);
  return [id, ...unsignedLeb(bytes.length), ...bytes];
}

function vec(...elements: Bytes): Bytes {
  return [unsignedLeb(elements.length), elements];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

function bytesOf(...sections: Bytes): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...flat(sections)]);
}

function decoded(sections: Bytes, features = FEATURES_ALL): Module {
  return decode(bytesOf(sections), features);
}

function rejects(sections: Bytes, text: string, features?: number): void {
  rejectsBytes(bytesOf(sections), text, features);
}

function rejectsBytes(
  bytes: Uint8Array,
  text: string,
  features = FEATURES_ALL,
): void {
  try {
    decode(bytes, features);
  } catch (error) {
    assert.instance(error, CompileError);
    const { message, offset } = error as CompileError;
    assert.is(message.slice(0, text.length), text);
    assert.ok(offset >= 0 && offset <= bytes.length);
    return;
  }
  assert.unreachable(`expected "${text}"`);
}

const TYPES = section(1, vec([0x60, 0, 0], [0x60, vec(0x7f), vec(0x7e)]));
const ONE_FUNCTION = [TYPES, section(3, vec(0))];
const BODY = section(10, vec([2, 0, 0x0b]));
const ZERO = [0x41, 0, 0x0b];
const MEMORY = section(5, vec([0, 1]));
const TABLE = section(4, vec([0x70, 0, 1]));

test("the empty module decodes", () => {
  const module = decoded([]);
  assert.is(module.start, -1);
  assert.is(module.dataCount, -1);
  assert.is(module.functions.length, 0);
});

test("the preamble must be there", () => {
  rejectsBytes(Uint8Array.of(), "unexpected end");
  rejectsBytes(Uint8Array.of(0, 0x61, 0x73), "unexpected end");
  rejectsBytes(new Uint8Array(8), "magic header not detected");
  const version2 = Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0);
  rejectsBytes(version2, "unknown binary version");
});

test("sections come in their order and once", () => {
  const text = "unexpected content after last section";
  rejects([TABLE, TYPES], text);
  rejects([MEMORY, MEMORY], text);
  rejects([section(10, 0), section(12, 0)], text);
  rejects([section(6, 0), section(13, 0)], text, FEATURES_NEXT);
  decoded([section(5, 0), section(13, 0), section(6, 0)], FEATURES_NEXT);
  decoded([section(9 + 3, 0), section(10, 0), section(11, 0)]);
  rejects([section(14)], "malformed section id");
});

test("a section ends where it says", () => {
  rejects([1, 5, 0], "length out of bounds");
  rejects([1, 0xff, 0xff, 0xff, 0xff, 0x0f], "length out of bounds");
  rejects(section(1, 0, 0), "section size mismatch");
  rejects(section(1, 1), "unexpected end of section or function");
  rejects([1], "unexpected end");
});

test("custom sections may stand anywhere, with well-formed names", () => {
  const custom = section(0, name("hi"), 1, 2, 3);
  const module = decoded([custom, TYPES, custom, section(4, 0), custom]);
  assert.is(module.customSections.length, 3);
  const [{ name: found, start, end }] = module.customSections;
  assert.is(found, "hi");
  assert.equal([...module.bytes.subarray(start, end)], [1, 2, 3]);
  rejects(section(0), "unexpected end");
  rejects(section(0, 1, 0xff), "malformed UTF-8 encoding");
});

test("types are canonical", () => {
  const { types } = decoded(TYPES);
  assert.equal(types, [functionType([], []), functionType([I32], [I64])]);
});

test("value types need their features", () => {
  const of = (...type: number[]) => section(1, vec([0x60, vec(type), 0]));
  rejects(of(0x7b), 'v128 invalid as feature "simd" is disabled', FEATURES_V1);
  const text = 'funcref invalid as feature "reference-types" is disabled';
  rejects(of(0x70), text, FEATURES_V1);
  rejects(
    of(0x64, 0x70),
    'typed reference invalid as feature "typed-function-references"',
    FEATURES_V2,
  );
  rejects(of(0x6e), 'anyref invalid as feature "gc" is disabled');
  rejects(of(0x69), 'exnref invalid as feature "exception-handling"');
  decoded(of(0x69), FEATURES_NEXT);
  rejects(of(0x40), "malformed value type");
  rejects(of(0x64, 0x40), "malformed heap type");
  rejects(of(0x64, 0xf0, 0x7f), "malformed heap type");
});

test("several results need multi-value", () => {
  const two = section(1, vec([0x60, 0, vec(0x7f, 0x7f)]));
  decoded(two);
  const text = 'multiple results invalid as feature "multi-value"';
  rejects(two, text, FEATURES_V1);
});

test("a function type may name itself and what came before", () => {
  const type = [0x60, vec([0x63, 0]), vec([0x64, 0])];
  const { types } = decoded(section(1, vec(type, [0x60, vec([0x64, 0]), 0])));
  const [self, next] = types.map(typeOf);
  assert.is(self.params[0], refType(true, heapOfId(self.id)));
  assert.is(next.params[0], refType(false, heapOfId(self.id)));
  rejects(section(1, vec([0x60, vec([0x64, 1]), 0])), "unknown type 1");
});

test("GC types are rejected with the feature's name", () => {
  for (const form of [0x4e, 0x4f, 0x50, 0x5e, 0x5f]) {
    rejects(
      section(1, vec([form, 0, 0, 0])),
      `type form 0x${form.toString(16)} invalid as feature "gc" is disabled`,
    );
  }
  rejects(section(1, vec([0x5d, 0])), "malformed definition type");
});

test("imports begin the index spaces", () => {
  const from = [name("m"), name("n")];
  const module = decoded([
    TYPES,
    section(
      2,
      vec(
        [from, 0, 1],
        [from, 1, 0x6f, 1, 1, 2],
        [from, 2, 3, 1, 2],
        [from, 3, 0x7d, 1],
      ),
    ),
  ]);
  const [func, table, memory, global] = module.imports.map(({ type }) => type);
  assert.is(func, functionType([I32], [I64]));
  const { types } = module;
  const limits = { min: 1, max: 2, is64: false };
  assert.equal(table, { element: EXTERNREF, ...limits, types });
  assert.equal(memory, { min: 1, max: 2, shared: true, is64: false });
  assert.equal(global, { type: F32, mutable: true, types });
  assert.is(module.importedFunctions, 1);
  assert.is(module.importedTables, 1);
  assert.is(module.importedMemories, 1);
  assert.is(module.importedGlobals, 1);
  assert.equal(module.globalInits, [undefined]);
  assert.equal(module.tableInits, [undefined]);
});

test("imports are of a known kind and type", () => {
  const of = (...type: Bytes) => [TYPES, section(2, vec([0, 0, type]))];
  rejects(of(0, 2), "unknown type 2");
  rejects(of(5, 0), "malformed import kind");
  rejects(of(3, 0x7f, 2), "malformed mutability");
  rejects(of(4, 0, 0), 'tag import invalid as feature "exception-handling"');
  rejects(of(4, 0, 1), "non-empty tag result type", FEATURES_NEXT);
  assert.is(decoded(of(4, 0, 0), FEATURES_NEXT).importedTags, 1);
  const text = 'imported mutable global invalid as feature "mutable-global"';
  rejects(of(3, 0x7f, 1), text, 0);
});

test("limits are in order and within bounds", () => {
  const memory = (...limits: Bytes) => section(5, vec(limits));
  rejects(memory(1, 2, 1), "size minimum must not be greater than maximum");
  const text = "memory size must be at most 65536 pages (4GiB)";
  decoded(memory(1, unsignedLeb(65536), unsignedLeb(65536)));
  rejects(memory(0, unsignedLeb(65537)), text);
  rejects(memory(1, 0, unsignedLeb(65537)), text);
  rejects(memory(2, 0), "shared memory must have maximum");
  rejects(memory(3, 0, 1), 'shared memory invalid as feature "threads"', 1);
  rejects(memory(4, 0), '64-bit limits invalid as feature "memory64"');
  rejects(memory(8, 0), "malformed limits flags");
  const table = (...limits: Bytes) => section(4, vec([0x70, limits]));
  const most = unsignedLeb(2 ** 32 - 1);
  assert.is(decoded(table(1, most, most)).tables[0].min, 2 ** 32 - 1);
  rejects(table(2, 0), "malformed limits flags");
});

test("with memory64 all limits are 64 bits wide", () => {
  const memory = (...limits: Bytes) => section(5, vec(limits));
  const more = unsignedLeb(2 ** 32);
  assert.is(decoded(memory(4, more), FEATURES_NEXT).memories[0].min, 2 ** 32);
  rejects(memory(0, more), "memory size", FEATURES_NEXT);
  const table = section(4, vec([0x70, 0, more]));
  rejects(table, "table size", FEATURES_NEXT);
  rejects(memory(4, unsignedLeb(2 ** 49)), "memory size", FEATURES_NEXT);
});

test("several tables and memories need their features", () => {
  const tables = section(4, vec([0x70, 0, 0], [0x70, 0, 0]));
  const memories = section(5, vec([0, 0], [0, 0]));
  decoded([tables, memories]);
  const one = 'multiple tables invalid as feature "reference-types"';
  rejects(tables, one, FEATURES_V1);
  const two = 'multiple memories invalid as feature "multi-memory" is disabled';
  rejects(memories, two, FEATURES_V2);
});

test("a table of non-null references needs an initial value", () => {
  const type = [0x64, 0x70, 0, 1];
  const sections = (
    table: Bytes,
  ) => [ONE_FUNCTION, section(4, vec(table)), BODY];
  rejects(sections(type), "type mismatch: table of (ref func) without");
  const withInit = [0x40, 0, type, 0xd2, 0, 0x0b];
  const module = decoded(sections(withInit));
  assert.is(module.tableInits[0]?.type, refType(false, HEAP_FUNC));
  assert.equal([...module.declaredFunctions], [0]);
  const wrong = [0x40, 0, type, 0xd0, 0x70, 0x0b];
  rejects(sections(wrong), "type mismatch: expected (ref func), found funcref");
});

test("functions and bodies are as many", () => {
  const module = decoded([ONE_FUNCTION, BODY]);
  const [start] = module.bodyStarts;
  const [end] = module.bodyEnds;
  assert.equal([...module.bytes.subarray(start, end)], [0, 0x0b]);
  const text = "function and code section have inconsistent lengths";
  rejects(ONE_FUNCTION, text);
  rejects(BODY, text);
  rejects([TYPES, section(3, vec(0, 0)), BODY], text);
  rejects([TYPES, section(3, vec(2))], "unknown type 2");
});

test("bodies lie within the code section and the limit", () => {
  rejects([ONE_FUNCTION, section(10, vec([3, 0, 0x0b]))], "unexpected end");
  const size = unsignedLeb(7_654_322);
  const text = "function body too large";
  rejects([ONE_FUNCTION, section(10, vec([size, 0, 0x0b]))], text);
});

test("exports have names of their own and refer to what there is", () => {
  const exported = (...exports: Bytes) => [
    ONE_FUNCTION,
    section(7, vec(...exports)),
    BODY,
  ];
  const module = decoded(exported([name("f"), 0, 0]));
  assert.equal(module.exports, [{ name: "f", kind: 0, index: 0 }]);
  assert.equal([...module.declaredFunctions], [0]);
  const twice = exported([name("f"), 0, 0], [name("f"), 0, 0]);
  rejects(twice, 'duplicate export name "f"');
  const odd = exported([name("\x1b"), 0, 0], [name("\x1b"), 0, 0]);
  rejects(odd, 'duplicate export name "?"');
  const kinds = ["function", "table", "memory", "global", "tag"];
  kinds.forEach((kind, i) => {
    const other = exported([0, i, 7]);
    rejects(other, `unknown ${kind} 7`, FEATURES_NEXT);
  });
  rejects(exported([0, 5, 0]), "malformed export kind");
});

test("the start function takes and returns nothing", () => {
  const start = (type: number, index: number) => [
    TYPES,
    section(3, vec(type)),
    section(8, index),
    BODY,
  ];
  assert.is(decoded(start(0, 0)).start, 0);
  rejects(start(1, 0), "start function");
  rejects(start(0, 1), "unknown function 1");
});

test("globals may use those before them", () => {
  const first = [0x7f, 0, 0x41, 5, 0x0b];
  const second = [0x7f, 1, 0x23, 0, 0x0b];
  const module = decoded(section(6, vec(first, second)));
  assert.equal(module.globals.map(({ mutable }) => mutable), [false, true]);
  rejects(section(6, vec(second, first)), "unknown global 0");
  const mutable = [0x7f, 0, 0x23, 1, 0x0b];
  const text = "constant expression required: mutable global";
  rejects(section(6, vec(first, second, mutable)), text);
});

test("element segments decode in all eight forms", () => {
  const refs = vec([0xd2, 0, 0x0b], [0xd0, 0x70, 0x0b]);
  const module = decoded([
    ONE_FUNCTION,
    TABLE,
    section(
      9,
      vec(
        [0, ZERO, vec(0)],
        [1, 0, vec(0)],
        [2, 0, ZERO, 0, vec(0)],
        [3, 0, vec(0)],
        [4, ZERO, refs],
        [5, 0x70, refs],
        [6, 0, ZERO, 0x70, refs],
        [7, 0x70, refs],
      ),
    ),
    BODY,
  ]);
  const { elements } = module;
  assert.equal(elements.map(({ mode }) => mode), [0, 1, 0, 2, 0, 1, 0, 2]);
  elements.forEach(({ items, hasExpressions, type, mode, offset }, i) => {
    assert.is(hasExpressions, i >= 4);
    if (hasExpressions) assert.is(items[1] - items[0], 3);
    assert.equal(items, hasExpressions ? [items[0], items[1]] : [0]);
    assert.is(type, i < 4 ? refType(false, HEAP_FUNC) : FUNCREF);
    assert.is(offset !== undefined, mode === 0);
  });
  assert.equal([...module.declaredFunctions], [0]);
});

test("element segments fit their table", () => {
  const elements = (...segment: Bytes) => [
    ONE_FUNCTION,
    section(4, vec([0x6f, 0, 1])),
    section(9, vec(segment)),
    BODY,
  ];
  rejects(elements(0, ZERO, vec(0)), "type mismatch: expected externref");
  rejects(elements(2, 1, ZERO, 0, vec(0)), "unknown table 1");
  rejects(elements(1, 0, vec(1)), "unknown function 1");
  rejects(elements(1, 1, vec(0)), "malformed element kind");
  rejects(elements(8), "malformed elements segment kind");
  rejects(elements(0, 0x42, 0, 0x0b, 0), "type mismatch: expected i32");
  decoded(elements(6, 0, ZERO, 0x6f, vec([0xd0, 0x6f, 0x0b])));
  const text = "element segment of kind 1 invalid as feature";
  rejects([TABLE, section(9, vec([1, 0, 0]))], text, FEATURES_V1);
});

test("data segments decode in all three forms", () => {
  const module = decoded([
    MEMORY,
    section(12, 3),
    section(
      11,
      vec([0, ZERO, name("a")], [1, name("bc")], [2, 0, ZERO, name("")]),
    ),
  ]);
  assert.is(module.dataCount, 3);
  assert.equal(module.data.map(({ mode }) => mode), [0, 1, 0]);
  const texts = module.data.map(({ start, end }) =>
    String.fromCharCode(...module.bytes.subarray(start, end))
  );
  assert.equal(texts, ["a", "bc", ""]);
});

test("data segments need a memory and agree with their count", () => {
  const text = "data count and data section have inconsistent lengths";
  rejects(section(12, 1), text);
  rejects([MEMORY, section(12, 1), section(11, 0)], text);
  rejects(section(11, vec([0, ZERO, 0])), "unknown memory 0");
  rejects([MEMORY, section(11, vec([2, 1, ZERO, 0]))], "unknown memory 1");
  rejects([MEMORY, section(11, vec([3, 0]))], "malformed data segment kind");
  rejects(section(12, 0), "data count section invalid as", FEATURES_V1);
  rejects(section(11, vec([1, 0])), "data segment of kind 1", FEATURES_V1);
});

test("tags are functions without results", () => {
  const tags = [TYPES, section(13, vec([0, 0]))];
  rejects(tags, 'tag section invalid as feature "exception-handling"');
  assert.equal(decoded(tags, FEATURES_NEXT).tags, [functionType([], [])]);
  const wrong = [TYPES, section(13, vec([0, 1]))];
  rejects(wrong, "non-empty tag result type", FEATURES_NEXT);
});

test("a count of 2^32 - 1 costs nothing", () => {
  const most = unsignedLeb(2 ** 32 - 1);
  for (const id of [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13]) {
    const text = id === 1 ? "too many types: 4294967295 > 1000000" : "too many";
    rejects(section(id, most, 0), text, FEATURES_NEXT);
  }
  const elements = [TABLE, section(9, vec([1, 0, unsignedLeb(10_000_000)]))];
  rejects(elements, "unexpected end");
});

test("every truncation and every changed byte ends in a CompileError or not at all", () => {
  const bytes = bytesOf(
    section(0, name("name"), 0, 2, name("m")),
    ONE_FUNCTION,
    section(4, vec([0x40, 0, 0x70, 0, 1, 0xd2, 0, 0x0b])),
    MEMORY,
    section(6, vec([0x7f, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b])),
    section(7, vec([name("f"), 0, 0], [name("g"), 3, 0])),
    section(9, vec([0, ZERO, vec(0)], [5, 0x70, vec([0xd2, 0, 0x0b])])),
    section(12, 1),
    BODY,
    section(11, vec([0, ZERO, name("abc")])),
  );
  decode(bytes, FEATURES_ALL);
  for (let end = 0; end < bytes.length; end++) tryDecode(bytes.slice(0, end));
  for (let i = 0; i < bytes.length; i++) {
    for (let byte = 0; byte < 256; byte++) {
      const mutant = bytes.slice();
      mutant[i] = byte;
      tryDecode(mutant);
    }
  }
});

function tryDecode(bytes: Uint8Array): void {
  for (const features of [FEATURES_V1, FEATURES_ALL, FEATURES_NEXT]) {
    try {
      decode(bytes, features);
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
    }
  }
}

test.run();
