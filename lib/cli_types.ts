/**
 * TypeScript declarations of what a module exports, for
 * `runtime.instantiate<Exports>(bytes)`. Types are those of the boundary:
 * i64 is bigint, other numbers are number, v128 is 16 bytes, functions are
 * functions, other references are unknown.
 */

import {
  ExternKind,
  F32,
  F64,
  FUNCREF,
  I32,
  I64,
  type Module,
  namesOf,
  type TypeId,
  typeOf,
  V128,
  type ValueType,
} from "../engine/mod.ts";

/** Of other letters a compiler may know fewer than the host. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Words that cannot name a parameter. */
const RESERVED: ReadonlySet<string> = /* @__PURE__ */ new Set(
  ("arguments await break case catch class const continue debugger default " +
    "delete do else enum eval export extends false finally for function if " +
    "implements import in instanceof interface let new null package private " +
    "protected public return static super switch this throw true try typeof " +
    "var void while with yield").split(" "),
);

/**
 * A declaration file.
 *
 * @param fileName what it is about, for its first line
 * @param packageName where the classes come from
 */
export function declarationOf(
  module: Module,
  fileName: string,
  packageName: string,
): string {
  const used = new Set<string>();
  const lines = module.exports.map(({ name, kind, index }) =>
    `  ${exportText(module, name, kind, index, used)};\n`
  );
  const names = [...used].sort().join(", ");
  const imports = names === ""
    ? ""
    : `import type { ${names} } from "${packageName}";\n\n`;
  const title = fileName.replaceAll("*/", "* /").replaceAll("\n", " ");
  return `/** The exports of ${title}. */\n\n${imports}` +
    `export interface Exports {\n${lines.join("")}}\n`;
}

function exportText(
  module: Module,
  name: string,
  kind: ExternKind,
  index: number,
  used: Set<string>,
): string {
  // Without quotes `new` is what makes objects.
  const isPlain = IDENTIFIER.test(name) && name !== "new";
  const key = isPlain ? name : JSON.stringify(name);
  switch (kind) {
    case ExternKind.Func:
      return key + signature(module, index);
    case ExternKind.Memory:
      used.add("Memory");
      return `readonly ${key}: Memory`;
    case ExternKind.Table:
      used.add("Table");
      return `readonly ${key}: Table`;
    case ExternKind.Global:
      used.add("Global");
      return `readonly ${key}: Global`;
    default:
      return `readonly ${key}: unknown`;
  }
}

/** `(a: number, b: bigint): number`, with the names of the name section. */
function signature(module: Module, index: number): string {
  const { params, results } = typeOf(module.functions[index] as TypeId);
  const names = parameterNames(module, index, params.length);
  const list = params.map((type, i) => `${names[i]}: ${typeText(type)}`);
  const texts = results.map(typeText);
  const result = texts.length === 0
    ? "void"
    : texts.length === 1
    ? texts[0]
    : `[${texts.join(", ")}]`;
  return `(${list.join(", ")}): ${result}`;
}

/** Names that can stand in one list. */
function parameterNames(
  module: Module,
  index: number,
  count: number,
): string[] {
  const given = namesOf(module).locals(index);
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, i) => {
    let name = given?.get(i) ?? "";
    const fits = IDENTIFIER.test(name) && !RESERVED.has(name);
    if (!fits || taken.has(name)) name = `p${i}`;
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  });
}

function typeText(type: ValueType): string {
  switch (type) {
    case I32:
    case F32:
    case F64:
      return "number";
    case I64:
      return "bigint";
    case V128:
      return "Uint8Array";
    case FUNCREF:
      return "((...args: unknown[]) => unknown) | null";
    default:
      return "unknown";
  }
}
