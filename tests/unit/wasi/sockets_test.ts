import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Connection, Errno } from "../../../lib/world.ts";
import { ConnectionFile, MemoryListener } from "../../../wasi/sockets.ts";

const connection = (parts: Partial<Connection>): Connection => ({
  receive: () => undefined,
  send: () => Errno.ESUCCESS,
  shutdown: () => Errno.ESUCCESS,
  close: () => Errno.ESUCCESS,
  ...parts,
});
const bytes = Uint8Array.of(1, 2, 3);

test("one piece may be under way, the next one waits", async () => {
  const sent: number[] = [];
  let done: (errno: Errno) => void = () => {};
  const file = new ConnectionFile(connection({
    send: (bytes) => {
      sent.push(bytes.length);
      return new Promise((resolve) => done = resolve);
    },
  }));
  assert.is(file.write(bytes, 0, 3), 3);
  const second = file.write(bytes, 0, 2);
  assert.ok(second instanceof Promise);
  assert.ok(file.writable() instanceof Promise);
  assert.equal(sent, [3]);
  done(Errno.ESUCCESS);
  assert.is(await second, 2);
  assert.equal(sent, [3, 2]);
});

test("a failure that comes late is told once, by what follows", async () => {
  const file = new ConnectionFile(connection({
    send: () => Promise.resolve(Errno.ECONNRESET),
  }));
  assert.is(file.write(bytes, 0, 3), 3);
  assert.is(await file.write(bytes, 0, 3), -Errno.ECONNRESET);
  assert.is(file.write(bytes, 0, 3), 3);
  assert.is(await file.sync(), Errno.ECONNRESET);
  assert.is(await file.sync(), Errno.ESUCCESS);
});

test("a send that throws is an I/O error", async () => {
  const file = new ConnectionFile(connection({
    send: () => Promise.reject(new Error("cable")),
  }));
  file.write(bytes, 0, 3);
  assert.is(await file.sync(), Errno.EIO);
});

test("a failure to receive is told by the poll and by the read", async () => {
  const answers = [Errno.ECONNRESET, undefined];
  const file = new ConnectionFile(connection({
    receive: () => answers.shift(),
  }));
  assert.is(await file.readable(), -Errno.ECONNRESET);
  assert.is(await file.readable(), -Errno.ECONNRESET);
  const into = new Uint8Array(4);
  assert.is(await file.read(into, 0, 4), -Errno.ECONNRESET);
  assert.is(await file.read(into, 0, 4), 0);
});

test("closing and shutting down come after what is being sent", async () => {
  const order: string[] = [];
  const file = new ConnectionFile(connection({
    send: async () => {
      await Promise.resolve();
      order.push("sent");
      return Errno.ESUCCESS;
    },
    shutdown: () => {
      order.push("shut down");
      return Errno.ESUCCESS;
    },
    close: () => {
      order.push("closed");
      return Errno.ESUCCESS;
    },
  }));
  file.write(bytes, 0, 3);
  await file.shutdown(false, true);
  await file.close();
  assert.equal(order, ["sent", "shut down", "closed"]);
});

test("a listener that is closed answers who waits", async () => {
  const listener = new MemoryListener();
  const waiting = listener.accept();
  listener.close();
  assert.is(await waiting, Errno.ECONNABORTED);
});

test.run();
