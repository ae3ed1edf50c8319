// The shape of source files: their size, their functions' size, and the
// comment that each opens with.

import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Node, SourceFile } from "typescript/unstable/ast";
import { lineAt, parse, SOURCES, walk } from "./sources.ts";

const MAX_FUNCTION_LINES = 100;
const MAX_FILE_LINES = 1000;
const LARGE_FILES = /^engine\/(exec|simd|validate|translate)\.ts$/;
const MIN_HEADER_LINES = 3;
/** The loops of the interpreter. */
const LOOPS: ReadonlySet<string> = new Set(["execute", "executeVectors"]);
const HEADER = /^(?:\/\/.*\n)+|^\/\*[^]*?\*\//;

const trees = parse(SOURCES);

test("no function but the two loops is long", () => {
  const wrong: string[] = [];
  for (const [file, tree] of trees) {
    walk(tree, (node) => {
      if (!isFunction(node)) return;
      const lines = linesOf(node, tree) - linesOfExecute(node, tree);
      if (lines <= MAX_FUNCTION_LINES) return;
      const line = lineAt(tree, node.getStart(tree));
      wrong.push(`${file}:${line} ${nameOf(node)}: ${lines} lines`);
    });
  }
  assert.equal(wrong, []);
});

test("no file is long, but the few that may be", () => {
  const wrong = [...trees]
    .filter(([file]) => !LARGE_FILES.test(file))
    .map(([file, tree]) => ({ file, lines: lineAt(tree, tree.end) - 1 }))
    .filter(({ lines }) => lines > MAX_FILE_LINES);
  assert.equal(wrong, []);
});

test("every file opens with a comment of three lines or more", () => {
  const wrong = [...trees].filter(([, { text }]) => {
    const source = text.replace(/^#!.*\n/, "");
    const header = HEADER.exec(source)?.[0].trimEnd() ?? "";
    return header.split("\n").length < MIN_HEADER_LINES;
  });
  assert.equal(wrong.map(([file]) => file), []);
});

test.run();

interface Named {
  name?: { text?: string };
}

function isFunction(node: Node): boolean {
  return "body" in node && !!node.body && !LOOPS.has(nameOf(node));
}

/** A function's own name, or that of what it initialises. */
function nameOf(node: Node): string {
  const { name, parent } = node as Named & { parent?: Named };
  return name?.text ?? parent?.name?.text ?? "(anonymous)";
}

function linesOf(node: Node, tree: SourceFile): number {
  return lineAt(tree, node.end) - lineAt(tree, node.getStart(tree)) + 1;
}

/** The lines of a nested `execute`, which its factory is not charged for. */
function linesOfExecute(node: Node, tree: SourceFile): number {
  let lines = 0;
  walk(node, (inner) => {
    if ("body" in inner && LOOPS.has(nameOf(inner))) {
      lines += linesOf(inner, tree);
    }
  });
  return lines;
}
