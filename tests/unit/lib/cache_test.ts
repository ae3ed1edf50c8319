import { test } from "uvu";
import * as assert from "uvu/assert";
import { CompilationCache, CoreFeatures, Runtime } from "../../../mod.ts";
import { Assembler } from "./guests.ts";

const BYTES = new Assembler().function(
  "f",
  "i:i",
  "",
  "local.get 0 i32.extend8_s",
).build();

test("the same bytes are compiled once for all runtimes", async () => {
  const compilationCache = new CompilationCache();
  const runtimes = [1, 2].map(() => new Runtime({ compilationCache }));
  const [first, second] = runtimes.map((runtime) =>
    runtime.compile(BYTES.slice())
  );
  assert.is(first.module, second.module);
  assert.is((await runtimes[0].compileAsync(BYTES)).module, first.module);
  assert.is(compilationCache.size, 1);
  assert.is(runtimes[0].instantiate(second).exports.f(0x80), -128);
  runtimes[1].compile(new Assembler().build());
  assert.is(compilationCache.size, 2);
  compilationCache.close();
  assert.is(compilationCache.size, 0);
  assert.is.not(runtimes[0].compile(BYTES).module, first.module);
});

test("what one runtime takes is checked again for another's features", () => {
  const compilationCache = new CompilationCache();
  new Runtime({ compilationCache }).compile(BYTES);
  const old = new Runtime({ compilationCache, coreFeatures: CoreFeatures.V1 });
  assert.throws(() => old.compile(BYTES), /sign-extension-ops/);
  assert.is(compilationCache.size, 1);
});

test.run();
