import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  CompilationCache,
  CompileError,
  CoreFeatures,
  ExitError,
  Global,
  type Instance,
  LinkError,
  Memory,
  MemoryFS,
  run,
  Runtime,
  type RuntimeOptions,
  Table,
  Trap,
  VirtualTerminal,
  wasi,
} from "../../../mod.ts";
import {
  Assembler,
  errorOf,
  messageOf,
  rejectionOf,
  runtimeWith,
} from "./guests.ts";

const EMPTY = new Assembler().build();

test("options out of their range are refused", () => {
  const wrong: [RuntimeOptions, string][] = [
    [
      { memoryLimitPages: 65537 },
      "memoryLimitPages invalid: 65537 is not 0 to 65536",
    ],
    [
      { memoryLimitPages: 0.5 },
      "memoryLimitPages invalid: 0.5 is not 0 to 65536",
    ],
    [
      { totalMemoryLimitPages: -1 },
      "totalMemoryLimitPages invalid: -1 is not 0 to 9007199254740991",
    ],
    [{ stackBytes: 1 }, "stackBytes invalid: 1 is not 65536 to 1073741824"],
    [{ codeBytes: NaN }, "codeBytes invalid: NaN is not 65536 to 1073741824"],
  ];
  for (const [options, message] of wrong) {
    assert.is(messageOf(() => new Runtime(options)), message);
  }
  for (
    const coreFeatures of [
      1 << 30,
      2 ** 40,
      0.5,
      NaN,
    ]
  ) {
    assert.instance(errorOf(() => new Runtime({ coreFeatures })), RangeError);
  }
});

test("options of another type are refused", () => {
  const wrong: [object, string][] = [
    [{ coreFeatures: "simd" }, "coreFeatures invalid: string is no number"],
    [{ coreFeatures: ["simd"] }, "coreFeatures invalid: object is no number"],
    [
      { memoryLimitPages: "5" },
      "memoryLimitPages invalid: string is no number",
    ],
    [{ debugInfo: "no" }, "debugInfo invalid: string is no boolean"],
    [{ monitor() {} }, "monitor invalid: function is no { watchModule() }"],
    [
      { compilationCache: new Map() },
      "compilationCache invalid: object is no { isMarked() }",
    ],
  ];
  for (const [options, message] of wrong) {
    const error = errorOf(() => new Runtime(options));
    assert.instance(error, TypeError);
    assert.is((error as Error).message, message);
  }
});

test("options are checked before the module is waited for", async () => {
  const runtime = new Runtime();
  const never = new Promise<Uint8Array<ArrayBuffer>>(() => {});
  const misspelt = { nmae: "x" } as object;
  const calls = [
    runtime.instantiateAsync(never, misspelt),
    runtime.instantiateAsync(never, {}, misspelt),
    runtime.instantiateAsync(never, {}, { timeoutMs: 0 }),
  ];
  for (const call of calls) {
    assert.match((await rejectionOf(call) as Error).message, / invalid: /);
  }
  const { message } = errorOf(() =>
    runtime.instantiate(new Uint8Array(3), misspelt)
  ) as Error;
  assert.is(message, "options invalid: nmae is not known");
});

test("what constructors and host modules are given is checked as well", () => {
  const runtime = new Runtime();
  const wrong: [(options: never) => unknown, object, string][] = [
    [
      (options) => new CompilationCache(options),
      { stroe: {} },
      "options invalid: stroe is not known",
    ],
    [
      (options) => new CompilationCache(options),
      { store: {} },
      "store invalid: object is no { get() }",
    ],
    [
      (options) => wasi.instantiate(runtime, options),
      { unstabel: true },
      "options invalid: unstabel is not known",
    ],
    [
      (options) => wasi.functions(options),
      { unstable: 1 },
      "unstable invalid: number is no boolean",
    ],
    [
      (options) => new Memory(options),
      { initial: 1, maxmum: 2 },
      "options invalid: maxmum is not known",
    ],
    [
      (options) => new Table(options),
      { element: "funcref", initial: "1" },
      "initial invalid: string is no number",
    ],
    [
      (options) => new Global(options),
      { type: "i32", mutabel: true },
      "options invalid: mutabel is not known",
    ],
    [
      (options) => new MemoryFS({}, options),
      { maxbytes: 10 },
      "options invalid: maxbytes is not known",
    ],
    [
      (options) => new VirtualTerminal(options),
      { output() {}, colums: 10 },
      "options invalid: colums is not known",
    ],
  ];
  for (const [make, options, message] of wrong) {
    const error = errorOf(() => make(options as never));
    assert.instance(error, TypeError);
    assert.is((error as Error).message, message);
  }
  assert.not(runtime.has("wasi_snapshot_preview1"));
});

test("a host module has a name", () => {
  for (const name of [undefined, 5, ""] as unknown[] as string[]) {
    const error = errorOf(() =>
      new Runtime().newHostModule(name).instantiate()
    );
    assert.instance(error, TypeError);
    assert.match((error as Error).message, /^name invalid: /);
  }
});

test("who imports WASI without an instance of it is told how", () => {
  const bytes = new Assembler()
    .importFunction("wasi_snapshot_preview1", "proc_exit", "i:").build();
  assert.match(
    messageOf(() => new Runtime().instantiate(bytes)),
    /not instantiated: call wasi\.instantiate\(runtime\)$/,
  );
});

test("options that nobody knows, and what holds none, are refused", async () => {
  const runtime = new Runtime();
  const call = runtimeWith((env) => env.func("f", [], [], () => {}))
    .instantiate(
      new Assembler().importFunction("env", "f", ":").export("f", 0, "f")
        .build(),
    ).exportedFunction("f")!;
  const uses: ((options: never) => unknown)[] = [
    (options) => new Runtime(options),
    (options) => runtime.instantiate(EMPTY, options),
    (options) => runtime.instantiate(EMPTY, {}, options),
    (options) => runtime.instantiateAsync(EMPTY, options),
    (options) => runtime.instantiateAsync(EMPTY, {}, options),
    (options) => call.callWith([], options),
    (options) => call.callAsync([], options),
    (options) => run(EMPTY, options),
  ];
  const wrong: [unknown, string][] = [
    [{ timeoutMS: 5 }, "options invalid: timeoutMS is not known"],
    [{ toString: undefined }, "options invalid: toString is not known"],
    ["12", "options invalid: "],
    [new Map([["name", "x"]]), "options invalid: object is no plain object"],
    [null, "options invalid: null is no plain object"],
  ];
  for (const use of uses) {
    for (const [options, message] of wrong) {
      if (use === uses.at(-1) && !message.includes("known")) continue;
      const error = await rejectionOf(
        (async () => await use(options as never))(),
      );
      assert.instance(error, TypeError);
      assert.match((error as Error).message, message);
    }
    await use({} as never);
  }
});

test("a guest has three descriptors or more", () => {
  const runtime = new Runtime();
  for (const maxDescriptors of [0, 2, -1, 3.5, NaN, Infinity]) {
    const error = errorOf(() => runtime.instantiate(EMPTY, { maxDescriptors }));
    assert.instance(error, RangeError);
    assert.match((error as Error).message, "maxDescriptors invalid");
  }
  runtime.instantiate(EMPTY, { maxDescriptors: 3 });
});

test("features have names and can be asked for", () => {
  const { V1, V2, V3, All, Simd, MutableGlobal, TailCall } = CoreFeatures;
  assert.equal(CoreFeatures.names(V1), ["mutable-global"]);
  assert.is(
    CoreFeatures.names(V2).sort().join("|"),
    "bulk-memory-operations|" +
      "multi-value|mutable-global|nontrapping-float-to-int-conversion|" +
      "reference-types|sign-extension-ops|simd",
  );
  assert.ok(CoreFeatures.isEnabled(All, V3));
  assert.not(CoreFeatures.isEnabled(V2, Simd | TailCall));
  assert.is(CoreFeatures.withEnabled(V1, MutableGlobal, false), 0);
  assert.is(CoreFeatures.withEnabled(V1, Simd, true), MutableGlobal | Simd);
  CoreFeatures.require(V2, Simd);
  assert.throws(
    () => CoreFeatures.require(V2, TailCall),
    /^feature "tail-call" is disabled$/,
  );
});

test("a feature that is off is a compile error", () => {
  const bytes = new Assembler()
    .function("f", "i:i", "", "local.get 0 i32.extend8_s").build();
  new Runtime().compile(bytes);
  const error = errorOf(() =>
    new Runtime({ coreFeatures: CoreFeatures.V1 }).compile(bytes)
  );
  assert.instance(error, CompileError);
  assert.match(
    (error as Error).message,
    'feature "sign-extension-ops" is disabled',
  );
});

test("a module of another runtime may use only what is on here", async () => {
  const all = new Runtime();
  const using = all.compile(
    new Assembler().function("f", "i:i", "", "local.get 0 i32.extend8_s")
      .build(),
  );
  const plain = all.compile(
    new Assembler().function("f", "i:i", "", "local.get 0").build(),
  );
  const old = new Runtime({ coreFeatures: CoreFeatures.V1 });
  for (
    const error of [
      errorOf(() => old.instantiate(using)),
      await rejectionOf(old.instantiateAsync(using)),
    ]
  ) {
    assert.instance(error, CompileError);
    assert.match((error as Error).message, "sign-extension-ops");
  }
  old.instantiate(plain);
  old.instantiate(plain);
});

test("memory limits: a minimum is refused, a maximum is cut", () => {
  const runtime = new Runtime({ memoryLimitPages: 2 });
  const error = errorOf(() =>
    runtime.compile(new Assembler().memory("m", 3).build())
  );
  assert.instance(error, CompileError);
  assert.is(
    (error as Error).message,
    "memory of 3 pages is over the limit of 2",
  );
  const { memory } = runtime.instantiate(
    new Assembler().memory("m", 1, 5).build(),
  );
  assert.is(memory!.grow(2), undefined);
  assert.is(memory!.grow(1), 1);
});

test("all instances share one limit, and give back what they had", () => {
  const runtime = new Runtime({ totalMemoryLimitPages: 5 });
  const compiled = runtime.compile(new Assembler().memory("m", 2).build());
  const [first, second] = [
    runtime.instantiate(compiled),
    runtime.instantiate(compiled),
  ];
  assert.instance(errorOf(() => runtime.instantiate(compiled)), LinkError);
  assert.is(first.memory!.grow(2), undefined);
  assert.is(first.memory!.grow(1), 2);
  assert.is(second.memory!.grow(1), undefined);
  first.close();
  assert.is(second.memory!.grow(1), 2);
  runtime.instantiate(compiled);
});

test("memoryCapacityFromMax: growing keeps the buffer", () => {
  const bytes = new Assembler().memory("m", 1, 4).build();
  for (const memoryCapacityFromMax of [false, true]) {
    const memory = new Runtime({ memoryCapacityFromMax }).instantiate(bytes)
      .memory!;
    const { buffer } = memory;
    memory.grow(1);
    assert.is(memory.buffer === buffer, memoryCapacityFromMax);
    assert.is(memory.size, 2 * 65536);
    assert.is(memory.read(0, 3 * 65536), undefined);
  }
});

test("an allocator gives buffers and has them back", () => {
  const live = new Set<ArrayBuffer>();
  const asked: [number, number][] = [];
  const memoryAllocator = {
    allocate(byteLength: number, maxByteLength: number) {
      asked.push([byteLength / 65536, maxByteLength / 65536]);
      const buffer = new ArrayBuffer(byteLength);
      new Uint8Array(buffer).fill(0xff); // used before
      live.add(buffer);
      return buffer;
    },
    free: (buffer: ArrayBuffer) => assert.ok(live.delete(buffer)),
  };
  const bytes = new Assembler().memory("m", 1, 3).build();
  const instance = new Runtime().instantiate(bytes, { memoryAllocator });
  assert.is(instance.memory!.readUint32(0), 0);
  instance.memory!.writeUint8(7, 8);
  instance.memory!.grow(1);
  assert.is(instance.memory!.readUint8(7), 8);
  assert.is(instance.memory!.readUint8(65536), 0);
  assert.is(live.size, 1);
  instance.close();
  assert.is(live.size, 0);
  assert.equal(asked[0], [1, 3]);
});

test("an allocator may refuse: nothing is made, or nothing grows", () => {
  let left = 2;
  const freed: ArrayBuffer[] = [];
  const memoryAllocator = {
    allocate: (byteLength: number) =>
      left-- > 0 ? new ArrayBuffer(byteLength) : undefined,
    free: (buffer: ArrayBuffer) => void freed.push(buffer),
  };
  const bytes = new Assembler().memory("m", 1)
    .function("grow", ":i", "", "i32.const 1 memory.grow").build();
  const runtime = new Runtime();
  const instance = runtime.instantiate(bytes, { memoryAllocator });
  assert.is(instance.exports.grow(), 1);
  assert.is(instance.exports.grow(), -1);
  assert.is(instance.memory!.grow(1), undefined);
  assert.is(instance.memory!.size, 2 * 65536);
  assert.is(freed.length, 1);
  const error = errorOf(() => runtime.instantiate(bytes, { memoryAllocator }));
  assert.instance(error, LinkError);
  assert.is(freed.length, 1);
});

test("a memory that its allocator uses meanwhile grows no further", () => {
  const bytes = new Assembler().memory("m", 1)
    .function("grow", ":i", "", "i32.const 1 memory.grow").build();
  const uses: [use: (instance: Instance) => void, result: number | string][] = [
    [({ memory }) => memory!.grow(5), -1],
    [({ exports }) => exports.grow(), -1],
    [() => {
      throw new Error("no more");
    }, "no more"],
    [(instance) => instance.close(), "module closed with exit_code(0)"],
  ];
  for (const [use, result] of uses) {
    const runtime = new Runtime({ totalMemoryLimitPages: 100 });
    const live = new Set<ArrayBuffer>();
    let onAllocate: () => void = () => {};
    const memoryAllocator = {
      allocate(byteLength: number) {
        onAllocate();
        const buffer = new ArrayBuffer(byteLength);
        live.add(buffer);
        return buffer;
      },
      free: (buffer: ArrayBuffer) => assert.ok(live.delete(buffer)),
    };
    const instance = runtime.instantiate(bytes, { memoryAllocator });
    onAllocate = () => {
      onAllocate = () => {};
      use(instance);
    };
    if (result === -1) assert.is(instance.exports.grow(), -1);
    else assert.is(messageOf(() => instance.exports.grow()), result);
    assert.is(live.size, instance.isClosed ? 0 : 1);
    // Nothing of the limit is lost, nor is there more of it.
    const left = instance.isClosed ? 100 : 100 - instance.memory!.size / 65536;
    const all = new Assembler().memory("m", left).build();
    runtime.instantiate(all);
    assert.throws(() =>
      runtime.instantiate(new Assembler().memory("m", 1).build())
    );
  }
});

test("a buffer that goes back is out of reach of importers", () => {
  const pool: ArrayBuffer[] = [];
  const memoryAllocator = {
    allocate: (byteLength: number) => pool.pop() ?? new ArrayBuffer(byteLength),
    free: (buffer: ArrayBuffer) => void pool.push(buffer),
  };
  const runtime = new Runtime();
  const put = "i32.const 0 i32.const 7 i32.store";
  const lib = new Assembler().memory("m", 1, 2).function("put", ":", "", put);
  const first = runtime.instantiate(lib.build(), {
    name: "lib",
    memoryAllocator,
  });
  const app = new Assembler().importFunction("lib", "put", ":")
    .importMemory("lib", "m", 1)
    .function("call", ":", "", "call $put")
    .function("own", ":", "", put)
    .function("grow", ":i", "", "i32.const 1 memory.grow").build();
  const { exports } = runtime.instantiate(app);
  exports.own();
  first.close();
  assert.is(pool.length, 1);
  const { memory } = runtime.instantiate(
    new Assembler().memory("m", 1).build(),
    { memoryAllocator },
  );
  assert.is(pool.length, 0);
  for (const store of [exports.own, exports.call]) {
    assert.match(messageOf(store), /^out of bounds memory access/);
  }
  assert.is(exports.grow(), -1);
  assert.is(memory!.readUint32(0), 0);
});

test("the memory of a closed instance takes nothing from the limit", () => {
  const runtime = new Runtime({ totalMemoryLimitPages: 4 });
  const owner = runtime.instantiate(
    new Assembler().memory("m", 1, 4).build(),
    { name: "owner" },
  );
  const user = runtime.instantiate(
    new Assembler().importMemory("owner", "m", 1)
      .function("grow", "i:i", "", "local.get 0 memory.grow").build(),
  );
  assert.is(user.exports.grow(1), 1);
  owner.close();
  assert.is(user.exports.grow(1), -1);
  assert.is(user.exports.grow(0), 2);
  user.close();
  runtime.instantiate(new Assembler().memory("m", 4).build());
});

test("who is told of the end finds what the instance holds, once", () => {
  const log: string[] = [];
  const memoryAllocator = {
    allocate: (byteLength: number) => new ArrayBuffer(byteLength),
    free: () => void log.push("free"),
  };
  const runtime = new Runtime();
  const bytes = new Assembler().memory("m", 1).build();
  for (const end of ["close", "runtime"]) {
    const instance: Instance = runtime.instantiate(bytes, {
      name: "m",
      memoryAllocator,
      onClose(code) {
        log.push(`${end} ${code} ${instance.memory!.readUint8(0)}`);
        assert.is(runtime.module("m"), undefined);
      },
    });
    if (end === "close") instance.closeWithExitCode(7);
    else runtime.closeWithExitCode(8);
    instance.close();
    assert.equal(log.splice(0), [
      `${end} ${end === "close" ? 7 : 8} 0`,
      "free",
    ]);
  }
});

test("modules import from each other by name", () => {
  const runtime = new Runtime();
  const lib = new Assembler().function("one", ":i", "", "i32.const 1").build();
  const app = new Assembler().importFunction("lib", "one", ":i")
    .function("two", ":i", "", "call $one i32.const 1 i32.add").build();
  assert.is(
    messageOf(() => runtime.instantiate(app)),
    "unknown import: lib.one: module[lib] not instantiated",
  );
  runtime.instantiate(EMPTY, { name: "lib" }).close();
  runtime.instantiate(lib, { name: "lib" });
  assert.is(runtime.instantiate(app).exports.two(), 2);
  const other = new Assembler().importFunction("lib", "three", ":i").build();
  assert.is(
    messageOf(() => runtime.instantiate(other)),
    'unknown import: lib.three: "three" is not exported in module "lib"',
  );
});

test("names are taken once, and free again after close", () => {
  const runtime = new Runtime();
  const named = new Assembler().names("lib", {}).build();
  const first = runtime.instantiate(named);
  assert.is(first.name, "lib");
  assert.is(String(first), "Module[lib]");
  for (let i = 0; i < 3; i++) {
    assert.is(
      messageOf(() => runtime.instantiate(named)),
      "module[lib] has already been instantiated",
    );
    assert.is(runtime.module("lib"), first);
  }
  runtime.instantiate(named, { name: "" });
  runtime.instantiate(named, { name: "" });
  assert.is(runtime.module(""), undefined);
  const second = runtime.instantiate(named, { name: "other" });
  first.close();
  assert.is(runtime.module("lib"), undefined);
  assert.is(runtime.module("other"), second);
  runtime.instantiate(named);
});

test("a failed instantiation leaves nothing behind", async () => {
  const runtime = new Runtime();
  const closed: number[] = [];
  const options = { name: "a", onClose: (code: number) => closed.push(code) };
  const trapping = new Assembler().function("f", ":", "", "unreachable")
    .start("f").build();
  assert.instance(errorOf(() => runtime.instantiate(trapping, options)), Trap);
  assert.instance(
    await rejectionOf(runtime.instantiateAsync(trapping, options)),
    Trap,
  );
  const failing = new Assembler().function("_start", ":", "", "unreachable")
    .build();
  assert.instance(errorOf(() => runtime.instantiate(failing, options)), Trap);
  assert.equal(closed, [1, 1, 1]);
  runtime.instantiate(EMPTY, options);
});

test("start functions are called in order, missing ones skipped", () => {
  const called: string[] = [];
  const runtime = runtimeWith((env) => {
    for (const name of ["a", "b", "_start"]) {
      env.func(name, [], [], () => void called.push(name));
    }
  });
  const assembler = new Assembler();
  for (const name of ["a", "b", "_start"]) {
    assembler.importFunction("env", name, ":");
  }
  for (const name of ["a", "b", "_start"]) assembler.export(name, 0, name);
  const compiled = runtime.compile(assembler.build());
  runtime.instantiate(compiled);
  assert.equal(called.splice(0), ["_start"]);
  runtime.instantiate(compiled, { startFunctions: ["b", "nothing", "a", "b"] });
  assert.equal(called.splice(0), ["b", "a", "b"]);
  runtime.instantiate(compiled, { startFunctions: [] });
  assert.equal(called, []);
  const startFunctions = "a" as unknown as string[];
  assert.throws(
    () => runtime.instantiate(compiled, { startFunctions }),
    /startFunctions invalid/,
  );
});

test("what an instance is given is checked, whether the guest asks or not", () => {
  const runtime = new Runtime();
  const compiled = runtime.compile(new Assembler().build());
  const env = "env invalid: an empty key, '=' or NUL character";
  const cases: [object, string][] = [
    [{ args: ["a", "b\0"] }, "args invalid: contains NUL character"],
    [{ args: "ab" }, "args invalid: string is no string[]"],
    [{ args: ["a", 5] }, "args invalid: object is no string[]"],
    [{ env: { "": "x" } }, env],
    [{ env: { "a=b": "" } }, env],
    [{ env: { "a\0": "" } }, env],
    [{ env: { a: "\0" } }, env],
    [{ env: { C: 5 } }, "env.C invalid: number is no string"],
    [{ env: { C: null } }, "env.C invalid: null is no string"],
    [
      { env: { log() {} } },
      "env.log invalid: function is no string; newHostModule gives imports",
    ],
    [{ env: ["a=b"] }, "env invalid: object is no plain object"],
    [
      { env: new Map([["a", "b"]]) },
      "env invalid: object is no plain object",
    ],
    [{ env: "a=b" }, "env invalid: string is no plain object"],
    [{ name: 5 }, "name invalid: number is no string"],
    [
      { startFunctions: "main" },
      "startFunctions invalid: string is no string[]",
    ],
    [{ random: Math.random }, "random invalid: function is no { fill() }"],
    [{ sleep: 5 }, "sleep invalid: number is no function"],
    [{ yield: null }, "yield invalid: null is no function"],
    [{ listeners: [5] }, "listeners invalid: object is no { accept() }[]"],
    [{ importResolver: {} }, "importResolver invalid: object is no function"],
    [{ onClose: "x" }, "onClose invalid: string is no function"],
    [
      { memoryAllocator: () => {} },
      "memoryAllocator invalid: function is no { allocate() }",
    ],
    [{ interleave: 1 }, "interleave invalid: number is no boolean"],
  ];
  for (const clock of ["wallClock", "monotonicClock", "cpuClock"]) {
    const now = () => 5n;
    cases.push(
      [{ [clock]: now }, `${clock} invalid: function is no { now() }`],
      [
        { [clock]: { resolutionNs: 1 } },
        `${clock} invalid: object is no { now() }`,
      ],
      [
        { [clock]: { now } },
        `${clock} resolution invalid: undefined is no number`,
      ],
    );
    for (const resolutionNs of [0, -1, 1.5, NaN, 3.7e12]) {
      const range = "is not 1 to 3600000000000";
      cases.push([
        { [clock]: { now, resolutionNs } },
        `${clock} resolution invalid: ${resolutionNs} ${range}`,
      ]);
    }
  }
  for (const [options, message] of cases) {
    const error = errorOf(() => runtime.instantiate(compiled, options));
    assert.is((error as Error).message, message);
    const isRange = message.includes("is not 1");
    assert.instance(error, isRange ? RangeError : TypeError);
  }
  runtime.instantiate(compiled, { args: ["", "b"], env: { a: "=" } });
});

test("exit code 0 of a start function is no error, and ends the rest", () => {
  const runtime = runtimeWith((env) =>
    env.func("exit", ["i32"], [], (code) => {
      throw new ExitError(code);
    })
  );
  const exit = (code: number) =>
    new Assembler().importFunction("env", "exit", "i:")
      .function("_start", ":", "", `i32.const ${code} call $exit`)
      .function("next", ":", "", "unreachable").build();
  const startFunctions = ["_start", "next"];
  const instance = runtime.instantiate(exit(0), { startFunctions });
  assert.ok(instance.isClosed);
  assert.is(instance.exitCode, 0);
  const error = errorOf(() => runtime.instantiate(exit(3)));
  assert.is((error as ExitError).exitCode, 3);
  assert.is((error as Error).message, "module closed with exit_code(3)");
});

test("close: all instances, the last one first, once", () => {
  const runtime = new Runtime();
  const closed: string[] = [];
  for (const name of ["a", "b", "c"]) {
    runtime.instantiate(EMPTY, {
      name,
      onClose: (code) => {
        closed.push(name + code);
        if (name === "b") throw new Error("b fails");
      },
    });
  }
  runtime.module("a")!.closeWithExitCode(9);
  assert.is(messageOf(() => runtime.closeWithExitCode(2)), "b fails");
  runtime.close();
  assert.equal(closed, ["a9", "c2", "b2"]);
  assert.ok(runtime.isClosed);
  assert.is(runtime.module("c"), undefined);
  for (
    const run of [
      () => runtime.compile(EMPTY),
      () => runtime.instantiate(EMPTY),
    ]
  ) {
    assert.is(messageOf(run), "runtime closed with exit_code(2)");
  }
});

test("an import resolver is asked first", () => {
  const runtime = new Runtime();
  const give = (n: number) =>
    new Assembler().function("get", ":i", "", `i32.const ${n}`).build();
  const anonymous = runtime.instantiate(give(1), { name: "" });
  runtime.instantiate(give(2), { name: "lib" });
  runtime.instantiate(give(3), { name: "other" });
  const app = runtime.compile(
    new Assembler().importFunction("lib", "get", ":i").importFunction(
      "other",
      "get",
      ":i",
    )
      .export("other", 0, "get")
      .function("lib", ":i", "", "call 0").build(),
  );
  const importResolver = (name: string) =>
    name === "lib" ? anonymous : undefined;
  const { exports } = runtime.instantiate(app, { importResolver, name: "" });
  assert.equal([exports.lib(), exports.other()], [1, 3]);
  const wrong = () => ({ exports: {} }) as Instance;
  const error = errorOf(() =>
    runtime.instantiate(app, { importResolver: wrong })
  );
  assert.instance(error, TypeError);
  assert.is(
    (error as Error).message,
    "importResolver(lib) invalid: object is no Instance",
  );
});

test("a name that the import resolver takes is taken", () => {
  const runtime = new Runtime();
  const lib = new Assembler().function("get", ":i", "", "i32.const 1").build();
  const app = new Assembler().importFunction("lib", "get", ":i").build();
  const importResolver = () => runtime.instantiate(lib, { name: "app" });
  assert.is(
    messageOf(() => runtime.instantiate(app, { name: "app", importResolver })),
    "module[app] has already been instantiated",
  );
  assert.is(runtime.module("app")?.exports.get(), 1);
});

test("bytes are copied, and may be any view", () => {
  const bytes = new Assembler().function("f", ":i", "", "i32.const 5").build();
  const padded = new Uint8Array(bytes.length + 8);
  padded.set(bytes, 4);
  const view = new DataView(padded.buffer, 4, bytes.length);
  const runtime = new Runtime();
  const compiled = runtime.compile(view);
  padded.fill(0);
  assert.is(runtime.instantiate(compiled).exports.f(), 5);
  assert.is(runtime.instantiate(bytes.slice().buffer).exports.f(), 5);
});

test("buffers may be shared, or of another realm", () => {
  const bytes = new Assembler().function("f", ":i", "", "i32.const 5").build();
  const hasShared = typeof SharedArrayBuffer !== "undefined";
  const shared = new (hasShared ? SharedArrayBuffer : ArrayBuffer)(
    bytes.length,
  );
  new Uint8Array(shared).set(bytes);
  const foreign = bytes.slice().buffer;
  Object.setPrototypeOf(foreign, { [Symbol.toStringTag]: "ArrayBuffer" });
  for (const source of [shared, new DataView(shared), foreign]) {
    const { exports } = new Runtime().instantiate(source as ArrayBuffer);
    assert.is(exports.f(), 5);
  }
});

test("what is no bytes is a TypeError that says so", async () => {
  const runtime = new Runtime();
  const wrong = [
    Promise.resolve(EMPTY),
    undefined,
    null,
    "text",
    {},
    [0, 97, 115, 109],
    new URL("file:///x.wasm"),
    new Blob([]),
    new Response(""),
    5,
    1e12,
  ];
  for (const source of wrong as unknown as Uint8Array[]) {
    const found = Object.prototype.toString.call(source);
    const message = `expected an ArrayBuffer or a view of one, not ${found}`;
    const errors = [
      errorOf(() => runtime.compile(source)),
      errorOf(() => runtime.instantiate(source)),
    ];
    if (!["[object Promise]", "[object Response]"].includes(found)) {
      errors.push(await rejectionOf(runtime.compileAsync(source)));
      errors.push(await rejectionOf(runtime.instantiateAsync(source)));
    }
    for (const error of errors) {
      assert.instance(error, TypeError);
      assert.is((error as Error).message, message);
    }
  }
});

test("compileAsync gives the same, and the same errors", async () => {
  const runtime = new Runtime();
  const bytes = new Assembler().function("f", ":i", "", "i32.const 5").build();
  const compiled = await runtime.compileAsync(bytes);
  assert.is(runtime.instantiate(compiled).exports.f(), 5);
  const copy = Uint8Array.from(bytes);
  const sources = [new Response(copy), Promise.resolve(bytes), copy.buffer];
  for (const source of sources) {
    const again = await runtime.compileAsync(source);
    assert.equal(again.toBytes(), bytes);
  }
  const wrong = new Assembler().function("f", ":i", "", "i64.const 5").build();
  assert.is(
    (await rejectionOf(runtime.compileAsync(wrong)) as Error).message,
    messageOf(() => runtime.compile(wrong)),
  );
});

test("compileAsync lets timers run", async () => {
  const assembler = new Assembler();
  const body = "local.get 0 i32.const 1 i32.add local.set 0 ".repeat(2000);
  for (let i = 0; i < 300; i++) assembler.function(`f${i}`, "i:", "", body);
  const bytes = assembler.build();
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await new Runtime().compileAsync(bytes);
  clearInterval(timer);
  assert.ok(ticks > 0, "no timer ran");
});

test.run();
