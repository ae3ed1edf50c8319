import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  CoreFeatures,
  ExitError,
  Global,
  type HostModuleBuilder,
  type Instance,
  Memory,
  Runtime,
  Table,
  Trap,
  wasmFrames,
  wasmStackTrace,
} from "../../../mod.ts";
import {
  Assembler,
  errorOf,
  functionOf,
  messageOf,
  rejectionOf,
  runtimeWith,
  sleep,
} from "./guests.ts";

/** A guest with a function `run` that passes its arguments to env.f. */
function caller(signature: string): Uint8Array {
  const [params] = signature.split(":");
  const gets = [...params].map((_, i) => `local.get ${i}`).join(" ");
  return new Assembler().importFunction("env", "f", signature)
    .memory("memory", 1)
    .function("run", signature, "", `${gets} call $f`).build();
}

function run(
  define: (env: HostModuleBuilder) => void,
  signature: string,
  ...args: unknown[]
) {
  return runtimeWith(define).instantiate(caller(signature)).exports.run(
    ...args,
  );
}

test("values of every type pass to host functions and back", () => {
  const vector = Uint8Array.from({ length: 16 }, (_, i) => i);
  const object = { an: "object" };
  const types = [
    "i32",
    "i64",
    "f32",
    "f64",
    "v128",
    "externref",
    "funcref",
  ] as const;
  const values = [-5, -(1n << 62n), 0.5, 1e300, vector, object, null];
  const results = run(
    (env) =>
      env.func("f", types, types, (...args) => {
        assert.equal(args, values);
        return args;
      }),
    "iIfFver:iIfFver",
    ...values,
  ) as unknown[];
  assert.equal(results, values);
  assert.is(results[5], object);
});

test("results are converted as the JS API does it", () => {
  const give = (type: "i32" | "i64" | "f32", letter: string, value: unknown) =>
    run((env) => env.func("f", [], [type], () => value as never), `:${letter}`);
  assert.is(give("i32", "i", 2 ** 32 + 7.9), 7);
  assert.is(give("i32", "i", true), 1);
  assert.is(give("i32", "i", undefined), 0);
  assert.is(give("i32", "i", { valueOf: () => 4 }), 4);
  assert.is(give("f32", "f", 0.1), Math.fround(0.1));
  assert.is(give("i64", "I", 2n ** 64n + 3n), 3n);
  assert.instance(errorOf(() => give("i64", "I", 3)), TypeError);
  assert.instance(errorOf(() => give("i32", "i", 3n)), TypeError);
});

test("a function that does not wait passes promises as externref, only", async () => {
  const promise = Promise.resolve(3);
  const thenable = { then: () => {} };
  for (const value of [promise, thenable]) {
    const guest = runtimeWith((env) =>
      env.func("f", ["externref"], ["externref"], (x) => x)
    ).instantiate(caller("e:e"));
    assert.is(guest.exports.run(value), value);
  }
  for (const [result, letter] of [["i32", "i"], ["f64", "F"]] as const) {
    const guest = runtimeWith((env) =>
      env.func("f", [], [result], () => promise as never)
    ).instantiate(caller(`:${letter}`));
    const error = await rejectionOf(guest.exportedFunction("run")!.callAsync());
    assert.instance(error, TypeError);
    assert.match((error as Error).message, "which is for asyncFunc");
  }
  const nothing = runtimeWith((env) => env.func("f", [], [], async () => {}));
  const error = errorOf(() => nothing.instantiate(caller(":")).exports.run());
  assert.match((error as Error).message, "which is for asyncFunc");
});

test("what a function throws passes through, however hostile it is", async () => {
  const no = () => {
    throw new Error("a trap of the proxy");
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const named = Object.defineProperty(new Error("x"), "name", { get: no });
  const hostile: unknown[] = [
    proxy,
    named,
    new Proxy(new Error("p"), { getPrototypeOf: no }),
    new Proxy(new Error("p"), { get: no }),
  ];
  for (const value of hostile) {
    const throws = () => {
      throw value;
    };
    const guest = runtimeWith((env) => env.asyncFunc("f", [], [], throws))
      .instantiate(caller(":"));
    assert.ok(errorOf(() => guest.exports.run()) === value);
    assert.is(wasmFrames(value).length, 2);
    let late: unknown; // a promise would ask for its `then`
    const call = guest.exportedFunction("run")!.callAsync();
    await call.catch((error) => void (late = error));
    assert.ok(late === value);
  }
});

test("a promise that nobody waits for may fail, and ends no process", async () => {
  const fails = () => Promise.reject(new Error("unheard"));
  for (
    const define of [
      (env: HostModuleBuilder) => env.func("f", [], [], fails),
      (env: HostModuleBuilder) => env.rawFunc("f", [], [], fails),
    ]
  ) {
    const guest = runtimeWith(define).instantiate(caller(":"));
    const error = errorOf(() => guest.exports.run());
    assert.match((error as Error).message, "which is for asyncFunc");
    await sleep(1); // the host tells of failures that nobody has heard
  }
});

test("several results are a list of the right length", () => {
  const give = (value: unknown) =>
    run(
      (env) => env.func("f", [], ["i32", "f64"], () => value as never),
      ":iF",
    );
  assert.equal(give([1, 2.5]), [1, 2.5]);
  assert.equal(give(new Set([1, 2])), [1, 2]);
  assert.is(messageOf(() => give([1])), "expected 2 results, but found 1");
  assert.instance(errorOf(() => give(1)), TypeError);
});

test("conversions of results may call the guest", async () => {
  const { add } = new Runtime().instantiate(
    new Assembler()
      .function("add", "II:I", "", "local.get 0 local.get 1 i64.add").build(),
  ).exports;
  const valueOf = () => add(30n, 4n);
  for (const five of [{ valueOf }, Object.assign(() => {}, { valueOf })]) {
    const cases: [string[], string, unknown, unknown][] = [
      [["i64"], ":I", five, 34n],
      [["i64", "i64"], ":II", [1n, five], [1n, 34n]],
    ];
    for (const [types, signature, value, expected] of cases) {
      for (const given of [value, Promise.resolve(value)]) {
        const define = (env: HostModuleBuilder) =>
          env.asyncFunc("f", [], types as "i64"[], () => given as never);
        const guest = runtimeWith(define).instantiate(caller(signature));
        assert.equal(await functionOf(guest, "run").callAsync(), expected);
        if (given === value) assert.equal(guest.exports.run(), expected);
      }
    }
  }
});

test("a function can be given the instance that calls", () => {
  const seen: Instance[] = [];
  const runtime = runtimeWith((env) =>
    env.func("f", ["i32"], ["i32"], (caller, at) => {
      seen.push(caller);
      return caller.memory!.readUint8(at)!;
    }, { withCaller: true })
  );
  const compiled = runtime.compile(caller("i:i"));
  const guests = [1, 2].map(() => runtime.instantiate(compiled));
  guests.forEach(({ memory }, i) => memory!.writeUint8(9, 10 + i));
  assert.equal(guests.map(({ exports }) => exports.run(9)), [10, 11]);
  assert.ok(seen[0] === guests[0] && seen[1] === guests[1]);
});

test("so it is in a start function, and where a guest exports it again", () => {
  const names: string[] = [];
  const runtime = runtimeWith((env) =>
    env.func("f", [], [], (caller) => void names.push(caller.name), {
      withCaller: true,
    })
  );
  const bytes = new Assembler().importFunction("env", "f", ":")
    .export("again", 0, "f").function("begin", ":", "", "call $f").start(
      "begin",
    ).build();
  const { exports } = runtime.instantiate(bytes, { name: "guest" });
  exports.again();
  runtime.module("guest")!.exportedFunction("again")!.call();
  assert.equal(names, ["guest", "guest", "guest"]);
});

test("a function that guests export again is called by whose export it is", () => {
  const runtime = runtimeWith((env) =>
    env.func("who", [], ["i32"], ({ name }) => name.charCodeAt(0), {
      withCaller: true,
    })
  );
  const bytes = new Assembler().importFunction("env", "who", ":i")
    .export("who", 0, "who").table("table", "r", 1)
    .elements("i32.const 0", ["who"]).function("own", ":i", "", "call $who")
    .build();
  const [a, b] = ["A", "B"].map((name) => runtime.instantiate(bytes, { name }));
  const noCaller = /^func\[env.who\] has no calling instance/;
  assert.throws(() => a.exports.table.get(0)(), noCaller);
  assert.equal([a.exports.who(), b.exports.who()], [65, 66]);
  assert.throws(() => a.exports.table.get(0)(), noCaller);
  a.close();
  assert.instance(errorOf(() => a.exports.who()), ExitError);
  assert.is(b.exports.who(), 66);
  assert.ok(b.exports.table.set(0, b.exports.own));
  assert.is(b.exports.table.get(0), b.exports.own);
  assert.ok(b.exports.table.set(0, a.exports.who));
});

test("raw functions work on the stack itself", () => {
  const runtime = runtimeWith((env) =>
    env.rawFunc("f", ["i32", "i64", "f32", "f64", "v128"], [
      "v128",
      "f64",
      "i64",
    ], (stack, at, caller) => {
      assert.is(stack.getInt32(at, true), -1);
      assert.is(stack.getFloat32(at + 16, true), 1.5);
      const long = stack.getBigInt64(at + 8, true);
      const double = stack.getFloat64(at + 24, true);
      const byte = stack.getUint8(at + 32 + 15);
      stack.setUint8(at, byte);
      stack.setFloat64(at + 16, double, true);
      stack.setBigInt64(at + 24, long + BigInt(caller.memory!.pageCount), true);
    })
  );
  const vector = new Uint8Array(16).fill(7);
  const results = runtime.instantiate(
    new Assembler().importFunction("env", "f", "iIfFv:vFI").memory("m", 1)
      .function(
        "run",
        "iIfFv:vFI",
        "",
        "local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 call $f",
      )
      .build(),
  ).exports.run(-1, 5n, 1.5, 2.5, vector) as [Uint8Array, number, bigint];
  assert.is(results[0][0], 7);
  assert.equal(results.slice(1), [2.5, 6n]);
});

test("raw functions may return anything but a promise", async () => {
  for (const value of [7, null, "text", { then: 1 }]) {
    assert.is(run((env) => env.rawFunc("f", [], [], () => value), ":"), void 0);
  }
  const guest = runtimeWith((env) => env.rawFunc("f", [], [], async () => {}))
    .instantiate(caller(":")).exportedFunction("run")!;
  const message = "func[env.f] returned a promise, which is for asyncFunc";
  const error = errorOf(() => guest.call());
  assert.instance(error, TypeError);
  assert.is((error as Error).message, message);
  assert.equal(await rejectionOf(guest.callAsync()), error);
});

test("raw functions get one view, which is made once", () => {
  const views = new Set<DataView>();
  const runtime = runtimeWith((env) =>
    env.rawFunc("f", ["i32"], ["i32"], (stack) => void views.add(stack))
  );
  const guests = [1, 2].map(() => runtime.instantiate(caller("i:i")));
  for (let i = 0; i < 100; i++) {
    assert.equal(guests.map(({ exports }) => exports.run(i)), [i, i]);
  }
  assert.is(views.size, 1);
});

test("the types of parameters and results follow from the lists", () => {
  const define = (env: HostModuleBuilder) => {
    env.func("f", ["i64", "f32", "v128"], ["i64"], (a, b, c) => {
      const types: [bigint, number, Uint8Array] = [a, b, c];
      // @ts-expect-error: an i64 is no number.
      const wrong: number = a;
      return types[0] + BigInt(types[1]) + BigInt(c[0]) + BigInt(wrong);
    });
    // @ts-expect-error: the result of type i64 is a bigint.
    env.func("g", [], ["i64"], () => 1);
    // @ts-expect-error: there is one parameter.
    env.func("h", ["i32"], [], (_a: number, _b: number) => {});
    // @ts-expect-error: a promise is for asyncFunc.
    env.func("j", [], ["i32"], () => Promise.resolve(1));
    env.asyncFunc("k", [], ["i32"], () => Promise.resolve(1));
    // @ts-expect-error: there is no such type.
    env.func("l", ["i16"], [], () => {});
    env.func("m", ["i32"], ["f64"], (instance, a) => {
      const name: string = instance.name;
      return name.length + a;
    }, { withCaller: true });
  };
  const vector = new Uint8Array(16).fill(3);
  const runtime = new Runtime();
  const env = runtime.newHostModule("env");
  assert.throws(() => {
    define(env);
    env.instantiate();
  }, /func\[env\.l\] params invalid: no type i16/);
  env.func("l", [], [], () => {}).instantiate();
  const { exports } = runtime.instantiate(caller("Ifv:I"));
  assert.is(exports.run(5n, 2, vector), 15n);
});

test("a raw function may call the guest in between", () => {
  const guests: Instance[] = [];
  const runtime = runtimeWith((env) =>
    env.rawFunc("f", ["i32"], ["i32"], (stack, at) => {
      const n = stack.getInt32(at, true);
      const inner = n === 0 ? 0 : guests[0].exports.run(n - 1);
      assert.is(stack.getInt32(at, true), n);
      stack.setInt32(at, inner + n, true);
    })
  );
  guests.push(runtime.instantiate(caller("i:i")));
  assert.is(guests[0].exports.run(10), 55);
});

test("faults of a definition show when the module is instantiated", () => {
  const table = new Table({ element: "funcref", initial: 1 });
  const global = new Global({ type: "i32" });
  const wrong: [(env: HostModuleBuilder) => void, string][] = [
    [
      (env) => env.func("f", ["string" as "i32"], [], () => {}),
      "func[env.f] params invalid: no type string",
    ],
    [
      (env) =>
        env.func("f", ["i32", "i32"], [], () => {}, { paramNames: ["a"] }),
      "func[env.f] params invalid: 1 names for 2",
    ],
    [
      (env) => env.func("f", [], [], () => {}, { resultNames: ["a"] }),
      "func[env.f] results invalid: 1 names for 0",
    ],
    [
      (env) => env.func("f", [], [], () => {}, { withcaller: true } as object),
      "options invalid: withcaller is not known",
    ],
    [
      (env) =>
        env.rawFunc("f", [], [], () => {}, { paramNames: "a" } as object),
      "paramNames invalid: string is no string[]",
    ],
    [
      (env) => env.func("f", [], [], 7 as unknown as () => void),
      "func[env.f] invalid: number is no function",
    ],
    [
      (env) => (env.func as (...args: unknown[]) => void)("f", () => {}),
      "func[env.f] invalid: undefined is no function",
    ],
    [
      (env) => env.func("f", undefined as unknown as [], [], () => {}),
      "func[env.f] params invalid: undefined is no string[]",
    ],
    [
      (env) => env.rawFunc("f", [], "i32" as unknown as [], () => {}),
      "func[env.f] results invalid: string is no string[]",
    ],
    [
      (env) => env.memory("m", table as unknown as Memory),
      "env.m invalid: object is no Memory",
    ],
    [
      (env) => env.table("t", global as unknown as Table),
      "env.t invalid: object is no Table",
    ],
    [
      (env) => env.global("g", {} as Global),
      "env.g invalid: object is no Global",
    ],
    [
      (env) => env.rawFunc("f", ["externref"], [], () => {}),
      "func[env.f]: references are not on the raw stack",
    ],
  ];
  for (const [define, message] of wrong) {
    assert.is(messageOf(() => runtimeWith(define)), message);
  }
  assert.is(
    messageOf(() => new Runtime().newHostModule("").instantiate()),
    "name invalid: empty",
  );
  const old = new Runtime({ coreFeatures: CoreFeatures.V1 }).newHostModule(
    "env",
  )
    .func("f", [], ["i32", "i32"], () => [1, 2]);
  assert.is(
    messageOf(() => old.instantiate()),
    'func[env.f] multiple result types invalid as feature "multi-value" is disabled',
  );
});

test("a function that is entered again has arguments of its own", () => {
  const seen: number[][] = [];
  const runtime = runtimeWith((env) =>
    env.func("f", ["i32", "i32"], [], (...args) => {
      const [first, second] = args;
      if (first > 0) instance.exports.run(first - 1, second + 1);
      seen.push([...args]);
    })
  );
  const instance = runtime.instantiate(caller("ii:"));
  instance.exports.run(2, 7);
  assert.equal(seen, [[0, 9], [1, 8], [2, 7]]);
});

test("the last definition of a name counts", () => {
  assert.is(
    run(
      (env) =>
        env.func("f", [], ["i32"], () => 1).func("f", [], ["i32"], () => 2),
      ":i",
    ),
    2,
  );
  const memory = new Memory({ initial: 1 });
  const bytes = new Assembler().importMemory("env", "f", 1).build();
  const runtime = runtimeWith((env) =>
    env.func("f", [], [], () => {}).memory("f", memory)
  );
  assert.is(runtime.instantiate(bytes).memory, memory);
  assert.is(
    run((env) => env.memory("f", memory).func("f", [], ["i32"], () => 3), ":i"),
    3,
  );
});

test("names are described", () => {
  const runtime = runtimeWith((env) =>
    env.func("f", ["i32", "i32"], ["i32"], (a) => a, {
      paramNames: ["x", "y"],
      resultNames: ["sum"],
    })
  );
  const bytes = new Assembler().importFunction("env", "f", "ii:i").export(
    "g",
    0,
    "f",
  ).build();
  const { definition } = runtime.instantiate(bytes).exportedFunction("g")!;
  assert.equal(definition.paramNames, ["x", "y"]);
  assert.equal(definition.resultNames, ["sum"]);
  assert.is(definition.debugName, "env.f");
});

test("a host module has one name at a time, and frees it", () => {
  const runtime = new Runtime();
  const builder = runtime.newHostModule("env").func("f", [], ["i32"], () => 1);
  const first = builder.instantiate();
  assert.is(
    messageOf(() => builder.instantiate()),
    "module[env] has already been instantiated",
  );
  const second = builder.instantiate("env.2");
  assert.equal([first.name, second.name], ["env", "env.2"]);
  const guest = runtime.instantiate(caller(":i"));
  first.close();
  assert.is(guest.exports.run(), 1);
  assert.match(
    messageOf(() => runtime.instantiate(caller(":i"))),
    "module[env] not instantiated",
  );
  runtime.newHostModule("env").func("f", [], ["i32"], () => 2).instantiate();
  first.close();
  assert.is(runtime.instantiate(caller(":i")).exports.run(), 2);
});

test("memories, tables and globals of the host are imported", () => {
  const memory = new Memory({ initial: 1, maximum: 2 });
  const table = new Table({ element: "funcref", initial: 2 });
  const global = new Global({ type: "i32", mutable: true }, 5);
  const runtime = runtimeWith((env) =>
    env.memory("memory", memory).table("table", table).global("global", global)
  );
  const bytes = new Assembler().importMemory("env", "memory", 1, 2)
    .importTable("env", "table", 1).importGlobal("env", "global", "mut i")
    .function(
      "inc",
      ":i",
      "",
      "global.get 0 i32.const 1 i32.add global.set 0 global.get 0",
    )
    .function("store", ":", "", "i32.const 0 i32.const 77 i32.store8")
    .function("call", ":i", "", "i32.const 0 call_indirect [:i]")
    .build();
  const instance = runtime.instantiate(bytes);
  const { exports } = instance;
  assert.is(exports.inc(), 6);
  assert.is(global.value, 6);
  global.value = 10;
  assert.is(exports.inc(), 11);
  exports.store();
  assert.is(memory.readUint8(0), 77);
  assert.is(instance.memory, memory);
  assert.ok(table.set(0, exports.inc));
  assert.is(exports.call(), 12);
  assert.is(table.get(0), exports.inc);
});

test("an exception of a host function passes through unchanged, with frames", () => {
  class Custom extends Error {}
  const custom = new Custom("mine");
  const { message, stack } = custom;
  const runtime = runtimeWith((env) =>
    env.func("f", ["i32"], [], () => {
      throw custom;
    })
  );
  const bytes = new Assembler().importFunction("env", "f", "i:")
    .function("inner", "i:", "", "local.get 0 call $f")
    .function("outer", ":", "", "i32.const 1 call $inner")
    .names("guest", {}).build();
  const instance = runtime.instantiate(bytes);
  assert.is(errorOf(() => instance.exports.outer()), custom);
  assert.equal([custom.message, custom.stack], [message, stack]);
  assert.equal(
    wasmFrames(custom).map((f) =>
      `${f.moduleName}.${f.functionName}${f.signature}`
    ),
    ["env.f(i32)", "guest.inner(i32)", "guest.outer()"],
  );
  assert.is(
    wasmStackTrace(custom).replace(/ @ 0x[0-9a-f]+/g, ""),
    "wasm stack trace:\n\tenv.f(i32)\n\tguest.inner(i32)\n\tguest.outer()",
  );
  assert.is(wasmStackTrace(new Error()), "");
  assert.not(instance.isClosed);
  for (const thrown of ["text", 7, null, undefined]) {
    const plain = runtimeWith((env) =>
      env.func("f", [], [], () => {
        throw thrown;
      })
    );
    assert.is(
      errorOf(() => plain.instantiate(caller(":")).exports.run()),
      thrown,
    );
  }
});

test("the frames of nested calls follow each other", () => {
  const guests: Instance[] = [];
  const runtime = runtimeWith((env) =>
    env.func("f", [], [], () => guests[0].exports.trap())
  );
  const bytes = new Assembler().importFunction("env", "f", ":")
    .function("run", ":", "", "call $f")
    .function("trap", ":", "", "unreachable").names("g", {}).build();
  guests.push(runtime.instantiate(bytes));
  const error = errorOf(() => guests[0].exports.run());
  assert.instance(error, Trap);
  assert.equal(wasmFrames(error).map((f) => f.functionName), [
    "trap",
    "f",
    "run",
  ]);
  assert.equal((error as Trap).frames.map((f) => f.functionName), ["trap"]);
});

test("a trace has at most 30 frames and says so", () => {
  const bytes = new Assembler().function(
    "down",
    "i:",
    "",
    "local.get 0 if local.get 0 i32.const 1 i32.sub call $down else unreachable end",
  )
    .names("deep", {}).build();
  const { exports } = new Runtime().instantiate(bytes);
  const lines = messageOf(() => exports.down(100)).split("\n");
  assert.equal(lines.slice(0, 2), ["unreachable", "wasm stack trace:"]);
  assert.match(lines[2], /^\tdeep\.down\(i32\)/);
  assert.is(lines.length, 2 + 30 + 1);
  assert.is(lines.at(-1), "\t... maybe followed by omitted frames");
});

test("an ExitError closes the instance whose host function threw it, only", () => {
  const guests: Instance[] = [];
  const runtime = runtimeWith((env) =>
    env.func("exit", [], [], () => {
      throw new ExitError(4);
    })
      .func("other", [], [], () => guests[1].exports.run())
  );
  guests.push(
    runtime.instantiate(
      new Assembler().importFunction("env", "other", ":")
        .function("run", ":", "", "call $other").build(),
    ),
  );
  guests.push(
    runtime.instantiate(
      new Assembler().importFunction("env", "exit", ":")
        .function("run", ":", "", "call $exit").build(),
    ),
  );
  const error = errorOf(() => guests[0].exports.run());
  assert.is((error as ExitError).exitCode, 4);
  assert.equal(guests.map((guest) => guest.exitCode), [undefined, 4]);
});

test("per instance: functions with a state of their own", () => {
  const closed: number[] = [];
  const runtime = runtimeWith((env) =>
    env.perInstance(({ options, onClose }) => {
      let count = Number(options.args?.[0] ?? 0);
      onClose((code) => closed.push(code));
      return { f: { params: [], results: ["i32"], fn: () => ++count } };
    })
  );
  const compiled = runtime.compile(caller(":i"));
  const [a, b] = ["10", "20"].map((arg) =>
    runtime.instantiate(compiled, { args: [arg] })
  );
  a.exports.run();
  assert.equal([a.exports.run(), b.exports.run()], [12, 21]);
  a.closeWithExitCode(3);
  assert.equal(closed, [3]);
});

test.run();
