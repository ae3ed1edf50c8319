import { test } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../../engine/decode.ts";
import { FEATURES_ALL } from "../../../engine/features.ts";
import { Names } from "../../../engine/names.ts";

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [bytes.length, ...bytes];
}

function sized(id: number, ...content: number[]): number[] {
  return [id, content.length, ...content];
}

/** A module with 10 functions, which are imported, and other sections. */
function moduleWith(...sections: number[]): Uint8Array {
  const types = sized(1, 1, 0x60, 0, 0);
  const imports = sized(2, 10, ...new Array<number>(40).fill(0));
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.of(...header, ...types, ...imports, ...sections);
}

/** The names of such a module with a name section. */
function namesOf(...content: number[]): Names {
  const bytes = moduleWith(...sized(0, ...text("name"), ...content));
  return new Names(decode(bytes, FEATURES_ALL));
}

const MODULE = sized(0, ...text("mod"));
const FUNCTIONS = sized(1, 2, 0, ...text("zéro"), 7, ...text("seven"));
const LOCALS = sized(2, 2, 0, 1, 0, ...text("x"), 7, 2, 1, 1, 0x79, 3, 1, 0x7a);

test("a module without a name section has no names", () => {
  const names = new Names(decode(moduleWith(), FEATURES_ALL));
  assert.is(names.moduleName, "");
  assert.is(names.functions.size, 0);
  assert.is(names.locals(0), undefined);
});

test("names of the module, of functions and of locals are read", () => {
  const names = namesOf(...MODULE, ...FUNCTIONS, ...LOCALS);
  assert.is(names.moduleName, "mod");
  assert.equal([...names.functions], [[0, "zéro"], [7, "seven"]]);
  assert.equal([...names.locals(0) ?? []], [[0, "x"]]);
  assert.equal([...names.locals(7) ?? []], [[1, "y"], [3, "z"]]);
  assert.is(names.locals(1), undefined);
});

test("subsections of other kinds are skipped", () => {
  const names = namesOf(...sized(9, 1, 2, 3), ...FUNCTIONS, ...sized(4));
  assert.is(names.functions.get(7), "seven");
});

test("what comes before a fault counts", () => {
  const broken = sized(1, 3, 0, ...text("ok"), 1, 1, 0xff, 2, ...text("no"));
  const names = namesOf(...MODULE, ...broken, ...LOCALS);
  assert.is(names.moduleName, "mod");
  assert.equal([...names.functions], [[0, "ok"]]);
  assert.is(names.locals(0), undefined);
});

test("a subsection beyond the section's end is not read", () => {
  const names = namesOf(...MODULE, 1, 100, 1, 0, ...text("f"));
  assert.is(names.moduleName, "mod");
  assert.is(names.functions.size, 0);
});

test("counts that lie do no harm", () => {
  const most = [0xff, 0xff, 0xff, 0xff, 0x0f];
  const functions = sized(1, ...most, 0, ...text("f"));
  assert.equal([...namesOf(...functions).functions], [[0, "f"]]);
  const locals = namesOf(...sized(2, ...most, 5, ...most, 0, ...text("l")));
  assert.equal([...locals.locals(5) ?? []], [[0, "l"]]);
});

test("names of functions and locals that cannot be are not kept", () => {
  const functions = sized(1, 3, 9, ...text("a"), 10, 1, 0xff, 8, ...text("b"));
  const most = [0xd0, 0x86, 0x03]; // 50,000
  const local = [...most, ...text("l"), 1, ...text("m")];
  const locals = sized(2, 2, 10, 1, 1, ...text("n"), 9, 2, ...local);
  const names = namesOf(...functions, ...locals);
  assert.equal([...names.functions], [[9, "a"], [8, "b"]]);
  assert.is(names.locals(10), undefined);
  assert.equal([...names.locals(9) ?? []], [[1, "m"]]);
});

test("the first of several name sections counts", () => {
  const one = sized(0, ...text("name"), ...sized(0, ...text("one")));
  const two = sized(0, ...text("name"), ...sized(0, ...text("two")));
  const module = decode(moduleWith(...one, ...two), FEATURES_ALL);
  assert.is(new Names(module).moduleName, "one");
});

test.run();
