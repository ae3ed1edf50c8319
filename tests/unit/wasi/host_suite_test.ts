// The official WASI tests on the host directory, in both of its ways, each
// test on a fresh copy. Skipped where $WAXWING_WASI_TESTSUITE is not set.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { HostFS } from "../../../wasi/host_fs.ts";
import {
  type FileSystemFactory,
  findSuite,
  programsOf,
  runProgram,
} from "../../wasi/suite.ts";

const PROGRAM_COUNT = 72;

function onHostFS(byPath: boolean): FileSystemFactory {
  return {
    name: byPath ? "HostFS by path" : "HostFS",
    make(directory) {
      const copy = mkdtempSync(join(tmpdir(), "waxwing-"));
      cpSync(directory, copy, { recursive: true });
      return {
        fs: new HostFS(copy, { byPath }),
        dispose: () => rmSync(copy, { recursive: true, force: true }),
      };
    },
  };
}

const suite = findSuite();

for (const byPath of [false, true]) {
  for (const unix of [false, true]) {
    const factory = onHostFS(byPath);
    const errnos = unix ? "error numbers of POSIX" : "error numbers of WASI";
    const title = `the official tests pass on ${factory.name}, ${errnos}`;
    if (suite === undefined) {
      test.skip(title, () => {});
      continue;
    }
    test(title, async () => {
      const programs = programsOf(suite);
      const failures: string[] = [];
      for (const program of programs) {
        const failure = await runProgram(program, factory, unix);
        if (failure) failures.push(failure);
      }
      assert.is(failures.join("\n"), "");
      assert.ok(
        programs.length >= PROGRAM_COUNT,
        `${programs.length} programs`,
      );
    });
  }
}

test.run();
