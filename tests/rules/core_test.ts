// The budget of `execute`: V8 never optimises a function above 61,440 bytes of
// bytecode (JSC: 60,000), nor a switch well whose labels are not literals.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { build, type BuildOptions, transform } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const MAX_BYTECODE = 48 * 1024;
const EXEC = "engine/exec.ts";

/** Adds two numbers as lanes of vectors: both loops run. */
const ADD = "0061736d0100000001070160027f7f017f03020100070701036164640000" +
  "0a120110002000fd112001fd11fdae01fd1b000b";

const PROGRAM = `
  import { Runtime } from "./mod.ts";
  const bytes = Uint8Array.from("${ADD}".match(/../g), (x) => parseInt(x, 16));
  const runtime = new Runtime();
  const { add } = runtime.instantiate(runtime.compile(bytes)).exports;
  if (add(1, 2) !== 3) throw new Error("1 + 2 = " + add(1, 2));
`;

const core = suite("core");
const testIf = (...files: string[]) =>
  files.every(existsSync) ? core : core.skip;

let directory = "";
core.before(() => {
  directory = mkdtempSync(join(tmpdir(), "waxwing-core-"));
});
core.after(() => rmSync(directory, { recursive: true, force: true }));

/** The most bytecode of each loop. */
const BUDGETS = { execute: MAX_BYTECODE, executeVectors: 57_344 };

for (const [name, limit] of Object.entries(BUDGETS)) {
  testIf(EXEC, "mod.ts")(
    `${name}'s bytecode is within its budget`,
    async () => {
      const file = await bundle(`${name}.mjs`, { stdin: stdin(PROGRAM) });
      const flags = ["--print-bytecode", `--print-bytecode-filter=${name}`];
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [...flags, file],
        { encoding: "utf8", maxBuffer: 2 ** 28 },
      );
      assert.is(status, 0, stderr);
      const lengths = [...stdout.matchAll(/^Bytecode length: (\d+)$/gm)]
        .map((match) => Number(match[1]));
      const length = Math.max(0, ...lengths);
      console.log(`  ${name}: ${length} of ${limit} bytes of bytecode`);
      assert.ok(length > 0, `${name} was not compiled`);
      assert.ok(length <= limit, `${length} bytes`);
    },
  );
}

for (const minify of [false, true]) {
  const title = minify ? "a minified bundle" : "a bundle";
  testIf(EXEC)(`execute's case labels are literals in ${title}`, async () => {
    const file = await bundle(`core_${minify}.mjs`, {
      entryPoints: [EXEC],
      minify,
    });
    const { makeCore } = await import(pathToFileURL(file).href);
    const core = makeCore(4096, 4096);
    checkLabels(String(core.execute));
    checkLabels(String(core.executeVectors));
  });
}

testIf(EXEC)("execute's case labels are literals file by file", async () => {
  for (const file of [EXEC, "engine/exec_simd.ts"]) {
    const source = readFileSync(file, "utf8");
    const { code } = await transform(source, {
      loader: "ts",
      target: "es2022",
    });
    checkLabels(code);
  }
});

core.run();

function checkLabels(code: string): void {
  const bare = code.replace(/\/\*[^]*?\*\//g, "");
  const labels = [...bare.matchAll(/\bcase\b\s*([^:]*):/g)]
    .map((match) => match[1].trim());
  assert.ok(labels.length > 50, `only ${labels.length} labels found`);
  assert.equal(labels.filter((label) => !/^\d+(e\d+)?$/.test(label)), []);
}

function stdin(contents: string): BuildOptions["stdin"] {
  return { contents, resolveDir: process.cwd() };
}

async function bundle(name: string, options: BuildOptions): Promise<string> {
  const outfile = join(directory, name);
  await build({
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    outfile,
    ...options,
  });
  return outfile;
}
