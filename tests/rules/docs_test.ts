// The documentation: links lead somewhere, programs in it are right and print
// what they say, and what it tells of features agrees with the code.

import { existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { build } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FEATURE_NAMES, FEATURES_ALL } from "../../engine/mod.ts";
import { wasiCalls } from "../../wasi/mod.ts";
import { SOURCES } from "./sources.ts";
import { EXPECTED_FAILURES } from "../spec/expected_failures.ts";

const NEEDS_BROWSER = /\bnavigator\b/;
const README = "README.md";
const PAGES = [
  README,
  "bench/README.md",
  ...readdirSync("docs").filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const WITH_PROGRAMS = [README, "docs/guide.md"];

const docs = suite("docs");
const texts = new Map(PAGES.map((page) => [page, readFileSync(page, "utf8")]));
const readme = texts.get(README)!;

/** The files behind what programs import, by name. */
const ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<string>(JSON.parse(readFileSync("deno.json", "utf8")).exports)
    .flatMap(([subpath, file]) =>
      ["waxwing", "@waxwing/waxwing"].map((name) => [
        name + subpath.slice(1),
        resolve(file),
      ])
    ),
);

/** A complete program in a page. */
interface Program {
  readonly name: string;
  readonly code: string;
}

const programs = WITH_PROGRAMS.flatMap(programsOf);
/** The examples in the comments of the sources, which print only `true`. */
const snippets = SOURCES.flatMap(snippetsOf);
let directory = "";

docs.before(() => {
  mkdirSync("dist", { recursive: true });
  directory = mkdtempSync("dist/docs-");
  for (const { name, code } of [...programs, ...snippets]) {
    // An export makes it a module also where it imports nothing.
    writeFileSync(join(directory, `${name}.ts`), code + "\nexport {};\n");
  }
});
docs.after(() => rmSync(directory, { recursive: true, force: true }));

docs("links lead to files and headings that are there", () => {
  const wrong: string[] = [];
  for (const [page, text] of texts) {
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path, anchor] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      const isThere = existsSync(file) &&
        (anchor === undefined || headingsOf(file).includes(anchor));
      if (!isThere) wrong.push(`${page}: ${target}`);
    }
  }
  assert.equal(wrong, []);
});

docs("the programs have no type errors", () => {
  const config = join(directory, "tsconfig.json");
  const paths = Object.entries(ENTRIES).map(([name, file]) => [name, [file]]);
  writeFileSync(
    config,
    JSON.stringify({
      extends: resolve("tsconfig.json"),
      compilerOptions: {
        noEmit: true,
        noUnusedLocals: false,
        paths: Object.fromEntries(paths),
      },
      include: ["*.ts"],
    }),
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", config],
    { encoding: "utf8" },
  );
  assert.is(status, 0, stdout + stderr);
});

docs("the examples in comments run, and what they print is true", async () => {
  assert.ok(snippets.length >= 25, `${snippets.length} examples`);
  const files = await bundled(snippets);
  const { cwd, chdir } = process;
  const home = cwd();
  // They may make files.
  chdir(directory);
  try {
    for (const [i, { name, code }] of snippets.entries()) {
      if (NEEDS_BROWSER.test(code)) continue;
      for (const line of await run(join(home, files[i]))) {
        assert.match(line, /^true( true)*$/, name);
      }
    }
  } finally {
    chdir(home);
  }
});

docs("the programs print what their comments say", async () => {
  assert.ok(programs.length >= 8);
  const files = await bundled(programs);
  for (const [i, { name, code }] of programs.entries()) {
    const printed = await run(files[i]);
    const expected = expectedOutput(code);
    if (expected.length > 0) assert.equal(printed, expected, name);
  }
});

docs("everything public has its documentation", () => {
  const exports: Record<string, string> =
    JSON.parse(readFileSync("deno.json", "utf8")).exports;
  const { status, stderr } = spawnSync(
    "node_modules/.bin/deno",
    ["doc", "--lint", ...Object.values(exports)],
    { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
  const errors = stderr.split(/\n(?=error)/).slice(1).join("\n");
  assert.is(status, 0, errors);
});

docs(
  "everything public that can be called or made has an example",
  async () => {
    const { metafile } = await build({
      entryPoints: [...new Set(Object.values(ENTRIES))],
      outdir: directory,
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "node",
    });
    const names = new Set(
      Object.values(metafile.outputs).flatMap((output) => output.exports),
    );
    assert.ok(names.size > 60, `${names.size} names`);
    for (const file of SOURCES) {
      const declarations = readFileSync(file, "utf8").matchAll(
        /(?:^\/\*\*((?:(?!\*\/)[^])*)\*\/\n)^export (?:abstract )?(?:async )?(?:class|function\*?|const|enum) (\w+)/gm,
      );
      for (const [, comment, name] of declarations) {
        if (comment.includes("```ts")) names.delete(name);
      }
    }
    // A namespace, whose members have theirs.
    names.delete("wasi");
    assert.equal([...names], []);
  },
);

docs("the README tells of every feature whether it is there", () => {
  for (const [bit, name] of FEATURE_NAMES.entries()) {
    const told = new RegExp(`^\\| \`${name}\` +\\| (yes|not yet)\\b`, "m")
      .exec(readme)?.[1];
    const isThere = (FEATURES_ALL & 1 << bit) !== 0;
    assert.is(told, isThere ? "yes" : "not yet", name);
  }
});

docs("the README lists the calls of WASI", () => {
  const told = [...readme.matchAll(
    /`((?:args|clock|environ|fd|path|poll|proc|random|sched|sock)_\w+)`/g,
  )].map((match) => match[1]);
  const calls = wasiCalls().map(({ name }) => name);
  assert.equal(told.sort(), calls.sort());
});

docs("the README has the results of every spec group that is complete", () => {
  for (const [group, failures] of Object.entries(EXPECTED_FAILURES)) {
    const row = new RegExp(`^\\| ${group} +\\| +([\\d,]+) +\\| +([\\d,]+)`, "m")
      .exec(readme);
    assert.ok(row, group);
    if (failures.length === 0) assert.is(row[1], row[2], group);
  }
});

docs.run();

/** The blocks of a page that are marked `ts`. */
function programsOf(page: string): Program[] {
  const stem = page.replace(/\W+/g, "_");
  const blocks = [
    ...readFileSync(page, "utf8").matchAll(
      /^```ts\n([^]*?)\n```$/gm,
    ),
  ];
  return blocks.map(([, code], i) => ({ name: `${stem}_${i + 1}`, code }));
}

/** The examples of a source file. */
function snippetsOf(file: string): Program[] {
  const blocks = readFileSync(file, "utf8")
    .matchAll(/^ *\* ```ts\n([^]*?)\n *\* ```$/gm);
  return [...blocks].map(([, code], i) => ({
    name: `${file.replace(/\W+/g, "_")}_${i + 1}`,
    code: code.replace(/^ *\* ?/gm, ""),
  }));
}

/** Bundles programs; their files. */
async function bundled(programs: readonly Program[]): Promise<string[]> {
  const files = programs.map(({ name }) => join(directory, name));
  await build({
    entryPoints: files.map((file) => `${file}.ts`),
    outdir: directory,
    alias: ENTRIES,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    logLevel: "silent",
  });
  return files.map((file) => `${file}.js`);
}

/** Anchors of a page's headings, as GitHub makes them. */
function headingsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)]
    .map(([, heading]) =>
      heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")
    );
}

/** The lines that a module prints while it is imported. */
async function run(file: string): Promise<string[]> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (...values) =>
    void lines.push(...format(...values).split("\n"));
  try {
    await import(pathToFileURL(file).href);
  } finally {
    console.log = log;
  }
  return lines;
}

/** What comments beside or below a `console.log(...);` say that it prints. */
function expectedOutput(code: string): string[] {
  const expected: string[] = [];
  let isBelow = false;
  for (const line of code.split("\n")) {
    const beside = /console\.log\(.*\); \/\/ (.*)$/.exec(line);
    const comment = /^\s*\/\/ (.*)$/.exec(line);
    if (beside !== null) expected.push(beside[1]);
    else if (isBelow && comment !== null) expected.push(comment[1]);
    isBelow = beside === null &&
      (/console\.log\(.*\);$/.test(line) || isBelow && comment !== null);
  }
  return expected;
}
