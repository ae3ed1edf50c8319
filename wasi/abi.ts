/**
 * The binary interface of WASI preview 1 as the guest sees it: flag bits,
 * rights, and the layout of every structure in linear memory. All numbers are
 * little-endian, sizes and offsets are in bytes
 * (spec: preview1/witx/typenames.witx).
 *
 * `wasi_unstable`, the preview before, differs in three places, which are
 * given beside: filestat, subscription and the order of `whence`.
 */

// Rights: 30 bits are defined, so they are kept as plain numbers.
export const RIGHT_FD_DATASYNC = 0x1;
export const RIGHT_FD_READ = 0x2;
export const RIGHT_FD_SEEK = 0x4;
export const RIGHT_FD_FDSTAT_SET_FLAGS = 0x8;
export const RIGHT_FD_SYNC = 0x10;
export const RIGHT_FD_TELL = 0x20;
export const RIGHT_FD_WRITE = 0x40;
export const RIGHT_FD_ADVISE = 0x80;
export const RIGHT_FD_ALLOCATE = 0x100;
export const RIGHT_PATH_CREATE_DIRECTORY = 0x200;
export const RIGHT_PATH_CREATE_FILE = 0x400;
export const RIGHT_PATH_LINK_SOURCE = 0x800;
export const RIGHT_PATH_LINK_TARGET = 0x1000;
export const RIGHT_PATH_OPEN = 0x2000;
export const RIGHT_FD_READDIR = 0x4000;
export const RIGHT_PATH_READLINK = 0x8000;
export const RIGHT_PATH_RENAME_SOURCE = 0x10000;
export const RIGHT_PATH_RENAME_TARGET = 0x20000;
export const RIGHT_PATH_FILESTAT_GET = 0x40000;
export const RIGHT_PATH_FILESTAT_SET_SIZE = 0x80000;
export const RIGHT_PATH_FILESTAT_SET_TIMES = 0x100000;
export const RIGHT_FD_FILESTAT_GET = 0x200000;
export const RIGHT_FD_FILESTAT_SET_SIZE = 0x400000;
export const RIGHT_FD_FILESTAT_SET_TIMES = 0x800000;
export const RIGHT_PATH_SYMLINK = 0x1000000;
export const RIGHT_PATH_REMOVE_DIRECTORY = 0x2000000;
export const RIGHT_PATH_UNLINK_FILE = 0x4000000;
export const RIGHT_POLL_FD_READWRITE = 0x8000000;
export const RIGHT_SOCK_SHUTDOWN = 0x10000000;
export const RIGHT_SOCK_ACCEPT = 0x20000000;

/** Every right that is defined. */
export const ALL_RIGHTS = 0x3fffffff;

/** The rights that mean something for a regular file. */
export const FILE_RIGHTS: number = RIGHT_FD_DATASYNC | RIGHT_FD_READ |
  RIGHT_FD_SEEK | RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_SYNC | RIGHT_FD_TELL |
  RIGHT_FD_WRITE | RIGHT_FD_ADVISE | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_GET |
  RIGHT_FD_FILESTAT_SET_SIZE | RIGHT_FD_FILESTAT_SET_TIMES |
  RIGHT_POLL_FD_READWRITE;

/** The rights that mean something for a stream: `isatty` wants no seeking. */
export const STREAM_RIGHTS: number = RIGHT_FD_READ | RIGHT_FD_FDSTAT_SET_FLAGS |
  RIGHT_FD_SYNC | RIGHT_FD_DATASYNC | RIGHT_FD_WRITE | RIGHT_FD_FILESTAT_GET |
  RIGHT_POLL_FD_READWRITE;

/** The rights that mean something for a socket, listening or connected. */
export const SOCKET_RIGHTS: number = STREAM_RIGHTS | RIGHT_SOCK_SHUTDOWN |
  RIGHT_SOCK_ACCEPT;

/** The rights that mean something for a directory. */
export const DIRECTORY_RIGHTS: number = RIGHT_FD_DATASYNC | RIGHT_FD_SYNC |
  RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_PATH_CREATE_DIRECTORY |
  RIGHT_PATH_CREATE_FILE | RIGHT_PATH_LINK_SOURCE | RIGHT_PATH_LINK_TARGET |
  RIGHT_PATH_OPEN | RIGHT_FD_READDIR | RIGHT_PATH_READLINK |
  RIGHT_PATH_RENAME_SOURCE | RIGHT_PATH_RENAME_TARGET |
  RIGHT_PATH_FILESTAT_GET | RIGHT_PATH_FILESTAT_SET_SIZE |
  RIGHT_PATH_FILESTAT_SET_TIMES | RIGHT_FD_FILESTAT_GET |
  RIGHT_FD_FILESTAT_SET_TIMES | RIGHT_PATH_SYMLINK |
  RIGHT_PATH_REMOVE_DIRECTORY | RIGHT_PATH_UNLINK_FILE;

// fdflags
export const FDFLAG_APPEND = 1;
export const FDFLAG_DSYNC = 2;
export const FDFLAG_NONBLOCK = 4;
export const FDFLAG_RSYNC = 8;
export const FDFLAG_SYNC = 16;
export const ALL_FDFLAGS = 31;

// oflags
export const OFLAG_CREAT = 1;
export const OFLAG_DIRECTORY = 2;
export const OFLAG_EXCL = 4;
export const OFLAG_TRUNC = 8;
export const ALL_OFLAGS = 15;

// lookupflags
export const LOOKUP_SYMLINK_FOLLOW = 1;

// fstflags
export const FST_ATIM = 1;
export const FST_ATIM_NOW = 2;
export const FST_MTIM = 4;
export const FST_MTIM_NOW = 8;
export const ALL_FSTFLAGS = 15;

// whence; wasi_unstable has the order cur, end, set
export const WHENCE_SET = 0;
export const WHENCE_CUR = 1;
export const WHENCE_END = 2;

// clockid
export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
export const CLOCK_PROCESS_CPUTIME = 2;
export const CLOCK_THREAD_CPUTIME = 3;

// eventtype
export const EVENT_CLOCK = 0;
export const EVENT_FD_READ = 1;
export const EVENT_FD_WRITE = 2;

/** subclockflags: the time is an absolute reading of the clock. */
export const SUBCLOCK_ABSTIME = 1;

/** eventrwflags: the other side has closed. */
export const EVENT_HANGUP = 1;

// riflags
export const RECV_PEEK = 1;
export const RECV_WAITALL = 2;

// sdflags
export const SHUT_RD = 1;
export const SHUT_WR = 2;

/** The highest advice of `fd_advise`. */
export const LAST_ADVICE = 5;

/** preopentype: a directory, the only one. */
export const PREOPEN_DIR = 0;

/** iovec, ciovec: buf u32 @0, buf_len u32 @4. */
export const IOVEC_SIZE = 8;

/** prestat: tag u8 @0, pr_name_len u32 @4. */
export const PRESTAT_SIZE = 8;

/** fdstat: filetype u8 @0, flags u16 @2, base u64 @8, inheriting u64 @16. */
export const FDSTAT_SIZE = 24;

/** dirent: d_next u64 @0, d_ino u64 @8, d_namlen u32 @16, d_type u8 @20. */
export const DIRENT_SIZE = 24;

/**
 * filestat: dev u64 @0, ino u64 @8, filetype u8 @16, nlink u64 @24,
 * size u64 @32, atim u64 @40, mtim u64 @48, ctim u64 @56.
 */
export const FILESTAT_SIZE = 64;

/** filestat of wasi_unstable: nlink is a u32 @20, what follows 8 lower. */
export const UNSTABLE_FILESTAT_SIZE = 56;

/**
 * subscription: userdata u64 @0, tag u8 @8, then at 16 either fd u32, or
 * id u32 @16, timeout u64 @24, precision u64 @32, flags u16 @40.
 */
export const SUBSCRIPTION_SIZE = 48;

/** subscription of wasi_unstable: a u64 before `id`, what follows 8 higher. */
export const UNSTABLE_SUBSCRIPTION_SIZE = 56;

/**
 * event: userdata u64 @0, error u16 @8, type u8 @10, nbytes u64 @16,
 * flags u16 @24.
 */
export const EVENT_SIZE = 32;
