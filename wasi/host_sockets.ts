/**
 * TCP for guests on Node, Deno and Bun, over `node:net`: a listener of the
 * host's that is handed to a guest. What arrives is taken from the network
 * only as fast as the guest reads, and what the guest sends waits for the
 * other side.
 */

import * as net from "node:net";
import { checkRange, checkText } from "../lib/checks.ts";
import {
  type Connection,
  Errno,
  type Listener,
  type MaybePromise,
} from "../lib/world.ts";

/** A listener that knows where it listens. */
export interface TcpListener extends Listener {
  /** Where it listens. */
  readonly host: string;
  /** The port, also where 0 was asked for. */
  readonly port: number;
}

/**
 * Listens on a TCP port, 0 for any that is free.
 *
 * @throws {TypeError} the host is no text, or empty
 * @throws {RangeError} the port is not 0 to 65535
 * @throws the error of `node:net`, such as one with the `code` EADDRINUSE
 *
 * @example
 * ```ts
 * import { listenTcp } from "@waxwing/waxwing/host_sockets";
 *
 * const listener = await listenTcp("127.0.0.1", 0); // for the option `listeners`
 * console.log(listener.port > 0);
 * listener.close();
 * ```
 */
export async function listenTcp(
  host: string,
  port: number,
): Promise<TcpListener> {
  // What is no host would be all interfaces.
  checkText("host", host);
  checkRange("port", port, 0, 65535);
  const server = net.createServer({
    pauseOnConnect: true,
    allowHalfOpen: true,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return new NetListener(server);
}

class NetListener implements TcpListener {
  readonly host: string;
  readonly port: number;
  readonly #server: net.Server;
  readonly #waiting: net.Socket[] = [];
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor(server: net.Server) {
    const address = server.address() as net.AddressInfo;
    this.host = address.address;
    this.port = address.port;
    this.#server = server;
    server.on("connection", (socket) => {
      socket.on("error", () => {}); // the connection tells when it is taken
      this.#waiting.push(socket);
      this.#wakeUp();
    });
    server.on("error", () => {}); // one connection that failed, not all
  }

  accept(): MaybePromise<Connection | Errno> {
    const socket = this.#waiting.shift();
    if (socket) return new NetConnection(socket);
    if (this.#isClosed) return Errno.ECONNABORTED;
    return new Promise<void>((resolve) => this.#wake = resolve)
      .then(() => this.accept());
  }

  close(): Errno {
    this.#isClosed = true;
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    this.#wakeUp();
    return Errno.ESUCCESS;
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

class NetConnection implements Connection {
  readonly #socket: net.Socket;
  readonly #pieces: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #errno: Errno = Errno.ESUCCESS;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    if (socket.errored) this.#fail(socket.errored);
    socket.on("error", (error) => this.#fail(error));
    socket.on("data", (piece) => {
      this.#pieces.push(new Uint8Array(piece as Uint8Array));
      socket.pause();
      this.#wakeUp();
    });
    const end = () => {
      this.#ended = true;
      this.#wakeUp();
    };
    socket.on("end", end);
    socket.on("close", end);
    socket.pause();
  }

  receive(): MaybePromise<Uint8Array | undefined | Errno> {
    if (this.#pieces.length > 0) return this.#pieces.shift();
    if (this.#errno !== 0) return this.#errno;
    if (this.#ended) return undefined;
    const woken = new Promise<void>((resolve) => this.#wake = resolve);
    this.#socket.resume();
    return woken.then(() => this.receive());
  }

  send(bytes: Uint8Array): MaybePromise<Errno> {
    if (this.#errno !== 0) return this.#errno;
    if (!this.#socket.writable) return Errno.EPIPE;
    return new Promise((resolve) => {
      this.#socket.write(bytes, (error) => {
        resolve(error ? errnoOf(error) : Errno.ESUCCESS);
      });
    });
  }

  shutdown(receives: boolean, sends: boolean): Errno {
    if (sends) this.#socket.end();
    if (receives) {
      this.#ended = true;
      this.#pieces.length = 0;
      this.#wakeUp();
    }
    return Errno.ESUCCESS;
  }

  /** What was sent still arrives; what has not been read is gone. */
  close(): Errno {
    this.#ended = true;
    this.#wakeUp();
    this.#socket.resume();
    this.#socket.end(() => this.#socket.destroy());
    return Errno.ESUCCESS;
  }

  #fail(error: Error): void {
    this.#errno = errnoOf(error);
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

function errnoOf(error: Error): Errno {
  const { code } = error as NodeJS.ErrnoException;
  const errno = Errno[code as keyof typeof Errno] as Errno | undefined;
  if (errno !== undefined) return errno;
  return code?.startsWith("ERR_STREAM") ? Errno.EPIPE : Errno.EIO;
}
