// The dependency rules: who may import whom, no cycles, and where the host's
// own APIs may be named.

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  isExportDeclaration,
  isIdentifier,
  isPropertyAccessExpression,
  type SourceFile,
} from "typescript/unstable/ast";
import { filesIn, importsOf, lineAt, parse, SOURCES, walk } from "./sources.ts";

const MAY_IMPORT: Record<string, string[]> = {
  engine: ["engine"],
  lib: ["engine", "lib"],
  wasi: ["lib", "wasi"],
  "mod.ts": ["lib", "wasi"],
};
const MAY_IMPORT_ALL = ["lib/cli.ts", "lib/run.ts"];
const HOST_FILE = /^(wasi\/host_\w+|lib\/cli)\.ts$/;
const HOST_GLOBALS = ["Deno", "Bun", "process"];

const trees = parse(SOURCES);
const imports = importsIn(trees);

test("a layer imports only what lies below it", () => {
  const wrong = edges().filter(([from, to]) =>
    !to.startsWith("node:") && !MAY_IMPORT_ALL.includes(from) &&
    !MAY_IMPORT[layer(from)].includes(layer(to))
  );
  assert.equal(wrong.map((edge) => edge.join(" -> ")), []);
});

test("an import names an existing file", () => {
  const wrong = edges().filter(([, to]) =>
    !to.startsWith("node:") && !trees.has(to)
  );
  assert.equal(wrong.map((edge) => edge.join(" -> ")), []);
});

test("no file depends on itself, type-only imports counted", () => {
  const all = [...SOURCES, ...filesIn("bench", "tests")];
  const importsOfAll = importsIn(parse(all));
  const done = new Set<string>();
  const visit = (file: string, path: string[]) => {
    const start = path.indexOf(file);
    const cycle = start < 0 ? [] : [...path.slice(start), file];
    assert.is(cycle.join(" -> "), "");
    if (done.has(file)) return;
    for (const next of importsOfAll.get(file) ?? []) {
      visit(next, [...path, file]);
    }
    done.add(file);
  };
  for (const file of all) visit(file, []);
});

test("node: is imported by host adapters and the CLI only", () => {
  const wrong = edges().filter(([from, to]) =>
    to.startsWith("node:") && !HOST_FILE.test(from)
  );
  assert.equal(wrong.map((edge) => edge.join(" -> ")), []);
});

test("node:process is not imported: on Node it changes standard input", () => {
  const wrong = edges().filter(([, to]) => to === "node:process");
  assert.equal(wrong, []);
});

test("Deno, Bun and process are named in host adapters and the CLI only", () => {
  const wrong: string[] = [];
  for (const [file, tree] of trees) {
    if (HOST_FILE.test(file)) continue;
    walk(tree, (node) => {
      if (!isPropertyAccessExpression(node)) return;
      const { expression: object, name } = node;
      const global = !isIdentifier(object)
        ? ""
        : object.text === "globalThis"
        ? name.text
        : object.text;
      if (HOST_GLOBALS.includes(global)) {
        wrong.push(`${file}:${lineAt(tree, node.end)} ${global}`);
      }
    });
  }
  assert.equal(wrong, []);
});

test("mod.ts does not reach host adapters or the CLI", () => {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    imports.get(file)?.forEach(visit);
  };
  visit("mod.ts");
  assert.equal([...reached].filter((file) => HOST_FILE.test(file)), []);
});

test("mod.ts holds named re-exports only", () => {
  const wrong = (trees.get("mod.ts")?.statements ?? []).filter((statement) =>
    !isExportDeclaration(statement) || !statement.moduleSpecifier ||
    !statement.exportClause
  );
  assert.equal(wrong.map((statement) => statement.getText()), []);
});

test.run();

function importsIn(
  files: ReadonlyMap<string, SourceFile>,
): Map<string, string[]> {
  return new Map(
    [...files].map(([file, tree]) => [file, importsOf(file, tree)]),
  );
}

function edges(): [from: string, to: string][] {
  return [...imports].flatMap(([from, all]) =>
    all.map((to): [string, string] => [from, to])
  );
}

function layer(file: string): string {
  return file.split("/")[0];
}
