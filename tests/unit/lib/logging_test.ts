// Logs of calls: wazero's format, line by line.

import { test } from "uvu";
import * as assert from "uvu/assert";
import type { FunctionDefinition } from "../../../lib/definitions.ts";
import {
  listen,
  LOG_SCOPES,
  logCalls,
  logHostCalls,
  type LogScope,
} from "../../../lib/monitors.ts";
import {
  type Instance,
  Memory,
  MemoryFS,
  Runtime,
  wasi,
} from "../../../mod.ts";
import { Assembler } from "./guests.ts";

function definition(
  rest: Partial<FunctionDefinition>,
): FunctionDefinition {
  const { moduleName = "test", name = "fn" } = rest;
  return {
    moduleName,
    index: 0,
    import: undefined,
    exportNames: [],
    name,
    debugName: `${moduleName}.${name}`,
    paramTypes: [],
    paramNames: undefined,
    resultTypes: [],
    resultNames: undefined,
    ...rest,
  };
}

const memory = new Memory({ initial: 1 });
const INSTANCE = { memory } as Instance;

/** What a call writes. */
function linesOf(
  rest: Partial<FunctionDefinition>,
  params: unknown[] = [],
  results: unknown[] = [],
  run: () => void = () => {},
): string[] {
  const lines: string[] = [];
  const log = logCalls((line) => lines.push(line));
  const listener = log(definition(rest))!;
  listener.before!(params, INSTANCE, []);
  run();
  listener.after!(results, INSTANCE);
  return lines;
}

test("guest and host functions have other arrows", () => {
  assert.equal(linesOf({}), ["--> test.fn()", "<--"]);
  assert.equal(linesOf({ index: -1 }), ["==> test.fn()", "<=="]);
});

test("values of every type", () => {
  const f32 = Math.fround(3.4028234663852886e38);
  const vector = new Uint8Array(16);
  vector[8] = 1;
  const cases: [string, unknown, string][] = [
    ["i32", -1, "-1"],
    ["i64", -1n, "-1"],
    ["f32", f32, "3.4028235e+38"],
    ["f32", Math.fround(0.1), "0.1"],
    ["f64", Number.MAX_VALUE, "1.7976931348623157e+308"],
    ["f64", 0.00001, "1e-05"],
    ["f64", 123456, "123456"],
    ["f64", 1234567, "1.234567e+06"],
    ["f64", -0, "-0"],
    ["f64", NaN, "NaN"],
    ["f64", -Infinity, "-Inf"],
    ["externref", null, "0000000000000000"],
    ["v128", vector, "00000000000000000000000000000001"],
  ];
  for (const [type, value, text] of cases) {
    const types = { paramTypes: [type], resultTypes: [type] };
    assert.equal(
      linesOf(types, [value], [value]),
      [`--> test.fn(${text})`, `<-- ${text}`],
    );
  }
});

test("names, and several results", () => {
  const types = {
    paramTypes: ["i32", "i64"],
    paramNames: ["x", "y"],
    resultTypes: ["f32", "f64"],
  };
  assert.equal(linesOf(types, [-1, -1n], [0.5, 2]), [
    "--> test.fn(x=-1,y=-1)",
    "<-- (0.5,2)",
  ]);
});

const WASI = { moduleName: "wasi_snapshot_preview1", index: -1 };

function wasiLines(name: string, params: unknown[], run = () => {}, errno = 0) {
  const prefix = "==> wasi_snapshot_preview1.";
  return linesOf({ ...WASI, name }, params, [errno], run)
    .map((line) => line.startsWith(prefix) ? line.slice(prefix.length) : line);
}

test("WASI functions show what numbers stand for", () => {
  memory.writeString(64, "a/b");
  assert.equal(wasiLines("random_get", [0, 8]), [
    "random_get(buf=0,buf_len=8)",
    "<== errno=ESUCCESS",
  ]);
  assert.equal(
    wasiLines("random_get", [0, 8], () => {}, 21)[1],
    "<== errno=EFAULT",
  );
  assert.equal(
    wasiLines("path_open", [3, 1, 64, 3, 9, 6n, 0n, 4, 16], () => {
      memory.writeUint32(16, 7);
    }),
    [
      "path_open(fd=3,dirflags=SYMLINK_FOLLOW,path=a/b,oflags=CREAT|TRUNC," +
      "fs_rights_base=FD_READ|FD_SEEK,fs_rights_inheriting=,fdflags=NONBLOCK)",
      "<== (opened_fd=7,errno=ESUCCESS)",
    ],
  );
  assert.equal(
    wasiLines("path_open", [3, 0, 70000, 3, 0, 0n, 0n, 0, 16], () => {}, 44),
    [
      "path_open(fd=3,dirflags=,path=OOM(70000,3),oflags=,fs_rights_base=," +
      "fs_rights_inheriting=,fdflags=)",
      "<== (opened_fd=,errno=ENOENT)",
    ],
  );
  assert.equal(
    wasiLines("clock_time_get", [1, 0n, 8], () => {
      memory.writeUint64(8, 5_000_000_000n);
    }),
    [
      "clock_time_get(id=monotonic,precision=0)",
      "<== (timestamp=5000000000,errno=ESUCCESS)",
    ],
  );
  assert.equal(wasiLines("fd_prestat_dir_name", [3, 64, 3]), [
    "fd_prestat_dir_name(fd=3)",
    "<== (path=a/b,errno=ESUCCESS)",
  ]);
  assert.equal(
    wasiLines("fd_fdstat_get", [3, 128], () => {
      memory.write(128, new Uint8Array(24));
      memory.writeUint8(128, 3);
      memory.writeUint16(130, 5);
      memory.writeUint64(136, 2n);
    })[1],
    "<== (stat={filetype=DIRECTORY,fdflags=APPEND|NONBLOCK," +
      "fs_rights_base=FD_READ,fs_rights_inheriting=},errno=ESUCCESS)",
  );
});

test("a path that is no path is cut off", () => {
  const page = "x".repeat(65536);
  memory.writeString(0, page);
  assert.is(
    wasiLines("path_unlink_file", [3, 0, 65536])[0],
    `path_unlink_file(fd=3,path=${page.slice(0, 4096)}...(65536 bytes))`,
  );
  assert.is(
    wasiLines("path_unlink_file", [3, 1, 65536])[0],
    "path_unlink_file(fd=3,path=OOM(1,65536))",
  );
});

test("standard streams are not logged", () => {
  assert.equal(wasiLines("fd_write", [1, 0, 0, 0]), []);
  assert.is(wasiLines("fd_write", [4, 0, 0, 0]).length, 2);
});

test("calls that wait at the same time are not mixed up", () => {
  const lines: string[] = [];
  const log = logCalls((line) => lines.push(line));
  const listener = log(definition({ ...WASI, name: "fd_sync" }))!;
  const { before, after, abort } = log(
    definition({ ...WASI, name: "clock_time_get" }),
  )!;
  const other = { memory: new Memory({ initial: 1 }) } as Instance;
  memory.writeUint64(8, 1n);
  memory.writeUint64(24, 3n);
  before!([0, 0n, 8], INSTANCE, []);
  before!([0, 0n, 16], other, []);
  listener.before!([3], INSTANCE, []);
  after!([0], INSTANCE);
  listener.abort!(undefined, INSTANCE);
  before!([0, 0n, 24], INSTANCE, []);
  after!([0], INSTANCE);
  abort!(undefined, other);
  assert.equal(lines.map((line) => line.replace(/==> .*\./, "")), [
    "clock_time_get(id=realtime,precision=0)",
    "\tclock_time_get(id=realtime,precision=0)",
    "\t\tfd_sync(fd=3)",
    "\t\t<== (timestamp=1,errno=ESUCCESS)",
    "\tclock_time_get(id=realtime,precision=0)",
    "\t<== (timestamp=3,errno=ESUCCESS)",
  ]);
});

test("a scope holds the functions of its kind", () => {
  const names: Record<string, LogScope | "none"> = {
    clock_res_get: "clock",
    proc_exit: "proc",
    proc_raise: "none",
    path_link: "filesystem",
    fd_read: "filesystem",
    poll_oneoff: "poll",
    random_get: "random",
    sock_send: "sock",
    args_get: "none",
    sched_yield: "none",
  };
  for (const [name, expected] of Object.entries(names)) {
    const found = LOG_SCOPES.filter((scope) =>
      logHostCalls(() => {}, [scope])(definition({ ...WASI, name }))
    );
    assert.equal(found, ["all", expected].filter((s) => s !== "none"), name);
  }
  const env = (name: string, scope: LogScope) =>
    logHostCalls(() => {}, [scope])(
      definition({ moduleName: "env", name, index: -1 }),
    ) !== undefined;
  assert.ok(env("emscripten_notify_memory_growth", "memory"));
  assert.ok(env("abort", "proc") && env("seed", "random"));
  assert.not(env("other", "proc"));
});

test("calls inside calls are indented", () => {
  const bytes = new Assembler()
    .importFunction("wasi_snapshot_preview1", "path_create_directory", "iii:i")
    .memory("memory", 1).data("i32.const 64", [100, 105, 114])
    .function("run", ":i", "", "call 2")
    .function("", ":i", "", "i32.const 3 i32.const 64 i32.const 3 call 0")
    .build();
  const lines: string[] = [];
  const monitor = listen(logCalls((line) => lines.push(line)));
  const runtime = new Runtime({ monitor });
  wasi.instantiate(runtime);
  const fs = new MemoryFS();
  assert.is(runtime.instantiate(bytes, { fs }).exports.run(), 0);
  assert.is(
    lines.join("\n"),
    `--> .run()
\t--> .$2()
\t\t==> wasi_snapshot_preview1.path_create_directory(fd=3,path=dir)
\t\t<== errno=ESUCCESS
\t<-- 0
<-- 0`,
  );
});

test("scopes that nobody knows are refused", () => {
  const log = (scopes: unknown) => () =>
    logHostCalls(() => {}, scopes as LogScope[]);
  assert.throws(log(["fs"]), /^scopes invalid: fs is not a log scope$/);
  assert.throws(log("all"), /^scopes invalid: string is no string\[\]$/);
  assert.throws(
    () => logCalls({} as () => void),
    /^write invalid: object is no function$/,
  );
});

test("host calls leave out functions that only the guest calls", () => {
  const log = logHostCalls(() => {});
  assert.is(log(definition({})), undefined);
  assert.ok(log(definition({ exportNames: ["fn"] })));
  assert.ok(log(definition({ index: -1 })));
});

test.run();
