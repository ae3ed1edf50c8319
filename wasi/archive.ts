/**
 * A MemoryFS out of an archive, and a tar archive out of a MemoryFS. Tar is
 * read as POSIX (ustar and pax) and GNU write it, and written as pax; zip with
 * stored and deflated entries, zip64 too. Sizes are checked before anything is
 * allocated, so an archive costs at most what its own length and the limits of
 * the MemoryFS allow; a path with `..` is refused.
 */

import { kindError } from "../lib/checks.ts";
import { type Directory, FileType, toText } from "../lib/world.ts";
import {
  components,
  MAX_BYTES,
  MemoryFS,
  MemoryFSError,
  type MemoryFSOptions,
} from "./memfs.ts";
import { toBytes } from "./stream.ts";

/**
 * What is wrong with an archive.
 *
 * @example
 * ```ts
 * import { ArchiveError, unpackTar } from "@waxwing/waxwing";
 *
 * try {
 *   unpackTar(new Uint8Array(512).fill(7));
 * } catch (error) {
 *   console.log(error instanceof ArchiveError);
 * }
 * ```
 */
export class ArchiveError extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "ArchiveError";
}

const enum Tar {
  Block = 512,
  /** The most that a field of 11 octal digits holds. */
  MaxOctal = 0o77777777777,
  /** Bytes of a record for all entries, each of which has the cost of it. */
  MaxGlobal = 4096,
}
const NS_PER_S = 1_000_000_000n;

/** Where the fields of a header begin. */
const enum Field {
  Name = 0,
  Mode = 100,
  Uid = 108,
  Gid = 116,
  Size = 124,
  Mtime = 136,
  Checksum = 148,
  Type = 156,
  LinkName = 157,
  Magic = 257,
  Prefix = 345,
}

/** How long they are. */
const enum Width {
  Name = 100,
  Number = 8,
  LongNumber = 12,
  Magic = 6,
  Prefix = 155,
}

/**
 * Unpacks a tar archive. Regular files, directories, symbolic and hard links
 * are made; devices and the like are left out. Bytes are not copied until a
 * guest writes to them.
 *
 * @example
 * ```ts
 * import { MemoryFS, packTar, unpackTar } from "@waxwing/waxwing";
 *
 * const archive = packTar(new MemoryFS({ "dir/x": "text" }));
 * const fs = unpackTar(archive); // for the option `fs`
 * console.log(fs.readText("dir/x") === "text");
 * ```
 *
 * @throws {ArchiveError} it is no tar archive, or cut off, which shows by the
 * block of zeros that ends one, or has a file that GNU tar has packed without its holes
 * @throws {TypeError} it is not bytes
 * @throws {MemoryFSError} a path cannot be made, or a limit is exceeded
 */
export function unpackTar(
  archive: Uint8Array | ArrayBuffer,
  options: MemoryFSOptions = {},
): MemoryFS {
  const bytes = bytesOf(archive);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new ArchiveError("the archive is gzipped");
  }
  const fs = new MemoryFS({}, options);
  const globals: PaxRecords = {};
  const directoryTimes: Map<string, bigint> = new Map();
  let records: PaxRecords = {};
  for (let at = 0;;) {
    const start = at + Tar.Block;
    const header = bytes.subarray(at, start);
    const isWhole = start <= bytes.length;
    if (isWhole && header.every((byte) => byte === 0)) {
      // They change with each entry that is made in one.
      directoryTimes.forEach((time, path) => setTime(fs, path, time));
      return fs;
    }
    if (
      isWhole &&
      checksumOf(header) !== numberAt(header, Field.Checksum, Width.Number)
    ) throw damaged("checksum mismatch in header", at);
    const all = { ...globals, ...records };
    const size = Number(
      all.size ?? numberAt(header, Field.Size, Width.LongNumber),
    );
    const end = start + size;
    if (!(size >= 0 && end <= bytes.length)) {
      throw damaged("unexpected end", at);
    }
    const content = bytes.subarray(start, end);
    const type = String.fromCharCode(header[Field.Type]);
    if (type === "g") parsePax(content, globals, Tar.MaxGlobal);
    else if (type === "x") parsePax(content, records);
    else if (type === "L") records.path ??= textOf(content);
    else if (type === "K") records.linkpath ??= textOf(content);
    else {
      addTarEntry(fs, header, type, content, all, directoryTimes);
      records = {};
    }
    at = start + Math.ceil(size / Tar.Block) * Tar.Block;
  }
}

function bytesOf(archive: Uint8Array | ArrayBuffer): Uint8Array {
  const bytes = typeof archive === "string" ? archive : toBytes(archive);
  if (bytes instanceof Uint8Array) return bytes;
  throw kindError("archive", archive, "bytes");
}

/** The records of a pax header that matter here. */
const PAX_KEYS = ["path", "linkpath", "size", "mtime"] as const;

type PaxRecords = { [key in typeof PAX_KEYS[number]]?: string };

function damaged(why: string, at: number): ArchiveError {
  return new ArchiveError(`${why} (at offset 0x${at.toString(16)})`);
}

/** The sum of a header's bytes, with spaces where the sum itself goes. */
function checksumOf(header: Uint8Array): number {
  return header.slice().fill(32, Field.Checksum, Field.Type)
    .reduce((sum, byte) => sum + byte);
}

function addTarEntry(
  fs: MemoryFS,
  header: Uint8Array,
  type: string,
  content: Uint8Array,
  records: PaxRecords,
  directoryTimes: Map<string, bigint>,
): void {
  const prefix = fieldAt(header, Field.Magic, Width.Magic) === "ustar"
    ? fieldAt(header, Field.Prefix, Width.Prefix)
    : "";
  const name = fieldAt(header, Field.Name, Width.Name);
  const path = records.path ?? (prefix ? `${prefix}/${name}` : name);
  const target = records.linkpath ??
    fieldAt(header, Field.LinkName, Width.Name);
  const isDirectory = type === "5" || path.endsWith("/");
  if (isDirectory) fs.mkdir(path);
  else if (type === "1") linkTo(fs, target, path);
  else if (type === "2") fs.writeFile(path, { symlink: target });
  else if (type === "0" || type === "\0" || type === "7") {
    fs.writeFile(path, content);
  } else if (type === "S") throw new ArchiveError(`a sparse file: ${path}`);
  else return; // a device, a pipe, or what nobody knows
  const mtime = records.mtime ??
    String(numberAt(header, Field.Mtime, Width.LongNumber));
  if (isDirectory) directoryTimes.set(path, secondsToNs(mtime));
  else if (type !== "1") setTime(fs, path, secondsToNs(mtime));
}

/** Decimal seconds, as pax writes them, in ns; 0 for those before 1970. */
function secondsToNs(text: string): bigint {
  const [, whole, fraction = ""] = /^(\d{1,10})(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === undefined) return 0n;
  return BigInt(whole) * NS_PER_S +
    BigInt(fraction.slice(0, 9).padEnd(9, "0"));
}

/** A directory and a name in it, of a path that is there. */
function parentOf(fs: MemoryFS, path: string): [Directory, string] {
  const parts = components(path);
  const name = parts.pop() ?? "";
  let directory = fs.root();
  for (const part of parts) {
    directory = directory.openDirectory(part) as Directory;
  }
  return [directory, name];
}

function setTime(fs: MemoryFS, path: string, timeNs: bigint): void {
  const [directory, name] = parentOf(fs, path);
  if (name === "") void directory.setTimes(timeNs, timeNs);
  else void directory.setEntryTimes(name, timeNs, timeNs);
}

function linkTo(fs: MemoryFS, target: string, path: string): void {
  const { ino } = fs.stat(target); // throws where it is missing
  if (fs.exists(path) && fs.stat(path).ino === ino) return;
  fs.writeFile(path, ""); // makes the directories above, and replaces none
  fs.remove(path);
  const [from, name] = parentOf(fs, target);
  const [into, newName] = parentOf(fs, path);
  if (from.link(name, into, newName) !== 0) {
    throw new ArchiveError(`cannot be linked: ${target}`);
  }
}

/** The text of a field, up to its first NUL. */
function fieldAt(
  header: Uint8Array,
  start: Field,
  length: Width,
): string {
  return textOf(header.subarray(start, start + length));
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return toText(end < 0 ? bytes : bytes.subarray(0, end));
}

/** A number in octal digits, or binary where the first bit is set (GNU). */
function numberAt(
  header: Uint8Array,
  start: Field,
  length: Width,
): number {
  if (header[start] & 0x80) {
    let value = header[start] & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + header[start + i];
    return value;
  }
  const text = fieldAt(header, start, length).trim();
  return /^[0-7]*$/.test(text) ? parseInt(text || "0", 8) : NaN;
}

/** Takes what matters here of records of the form `length key=value\n`. */
function parsePax(
  bytes: Uint8Array,
  records: PaxRecords,
  longest = Infinity,
): void {
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(32, at);
    const length = parseInt(toText(bytes.subarray(at, space)));
    if (space < 0 || !(length > space - at) || length > longest) {
      throw new ArchiveError("malformed pax record");
    }
    const record = toText(bytes.subarray(space + 1, at + length - 1));
    if (record.startsWith("GNU.sparse")) {
      throw new ArchiveError("a sparse file");
    }
    const key = PAX_KEYS.find((key) => record.startsWith(key + "="));
    if (key) records[key] = record.slice(key.length + 1);
    at += length;
  }
}

/**
 * Packs everything in a MemoryFS into a tar archive: files, links of both
 * kinds, empty directories, times of change.
 *
 * @example
 * ```ts
 * import { MemoryFS, packTar, unpackTar } from "@waxwing/waxwing";
 *
 * const packed = packTar(new MemoryFS({ "etc/motd": "hi" }));
 * console.log(unpackTar(packed).readText("etc/motd") === "hi");
 * ```
 */
export function packTar(fs: MemoryFS): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = [];
  const seen = new Map<bigint, string>();
  for (const [path, entry] of fs) {
    const { type, mtimeNs, ino, linkCount } = fs.stat(path);
    const first = type === FileType.Directory ? undefined : seen.get(ino);
    if (linkCount > 1 && first === undefined) seen.set(ino, path);
    const [kind, target] = first !== undefined
      ? ["1", first]
      : !(entry instanceof Uint8Array)
      ? ["2", entry.symlink]
      : [type === FileType.Directory ? "5" : "0", ""];
    const content = kind === "0" ? entry as Uint8Array : new Uint8Array(0);
    const size = content.length;
    blocks.push(...headersOf({ path, target, type: kind, size, mtimeNs }));
    blocks.push(content, new Uint8Array(-content.length & (Tar.Block - 1)));
  }
  blocks.push(new Uint8Array(2 * Tar.Block));
  return concat(blocks);
}

/** What a tar header tells. */
interface TarEntry {
  readonly path: string;
  readonly target: string;
  readonly type: string;
  readonly size: number;
  readonly mtimeNs: bigint;
}

/** The header of an entry, after a pax header where the fields are short. */
function headersOf(entry: TarEntry): Uint8Array[] {
  const { path, target, size, mtimeNs } = entry;
  const seconds = mtimeNs / NS_PER_S;
  const records = [
    fitsField(path) ? "" : paxRecord("path", path),
    fitsField(target) ? "" : paxRecord("linkpath", target),
    size <= Tar.MaxOctal ? "" : paxRecord("size", String(size)),
    mtimeNs % NS_PER_S === 0n && seconds <= Tar.MaxOctal
      ? ""
      : paxRecord("mtime", decimalSeconds(mtimeNs)),
  ].join("");
  const header = headerOf(entry);
  if (records === "") return [header];
  const content = toBytes(records);
  const pax = headerOf({
    path: "pax",
    target: "",
    type: "x",
    size: content.length,
    mtimeNs: 0n,
  });
  const padding = new Uint8Array(-content.length & (Tar.Block - 1));
  return [pax, content, padding, header];
}

/** Whether a header can say it: short, and ASCII, which all agree on. */
function fitsField(text: string): boolean {
  return text.length <= Width.Name && /^[\x20-\x7e]*$/.test(text);
}

function decimalSeconds(ns: bigint): string {
  return `${ns / NS_PER_S}.${String(ns % NS_PER_S).padStart(9, "0")}`;
}

/** A record whose length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = toBytes(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) {
    length = rest + String(length).length;
  }
  return `${length} ${key}=${value}\n`;
}

function headerOf({ path, target, type, size, mtimeNs }: TarEntry): Uint8Array {
  const header = new Uint8Array(Tar.Block);
  const put = (text: string, start: Field, width: number = Width.Number) => {
    header.set(toBytes(text).subarray(0, width), start);
  };
  const octal = (value: number, start: Field, width: number) => {
    const fitting = Math.min(value, 8 ** (width - 1) - 1);
    put(fitting.toString(8).padStart(width - 1, "0"), start, width);
  };
  put(path, Field.Name, Width.Name);
  octal(type === "5" ? 0o755 : 0o644, Field.Mode, Width.Number);
  octal(0, Field.Uid, Width.Number);
  octal(0, Field.Gid, Width.Number);
  octal(size, Field.Size, Width.LongNumber);
  octal(Number(mtimeNs / NS_PER_S), Field.Mtime, Width.LongNumber);
  header[Field.Type] = type.charCodeAt(0);
  put(target, Field.LinkName, Width.Name);
  put("ustar\x0000", Field.Magic);
  put(checksumOf(header).toString(8).padStart(6, "0") + "\0 ", Field.Checksum);
  return header;
}

function concat(blocks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const block of blocks) length += block.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const block of blocks) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}

const enum Zip {
  /** Packed bytes that are inflated at once, to a thousand times as many. */
  PartBytes = 4096,
  EndSignature = 0x06054b50,
  EndSize = 22,
  Locator64Signature = 0x07064b50,
  Locator64Size = 20,
  End64Signature = 0x06064b50,
  EntrySignature = 0x02014b50,
  EntrySize = 46,
  LocalSignature = 0x04034b50,
  LocalSize = 30,
  Encrypted = 1,
  Stored = 0,
  Deflated = 8,
  ExtraZip64 = 0x0001,
  /** The Unix file type in the high half of the external attributes. */
  UnixTypeMask = 0xf000,
  UnixSymlink = 0xa000,
}

/**
 * Unpacks a zip archive: files, directories and symbolic links. It inflates
 * by the host's `DecompressionStream`, which is why it takes a Promise.
 *
 * @example
 * ```ts
 * import { unpackZip } from "@waxwing/waxwing";
 *
 * const empty = new Uint8Array(22);
 * empty.set([0x50, 0x4b, 5, 6]); // the end of an empty directory
 * const fs = await unpackZip(empty);
 * console.log(fs.list().length === 0);
 * ```
 *
 * @throws {ArchiveError} it is no zip archive, damaged, encrypted, or
 * compressed in a way that is not known
 * @throws {TypeError} it is not bytes
 * @throws {MemoryFSError} a path cannot be made, or a limit is exceeded
 */
export async function unpackZip(
  archive: Uint8Array | ArrayBuffer,
  options: MemoryFSOptions = {},
): Promise<MemoryFS> {
  const bytes = bytesOf(archive);
  const fs = new MemoryFS({}, options);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const entry of zipEntries(bytes, view)) {
    const { path, size, isSymlink } = entry;
    if (path.endsWith("/")) {
      fs.mkdir(path);
      continue;
    }
    if (fs.bytesUsed + size > (options.maxBytes ?? MAX_BYTES)) {
      throw new MemoryFSError("ENOSPC", path);
    }
    const content = await contentOf(bytes, view, entry);
    fs.writeFile(path, isSymlink ? { symlink: toText(content) } : content);
  }
  return fs;
}

/** What the central directory says of an entry. */
interface ZipEntry {
  readonly path: string;
  readonly isSymlink: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
}

function* zipEntries(bytes: Uint8Array, view: DataView): Generator<ZipEntry> {
  let [count, at] = centralDirectory(view);
  let unpacked = bytes.length;
  for (; count > 0; count--) {
    if (
      at + Zip.EntrySize > bytes.length ||
      view.getUint32(at, true) !== Zip.EntrySignature
    ) throw new ArchiveError("damaged central directory");
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const commentLength = view.getUint16(at + 32, true);
    const nameEnd = at + Zip.EntrySize + nameLength;
    const path = toText(bytes.subarray(at + Zip.EntrySize, nameEnd));
    if (view.getUint16(at + 8, true) & Zip.Encrypted) {
      throw new ArchiveError(`encrypted: ${path}`);
    }
    const extraEnd = Math.min(nameEnd + extraLength, bytes.length);
    const wide = zip64Fields(view, nameEnd, extraEnd);
    const sized = (offset: number) => {
      const value = view.getUint32(at + offset, true);
      return value === 0xffffffff ? wide.shift() ?? value : value;
    };
    const size = sized(24); // in the order of the zip64 fields
    const packedSize = sized(20);
    unpacked -= packedSize;
    if (unpacked < 0) throw new ArchiveError(`overlaps others: ${path}`);
    const type = view.getUint16(at + 40, true) & Zip.UnixTypeMask;
    yield {
      path: path.replaceAll("\\", "/"),
      isSymlink: type === Zip.UnixSymlink,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedSize,
      size,
      offset: sized(42),
    };
    at = nameEnd + extraLength + commentLength;
  }
}

/** How many entries there are, and where the first one is. */
function centralDirectory(view: DataView): [count: number, offset: number] {
  let at = view.byteLength - Zip.EndSize;
  const lowest = Math.max(0, at - 0xffff); // a comment may follow
  while (at >= lowest && view.getUint32(at, true) !== Zip.EndSignature) at--;
  if (at < lowest) throw new ArchiveError("no zip archive");
  const count = view.getUint16(at + 10, true);
  const offset = view.getUint32(at + 16, true);
  const locator = at - Zip.Locator64Size;
  const isWide = (count === 0xffff || offset === 0xffffffff) && locator >= 0 &&
    view.getUint32(locator, true) === Zip.Locator64Signature;
  if (!isWide) return [count, offset];
  const end = wideAt(view, locator + 8);
  if (
    end + 56 > view.byteLength ||
    view.getUint32(end, true) !== Zip.End64Signature
  ) throw new ArchiveError("damaged central directory");
  return [wideAt(view, end + 32), wideAt(view, end + 48)];
}

/** A number of 64 bits; what is not exact is beyond the archive anyway. */
function wideAt(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

/** The numbers of the zip64 extra field between two offsets. */
function zip64Fields(view: DataView, start: number, end: number): number[] {
  const fields: number[] = [];
  for (let at = start; at + 4 <= end;) {
    const next = at + 4 + view.getUint16(at + 2, true);
    const isWide = view.getUint16(at, true) === Zip.ExtraZip64;
    for (at += 4; isWide && at + 8 <= Math.min(next, end); at += 8) {
      fields.push(wideAt(view, at));
    }
    at = next;
  }
  return fields;
}

async function contentOf(
  bytes: Uint8Array,
  view: DataView,
  { path, method, crc, packedSize, size, offset }: ZipEntry,
): Promise<Uint8Array> {
  if (
    offset + Zip.LocalSize > bytes.length ||
    view.getUint32(offset, true) !== Zip.LocalSignature
  ) throw new ArchiveError(`damaged header: ${path}`);
  const start = offset + Zip.LocalSize + view.getUint16(offset + 26, true) +
    view.getUint16(offset + 28, true);
  if (start + packedSize > bytes.length) {
    throw new ArchiveError(`unexpected end: ${path}`);
  }
  const packed = bytes.subarray(start, start + packedSize);
  if (method !== Zip.Stored && method !== Zip.Deflated) {
    throw new ArchiveError(`unknown compression ${method}: ${path}`);
  }
  const content = method === Zip.Stored
    ? packed
    : await inflate(packed, size, path);
  if (content.length !== size || crc32(content) !== crc) {
    throw new ArchiveError(`checksum mismatch: ${path}`);
  }
  return content;
}

/** Inflates, and stops where more comes than was told. */
async function inflate(
  packed: Uint8Array,
  size: number,
  path: string,
): Promise<Uint8Array> {
  const inflated = new DecompressionStream("deflate-raw");
  const writer = inflated.writable.getWriter();
  const write = async () => {
    for (let at = 0; at < packed.length; at += Zip.PartBytes) {
      await writer.write(packed.slice(at, at + Zip.PartBytes));
    }
    await writer.close();
  };
  write().catch(() => {}); // reading fails for the same reason
  const reader = inflated.readable.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return concat(pieces);
      length += value.length;
      if (length > size) break;
      pieces.push(value);
    }
  } catch {
    throw new ArchiveError(`damaged: ${path}`);
  }
  reader.cancel().catch(() => {});
  throw new ArchiveError(`longer than it says: ${path}`);
}

/** The checksum of zip: the polynomial of ISO 3309, bit-reversed. */
function crc32(bytes: Uint8Array): number {
  const table = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) {
      value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    }
    table[i] = value;
  }
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
