/**
 * What it means when the operating system refuses something on files or streams, and what helps.
 */
export interface SystemCause {
  /** For people, with the system's own word in brackets. */
  readonly why: string;
  readonly fix: string;
}

/**
 * Words of a cause: why, then what helps. @remarks Source: errno(3), and the pages of open(2),
 * rename(2), write(2) and fsync(2).
 */
const CAUSES: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  EACCES: [
    "this user may not do that there",
    "give this user the right to it, or run as the user it belongs to",
  ],
  EPERM: [
    "the system does not allow that to this user, or for this file",
    "run as the user it belongs to; a file may also be marked immutable",
  ],
  EROFS: [
    "the file system can only be read",
    "mount it writable, or name a place that can be written",
  ],
  ENOSPC: ["the disk is full", "make room, then run the command again"],
  EDQUOT: [
    "this user's share of the disk is used up",
    "make room or raise the quota, then run the command again",
  ],
  EFBIG: [
    "the file would be larger than this process or file system allows",
    "raise the limit (ulimit -f), then run the command again",
  ],
  EMFILE: [
    "this process has as many files open as it may",
    "raise the limit (ulimit -n 1024), then run the command again",
  ],
  ENFILE: [
    "the whole system has as many files open as it can",
    "end what holds them, then run the command again",
  ],
  ENOMEM: [
    "the system has no memory left",
    "end what uses it, then run the command again",
  ],
  EISDIR: ["a folder is in its place", "move the folder away"],
  ENOTDIR: [
    "a file is where a folder on the way to it should be",
    "move that file away, or name another place",
  ],
  ENOENT: [
    "it does not exist, or a folder on the way to it does not",
    "correct the name, or make the folder",
  ],
  EEXIST: ["it exists already", "move it away, or name another place"],
  ENOTEMPTY: ["the folder is not empty", "empty it, or name another place"],
  ELOOP: [
    "a link is in its place, or links lead in a circle",
    "remove the link, or name the place it should lead to",
  ],
  ENAMETOOLONG: [
    "the name, or the way to it, is longer than the system allows",
    "choose a shorter name",
  ],
  EBUSY: [
    "something else is using it, or it is a mount point",
    "end what uses it, then run the command again",
  ],
  ETXTBSY: [
    "it is a program that is running",
    "end that program, or name another place",
  ],
  EIO: [
    "the disk or the line to it gave an error",
    "look into the system's log; a copy of the data elsewhere is wise before trying again",
  ],
  ESTALE: [
    "the network file system lost it",
    "mount it again, then run the command again",
  ],
  EXDEV: [
    "it lies on another file system",
    "name a place on the same file system",
  ],
  ENOTSUP: [
    "the file system cannot do that",
    "name a place on another file system",
  ],
  ENXIO: [
    "a pipe, a socket or a device is in its place",
    "name a plain file instead",
  ],
  EINVAL: [
    "the file system does not take that name or that operation",
    "name another place",
  ],
  EMLINK: [
    "it has as many links as the file system allows",
    "name another place",
  ],
  EAGAIN: [
    "it is locked, or has nothing to give at the moment",
    "run the command again",
  ],
  EPIPE: [
    "whoever read it has gone away",
    "keep the reader running until the end",
  ],
};

/** Codes that say the same under another name. */
const ALIASES: Readonly<Record<string, string>> = {
  EOPNOTSUPP: "ENOTSUP",
  ENOSYS: "ENOTSUP",
  ENODEV: "ENXIO",
  EWOULDBLOCK: "EAGAIN",
};

/**
 * The system's word for what went wrong, such as `ENOSPC`; `undefined` for an error that is not the
 * system's.
 */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && /^E[A-Z0-9]+$/u.test(code)
    ? code
    : undefined;
}

/**
 * True for an error of the system with one of these words, or one that was told in other words
 * because of it.
 */
export function hasSystemCode(error: unknown, ...codes: string[]): boolean {
  const code = systemCodeOf(error);
  if (code !== undefined) return codes.includes(code);
  return (
    error instanceof Error &&
    error.cause !== undefined &&
    hasSystemCode(error.cause, ...codes)
  );
}

/** What an error of the system means, in words that every command uses. */
export function systemCause(error: unknown): SystemCause {
  const code = systemCodeOf(error);
  const known = code === undefined ? undefined : CAUSES[ALIASES[code] ?? code];
  if (known === undefined)
    return {
      why:
        code === undefined
          ? "the system refused it"
          : `the system says ${code}`,
      fix: "look into the system's log, then run the command again",
    };
  return { why: `${known[0]} (${code ?? ""})`, fix: known[1] };
}

/** Calls on files, as Node names them. @remarks Source: `error.syscall` of Node's `fs` module. */
const FILE_CALLS: ReadonlySet<string> = new Set([
  "access",
  "chmod",
  "chown",
  "close",
  "copyfile",
  "fchmod",
  "fchown",
  "fdatasync",
  "fstat",
  "fsync",
  "ftruncate",
  "link",
  "lstat",
  "mkdir",
  "mkdtemp",
  "open",
  "opendir",
  "read",
  "readlink",
  "realpath",
  "rename",
  "rm",
  "rmdir",
  "scandir",
  "stat",
  "symlink",
  "unlink",
  "uv_cwd",
  "write",
]);

/**
 * The path an operation on files failed at, where the error is one; `""` where the system does not
 * tell.
 */
export function failedFile(error: unknown): string | undefined {
  if (systemCodeOf(error) === undefined || !(error instanceof Error))
    return undefined;
  if (!("syscall" in error) || typeof error.syscall !== "string")
    return undefined;
  if (!FILE_CALLS.has(error.syscall)) return undefined;
  return "path" in error && typeof error.path === "string" ? error.path : "";
}
