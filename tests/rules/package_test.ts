// What is published: the same entries on npm and JSR, a size within budget,
// and an import without side effects.

import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { pathToFileURL } from "node:url";
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
import { mergeChunks } from "../../merge_chunks.ts";
import { lineAt, parse, SOURCES } from "./sources.ts";

/** Of everything that mod.ts exports. This figure may only fall. */
const MAX_GZIP_BYTES = 86_000;
/**
 * Of what runs a WASI program. The aim is 60,000; until it is reached this
 * figure may only fall.
 */
const MAX_WASI_GZIP_BYTES = 69_000;

const npm = JSON.parse(readFileSync("package.json", "utf8"));
const jsr = JSON.parse(readFileSync("deno.json", "utf8"));
const testEntry = existsSync("mod.ts") ? test : test.skip;

test("package.json and deno.json tell the same version and licence", () => {
  assert.is(jsr.version, npm.version);
  assert.is(jsr.license, npm.license);
});

/** What only npm has: JSR has no built files. */
const NPM_EXPORTS = {
  "./min": {
    types: "./dist/types/mod.d.ts",
    default: "./dist/mod.min.js",
  },
  "./package.json": "./package.json",
};

test("package.json and deno.json export the same files", () => {
  const sources = Object.entries<string>(jsr.exports);
  const expected = sources.map(([subpath, source]) => {
    const path = source.replace(/^\.\/(.*)\.ts$/, "$1");
    const types = `./dist/types/${path}.d.ts`;
    return [subpath, { types, default: `./dist/${path}.js` }];
  });
  assert.equal(npm.exports, {
    ...Object.fromEntries(expected),
    ...NPM_EXPORTS,
  });
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

testEntry(
  "the built library is one file, which all entries share",
  async () => {
    const directory = mkdtempSync("dist/package-");
    try {
      const [, ...build] = npm.scripts["build:js"].split(" ");
      for (const flags of [[], ["--minify", "--out-extension:.js=.min.js"]]) {
        const args = [...build, ...flags, `--outdir=${directory}`];
        execFileSync("node_modules/.bin/esbuild", [
          ...args,
          "--log-level=error",
        ]);
      }
      for (const suffix of [".js", ".min.js"]) {
        await mergeChunks(directory, suffix);
        const file = readFileSync(`${directory}/mod${suffix}`, "utf8");
        const imported = [...file.matchAll(/from ?"(.*?)"/g)].map(([, to]) =>
          to
        );
        assert.equal(imported, [`./core${suffix}`]);
        const core = readFileSync(`${directory}/core${suffix}`, "utf8");
        assert.is(/^import/m.test(core), false);
        const load = (name: string) =>
          import(pathToFileURL(`${directory}/${name}${suffix}`).href);
        const { ExitError, MemoryFS, run } = await load("mod");
        const { main } = await load("lib/cli");
        assert.is(typeof main, "function");
        const { HostFS } = await load("wasi/host_fs");
        assert.is.not(new HostFS("."), undefined);
        const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
        const { exitCode } = await run(empty, { fs: new MemoryFS() });
        assert.is(exitCode, 0);
        assert.ok(new ExitError(1) instanceof Error);
      }
      // Nothing there keeps what is not asked for in an embedder's bundle.
      await checkSize(`export { Errno } from "./${directory}/mod.js"`, 2000);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

testEntry(
  "the types check with the libraries that they are said to need",
  () => {
    const tsc = "node_modules/.bin/tsc";
    const directory = mkdtempSync("dist/types-");
    try {
      execFileSync(tsc, ["-p", "tsconfig.types.json", "--outDir", directory]);
      const ofHosts = /host_|cli/;
      const files = Object.values<string>(jsr.exports)
        .filter((source) => !ofHosts.test(source))
        .map((source) => source.replace(/\.ts$/, ".d.ts"));
      const program = "tests/rules/embedder.ts";
      mkdirSync(`${directory}/tests/rules`, { recursive: true });
      copyFileSync(program, `${directory}/${program}`);
      files.push(program);
      const compilerOptions = {
        strict: true,
        exactOptionalPropertyTypes: true,
        allowImportingTsExtensions: true,
        lib: ["ES2022", "ESNext.Disposable", "DOM"],
        module: "ESNext",
        moduleResolution: "bundler",
        noEmit: true,
        types: [],
      };
      const config = JSON.stringify({ compilerOptions, files });
      writeFileSync(`${directory}/tsconfig.json`, config);
      execFileSync(tsc, ["-p", directory], { stdio: "inherit" });
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

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

/** Of what a bundler takes of the library, compressed. */
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
