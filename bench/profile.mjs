// What the hot loop executes: `node bench/profile.mjs [PROGRAM...]` counts
// every op, and every pair of ops that follow each other without a taken
// branch between them, over the programs of the corpus that are not held out
// (or those named). The counter is put into a bundle of the sources; nothing
// of it is in the library.

import { build } from "esbuild";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const ENTRY = `
  export { compileModule, instantiateModule, callRaw } from "./engine/mod.ts";
  export { SHAPES } from "./engine/ir.ts";
  export { INSTRUCTIONS } from "./engine/opcodes.ts";
  export { CORPUS } from "./bench/corpus.ts";
`;

const { outputFiles } = await build({
  stdin: { contents: ENTRY, resolveDir: process.cwd(), loader: "ts" },
  bundle: true,
  format: "esm",
  platform: "node",
  write: false,
  plugins: [{
    name: "count",
    setup({ onLoad }) {
      onLoad({ filter: /engine\/exec\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, "utf8").replace(
          "switch (code[pc]) {",
          "globalThis.onOp(code[pc], pc); switch (code[pc]) {",
        ),
        loader: "ts",
      }));
    },
  }],
});
const file = join(mkdtempSync(join(tmpdir(), "profile-")), "engine.mjs");
writeFileSync(file, outputFiles[0].contents);

const OPS = 1024;
const counts = new Float64Array(OPS);
const pairs = new Map();
let last = -1;
let lastPc = 0;
globalThis.onOp = (op, pc) => {
  counts[op]++;
  if (last >= 0 && pc > lastPc && pc - lastPc < 12) {
    const key = last * OPS + op;
    pairs.set(key, (pairs.get(key) ?? 0) + 1);
  }
  last = op;
  lastPc = pc;
};

const engine = await import(pathToFileURL(file).href);
const names = process.argv.slice(2);
const chosen = engine.CORPUS.filter((program) =>
  names.length > 0
    ? names.includes(program.name)
    : !program.heldOut && program.group === "scalar"
);
const share = new Map();
const pairShare = new Map();
for (const program of chosen) {
  counts.fill(0);
  pairs.clear();
  const bytes = readFileSync(join("bench/programs", program.name + ".wasm"));
  const module = engine.compileModule(bytes);
  const instance = engine.instantiateModule(module, () => undefined);
  const n = BigInt(Math.max(1, program.n >> 4));
  engine.callRaw(instance.exports.get("run"), [n]);
  const total = counts.reduce((a, b) => a + b, 0);
  console.log(`\n${program.name}: ${(total / 1e6).toFixed(1)} Mops`);
  const ops = [...counts.entries()].map(([op, count]) => [nameOf(op), count]);
  print(ops, total, share, 12);
  print(
    [...pairs].map(([key, count]) => [
      `${nameOf(Math.floor(key / OPS))} + ${nameOf(key % OPS)}`,
      count,
    ]),
    total,
    pairShare,
    12,
  );
}
console.log(`\nmean of ${chosen.length} programs`);
print([...share], chosen.length, new Map(), 60);
print([...pairShare], chosen.length, new Map(), 60);

function print(rows, total, sums, most) {
  const sorted = rows.filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  for (const [name, n] of sorted) {
    sums.set(name, (sums.get(name) ?? 0) + n / total);
  }
  for (const [name, n] of sorted.slice(0, most)) {
    console.log(`  ${(100 * n / total).toFixed(1).padStart(5)} %  ${name}`);
  }
}

function nameOf(op) {
  return engine.SHAPES[op]?.name ??
    engine.INSTRUCTIONS.find((row) => row?.op === op)?.mnemonic ?? `op ${op}`;
}
