import { once } from "node:events";
import { connect } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { listenTcp } from "../../../wasi/host_sockets.ts";
import { rejectionOf } from "../lib/guests.ts";
import { Guest, RESULT } from "./guest.ts";

const BUFFER = 40000;

async function connected() {
  const listener = await listenTcp("127.0.0.1", 0);
  const guest = new Guest({ listeners: [listener] });
  const accepted = guest.wait("sock_accept", 3, 0, RESULT);
  const client = connect({
    port: listener.port,
    host: listener.host,
    allowHalfOpen: true,
  });
  assert.is(await accepted, 0);
  const fd = guest.u32;
  const receive = async (length = 100) => {
    const vectors = guest.vectors([BUFFER, length]);
    const errno = await guest.wait("sock_recv", fd, ...vectors, 0, RESULT, 8);
    return errno || guest.read(BUFFER, guest.u32);
  };
  const send = async (text: string) => {
    const vectors = guest.vectors(guest.text(text));
    return await guest.wait("sock_send", fd, ...vectors, 0, RESULT);
  };
  return { guest, client, listener, fd, receive, send };
}

test("what is no host or port is refused, not taken for any", async () => {
  const wrong: unknown[][] = [
    [{ host: "127.0.0.1", port: 0 }],
    [0],
    [undefined, 0],
    ["", 0],
    ["127.0.0.1"],
    ["127.0.0.1", "x"],
    ["127.0.0.1", 65536],
  ];
  for (const args of wrong) {
    const error = await rejectionOf(listenTcp(...args as [string, number]));
    assert.match(String(error), /^(Type|Range)Error: (host|port) invalid/);
  }
});

test("a guest serves a TCP client", async () => {
  const { guest, client, fd, receive, send } = await connected();
  client.write("hello");
  assert.is(await receive(3), "hel");
  assert.is(await receive(), "lo");
  assert.is(await send("answer"), 0);
  const [answer] = await once(client, "data");
  assert.is(String(answer), "answer");
  client.end();
  assert.is(await receive(), "");
  assert.is(await send("still "), 0);
  assert.is(await guest.wait("sock_shutdown", fd, 2), 0);
  assert.is(await send("x"), Errno.EPIPE);
  await once(client, "end");
  await guest.wasi.close();
});

test("a connection that breaks is told", async () => {
  const { guest, client, receive } = await connected();
  client.resetAndDestroy();
  assert.is(await receive(), Errno.ECONNRESET);
  await guest.wasi.close();
});

test("what was sent arrives after the end", async () => {
  const { guest, client, send } = await connected();
  const text = "0123456789".repeat(3000);
  let received = "";
  client.on("data", (piece) => received += piece);
  assert.is(await send(text), 0);
  await guest.wasi.close();
  await once(client, "end");
  client.destroy();
  assert.is(received, text);
});

test("a port that is taken is an error of the host's", async () => {
  const first = await listenTcp("127.0.0.1", 0);
  try {
    await listenTcp("127.0.0.1", first.port);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, "EADDRINUSE");
  }
  await first.close();
  assert.is(await first.accept(), Errno.ECONNABORTED);
});

test.run();
