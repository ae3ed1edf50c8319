// The official test suite of WASI, on every file system that it can run on,
// with the error numbers of WASI and with those of POSIX systems. Skipped in
// one line where $WAXWING_WASI_TESTSUITE names no folder with it.

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  FACTORIES,
  type FileSystemFactory,
  findSuite,
  programsOf,
  runProgram,
} from "./suite.ts";

/** How many programs the suite has for preview 1, at least. */
const PROGRAM_COUNT = 72;

const suite = findSuite();

if (suite === undefined) {
  console.log("  no WASI test suite at $WAXWING_WASI_TESTSUITE");
  test.skip("the official WASI tests pass", () => {});
} else {
  for (const factory of FACTORIES) {
    addTest(suite, factory, false);
    addTest(suite, factory, true);
  }
}

function addTest(suite: string, factory: FileSystemFactory, unix: boolean) {
  const errnos = unix ? "error numbers of POSIX" : "error numbers of WASI";
  const title = `the official tests pass on ${factory.name}, ${errnos}`;
  test(title, async () => {
    const programs = programsOf(suite);
    const failures: string[] = [];
    for (const program of programs) {
      const failure = await runProgram(program, factory, unix);
      if (failure) failures.push(failure);
    }
    assert.is(failures.join("\n"), "");
    console.log(`  ${factory.name}, ${errnos}: ${programs.length} programs`);
    assert.ok(programs.length >= PROGRAM_COUNT, `${programs.length} programs`);
  });
}

test.run();
