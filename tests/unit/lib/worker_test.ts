import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Runtime } from "../../../mod.ts";
import { Assembler } from "./guests.ts";

test("a compiled module is sent to workers, which run it at the same time", async () => {
  const { outputFiles: [{ text }] } = await build({
    entryPoints: ["tests/unit/lib/worker.ts"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2022",
  });
  const url = new URL(`data:text/javascript,${encodeURIComponent(text)}`);
  const fib = `local.get 0 i32.const 2 i32.lt_u if [:i] local.get 0 else
    local.get 0 i32.const 1 i32.sub call $run
    local.get 0 i32.const 2 i32.sub call $run i32.add end`;
  const compiled = new Runtime().compile(
    new Assembler().function("run", "i:i", "", fib).build(),
  );
  const answers = [20, 21].map((argument) =>
    new Promise((resolve, reject) => {
      const bytes = compiled.toBytes();
      // Transferred, not copied.
      const workerData = { bytes, argument };
      const transferList = [bytes.buffer];
      const worker = new Worker(url, { workerData, transferList });
      worker.on("message", resolve).on("error", reject);
      assert.is(bytes.length, 0);
    })
  );
  assert.equal(await Promise.all(answers), [6765, 10946]);
  assert.is(new Runtime().instantiate(compiled).exports.run(10), 55);
});

test.run();
