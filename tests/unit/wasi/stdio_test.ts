import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import {
  CollectedOutput,
  inputFile,
  outputFile,
  TypedInput,
} from "../../../wasi/stdio.ts";
import { errorOf, rejectionOf } from "../lib/guests.ts";
import { Guest, RESULT } from "./guest.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const BUFFER = 40000;

async function readLine(guest: Guest): Promise<string> {
  const vectors = guest.vectors([BUFFER, 100]);
  assert.is(await guest.wait("fd_read", 0, ...vectors, RESULT), 0);
  return guest.read(BUFFER, guest.u32);
}

async function write(guest: Guest, text: string): Promise<number> {
  const vectors = guest.vectors(guest.text(text));
  return await guest.wait("fd_write", 1, ...vectors, RESULT);
}

test("text and bytes are read piece by piece, then it ends", async () => {
  for (const source of ["hello", new TextEncoder().encode("hello")]) {
    const file = inputFile(source);
    const into = new Uint8Array(10);
    assert.is(await file.readable!(), 5);
    assert.is(await file.read(into, 2, 5, 0), 3);
    assert.is(await file.read(into, 5, 10, 0), 2);
    assert.is(await file.read(into, 0, 10, 0), 0);
    assert.is(new TextDecoder().decode(into.subarray(2, 7)), "hello");
  }
});

test("without a source the input is at its end", async () => {
  assert.is(await inputFile().read(new Uint8Array(4), 0, 4, 0), 0);
});

test("a function is asked for pieces, and what is left is kept", () => {
  const pieces = ["ab", new Uint8Array([99]), undefined, "never"];
  const file = inputFile(() => pieces.shift());
  const into = new Uint8Array(4);
  assert.is(file.read(into, 0, 1, 0), 1);
  assert.is(file.read(into, 1, 4, 0), 1);
  assert.is(file.read(into, 2, 4, 0), 1);
  assert.is(file.read(into, 0, 4, 0), 0);
  assert.is(file.read(into, 0, 4, 0), 0);
  assert.is(new TextDecoder().decode(into.subarray(0, 3)), "abc");
});

test("a piece that was asked for and came late is not lost", async () => {
  let resolve: (piece: string) => void = () => {};
  let asked = 0;
  const file = inputFile(() => {
    asked++;
    return new Promise<string>((done) => resolve = done);
  });
  const first = file.readable!();
  const second = file.readable!();
  assert.is(asked, 1);
  resolve("late");
  assert.is(await first, 4);
  assert.is(await second, 4);
  const into = new Uint8Array(4);
  assert.is(await file.read(into, 0, 4, 0), 4);
  assert.is(asked, 1);
});

test("output goes to the function; without one it is gone", async () => {
  const chunks: string[] = [];
  const file = outputFile((chunk) => {
    chunks.push(new TextDecoder().decode(chunk));
  });
  assert.is(await file.write(new TextEncoder().encode("abc"), 1, 3, 0), 2);
  assert.equal(chunks, ["bc"]);
  assert.is(await outputFile().write(new Uint8Array(9), 0, 9, 0), 9);
});

test("a slow function holds the writer back", async () => {
  let done = () => {};
  const file = outputFile(() => new Promise<void>((resolve) => done = resolve));
  const written = file.write(new Uint8Array(3), 0, 3, 0);
  assert.ok(written instanceof Promise);
  done();
  assert.is(await written, 3);
});

test("a file is taken as it is", () => {
  const file = outputFile();
  assert.is(outputFile(file), file);
  assert.is(inputFile(file), file);
});

test("input cannot be written, nor output read", async () => {
  assert.is(await inputFile().write(new Uint8Array(1), 0, 1, 0), -Errno.EBADF);
  assert.is(await outputFile().read(new Uint8Array(1), 0, 1, 0), -Errno.EBADF);
});

test("a stream of bytes and text is read to its end", async () => {
  const pieces = ["one\n", encode("two\n"), ""];
  const stream = new ReadableStream<string | Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  const guest = new Guest({ stdin: stream });
  assert.is(await readLine(guest), "one\n");
  assert.is(await readLine(guest), "two\n");
  assert.is(await readLine(guest), "");
  assert.is(await readLine(guest), "");
  assert.is(guest.call("fd_close", 0), 0);
  assert.not.ok(stream.locked);
});

test("an empty piece is not the end", async () => {
  const source = () => ["a", "", new Uint8Array(0), "b"];
  const pieces = source();
  const guest = new Guest({ stdin: () => pieces.shift() });
  assert.is(guest.readText(0, 9), "a");
  assert.is(guest.readText(0, 9), "b");
  assert.is(guest.readText(0, 9), "");

  const late = source();
  const slow = new Guest({ stdin: () => Promise.resolve(late.shift()) });
  const stdin = new ReadableStream<string | Uint8Array>({
    start(controller) {
      for (const piece of source()) controller.enqueue(piece);
      controller.close();
    },
  });
  for (const guest of [slow, new Guest({ stdin })]) {
    for (const text of ["a", "b", ""]) assert.is(await readLine(guest), text);
  }
});

test("input that has nothing for now lets timers run, until it is closed", async () => {
  let asked = 0;
  let isDue = false;
  const source = async () => {
    if (++asked > 100_000) throw new Error("the timer has starved");
    await undefined;
    return isDue ? "x" : "";
  };
  setTimeout(() => isDue = true, 5);
  const into = new Uint8Array(1);
  assert.is(await inputFile(source).read(into, 0, 1, 0), 1);
  isDue = false;
  const file = inputFile(source);
  const count = file.readable!();
  await file.close();
  assert.is(await count, 0);
});

test("what is no limit of collected output is refused", () => {
  for (const limit of [{ maxBytes: 9 }, "9", null]) {
    const make = () => new CollectedOutput(limit as unknown as number);
    assert.instance(errorOf(make), TypeError);
  }
  for (const limit of [NaN, -1, 1.5]) {
    assert.instance(errorOf(() => new CollectedOutput(limit)), RangeError);
  }
});

test("typed input outlives the guest that has read from it", async () => {
  const input = new TypedInput();
  input.push("text");
  await input.close();
  assert.is(await input.read(new Uint8Array(9), 0, 9), 4);
});

test("a piece that is neither text nor bytes is told to the host", async () => {
  for (const wrong of [null, {}, [104], new DataView(new ArrayBuffer(1))]) {
    const message = /^input invalid: .* is no text or bytes$/;
    const piece = wrong as unknown as string;
    const into = new Uint8Array(4);
    const error = errorOf(() => inputFile(() => piece).read(into, 0, 4, 0));
    assert.instance(error, TypeError);
    assert.match((error as Error).message, message);
    const stream = new ReadableStream<string>({
      start(controller) {
        controller.enqueue(piece);
        controller.close();
      },
    });
    for (const source of [stream, () => Promise.resolve(piece)]) {
      const late = inputFile(source).read(into, 0, 4, 0) as Promise<number>;
      assert.match((await rejectionOf(late) as Error).message, message);
    }
  }
});

test("a stream that breaks gives its error to who reads", async () => {
  const broken = new Error("cable");
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(broken),
  });
  const file = inputFile(stream);
  for (let i = 0; i < 2; i++) {
    const ready = file.readable!() as Promise<number>;
    assert.is(await rejectionOf(ready), broken);
    const read = file.read(new Uint8Array(4), 0, 4, 0) as Promise<number>;
    assert.is(await rejectionOf(read), broken);
  }
  assert.is(file.close(), 0);
});

test("input can be typed before the guest reads and while it waits", async () => {
  const stdin = new TypedInput();
  const guest = new Guest({ stdin });
  stdin.push("early\n");
  stdin.push("");
  assert.is(await readLine(guest), "early\n");
  const line = readLine(guest);
  stdin.push("late\n");
  stdin.end();
  assert.is(await line, "late\n");
  assert.is(await readLine(guest), "");
});

test("output to a stream is in order, and held back while it is full", async () => {
  const shown: string[] = [];
  const open: (() => void)[] = [];
  const stream = new WritableStream<Uint8Array>({
    write: (chunk) =>
      new Promise<void>((resolve) =>
        open.push(() => {
          shown.push(decode(chunk));
          resolve();
        })
      ),
  });
  const guest = new Guest({ stdout: stream });
  await new Promise((resolve) => setTimeout(resolve));
  assert.is(guest.write(1, "a"), 0); // the stream has room for one
  let isHeld = true;
  const second = write(guest, "b").then((errno) => {
    isHeld = false;
    return errno;
  });
  await new Promise((resolve) => setTimeout(resolve));
  assert.ok(isHeld);
  open.shift()!();
  assert.is(await second, 0);
  const closed = guest.wait("fd_close", 1);
  assert.not.ok(stream.locked);
  await new Promise((resolve) => setTimeout(resolve));
  open.shift()!();
  assert.is(await closed, 0);
  assert.equal(shown, ["a", "b"]);
});

test("one stream for both outputs is open until both are closed", async () => {
  const shown: string[] = [];
  const stream = new WritableStream<Uint8Array>({
    write: (chunk) => void shown.push(decode(chunk)),
  }, { highWaterMark: 9 });
  const guest = new Guest({ stdout: stream, stderr: stream });
  assert.is(guest.write(1, "a"), 0);
  assert.is(guest.write(2, "b"), 0);
  // Where workerd's writer is released, what is queued is gone.
  assert.is(await guest.wait("fd_sync", 1), 0);
  assert.is(await guest.wait("fd_close", 1), 0);
  assert.is(guest.write(2, "c"), 0);
  assert.ok(stream.locked);
  assert.is(await guest.wait("fd_close", 2), 0);
  assert.not(stream.locked);
  assert.equal(shown, ["a", "b", "c"]);
});

test("streams are free again where another is taken", () => {
  const stdin = new ReadableStream<Uint8Array>();
  const stdout = new WritableStream<Uint8Array>();
  const stderr = new WritableStream<Uint8Array>();
  stderr.getWriter();
  assert.throws(() => new Guest({ stdin, stdout, stderr }), TypeError);
  assert.not(stdin.locked || stdout.locked);
});

test("a stream that has closed or breaks gives EPIPE", async () => {
  const closed = new WritableStream<Uint8Array>();
  await closed.close();
  const guest = new Guest({ stdout: closed });
  await new Promise((resolve) => setTimeout(resolve));
  assert.is(await write(guest, "x"), Errno.EPIPE);

  const broken = new WritableStream<Uint8Array>({
    write: () => Promise.reject(new Error("cable")),
  });
  const other = new Guest({ stdout: broken });
  await write(other, "x");
  assert.is(await other.wait("fd_sync", 1), Errno.EPIPE);
  assert.is(await write(other, "x"), Errno.EPIPE);
});

test("a function that fails for a broken pipe gives EPIPE", async () => {
  const broken = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  const stdout = () => {
    throw broken;
  };
  assert.is(new Guest({ stdout }).write(1, "x"), Errno.EPIPE);
  const slow = new Guest({ stdout: () => Promise.reject(broken) });
  assert.is(await write(slow, "x"), Errno.EPIPE);
});

test("any other failure of a function goes through", () => {
  const guest = new Guest({
    stdout: () => {
      throw new Error("a mistake");
    },
  });
  assert.throws(() => guest.write(1, "x"), /a mistake/);
});

test("a chunk is the receiver's own", () => {
  const chunks: Uint8Array[] = [];
  const guest = new Guest({ stdout: (chunk) => void chunks.push(chunk) });
  guest.write(1, "first");
  guest.memory.fill(0);
  guest.write(1, "second");
  assert.equal(chunks.map(decode), ["first", "second"]);
});

test("a chunk that is given away was written", () => {
  const file = outputFile((chunk) =>
    void structuredClone(chunk, { transfer: [chunk.buffer] })
  );
  assert.is(file.write(encode("text"), 0, 4, 0), 4);
});

test("output is collected up to a limit", () => {
  const all = new CollectedOutput();
  const little = new CollectedOutput(5);
  const guest = new Guest({ stdout: all, stderr: little });
  for (let i = 0; i < 1000; i++) assert.is(guest.write(1, "0123456789"), 0);
  assert.is(all.length, 10_000);
  assert.is(all.text(), "0123456789".repeat(1000));
  assert.is(guest.write(2, "012"), 0);
  assert.is(guest.write(2, "345"), 0);
  assert.is(guest.u32, 2);
  assert.is(guest.write(2, "5"), Errno.ENOSPC);
  assert.is(guest.write(2, ""), 0);
  assert.equal(little.bytes(), encode("01234"));
});

test("collected text keeps its byte order mark", () => {
  const output = new CollectedOutput();
  new Guest({ stdout: output }).write(1, "\ufeffa");
  assert.is(output.text(), "\ufeffa");
});

test.run();
