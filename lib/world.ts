/**
 * The interfaces of everything that is injected into a guest: file systems,
 * clocks, randomness, standard input and output. Types and small constants
 * only; `wasi` implements them. Nothing here knows WebAssembly.
 *
 * How a method answers, everywhere in this file:
 * - with an object, or an `Errno` number in its place where it failed;
 * - with a count of bytes, or the negated `Errno` where it failed;
 * - with an `Errno` alone, 0 for success, where there is nothing to tell.
 *
 * It does so at once or with a Promise. Errors of the outside world are
 * numbers, not exceptions: what a method throws is taken for a mistake of the
 * host's and reaches the caller of the guest unchanged.
 */

/** A value that is there now or will be. */
export type MaybePromise<T> = T | Promise<T>;

/** Bytes as text, with a byte order mark; what is no UTF-8 becomes U+FFFD. */
export function toText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Whether a value is still to come. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null &&
    typeof (value as Promise<T>).then === "function";
}

/**
 * Error numbers of WASI preview 1 under their POSIX names; 0 is success.
 *
 * @example
 * ```ts
 * import { Errno } from "@waxwing/waxwing";
 *
 * console.log(Errno.ENOENT === 44 && Errno[44] === "ENOENT");
 * ```
 */
export enum Errno {
  ESUCCESS = 0,
  E2BIG = 1,
  EACCES = 2,
  EADDRINUSE = 3,
  EADDRNOTAVAIL = 4,
  EAFNOSUPPORT = 5,
  EAGAIN = 6,
  EALREADY = 7,
  EBADF = 8,
  EBADMSG = 9,
  EBUSY = 10,
  ECANCELED = 11,
  ECHILD = 12,
  ECONNABORTED = 13,
  ECONNREFUSED = 14,
  ECONNRESET = 15,
  EDEADLK = 16,
  EDESTADDRREQ = 17,
  EDOM = 18,
  EDQUOT = 19,
  EEXIST = 20,
  EFAULT = 21,
  EFBIG = 22,
  EHOSTUNREACH = 23,
  EIDRM = 24,
  EILSEQ = 25,
  EINPROGRESS = 26,
  EINTR = 27,
  EINVAL = 28,
  EIO = 29,
  EISCONN = 30,
  EISDIR = 31,
  ELOOP = 32,
  EMFILE = 33,
  EMLINK = 34,
  EMSGSIZE = 35,
  EMULTIHOP = 36,
  ENAMETOOLONG = 37,
  ENETDOWN = 38,
  ENETRESET = 39,
  ENETUNREACH = 40,
  ENFILE = 41,
  ENOBUFS = 42,
  ENODEV = 43,
  ENOENT = 44,
  ENOEXEC = 45,
  ENOLCK = 46,
  ENOLINK = 47,
  ENOMEM = 48,
  ENOMSG = 49,
  ENOPROTOOPT = 50,
  ENOSPC = 51,
  ENOSYS = 52,
  ENOTCONN = 53,
  ENOTDIR = 54,
  ENOTEMPTY = 55,
  ENOTRECOVERABLE = 56,
  ENOTSOCK = 57,
  ENOTSUP = 58,
  ENOTTY = 59,
  ENXIO = 60,
  EOVERFLOW = 61,
  EOWNERDEAD = 62,
  EPERM = 63,
  EPIPE = 64,
  EPROTO = 65,
  EPROTONOSUPPORT = 66,
  EPROTOTYPE = 67,
  ERANGE = 68,
  EROFS = 69,
  ESPIPE = 70,
  ESRCH = 71,
  ESTALE = 72,
  ETIMEDOUT = 73,
  ETXTBSY = 74,
  EXDEV = 75,
  ENOTCAPABLE = 76,
}

/** The POSIX name of an error number, such as `ENOENT`. */
export function errnoName(errno: number): string {
  return Errno[errno] ?? `errno ${errno}`;
}

/**
 * What a file is, with the numbers of WASI preview 1.
 *
 * @example
 * ```ts
 * import { FileType } from "@waxwing/waxwing";
 *
 * console.log(FileType[FileType.Directory] === "Directory");
 * ```
 */
export enum FileType {
  Unknown = 0,
  BlockDevice = 1,
  /** A terminal, among others: what `isatty` looks for. */
  CharacterDevice = 2,
  Directory = 3,
  RegularFile = 4,
  SocketDgram = 5,
  SocketStream = 6,
  SymbolicLink = 7,
}

/**
 * How {@linkcode Directory.open} opens; a sum of these bits.
 *
 * @example
 * ```ts
 * import { OpenFlags } from "@waxwing/waxwing";
 *
 * const flags = OpenFlags.Create | OpenFlags.Exclusive;
 * console.log((flags & OpenFlags.Create) !== 0);
 * ```
 */
export enum OpenFlags {
  Read = 1,
  Write = 2,
  /** Make a regular file where nothing has the name. */
  Create = 4,
  /** With `Create`: fail with EEXIST where something has the name. */
  Exclusive = 8,
  /** Cut a regular file to length 0. */
  Truncate = 16,
  /** Fail with ENOTDIR where the name is not a directory. */
  Directory = 32,
}

/**
 * The `position` that means the end of the file, wherever that is when the
 * bytes are written.
 *
 * @example
 * ```ts
 * import { APPEND, UnsupportedFile } from "@waxwing/waxwing";
 *
 * class Log extends UnsupportedFile {
 *   readonly text: string[] = [];
 *
 *   override write(bytes: Uint8Array, position: number): number {
 *     if (position === APPEND) this.text.push(new TextDecoder().decode(bytes));
 *     return bytes.length;
 *   }
 * }
 * console.log(new Log().write(Uint8Array.of(104, 105), APPEND) === 2);
 * ```
 */
export const APPEND: number = -1;

/** What is known about a file. Times are nanoseconds since 1970. */
export interface Stat {
  /**
   * The device; 0n where the file system has but one. Each mounted file
   * system then gets a number of its own.
   */
  readonly dev: bigint;
  /** The serial number, unique and constant on its device; 0n: unknown. */
  readonly ino: bigint;
  /** What kind of file it is. */
  readonly type: FileType;
  /** How many names the file has. */
  readonly linkCount: number;
  /** Length in bytes; of a symbolic link, of its target. */
  readonly size: number;
  /** Last access. */
  readonly atimeNs: bigint;
  /** Last change of the content. */
  readonly mtimeNs: bigint;
  /** Last change of anything. */
  readonly ctimeNs: bigint;
}

/** An entry of a directory. `.` and `..` are not among them. */
export interface Dirent {
  /** Its name, one component of a path. */
  readonly name: string;
  /** The serial number of the file; 0n: unknown. */
  readonly ino: bigint;
  /** What kind of file it is. */
  readonly type: FileType;
  /**
   * The cookie to go on from after this entry. It stays good while entries
   * come and go: what is there all the time is listed exactly once.
   */
  readonly next: number;
}

/** What open files and open directories have in common. */
export interface Handle {
  /** What kind of file it is. */
  readonly type: FileType;
  /** Describes what is open, also when it has lost its last name. */
  stat(): MaybePromise<Stat | Errno>;
  /** Sets the times in ns since 1970; `undefined` leaves one as it is. */
  setTimes(
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): MaybePromise<Errno>;
  /** Brings everything to safety; `dataOnly` leaves out times. */
  sync(dataOnly: boolean): MaybePromise<Errno>;
  /** Ends the use of this handle. Called once. */
  close(): MaybePromise<Errno>;
}

/**
 * An open file or stream. It has no offset of its own: every access says
 * where. Streams (every type but `RegularFile`) ignore the position.
 */
export interface File extends Handle {
  /**
   * True if `read` and `write` never answer with a Promise and never call
   * back into the guest. They are then given the guest's own memory, which
   * saves a copy. Without it they get a buffer that is theirs to keep.
   */
  readonly direct?: boolean;
  /**
   * Reads into `into` from `start` to before `end`, at most that much.
   * @returns the count; 0 at the end of the file; negative for an error.
   */
  read(
    into: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): MaybePromise<number>;
  /**
   * Writes what is in `from` between `start` and `end`. At a position behind
   * the end of the file, what is between reads as zeros.
   * @param position a byte offset, or {@linkcode APPEND}
   * @returns the count, at least 1 of a range that is not empty; negative for
   * an error.
   */
  write(
    from: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): MaybePromise<number>;
  /** The length in bytes; 0 of a stream; negative for an error. */
  size(): MaybePromise<number>;
  /** Cuts the file, or fills it up with zeros. */
  setSize(size: number): MaybePromise<Errno>;
  /**
   * Answers when a `read` would not have to wait, with the number of bytes
   * that are ready, 0 at the end of a stream. Without it reads never wait.
   */
  readable?(): MaybePromise<number>;
  /** The same for `write`. */
  writable?(): MaybePromise<number>;
}

/**
 * An open directory. A name is one component: never empty, `.` or `..`,
 * without a slash or a NUL. **No method follows a symbolic link**: whoever
 * resolves a path asks for the link and decides. That, and that `..` never
 * reaches a file system, is why no guest can leave its root.
 */
export interface Directory extends Handle {
  /** What kind of file it is. */
  readonly type: typeof FileType.Directory;
  /** Describes an entry; of a symbolic link, the link. */
  lookup(name: string): MaybePromise<Stat | Errno>;
  /** Opens an entry; ENOTDIR if it is a file, ELOOP if a symbolic link. */
  openDirectory(name: string): MaybePromise<Directory | Errno>;
  /**
   * Opens an entry, or makes a regular file.
   * @param flags bits of {@linkcode OpenFlags}
   * @returns ELOOP if the entry is a symbolic link, EISDIR if it is a
   * directory and `Write`, `Truncate` or `Create` is asked for.
   */
  open(name: string, flags: number): MaybePromise<File | Directory | Errno>;
  /** A second, independent handle of this directory. */
  reopen(): MaybePromise<Directory | Errno>;
  /** The target of a symbolic link; EINVAL if the entry is none. */
  readlink(name: string): MaybePromise<string | Errno>;
  /**
   * Lists at most `limit` entries after a cookie, none only at the end.
   * @param cookie 0 for the start, else some entry's `next`
   */
  readdir(
    cookie: number,
    limit: number,
  ): MaybePromise<readonly Dirent[] | Errno>;
  /** Makes an empty directory; EEXIST where the name is taken. */
  mkdir(name: string): MaybePromise<Errno>;
  /** Makes a symbolic link; the target is kept as it is. */
  symlink(name: string, target: string): MaybePromise<Errno>;
  /** Gives a file one more name; EXDEV into another file system. */
  link(name: string, into: Directory, newName: string): MaybePromise<Errno>;
  /** Moves, replacing as POSIX `rename` does; EXDEV as for `link`. */
  rename(name: string, into: Directory, newName: string): MaybePromise<Errno>;
  /** Removes a name that is no directory's; EISDIR otherwise. */
  unlink(name: string): MaybePromise<Errno>;
  /** Removes an empty directory; ENOTEMPTY, ENOTDIR. */
  rmdir(name: string): MaybePromise<Errno>;
  /** As `setTimes`, for an entry; of a symbolic link, the link. */
  setEntryTimes(
    name: string,
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): MaybePromise<Errno>;
}

/** A tree of files that can be mounted. */
export interface FileSystem {
  /**
   * The top directory. It is closed once per mount. A file system that takes
   * time to open does so before it is mounted.
   */
  root(): Directory;
}

/** Something that tells the time. */
export interface Clock {
  /** Nanoseconds since 1970 (wall clock) or since any start (monotonic). */
  now(): bigint;
  /** How far apart two readings are at least, 1 to 3.6e12 nanoseconds. */
  readonly resolutionNs: number;
}

/** Where random bytes come from. */
export interface Random {
  /** Fills all of `bytes`. */
  fill(bytes: Uint8Array): void;
}

/**
 * Waits. A Promise suspends the guest, which `mayWait` tells is possible;
 * without one, the time has passed when it returns.
 * @param durationNs nanoseconds, above 0
 * @param signal aborted when nobody waits any more; the Promise should then
 * settle soon
 */
export type Sleep = (
  durationNs: bigint,
  signal?: AbortSignal,
) => MaybePromise<void>;

/**
 * What standard input comes from: text, bytes, a stream, or a function that
 * is asked for the next piece and gives `undefined` at the end; an empty piece
 * is none. One that is a Promise makes the guest wait, which needs an
 * asynchronous call. What a function throws or a stream fails with ends the
 * call, like what host functions throw.
 */
export type ByteSource =
  | string
  | Uint8Array
  | ReadableStream<Uint8Array | string>
  | (() => MaybePromise<Uint8Array | string | undefined>);

/**
 * Where output goes: a stream, or a function that is given every chunk, which
 * is then its own. A Promise, or a stream that is full, holds the guest back,
 * which needs an asynchronous call. A stream that has closed gives the guest
 * EPIPE, and so does a function that fails with an error whose `code` is
 * "EPIPE".
 */
export type ByteSink =
  | WritableStream<Uint8Array<ArrayBuffer>>
  | ((chunk: Uint8Array<ArrayBuffer>) => MaybePromise<void>);

/**
 * A terminal: a file that `isatty` takes for one. What programs ask a
 * terminal beyond that, WASI does not carry; the embedder does.
 */
export interface Terminal extends File {
  /** What kind of file it is. */
  readonly type: typeof FileType.CharacterDevice;
  /** Width in characters. */
  readonly columns: number;
  /** Height in characters. */
  readonly rows: number;
  /** Every key is read at once and as it is, without echo. */
  readonly isRaw: boolean;
  /** Turns that on or off. */
  setRaw(isRaw: boolean): void;
}

/** One end of a connection, such as TCP's, that carries bytes both ways. */
export interface Connection {
  /**
   * Gives the next piece, `undefined` at the end. It is asked for one at a
   * time, perhaps before the guest reads, when it polls.
   */
  receive(): MaybePromise<Uint8Array | undefined | Errno>;
  /**
   * Sends bytes, which are the receiver's own. While an answer is a Promise,
   * the guest goes on, but the next `send` is held back.
   * @returns EPIPE when the other side takes no more
   */
  send(bytes: Uint8Array<ArrayBuffer>): MaybePromise<Errno>;
  /** Ends one direction or both. Bytes sent before still arrive. */
  shutdown(receives: boolean, sends: boolean): MaybePromise<Errno>;
  /** Ends the use of it. Called once. */
  close(): MaybePromise<Errno>;
}

/** A socket that waits for connections. */
export interface Listener {
  /** Gives the next connection. It is asked for one at a time. */
  accept(): MaybePromise<Connection | Errno>;
  /** Ends the use of it; an `accept` that waits then answers. Called once. */
  close(): MaybePromise<Errno>;
}

/** What a guest is given; everything left out is closed or repeatable. */
export interface World {
  /** The arguments, the program's name first. Default: none. */
  readonly args?: readonly string[] | undefined;
  /** The environment; what is undefined is left out. Default: empty. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default: at its end at once. */
  readonly stdin?: ByteSource | File | undefined;
  /** Default: what is written is gone. */
  readonly stdout?: ByteSink | File | undefined;
  /** Default: what is written is gone. */
  readonly stderr?: ByteSink | File | undefined;
  /**
   * One file system as `/`, or several by guest path; preopened from fd 3 on in
   * this order. Default: none.
   */
  readonly fs?: FileSystem | Readonly<Record<string, FileSystem>> | undefined;
  /**
   * Sockets that the guest can accept connections from, as the descriptors
   * after the mounts. Default: none.
   */
  readonly listeners?: readonly Listener[] | undefined;
  /** Default: starts 2022-01-01, a millisecond later at each reading. */
  readonly wallClock?: Clock | undefined;
  /** Default: starts at 0, a millisecond later at each reading. */
  readonly monotonicClock?: Clock | undefined;
  /** The CPU time of process and thread. Default: the monotonic clock. */
  readonly cpuClock?: Clock | undefined;
  /** Default: a generator with a fixed seed. */
  readonly random?: Random | undefined;
  /** Default: returns at once, after moving fake clocks on. */
  readonly sleep?: Sleep | undefined;
  /** For `sched_yield`. Default: returns at once. */
  readonly yield?: (() => MaybePromise<void>) | undefined;
  /**
   * How many files may be open at once, 3 and up: the streams, what `fs` and
   * `listeners` give, and what the guest opens. Default: 1024.
   */
  readonly maxDescriptors?: number | undefined;
}
