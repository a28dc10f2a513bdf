import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import {
  failedFile,
  hasSystemCode,
  systemCause,
} from "../../../../src/domain/problem/system-cause.ts";

const refused = (code: string, more: object = {}): Error =>
  Object.assign(new Error("made up"), { code, ...more });

/**
 * What files and streams can be refused with. @remarks Source: the ERRORS sections of open(2),
 * write(2), rename(2), mkdir(2), link(2), fsync(2), unlink(2).
 */
const FILE_CODES = [
  "EACCES",
  "EAGAIN",
  "EBUSY",
  "EDQUOT",
  "EEXIST",
  "EINVAL",
  "EIO",
  "EISDIR",
  "ELOOP",
  "EMFILE",
  "EMLINK",
  "ENAMETOOLONG",
  "ENFILE",
  "ENODEV",
  "ENOENT",
  "ENOMEM",
  "ENOSPC",
  "ENOSYS",
  "ENOTDIR",
  "ENOTEMPTY",
  "ENOTSUP",
  "ENXIO",
  "EOPNOTSUPP",
  "EPERM",
  "EPIPE",
  "EROFS",
  "ESTALE",
  "ETXTBSY",
  "EXDEV",
  "EFBIG",
];

describe("what the system says", () => {
  it.each(FILE_CODES)("%s has words of its own and a fix", (code) => {
    expect(Object.keys(constants.errno)).toContain(code);
    const { why, fix } = systemCause(refused(code));
    expect(why).toMatch(new RegExp(`^[a-z].+ \\(${code}\\)$`, "u"));
    expect(why).not.toContain("the system says");
    expect(fix).toMatch(/^[a-z].{10,}[^.]$/u);
  });

  it("is told by its name where nobody thought of it", () => {
    expect(systemCause(refused("ENOTRECOVERABLE")).why).toContain(
      "ENOTRECOVERABLE",
    );
    expect(systemCause(new Error("x")).why).not.toContain("undefined");
    expect(systemCause("x").fix).toBeTruthy();
  });

  it("is not taken for what Node or we say", () => {
    expect(hasSystemCode(refused("ERR_STREAM_DESTROYED"), "ERR")).toBe(false);
    expect(failedFile(refused("STA008", { syscall: "open" }))).toBeUndefined();
    expect(
      failedFile(refused("ECONNREFUSED", { syscall: "connect" })),
    ).toBeUndefined();
    expect(failedFile(refused("ENOENT", { syscall: "spawn git" }))).toBe(
      undefined,
    );
    expect(failedFile(refused("EIO", { syscall: "read", path: "/a/b" }))).toBe(
      "/a/b",
    );
    expect(failedFile(refused("EIO", { syscall: "write" }))).toBe("");
  });
});
