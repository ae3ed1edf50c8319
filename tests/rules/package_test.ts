// What is published: the same entries on npm and JSR, a size within budget,
// and an import without side effects.

import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import {
  isArrowFunction,
  isCallExpression,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isMethodDeclaration,
  isNewExpression,
  isPropertyDeclaration,
  isSetAccessorDeclaration,
  type Node,
} from "typescript/unstable/ast";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { lineAt, parse, SOURCES } from "./sources.ts";

/** Of everything that mod.ts exports. */
const MAX_GZIP_BYTES = 90_000;
/**
 * Of what runs a WASI program. The aim is 60,000; until it is reached this
 * figure may only fall.
 */
const MAX_WASI_GZIP_BYTES = 74_000;

const npm = JSON.parse(readFileSync("package.json", "utf8"));
const jsr = JSON.parse(readFileSync("deno.json", "utf8"));
const testEntry = existsSync("mod.ts") ? test : test.skip;

test("package.json and deno.json tell the same version and licence", () => {
  assert.is(jsr.version, npm.version);
  assert.is(jsr.license, npm.license);
});

test("package.json and deno.json export the same files", () => {
  const sources = Object.entries<string>(jsr.exports);
  const expected = sources.map(([subpath, source]) => {
    const path = source.replace(/^\.\/(.*)\.ts$/, "$1");
    const types = `./dist/types/${path}.d.ts`;
    return [subpath, { types, default: `./dist/${path}.js` }];
  });
  assert.equal(npm.exports, Object.fromEntries(expected));
});

testEntry("every export is an entry of the build and has its types", () => {
  const types = readFileSync("tsconfig.types.json", "utf8");
  for (const source of Object.values<string>(jsr.exports)) {
    assert.ok(existsSync(source), source);
    const path = source.replace("./", "");
    assert.ok(npm.scripts["build:js"].split(" ").includes(path), path);
    assert.ok(types.includes(`"${path}"`), path);
  }
});

test("nothing is needed at run time", () => {
  assert.is(npm.dependencies, undefined);
  assert.is(npm.peerDependencies, undefined);
});

testEntry("the library is small", async () => {
  await checkSize('export * from "./mod.ts"', MAX_GZIP_BYTES);
  await checkSize(
    'export { MemoryFS, Runtime, wasi } from "./mod.ts"',
    MAX_WASI_GZIP_BYTES,
  );
});

testEntry("importing the library does nothing", () => {
  const wrong: string[] = [];
  // The command line is a program, not a part of the library.
  const library = SOURCES.filter((file) => !file.startsWith("lib/cli"));
  for (const [file, tree] of parse(library)) {
    walkTopLevel(tree, (node) => {
      if (!isCallExpression(node) && !isNewExpression(node)) return;
      const before = tree.text.slice(0, node.getStart(tree)).trimEnd();
      if (before.endsWith("/* @__PURE__ */")) return;
      wrong.push(`${file}:${lineAt(tree, node.pos)}`);
    });
  }
  assert.equal(wrong, []);
});

test.run();

/** What holds code that runs later; the library has no static fields. */
const FUNCTIONS = [
  isArrowFunction,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isMethodDeclaration,
  isPropertyDeclaration,
  isSetAccessorDeclaration,
];

/** Visits what runs when a module is loaded: not the bodies of functions. */
function walkTopLevel(node: Node, visit: (node: Node) => void): void {
  node.forEachChild((child) => {
    if (FUNCTIONS.some((isFunction) => isFunction(child))) return undefined;
    visit(child);
    walkTopLevel(child, visit);
    return undefined;
  });
}

async function checkSize(contents: string, limit: number): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: "." },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    write: false,
  });
  const size = gzipSync(outputFiles[0].text).length;
  console.log(`  ${contents}: ${size} of ${limit} bytes, gzipped`);
  assert.ok(size <= limit, `${size} bytes`);
}
