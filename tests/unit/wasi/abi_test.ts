import { test } from "uvu";
import * as assert from "uvu/assert";
import * as abi from "../../../wasi/abi.ts";

test("there are 30 rights, and all of them have a bit of their own", () => {
  const rights = Object.entries(abi).filter(([name]) =>
    name.startsWith("RIGHT_")
  ).map(([, value]) => value as number);
  assert.is(rights.length, 30);
  assert.is(rights.reduce((all, right) => all | right), abi.ALL_RIGHTS);
});

test("no directory may be read, written, cut or sought in", () => {
  const none = abi.RIGHT_FD_READ | abi.RIGHT_FD_WRITE | abi.RIGHT_FD_SEEK |
    abi.RIGHT_FD_FILESTAT_SET_SIZE;
  assert.is(abi.DIRECTORY_RIGHTS & none, 0);
});

test.run();
