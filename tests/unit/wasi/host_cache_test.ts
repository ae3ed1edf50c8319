import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CompilationCache, Runtime } from "../../../mod.ts";
import { DirectoryCache } from "../../../wasi/host_cache.ts";

const cache = suite("host_cache");
let folder = "";
cache.before(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "waxwing-"));
});
cache.after(() => fs.rmSync(folder, { recursive: true, force: true }));

cache("what was put there is found by another one", () => {
  const path = join(folder, "a", "b");
  new DirectoryCache(path).put("key-1.2", Uint8Array.of(1, 2));
  const store = new DirectoryCache(path);
  assert.equal([...store.get("key-1.2")!], [1, 2]);
  store.put("key-1.2", Uint8Array.of(3));
  assert.equal([...store.get("key-1.2")!], [3]);
  assert.is(store.get("other"), undefined);
  assert.equal(fs.readdirSync(path), ["key-1.2"]);
});

cache("keys cannot lead out of the directory", () => {
  const store = new DirectoryCache(join(folder, "c"));
  for (const key of ["", "..", ".", "../x", "a/b", ".hidden", "a\\b", "a..b"]) {
    assert.throws(() => store.put(key, new Uint8Array(1)), /invalid key/);
    assert.is(store.get(key), undefined);
  }
});

cache("a file in place of the directory is an error", () => {
  const path = join(folder, "file");
  fs.writeFileSync(path, "");
  assert.throws(() => new DirectoryCache(path), /EEXIST|ENOTDIR/);
});

cache("it serves a runtime, also where nothing can be written", () => {
  const path = join(folder, "d");
  const store = new DirectoryCache(path);
  const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  const compile = () => {
    const compilationCache = new CompilationCache({ store });
    new Runtime({ compilationCache }).compile(bytes);
  };
  compile();
  assert.is(fs.readdirSync(path).length, 1);
  fs.rmSync(path, { recursive: true });
  compile();
  assert.not(fs.existsSync(path));
});

cache.run();
