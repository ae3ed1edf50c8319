import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { inputFile, outputFile } from "../../../wasi/stdio.ts";

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

test.run();
