/**
 * Sockets as files: a connection and a listener of the embedder's behind the
 * `File` interface. What arrives is asked for one piece at a time and kept
 * until it is read, so that polling and peeking lose nothing; what is sent
 * has one piece under way. `MemoryListener` connects a guest with its host.
 */

import {
  type Connection,
  Errno,
  type File,
  FileType,
  isPromise,
  type Listener,
  type MaybePromise,
} from "../lib/world.ts";
import { PieceReader, Queue, Stream } from "./stream.ts";
import { whenReady } from "./wait.ts";

/** A connected socket. */
export class ConnectionFile extends Stream implements File {
  override readonly type = FileType.SocketStream;
  readonly #connection: Connection;
  readonly #reader: PieceReader;
  /** Settles, never fails, when the last piece is sent. */
  #sending: Promise<void> | undefined;
  /** What the last `send` answered that nobody has been told. */
  #errno: Errno = Errno.ESUCCESS;
  #mayReceive = true;
  #maySend = true;

  constructor(connection: Connection) {
    super();
    this.#connection = connection;
    this.#reader = new PieceReader(() => connection.receive());
  }

  read(into: Uint8Array, start: number, end: number): MaybePromise<number> {
    return this.#mayReceive ? this.#reader.read(into, start, end) : 0;
  }

  /** Reads bytes that the next read gives again. */
  peek(into: Uint8Array, start: number, end: number): MaybePromise<number> {
    return this.#mayReceive ? this.#reader.read(into, start, end, true) : 0;
  }

  readable(): MaybePromise<number> {
    return this.#mayReceive ? this.#reader.readable() : 0;
  }

  write(from: Uint8Array, start: number, end: number): MaybePromise<number> {
    const bytes = from.slice(start, end);
    return whenReady(this.#sending, () => this.#send(bytes));
  }

  writable(): MaybePromise<number> {
    return whenReady(this.#sending, () => 1);
  }

  override async sync(): Promise<Errno> {
    await this.#sending;
    return this.#takeErrno();
  }

  /** Ends one direction or both, after what is being sent. */
  shutdown(receives: boolean, sends: boolean): MaybePromise<Errno> {
    if (receives) {
      this.#mayReceive = false;
      this.#reader.end();
    }
    if (sends) this.#maySend = false;
    const sending = sends ? this.#sending : undefined;
    const shutdown = () => this.#connection.shutdown(receives, sends);
    return whenReady(sending, shutdown);
  }

  override close(): MaybePromise<Errno> {
    this.#reader.end();
    return whenReady(this.#sending, () => this.#connection.close());
  }

  #send(bytes: Uint8Array<ArrayBuffer>): number {
    const failed = this.#takeErrno();
    if (failed !== 0) return -failed;
    if (!this.#maySend) return -Errno.EPIPE;
    const { length } = bytes;
    const answer = this.#connection.send(bytes);
    if (!isPromise(answer)) return answer === 0 ? length : -answer;
    const settle = (errno: Errno) => {
      this.#sending = undefined;
      this.#errno = errno;
    };
    this.#sending = answer.then(settle, () => settle(Errno.EIO));
    return length;
  }

  #takeErrno(): Errno {
    const errno = this.#errno;
    this.#errno = Errno.ESUCCESS;
    return errno;
  }
}

/** A listening socket. */
export class ListenerFile extends Stream implements File {
  override readonly type = FileType.SocketStream;
  readonly #listener: Listener;
  /** What has been accepted and nobody has taken. */
  #accepted: ConnectionFile | Errno | undefined;
  #pending: Promise<number> | undefined;

  constructor(listener: Listener) {
    super();
    this.#listener = listener;
  }

  /** Takes the next connection. */
  accept(): MaybePromise<ConnectionFile | Errno> {
    const ready = this.readable();
    return isPromise(ready) ? ready.then(() => this.accept()) : this.#take();
  }

  /** Answers 1 when there is a connection; negative for an error. */
  readable(): MaybePromise<number> {
    if (this.#accepted !== undefined) return readyCount(this.#accepted);
    if (this.#pending) return this.#pending;
    const answer = this.#listener.accept();
    if (!isPromise(answer)) return this.#keep(answer);
    return this.#pending = this.#arrive(answer);
  }

  async #arrive(answer: Promise<Connection | Errno>): Promise<number> {
    try {
      return this.#keep(await answer);
    } finally {
      this.#pending = undefined;
    }
  }

  read(): number {
    return -Errno.ENOTCONN;
  }

  write(): number {
    return -Errno.ENOTCONN;
  }

  /** Also closes a connection that has come and nobody has taken. */
  override close(): MaybePromise<Errno> {
    const drop = () => {
      if (typeof this.#accepted === "object") void this.#accepted.close();
      this.#accepted = undefined;
    };
    drop();
    this.#pending?.then(drop, () => {});
    return this.#listener.close();
  }

  #keep(accepted: Connection | Errno): number {
    this.#accepted = typeof accepted === "number"
      ? accepted
      : new ConnectionFile(accepted);
    return readyCount(this.#accepted);
  }

  #take(): ConnectionFile | Errno {
    const accepted = this.#accepted!;
    this.#accepted = undefined;
    return accepted;
  }
}

function readyCount(accepted: ConnectionFile | Errno): number {
  return typeof accepted === "number" ? -accepted : 1;
}

/** One direction of a connection in memory. */
type Pipe = Queue<Uint8Array>;

function endOf(incoming: Pipe, outgoing: Pipe): Connection {
  const shutdown = (receives: boolean, sends: boolean) => {
    if (receives) incoming.close();
    if (sends) outgoing.close();
    return Errno.ESUCCESS;
  };
  return {
    receive: () => incoming.take(),
    send(bytes) {
      if (outgoing.isClosed) return Errno.EPIPE;
      if (bytes.length > 0) outgoing.put(bytes);
      return Errno.ESUCCESS;
    },
    shutdown,
    close: () => shutdown(true, true),
  };
}

/**
 * A listener in memory: the host connects, the guest accepts.
 *
 * @example
 * ```ts
 * import { MemoryListener } from "@waxwing/waxwing";
 *
 * const listener = new MemoryListener(); // for the option `listeners`
 * const client = listener.connect();
 * client.send(new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n"));
 * ```
 */
export class MemoryListener implements Listener {
  readonly #waiting: Queue<Connection> = new Queue();

  /** Connects to the guest. Returns the client's end. */
  connect(): Connection {
    if (this.#waiting.isClosed) throw new Error("the listener is closed");
    const up: Pipe = new Queue();
    const down: Pipe = new Queue();
    this.#waiting.put(endOf(up, down));
    return endOf(down, up);
  }

  /** Gives the next connection. */
  accept(): MaybePromise<Connection | Errno> {
    return whenReady(
      this.#waiting.take(),
      (next) => next ?? Errno.ECONNABORTED,
    );
  }

  /** Ends the use of it. */
  close(): Errno {
    this.#waiting.close();
    for (;;) {
      const next = this.#waiting.take() as Connection | undefined;
      if (!next) return Errno.ESUCCESS;
      void next.close();
    }
  }
}
