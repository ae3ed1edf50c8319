/**
 * Bundles of a checkout's sources, to compare two checkouts in one process,
 * and to count what the hot loop executes: a probe, put in front of the loop's
 * switch, sees every IR op. Nothing of it is in the library.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { repositoryPath } from "./files.ts";

/** Where a probe goes; the text stands once in either loop. */
const DISPATCH = "switch (code[pc]) {";

/**
 * Bundles a file with all that it imports, and imports the bundle: the module
 * shares nothing with the running one. `probe` is a statement that is executed
 * before every op, with the op as `code[pc]`.
 */
export async function importBundle(
  entry: string,
  probe?: string,
): Promise<unknown> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    target: "es2022",
    write: false,
    logLevel: "warning",
    plugins: [{
      name: "probe",
      setup({ onLoad }) {
        onLoad({ filter: /engine[\\/]exec(_simd)?\.ts$/ }, ({ path }) => ({
          contents: withProbe(readFileSync(path, "utf8"), probe),
          loader: "ts",
        }));
      },
    }],
  });
  const directory = mkdtempSync(join(tmpdir(), "waxwing-bench-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "bundle.mjs");
  writeFileSync(file, outputFiles[0].contents);
  return await import(pathToFileURL(file).href);
}

function withProbe(source: string, probe: string | undefined): string {
  if (probe === undefined) return source;
  const parts = source.split(DISPATCH);
  if (parts.length !== 2) throw new Error(`not one «${DISPATCH}» in exec.ts`);
  return parts.join(`${probe} ${DISPATCH}`);
}

/** This checkout's public API, counting ops into a global array. */
export function importCounting(counts: Float64Array): Promise<unknown> {
  (globalThis as { opCounts?: Float64Array }).opCounts = counts;
  return importBundle(
    repositoryPath("mod.ts"),
    "globalThis.opCounts[code[pc]]++;",
  );
}
