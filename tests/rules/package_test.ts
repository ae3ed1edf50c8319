// What is published: the same entries on npm and JSR, a size within budget,
// and an import without side effects.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";

const MAX_GZIP_BYTES = 60_000;

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
  const size = gzipSync(await bundleEntry({ minify: true })).length;
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);
  console.log(
    `  mod.ts minified and gzipped: ${kilobytes(size)} of ` +
      `${kilobytes(MAX_GZIP_BYTES)} KB`,
  );
  assert.ok(size <= MAX_GZIP_BYTES, `${size} bytes`);
});

testEntry("importing the library does nothing", async () => {
  // Told that mod.ts may have side effects, esbuild keeps what it cannot prove
  // to be without: a call at top level, say, that is not marked /* @__PURE__ */.
  const code = await bundleEntry({ unused: true });
  assert.is(code.trim(), "");
});

test.run();

async function bundleEntry(
  { minify = false, unused = false },
): Promise<string> {
  const keepEffects: Plugin = {
    name: "keep-effects",
    setup: (plugin) =>
      plugin.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path),
        sideEffects: true,
      })),
  };
  const { outputFiles } = await build({
    stdin: {
      contents: unused ? 'import "./mod.ts"' : 'export * from "./mod.ts"',
      resolveDir: ".",
    },
    plugins: unused ? [keepEffects] : [],
    bundle: true,
    minify,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    treeShaking: true,
    write: false,
  });
  return outputFiles[0].text.replace(/^\/\/.*$/gm, "");
}
