import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { NOT_IMPLEMENTED } from "../../../wasi/calls_sock.ts";
import { Guest } from "./guest.ts";

test("what is not implemented says so", () => {
  const guest = new Guest();
  for (const name of NOT_IMPLEMENTED) {
    assert.is(guest.call(name, 0, 0, 0, 0, 0, 0), Errno.ENOSYS);
  }
});

test("no descriptor is a socket", () => {
  const guest = new Guest();
  assert.is(guest.call("sock_shutdown", 9, 1), Errno.EBADF);
  assert.is(guest.call("sock_shutdown", 1, 1), Errno.ENOTSOCK);
  assert.is(guest.call("sock_shutdown", 1, 4), Errno.EINVAL);
});

test.run();
