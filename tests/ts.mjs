// Runs a TypeScript program: `node tests/ts.mjs FILE ARGS...`. Node 20 cannot
// run .ts, so everything is bundled by esbuild first. All entries of one call
// share one copy of every module, which matters: the engine's core must be
// made once per realm.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Bundles `files` into a directory that lives as long as the process, and returns a Map of file to URL. */
export async function bundle(files) {
  mkdirSync(ROOT + "dist", { recursive: true });
  const outdir = mkdtempSync(ROOT + "dist/run-");
  process.on("exit", () => rmSync(outdir, { recursive: true, force: true }));
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
  process.setSourceMapsEnabled(true);
  await build({
    entryPoints: files,
    outdir,
    outbase: ROOT,
    absWorkingDir: process.cwd(),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    packages: "external",
    target: "es2022",
    sourcemap: "inline",
    logLevel: "warning",
  });
  return new Map(files.map((file) => {
    const built = resolve(file).slice(ROOT.length).replace(/\.\w+$/, ".js");
    return [file, pathToFileURL(`${outdir}/${built}`).href];
  }));
}

if (resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [program] = process.argv.splice(2, 1);
  const built = await bundle([program]);
  process.argv[1] = resolve(program);
  await import(built.get(program));
}
