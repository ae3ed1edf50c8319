// One bundle of the unit tests that need nothing of Node's, for runtimes that
// are none: it exports `runTests` of collect.js. Which tests these are is read
// from the imports, so a new test takes part without being named. A group of
// the specification tests is in it where their data are.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";
import * as assert from "uvu/assert";
import { findSpecData, loadGroup } from "../spec/load.ts";
import { specData } from "./spec.ts";

/** What came of the tests in another runtime, as JSON. */
export interface TestResult {
  readonly passed: number;
  readonly total: number;
  readonly skipped: number;
  readonly errors: string;
  /** What the place is expected to refuse. */
  readonly evalIsRefused: boolean;
  readonly wasmIsRefused: boolean;
}

/** Throws unless all tests passed, in a place that refuses what it should. */
export function assertPassed(result: TestResult): void {
  const { passed, total, errors, evalIsRefused, wasmIsRefused } = result;
  assert.ok(total > MIN_TESTS, `${total} tests: ${errors.slice(0, 4000)}`);
  assert.is(passed, total, errors.slice(0, 4000));
  assert.ok(evalIsRefused);
  assert.ok(wasmIsRefused);
}

/** There are more; if not, something is wrong with how they are found. */
const MIN_TESTS = 700;

/** The group of the specification tests that takes part, if there are any. */
const SPEC_GROUP = "wasm-1.0";

/**
 * Gives `body` a new directory with the bundle, an ES module `tests.js` for
 * any web-like runtime, beside report.js and the files of a directory here.
 */
export async function withBundle<T>(
  name: "workerd" | "page" | "mv3",
  body: (directory: string) => T | Promise<T>,
): Promise<T> {
  mkdirSync("dist", { recursive: true });
  const directory = mkdtempSync(resolve(`dist/${name}-`));
  try {
    cpSync(`tests/runtimes/${name}`, directory, { recursive: true });
    cpSync("tests/runtimes/report.js", join(directory, "report.js"));
    // The others are browsers.
    const more = name === "workerd" ? [] : ["./tests/runtimes/opfs.ts"];
    await bundleTests(directory, more);
    return await body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function bundleTests(
  directory: string,
  more: readonly string[],
): Promise<void> {
  const files = [
    "./tests/runtimes/collect.js",
    ...(await portableTests()).map((file) => "./" + file),
    ...more,
  ];
  const spec = findSpecData();
  if (spec !== undefined) files.push(writeSpecTest(directory, spec));
  const imports = files.map((file) => `import ${JSON.stringify(file)};\n`);
  const contents = imports.join("") +
    `export { runTests } from "./tests/runtimes/collect.js";\n`;
  await build({
    stdin: { contents, resolveDir: "." },
    ignoreAnnotations: true, // package.json: no side effects; a test has some
    outfile: join(directory, "tests.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "warning",
  });
}

/** Writes a test file with the data of a group in it. */
function writeSpecTest(directory: string, from: string): string {
  const data = specData(loadGroup(from, SPEC_GROUP));
  const path = join(directory, "spec_group.js");
  writeFileSync(
    path,
    `import { testGroup } from "../../tests/runtimes/spec.ts";\n` +
      `testGroup(${JSON.stringify(data)});\n`,
  );
  return path;
}

/** The unit tests that reach no `node:` module. */
async function portableTests(): Promise<string[]> {
  const entryPoints = readdirSync("tests/unit", { recursive: true })
    .map((path) => "tests/unit/" + String(path).replaceAll("\\", "/"))
    .filter((path) => path.endsWith("_test.ts"))
    .sort();
  const { metafile } = await build({
    entryPoints,
    outdir: "dist",
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  return entryPoints.filter((file) => !reachesNode(metafile, file));
}

function reachesNode({ inputs }: Metafile, file: string): boolean {
  const seen = new Set([file]);
  for (const path of seen) {
    for (const { path: next } of inputs[path]?.imports ?? []) seen.add(next);
  }
  return [...seen].some((path) => path.startsWith("node:"));
}
