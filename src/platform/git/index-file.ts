import type { IndexEntry } from "../../ports/git.ts";

/**
 * What every entry begins with: times, device, inode, mode, owner, size. The object's name follows.
 */
const FIXED_BYTES = 40;
const MODE_AT = 24;
/** Lengths of an object's name, by the two hashes git knows. */
const NAME_BYTES: readonly number[] = [20, 32];
const HEADER_BYTES = 12;
/**
 * Far longer than systems take, and in all far beyond any repository. What is beyond is git's to
 * read.
 */
const MAX_PATH = 65_536;
const MAX_PATH_BYTES = 256 * 1024 * 1024;

const ASSUME_VALID = 0x80_00;
const EXTENDED = 0x40_00;
const STAGE_SHIFT = 12;
const STAGE_MASK = 3;
const NAME_MASK = 0x0f_ff;
const SKIP_WORKTREE = 0x40_00;

const KINDS: Readonly<Record<number, IndexEntry["kind"]>> = {
  0o100644: "file",
  0o100755: "file",
  0o120000: "file",
  0o160000: "submodule",
  // Of a sparse index: everything below it is left out.
  0o040000: "folder",
};

/** Extensions that change what the entries mean, and that are understood. */
const KNOWN_REQUIRED = "sdir";

/**
 * Reads an index file.
 * @returns `undefined` for one of a kind that is not understood, such as a split index: git has to
 * be asked then.
 * @remarks Source: gitformat-index(5), versions 2 to 4, git 2.39.
 */
export function parseIndex(
  bytes: Uint8Array,
): readonly IndexEntry[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (
    buffer.length < HEADER_BYTES ||
    buffer.toString("latin1", 0, 4) !== "DIRC"
  )
    return undefined;
  const version = buffer.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  for (const nameBytes of NAME_BYTES) {
    try {
      const entries = new IndexReader(buffer, { version, nameBytes }).read();
      if (entries !== undefined) return entries;
    } catch (error) {
      // Beyond the end of the file: it was not written with names of this length, or is damaged.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return undefined;
}

interface IndexForm {
  readonly version: number;
  readonly nameBytes: number;
}

class IndexReader {
  readonly #buffer: Buffer;
  readonly #form: IndexForm;
  #at = HEADER_BYTES;
  #path: Buffer = Buffer.alloc(0);
  #pathBytes = 0;

  constructor(buffer: Buffer, form: IndexForm) {
    this.#buffer = buffer;
    this.#form = form;
  }

  read(): IndexEntry[] | undefined {
    const count = this.#buffer.readUInt32BE(8);
    const entries: IndexEntry[] = [];
    for (let read = 0; read < count; read += 1) {
      const entry = this.#entry();
      if (entry === undefined) return undefined;
      entries.push(entry);
    }
    return this.#endsWell() ? entries : undefined;
  }

  #entry(): IndexEntry | undefined {
    const buffer = this.#buffer;
    const start = this.#at;
    const kind = KINDS[buffer.readUInt32BE(start + MODE_AT)];
    const objectAt = start + FIXED_BYTES;
    const flagsAt = objectAt + this.#form.nameBytes;
    const flags = buffer.readUInt16BE(flagsAt);
    const isExtended = (flags & EXTENDED) !== 0;
    const more = isExtended ? buffer.readUInt16BE(flagsAt + 2) : 0;
    if (kind === undefined || (isExtended && this.#form.version < 3))
      return undefined;
    this.#at = flagsAt + (isExtended ? 4 : 2);
    if (!this.#readPath(start, flags & NAME_MASK)) return undefined;
    return {
      path: this.#path.toString("utf8").replace(/\/$/u, ""),
      object: buffer.toString("hex", objectAt, flagsAt),
      kind,
      isMerged: ((flags >> STAGE_SHIFT) & STAGE_MASK) === 0,
      isLeftOut: (more & SKIP_WORKTREE) !== 0,
      isUnwatched: (flags & ASSUME_VALID) !== 0,
      // Both times, in seconds and parts of them.
      isUnwritten: buffer
        .subarray(start, start + 16)
        .every((byte) => byte === 0),
    };
  }

  /** Goes on to the next entry. False where the path is not as long as its entry says. */
  #readPath(start: number, length: number): boolean {
    const buffer = this.#buffer;
    const kept = this.#form.version === 4 ? this.#keptBytes() : 0;
    const end = buffer.indexOf(0, this.#at);
    if (end < 0 || kept < 0) return false;
    const rest = buffer.subarray(this.#at, end);
    // Version 4 repeats the path before: a small file can stand for very much.
    this.#pathBytes += kept + rest.length;
    if (kept + rest.length > MAX_PATH || this.#pathBytes > MAX_PATH_BYTES)
      return false;
    this.#path =
      kept === 0 ? rest : Buffer.concat([this.#path.subarray(0, kept), rest]);
    // Padded with one to eight NUL, up to a multiple of eight.
    this.#at =
      this.#form.version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
    return length === NAME_MASK
      ? this.#path.length >= NAME_MASK
      : this.#path.length === length;
  }

  /** How much of the path before is the beginning of this one; below zero where that cannot be. */
  #keptBytes(): number {
    let byte = this.#buffer.readUInt8(this.#at++);
    let dropped = byte & 127;
    while ((byte & 128) !== 0) {
      byte = this.#buffer.readUInt8(this.#at++);
      dropped = (dropped + 1) * 128 + (byte & 127);
    }
    return this.#path.length - dropped;
  }

  /**
   * Whether extensions, none of them one that is not understood, and the checksum fill what is
   * left.
   */
  #endsWell(): boolean {
    const end = this.#buffer.length - this.#form.nameBytes;
    while (this.#at < end) {
      const name = this.#buffer.toString("latin1", this.#at, this.#at + 4);
      if (!/^[A-Z]/u.test(name) && name !== KNOWN_REQUIRED) return false;
      this.#at += 8 + this.#buffer.readUInt32BE(this.#at + 4);
    }
    return this.#at === end;
  }
}
