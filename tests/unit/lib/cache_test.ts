import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFileSync } from "node:fs";
import { compileModule, type Module } from "../../../engine/mod.ts";
import {
  type CacheStore,
  CompilationCache,
  CompileError,
  CoreFeatures,
  FuelExhausted,
  LinkError,
  Runtime,
  Trap,
} from "../../../mod.ts";
import { randomWords } from "../engine/samples.ts";
import { Assembler, errorOf } from "./guests.ts";

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

/** A store in memory that notes what is asked. */
class MapStore implements CacheStore {
  readonly kept = new Map<string, Uint8Array>();
  readonly log: string[] = [];

  get(key: string): Uint8Array | undefined {
    this.log.push("get");
    return this.kept.get(key);
  }

  put(key: string, value: Uint8Array): void {
    this.log.push("put");
    this.kept.set(key, value);
  }
}

function runtimeOver(store: CacheStore, coreFeatures = CoreFeatures.All) {
  const compilationCache = new CompilationCache({ store });
  return new Runtime({ compilationCache, coreFeatures });
}

test("a store keeps that a module is valid, for another realm", () => {
  const store = new MapStore();
  const first = runtimeOver(store);
  first.compile(BYTES);
  first.compile(BYTES);
  assert.equal(store.log, ["get", "put"]);
  const { exports } = runtimeOver(store).instantiate(BYTES);
  assert.equal(store.log, ["get", "put", "get"]);
  assert.is(exports.f(0x80), -128);
  assert.ok([...store.kept.keys()].every((key) => /^[\w.-]+$/.test(key)));
});

test("what is damaged, or of another module or other features, is written anew", () => {
  const store = new MapStore();
  runtimeOver(store).compile(BYTES);
  const [[key, value]] = store.kept;
  const other = new MapStore();
  runtimeOver(other).compile(new Assembler().build());
  const [foreign] = other.kept.values();
  const damaged: Uint8Array[] = [new Uint8Array(0), value.slice(1), foreign];
  for (let i = 0; i < value.length; i++) {
    const copy = value.slice();
    copy[i] ^= 1;
    damaged.push(copy);
  }
  for (const bytes of damaged) {
    store.kept.set(key, bytes);
    store.log.length = 0;
    runtimeOver(store).compile(BYTES);
    assert.equal(store.log, ["get", "put"]);
    assert.equal(store.kept.get(key), value);
  }
  assert.throws(
    () => runtimeOver(store, CoreFeatures.V1).compile(BYTES),
    /sign-extension-ops/,
  );
  assert.is(store.kept.size, 1);
});

test("a store may answer with promises, which compileAsync alone waits for", async () => {
  const store = new MapStore();
  const slow: CacheStore = {
    get: (key) => Promise.resolve(store.get(key)),
    put: (key, value) => Promise.resolve(store.put(key, value)),
  };
  await runtimeOver(slow).compileAsync(BYTES);
  await runtimeOver(slow).compileAsync(BYTES);
  assert.equal(store.log, ["get", "put", "get"]);
  runtimeOver(slow).compile(BYTES);
  assert.equal(store.log, ["get", "put", "get", "get", "put"]);
});

test("a store that fails is as good as none", async () => {
  const fail = () => {
    throw new Error("the store is broken");
  };
  const stores: CacheStore[] = [
    { get: fail, put: fail },
    { get: () => Promise.reject(1), put: () => Promise.reject(2) },
  ];
  for (const store of stores) {
    assert.is(runtimeOver(store).instantiate(BYTES).exports.f(0x80), -128);
    await runtimeOver(store).compileAsync(BYTES);
  }
});

/** Has the store say that these bytes are valid. */
function forge(store: CacheStore, bytes: Uint8Array): void {
  const module = { bytes } as Module;
  new CompilationCache({ store }).put(module, CoreFeatures.All, false);
}

test("a forged mark gets no invalid function run", () => {
  const store = new MapStore();
  const bytes = new Assembler()
    .function("bad", "i:I", "", "local.get 0")
    .function("good", "i:i", "", "local.get 0")
    .function("both", "i:i", "", "local.get 0 call $good drop i64.const 0")
    .build();
  assert.instance(errorOf(() => new Runtime().compile(bytes)), CompileError);
  forge(store, bytes);
  const { exports } = runtimeOver(store).instantiate(bytes);
  assert.is(exports.good(5), 5);
  for (const name of ["bad", "both", "bad"]) {
    const error = errorOf(() => exports[name](1)) as CompileError;
    assert.instance(error, CompileError);
    assert.match(error.message, /type mismatch/);
  }
  assert.is(exports.good(6), 6);
});

test("whatever bodies a forged mark stands for, they run or are refused", () => {
  const words = randomWords(11);
  const store = new MapStore();
  let invalid = 0;
  for (const name of ["quicksort", "json", "nbody", "simd"]) {
    const original = readFileSync(`bench/programs/${name}.wasm`);
    const { bodyStarts, bodyEnds } = compileModule(original);
    for (let round = 0; round < 40; round++) {
      const bytes = Uint8Array.from(original);
      const body = words() % bodyStarts.length;
      const length = bodyEnds[body] - bodyStarts[body];
      for (let i = 0; i < 3; i++) {
        bytes[bodyStarts[body] + words() % length] = words();
      }
      try {
        compileModule(bytes, CoreFeatures.All);
        continue;
      } catch {
        invalid++;
      }
      forge(store, bytes);
      try {
        const instance = runtimeOver(store).instantiate(bytes);
        const run = instance.exportedFunction("run")!;
        run.callWith([1], { fuel: 20_000 });
      } catch (error) {
        const isKnown = error instanceof CompileError ||
          error instanceof Trap || error instanceof LinkError ||
          error instanceof FuelExhausted;
        assert.ok(isKnown, String(error));
      }
    }
  }
  assert.ok(invalid > 50, `${invalid} invalid modules`);
});

test.run();
