/**
 * The last step of the build: what the entry points share becomes one file,
 * core.js. esbuild makes a chunk for every set of entry points that share
 * code, and importing a file takes Node a millisecond. The chunks stay as
 * names for parts of core.js; of the entry points only mod.js is changed.
 */

import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { build } from "esbuild";

/** Merges what esbuild has put into `directory`: files that end in `suffix`. */
export async function mergeChunks(
  directory: string,
  suffix: string,
): Promise<void> {
  const core = `core${suffix}`;
  const files = reachedFrom(directory, `mod${suffix}`);
  const exportsOf = await readExports(directory, files);
  const contents = files.map((file, i) => {
    const names = exportsOf[i].map((name) => `${name} as ${alias(name, i)}`);
    return `export { ${names} } from "./${file}";`;
  }).join("\n");
  await build({
    stdin: { contents, resolveDir: directory },
    bundle: true,
    format: "esm",
    platform: "neutral",
    external: ["node:*"],
    target: "es2022",
    minify: suffix === ".min.js",
    outfile: `${directory}/${core}`,
    logLevel: "error",
  });
  files.forEach((file, i) => {
    const names = exportsOf[i].map((name) => `${alias(name, i)} as ${name}`);
    const text = `export {\n  ${names.join(",\n  ")}\n} from "./${core}";\n`;
    writeFileSync(`${directory}/${file}`, text);
  });
}

/** What an export of the file at `i` is called in core.js. */
function alias(name: string, i: number): string {
  return `${name}$${i}`;
}

/** A file, the chunks that it imports, and those that they import. */
function reachedFrom(directory: string, entry: string): string[] {
  const files = [entry];
  for (const file of files) {
    const text = readFileSync(`${directory}/${file}`, "utf8");
    for (const [, chunk] of text.matchAll(/from ?"\.\/(chunk-[^"]+)"/g)) {
      if (!files.includes(chunk)) files.push(chunk);
    }
  }
  return files;
}

/** The names that each of the files exports. */
async function readExports(
  directory: string,
  files: readonly string[],
): Promise<string[][]> {
  const { metafile } = await build({
    entryPoints: files.map((file) => `${directory}/${file}`),
    outdir: directory,
    write: false,
    metafile: true,
  });
  const outputs = Object.entries(metafile.outputs);
  return files.map((file) =>
    outputs.find(([path]) => path.endsWith(`/${file}`))![1].exports
  );
}

if (process.argv[1].endsWith("merge_chunks.ts")) {
  for (const suffix of [".js", ".min.js"]) await mergeChunks("dist", suffix);
}
