import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { judgeAddress } from "../../../../src/platform/git/remote-rule.ts";

let outer = "";
let topLevel = "";

beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), "tieline-remote-"));
  topLevel = join(outer, "super/part");
  await mkdir(join(topLevel, "evil"), { recursive: true });
  await mkdir(join(outer, "super/.git/modules/part"), { recursive: true });
  await mkdir(join(outer, "work.git"), { recursive: true });
  await symlink(join(topLevel, "evil"), join(outer, "link"));
});
afterEach(async () => {
  await rm(outer, { recursive: true, force: true });
});

const judge = (address: string) =>
  judgeAddress(address, {
    repository: {
      topLevel,
      commonFolder: join(outer, "super/.git/modules/part"),
    },
    home: join(outer, "home"),
  });

describe("an address of a remote", () => {
  it.each([
    ["https://git.example/a/b.git", "https"],
    ["https://user:pass@git.example/a/b.git", "https"],
    ["ssh://git@git.example:2222/a/b.git", "ssh"],
    ["git+ssh://git.example/a", "ssh"],
    ["git@git.example:a/b.git", "ssh"],
    ["host:path", "ssh"],
    ["[git@host:2222]:path", "ssh"],
    ["http://127.0.0.1:3000/a", "http"],
    ["http://localhost/a", "http"],
    ["http://me@[::1]:3000/a", "http"],
    ["../../other", "file"],
    ["~/origin.git", "file"],
  ])("%s is reached by %s", (address, protocol) => {
    expect(judge(address)).toEqual({ protocol });
  });

  it.each([
    ["", "nothing at all"],
    [".", "the repository itself"],
    ["evil", "a name"],
    ["./evil", "a relative path"],
    ["evil/../evil", "a roundabout path"],
    ["../part/evil", "a path that comes back"],
    ["../evil", "the repository that this is a submodule of"],
    ["./a:b", "a path with a colon after a slash"],
    ["~root/x", "the home of somebody"],
    ["ext::sh -c false", "a program"],
    ["fd::3", "a descriptor"],
    ["::x", "an unnamed program"],
    ["https::https://git.example/x", "a named program"],
    [
      "HTTPS://git.example/x",
      "a scheme in capitals, which git looks for a program for",
    ],
    ["http://git.example/x", "http to elsewhere"],
    ["http://127.0.0.1.example/x", "a name that begins like loopback"],
    ["http://127.0.0.1@git.example/x", "a user that looks like loopback"],
    ["git://git.example/x", "git's own protocol"],
    ["ftp://git.example/x", "ftp"],
    ["file://host/x", "a file address with a host"],
    ["ssh://-oProxyCommand=x/y", "a host that is an option"],
    ["-oProxyCommand=x:y", "a short address that is an option"],
    ["me@-oProxyCommand=x:y", "an option behind a user"],
    ["https://git.example/x\nurl", "a line break"],
  ])("%j is not used: %s", (address) => {
    expect(judge(address)).toHaveProperty("why");
  });

  it("is judged by where a path really leads", () => {
    expect(judge(join(outer, "link"))).toHaveProperty("why");
    expect(judge(`file://${outer}/link`)).toHaveProperty("why");
    expect(judge(`file://${topLevel}/%65vil`)).toHaveProperty("why");
    expect(judge(join(topLevel, "not/there/yet"))).toHaveProperty("why");
    expect(judge(`file://${outer}/other`)).toEqual({ protocol: "file" });
  });

  it("is judged with the ending that git adds", () => {
    const repository = {
      topLevel: join(outer, "work.git"),
      commonFolder: join(outer, "work.git/.git"),
    };
    expect(
      judgeAddress(join(outer, "work"), { repository, home: undefined }),
    ).toHaveProperty("why");
  });
});
