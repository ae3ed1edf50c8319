/**
 * A Cloudflare Worker that runs a WASI command: what is posted to it is the
 * command's standard input, what the command writes is the response. Its
 * config.capnp is for workerd, the runtime of Workers:
 *
 *   npx esbuild examples/worker/worker.js --bundle --format=esm \
 *     --alias:waxwing=./mod.ts '--external:*.bin' --outfile=dist/worker.js
 *   tests/runtimes/node_modules/.bin/workerd serve examples/worker/config.capnp
 *   curl --data-binary 'typed text' localhost:8080
 */

import { FuelExhausted, MemoryFS, run } from "waxwing";
import cat from "./cat.bin"; // cat.wasm, an ArrayBuffer

export default {
  async fetch(request) {
    try {
      const { exitCode, stdout, stderr } = await run(cat, {
        args: ["cat", "-n", "/greeting", "-"],
        fs: new MemoryFS({ greeting: "hello from a Worker\n" }),
        stdin: request.body ?? "",
        fuel: 1_000_000,
      });
      return exitCode === 0
        ? new Response(stdout)
        : new Response(stderr, { status: 500 });
    } catch (error) {
      if (!(error instanceof FuelExhausted)) throw error;
      return new Response("that is too much\n", { status: 413 });
    }
  },
};
