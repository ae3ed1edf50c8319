import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { FDFLAG_NONBLOCK, RECV_PEEK, RECV_WAITALL } from "../../../wasi/abi.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { MemoryListener } from "../../../wasi/sockets.ts";
import { Guest, RESULT } from "./guest.ts";

const FLAGS = 8;
const BUFFER = 40000;
const LISTENER = 3;

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes?: unknown) =>
  bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : bytes;

/** A guest that has accepted a connection: descriptor and client's end. */
function connected() {
  const listener = new MemoryListener();
  const guest = new Guest({ listeners: [listener] });
  const client = listener.connect();
  assert.is(guest.call("sock_accept", LISTENER, 0, RESULT), 0);
  return { guest, client, listener, fd: guest.u32 };
}

function receive(guest: Guest, fd: number, length: number, flags = 0) {
  const vectors = guest.vectors([BUFFER, length]);
  const errno = guest.call("sock_recv", fd, ...vectors, flags, RESULT, FLAGS);
  return errno || guest.read(BUFFER, guest.u32);
}

function send(guest: Guest, fd: number, text: string, flags = 0) {
  const vectors = guest.vectors(guest.text(text));
  return guest.call("sock_send", fd, ...vectors, flags, RESULT);
}

test("listeners follow the directories and are no directories", () => {
  const listeners = [new MemoryListener(), new MemoryListener()];
  const guest = new Guest({ fs: new MemoryFS(), listeners });
  for (const fd of [4, 5]) {
    assert.is(guest.call("fd_prestat_get", fd, RESULT), Errno.EBADF);
    assert.is(guest.call("fd_fdstat_get", fd, 64), 0);
    assert.is(guest.memory[64], 6); // socket_stream
  }
  assert.is(guest.call("fd_fdstat_get", 6, 64), Errno.EBADF);
});

test("a connection carries bytes both ways", async () => {
  const { guest, client, fd } = connected();
  assert.is(fd, 4);
  client.send(encode("hello"));
  guest.memory[FLAGS] = 0xff;
  assert.is(receive(guest, fd, 3), "hel");
  assert.is(guest.memory[FLAGS], 0);
  assert.is(receive(guest, fd, 9), "lo");
  assert.is(send(guest, fd, "answer"), 0);
  assert.is(guest.u32, 6);
  assert.is(decode(await client.receive()), "answer");
});

test("reading and writing work as on any stream", async () => {
  const { guest, client, fd } = connected();
  client.send(encode("hello"));
  assert.is(guest.readText(fd, 9), "hello");
  assert.is(guest.write(fd, "answer"), 0);
  assert.is(decode(await client.receive()), "answer");
  assert.is(guest.call("fd_seek", fd, 0n, 0, RESULT), Errno.ESPIPE);
});

test("what is peeked at is read again", () => {
  const { guest, client, fd } = connected();
  client.send(encode("hello"));
  assert.is(receive(guest, fd, 4, RECV_PEEK), "hell");
  assert.is(receive(guest, fd, 9, RECV_PEEK), "hello");
  assert.is(receive(guest, fd, 9), "hello");
});

test("waiting for all spans pieces and ends where the other side does", () => {
  const { guest, client, fd } = connected();
  for (const piece of ["ab", "cd", "ef"]) client.send(encode(piece));
  assert.is(receive(guest, fd, 5, RECV_WAITALL), "abcde");
  client.shutdown(false, true);
  assert.is(receive(guest, fd, 5, RECV_WAITALL), "f");
  assert.is(receive(guest, fd, 5, RECV_WAITALL), "");
});

test("the guest waits for a connection and for bytes", async () => {
  const listener = new MemoryListener();
  const guest = new Guest({ listeners: [listener] });
  const accepted = guest.wait("sock_accept", LISTENER, 0, RESULT);
  const client = listener.connect();
  assert.is(await accepted, 0);
  const fd = guest.u32;
  const vectors = guest.vectors([BUFFER, 9]);
  const received = guest.wait("sock_recv", fd, ...vectors, 0, RESULT, FLAGS);
  client.send(encode("late"));
  assert.is(await received, 0);
  assert.is(guest.read(BUFFER, guest.u32), "late");
});

test("what must not wait answers EAGAIN and loses nothing", async () => {
  const listener = new MemoryListener();
  const guest = new Guest({ listeners: [listener] });
  assert.is(guest.call("fd_fdstat_set_flags", LISTENER, FDFLAG_NONBLOCK), 0);
  const accept = () =>
    guest.call("sock_accept", LISTENER, FDFLAG_NONBLOCK, RESULT);
  assert.is(accept(), Errno.EAGAIN);
  const client = listener.connect();
  await new Promise((resolve) => setTimeout(resolve));
  assert.is(accept(), 0);
  const fd = guest.u32;
  assert.is(receive(guest, fd, 9), Errno.EAGAIN);
  client.send(encode("now"));
  await new Promise((resolve) => setTimeout(resolve));
  assert.is(receive(guest, fd, 9, RECV_WAITALL), "now");
});

test("shutting down ends one direction or both", async () => {
  const { guest, client, fd } = connected();
  client.send(encode("unread"));
  assert.is(guest.call("sock_shutdown", fd, 2), 0);
  assert.is(send(guest, fd, "x"), Errno.EPIPE);
  assert.is(await client.receive(), undefined);
  assert.is(receive(guest, fd, 9), "unread");
  assert.is(guest.call("sock_shutdown", fd, 1), 0);
  assert.is(receive(guest, fd, 9), "");
  assert.is(await client.send(encode("x")), Errno.EPIPE);
});

test("what is no connected socket is told apart", () => {
  const { guest, fd } = connected();
  const vectors = guest.vectors([BUFFER, 1]);
  const accept = (fd: number) => guest.call("sock_accept", fd, 0, RESULT);
  const shutdown = (fd: number, how = 1) =>
    guest.call("sock_shutdown", fd, how);
  assert.is(accept(99), Errno.EBADF);
  assert.is(accept(1), Errno.ENOTSOCK);
  assert.is(accept(fd), Errno.EINVAL);
  assert.is(guest.call("sock_accept", LISTENER, 1, RESULT), Errno.EINVAL);
  assert.is(guest.call("sock_accept", LISTENER, 0, 65534), Errno.EFAULT);
  for (const [bad, errno] of [[99, "EBADF"], [1, "ENOTSOCK"]] as const) {
    assert.is(receive(guest, bad, 1), Errno[errno]);
    assert.is(send(guest, bad, "x"), Errno[errno]);
    assert.is(shutdown(bad), Errno[errno]);
  }
  assert.is(receive(guest, LISTENER, 1), Errno.ENOTCONN);
  assert.is(send(guest, LISTENER, "x"), Errno.ENOTCONN);
  assert.is(guest.readText(LISTENER, 1), Errno.ENOTCONN);
  assert.is(shutdown(LISTENER), Errno.ENOTCONN);
  for (const how of [0, 4, -1]) assert.is(shutdown(fd, how), Errno.EINVAL);
  assert.is(receive(guest, fd, 1, 4), Errno.ENOTSUP);
  assert.is(send(guest, fd, "x", 1), Errno.ENOTSUP);
  const recv = (result: number, flags: number) =>
    guest.call("sock_recv", fd, ...vectors, 0, result, flags);
  assert.is(recv(RESULT, 65535), Errno.EFAULT);
});

test("rights of a listener limit those of its connections", () => {
  const listener = new MemoryListener();
  const guest = new Guest({ listeners: [listener] });
  guest.call("fd_fdstat_get", LISTENER, 64);
  const rights = guest.view.getBigUint64(72, true);
  const read = 2n;
  assert.is(guest.call("fd_fdstat_set_rights", LISTENER, rights, read), 0);
  listener.connect().send(encode("x"));
  guest.call("sock_accept", LISTENER, 0, RESULT);
  const fd = guest.u32;
  assert.is(receive(guest, fd, 1), "x");
  assert.is(send(guest, fd, "x"), Errno.EBADF);
  assert.is(guest.call("sock_shutdown", fd, 1), Errno.ENOTCAPABLE);
  guest.call("fd_fdstat_set_rights", LISTENER, 0n, 0n);
  assert.is(guest.call("sock_accept", LISTENER, 0, RESULT), Errno.ENOTCAPABLE);
});

test("closing ends what waits", async () => {
  const { guest, client, listener, fd } = connected();
  assert.is(guest.call("fd_close", fd), 0);
  assert.is(await client.receive(), undefined);
  assert.is(await client.send(encode("x")), Errno.EPIPE);
  const waiting = listener.connect();
  await guest.wasi.close();
  assert.is(await waiting.receive(), undefined);
  assert.throws(() => listener.connect(), /closed/);
});

test.run();
