/** What git is told, given and allowed, and what of a repository is not taken for what it seems. */
import { execFileSync } from "node:child_process";
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { runIn } from "../support/api.ts";
import {
  connectionText,
  environmentText,
  PROGRAM,
  writeFiles,
} from "../support/cli.ts";
import { plainGit, someMarks, type Marks } from "../support/hostile-git.ts";
import { aRepository, type Repositories } from "../support/repository.ts";

const DEV = "environments/dev/environment.yaml";

function documents(state: string): Readonly<Record<string, string>> {
  return {
    [DEV]: environmentText("embedded:", [`state: ${state}`]),
    "connections/one.yaml": connectionText("one", ["a"]),
  };
}

/** A clone with documents, and a home of its own: settings there are the user's. */
async function aClone(
  state = "{backend: git}",
): Promise<{ repository: Repositories; root: string; home: string }> {
  const repository = await aRepository();
  const root = await repository.clone();
  await repository.commit(root, documents(state));
  const home = await mkdtemp(join(tmpdir(), "tieline-home-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return { repository, root, home };
}

async function aProgram(path: string, lines: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
}

/** Makes git doubt what it remembers of a file. */
async function touched(path: string): Promise<void> {
  await utimes(path, 1_000_000, 1_000_000);
}

const READING: readonly (readonly string[])[] = [
  ["plan", "dev"],
  ["apply", "dev", "--yes"],
  ["plan", "dev", "--ref", "HEAD"],
  ["secrets", "check", "--staged"],
  ["doctor", "dev"],
];

describe("the user's own settings of git", () => {
  const settings = (
    marks: Marks,
    folder: string,
  ): readonly (readonly [string, string])[] => [
    ["core.fsmonitor", marks.command("fsmonitor")],
    ["core.hooksPath", join(folder, ".husky")],
    ["filter.lfs.clean", marks.filter("clean")],
    ["filter.lfs.process", marks.command("process")],
    ["filter.lfs.required", "true"],
    ["diff.external", marks.command("external-diff")],
    ["diff.tieline.textconv", marks.command("textconv")],
    ["core.alternateRefsCommand", marks.command("alternate-refs")],
    ["core.editor", marks.command("editor")],
    ["core.pager", marks.command("pager")],
    ["gpg.program", join(folder, "sign")],
    ["commit.gpgSign", "true"],
    ["push.gpgSign", "if-asked"],
  ];

  it("run no program, whatever files a commit assigns to them", async () => {
    const marks = await someMarks();
    const { repository, root, home } = await aClone();
    await writeFiles(root, {
      ".gitattributes": "* filter=lfs diff=tieline\n",
      ".husky/pre-push": `#!/bin/sh\n${marks.command("hook")}\n`,
      ".husky/reference-transaction": `#!/bin/sh\n${marks.command("hook")}\n`,
      ".husky/post-index-change": `#!/bin/sh\n${marks.command("hook")}\n`,
      sign: `#!/bin/sh\n${marks.command("sign")}\n`,
    });
    for (const name of [
      "pre-push",
      "reference-transaction",
      "post-index-change",
    ])
      await chmod(join(root, ".husky", name), 0o755);
    await chmod(join(root, "sign"), 0o755);
    await repository.commit(root, {});
    for (const [key, value] of settings(marks, root))
      repository.git(root, "config", key, value);
    await touched(join(root, "connections/one.yaml"));
    for (const command of READING) {
      const result = await runIn(root, null, command, { env: { HOME: home } });
      expect([command, result.status], result.stderr).toEqual([command, 0]);
    }
    expect(await marks.taken()).toEqual([]);
    plainGit(root, ["status"]);
    expect(await marks.taken()).toContain("fsmonitor");
  });

  it("leave it open whether files differ that only a filter could compare", async () => {
    const marks = await someMarks();
    const { repository, root, home } = await aClone("{backend: file}");
    await writeFiles(root, { ".gitattributes": "*.bin filter=lfs\n" });
    repository.git(root, "config", "filter.lfs.clean", "echo pointer");
    repository.git(root, "config", "filter.lfs.required", "true");
    await repository.commit(root, { "image.bin": "pixels" });
    await touched(join(root, "image.bin"));
    const dirty = async (): Promise<unknown> => {
      const run = await runIn(root, null, ["plan", "dev", "--json"], {
        env: { HOME: home },
      });
      return (JSON.parse(run.stdout) as { source: { dirty: unknown } }).source
        .dirty;
    };
    expect(await dirty()).toBeNull();
    await writeFile(join(root, "notes.txt"), "new");
    expect(await dirty()).toBe(true);
    await rm(join(root, "notes.txt"));
    await writeFile(join(root, ".gitattributes"), "*.bin filter=unknown\n");
    await repository.commit(root, {});
    expect(await dirty()).toBe(false);
    expect(await marks.taken()).toEqual([]);
  });
});

describe("a remote of the state", () => {
  /** A bare repository whose every hook leaves a mark. */
  async function aTrap(folder: string, marks: Marks): Promise<void> {
    await mkdir(folder, { recursive: true });
    execFileSync("git", ["init", "--quiet", "--bare", "."], { cwd: folder });
    for (const hook of ["pre-receive", "update", "post-receive", "post-update"])
      await aProgram(
        join(folder, "hooks", hook),
        `touch '${marks.folder}/hook'`,
      );
  }

  type Setting = (context: {
    readonly root: string;
    readonly home: string;
    readonly git: (...args: string[]) => void;
  }) => Promise<void> | void;

  const inside: readonly (readonly [string, Setting])[] = [
    ["is no remote, but a folder", () => undefined],
    [
      "is in a section without an address",
      ({ git }) => {
        git("config", "remote.evil.fetch", "+refs/heads/*:refs/x/*");
      },
    ],
    [
      "has a relative address inside",
      ({ git }) => {
        git("remote", "add", "evil", "./evil");
      },
    ],
    [
      "has an absolute address inside",
      ({ git, root }) => {
        git("remote", "add", "evil", join(root, "evil"));
      },
    ],
    [
      "has a file address inside",
      ({ git, root }) => {
        git("remote", "add", "evil", `file://${root}/%65vil`);
      },
    ],
    [
      "has an address that a link leads inside",
      async ({ git, root, home }) => {
        await symlink(join(root, "evil"), join(home, "link"));
        git("remote", "add", "evil", join(home, "link"));
      },
    ],
    [
      "pushes inside",
      ({ git, root }) => {
        git("remote", "add", "evil", "https://git.invalid/x.git");
        git("remote", "set-url", "--push", "evil", join(root, "evil"));
      },
    ],
    [
      "is rewritten to an address inside",
      ({ git, root }) => {
        git("remote", "add", "evil", "https://git.invalid/evil");
        git("config", `url.${root}/.insteadOf`, "https://git.invalid/");
      },
    ],
    [
      "is rewritten for pushes alone",
      ({ git, root }) => {
        git("remote", "add", "evil", "https://git.invalid/evil");
        git("config", `url.${root}/.pushInsteadOf`, "https://git.invalid/");
      },
    ],
    [
      "names a program",
      ({ git }) => {
        git("config", "protocol.ext.allow", "always");
        git("remote", "add", "evil", "ext::sh -c false");
      },
    ],
    [
      "has an address in the clear",
      ({ git }) => {
        git("remote", "add", "evil", "http://git.invalid/x.git");
      },
    ],
    [
      "has an address of git's own protocol",
      ({ git }) => {
        git("remote", "add", "evil", "git://git.invalid/x.git");
      },
    ],
    [
      "has a host that is an option",
      ({ git }) => {
        git("remote", "add", "evil", "ssh://-oProxyCommand=false/x.git");
      },
    ],
    [
      "has an address that goes on in another line",
      ({ git }) => {
        git("config", "remote.evil.url", "https://git.invalid/x\n./evil");
      },
    ],
    [
      "comes from a file of the working tree",
      async ({ git, root }) => {
        await writeFile(
          join(root, "team.gitconfig"),
          '[remote "evil"]\n\turl = https://git.invalid/x.git\n',
        );
        git("config", "include.path", "../team.gitconfig");
      },
    ],
    [
      "is reached by a command from a file of the working tree",
      async ({ git, root }) => {
        await writeFile(
          join(root, "team.gitconfig"),
          "[core]\n\tsshCommand = false\n",
        );
        git("config", "include.path", "../team.gitconfig");
        git("remote", "add", "evil", "ssh://git.invalid/x.git");
      },
    ],
  ];

  it.each(inside)("is not used when it %s", async (_name, set) => {
    const marks = await someMarks();
    const { repository, root, home } = await aClone(
      "{backend: git, remote: evil}",
    );
    await aTrap(join(root, "evil"), marks);
    await set({
      root,
      home,
      git: (...args) => {
        repository.git(root, ...args);
      },
    });
    for (const command of [
      ["apply", "dev", "--yes"],
      ["state", "show", "dev"],
      ["ledger", "log", "dev"],
    ]) {
      const run = await runIn(root, null, command, { env: { HOME: home } });
      expect([run.status, run.stderr]).toEqual([
        3,
        expect.stringContaining("STA030"),
      ]);
    }
    expect(await marks.taken()).toEqual([]);
  });

  it("would run hooks of a folder that plain git takes for one", async () => {
    const marks = await someMarks();
    const { root } = await aClone();
    await aTrap(join(root, "evil"), marks);
    plainGit(root, ["push", "evil", "HEAD:refs/heads/x"]);
    expect(await marks.taken()).toEqual(["hook"]);
  });

  it("may not be in the repository that this one is a submodule of", async () => {
    const marks = await someMarks();
    const { repository, root } = await aClone("{backend: git, remote: evil}");
    const outer = await repository.clone();
    repository.git(
      outer,
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "--quiet",
      "add",
      repository.bare,
      "part",
    );
    await aTrap(join(outer, "evil"), marks);
    const part = join(outer, "part");
    repository.git(part, "remote", "add", "evil", "../evil");
    const run = await runIn(part, null, ["apply", "dev", "--yes"]);
    expect([run.status, run.stderr]).toEqual([
      3,
      expect.stringContaining("STA030"),
    ]);
    expect(await marks.taken()).toEqual([]);
    await rm(root, { recursive: true });
  });

  it("is reached with the settings that came with the command", async () => {
    const { repository, root, home } = await aClone();
    repository.git(
      root,
      "remote",
      "set-url",
      "origin",
      "https://git.invalid/x",
    );
    const run = await runIn(root, null, ["apply", "dev", "--yes"], {
      env: {
        HOME: home,
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `url.file://${repository.bare}.insteadOf`,
        GIT_CONFIG_VALUE_0: "https://git.invalid/x",
      },
    });
    expect(run.status, run.stderr).toBe(0);
    const global = join(home, "settings");
    await writeFile(
      global,
      `[url "file://${repository.bare}"]\n\tinsteadOf = https://git.invalid/x\n`,
    );
    const shown = await runIn(root, null, ["state", "show", "dev", "--json"], {
      env: { HOME: home, GIT_CONFIG_GLOBAL: global },
    });
    expect(JSON.parse(shown.stdout)).toMatchObject({ receipts: 1 });
  });
});

describe("the program git", () => {
  /** A git that notes what it was given, one file for each run, and does what git does. */
  async function aNotingGit(
    folder: string,
  ): Promise<() => Promise<readonly string[]>> {
    const real = execFileSync("sh", ["-c", "command -v git"], {
      encoding: "utf8",
    }).trim();
    const notes = join(folder, "notes");
    await mkdir(notes);
    await aProgram(
      join(folder, "git"),
      `{ echo "$*"; env; } > '${notes}'/$$\nexec '${real}' "$@"`,
    );
    return async () =>
      Promise.all(
        (await readdir(notes)).map((name) =>
          readFile(join(notes, name), "utf8"),
        ),
      );
  }

  const CREDENTIALS = {
    SCALEKIT_CLIENT_SECRET: "canary-1",
    SCALEKIT_CLIENT_ID: "canary-2",
    SCALEKIT_DEV_CLIENT_SECRET: "canary-3",
    SOPS_AGE_KEY: "canary-4",
    TIELINE_API_TOKEN: "canary-5",
    AWS_SECRET_ACCESS_KEY: "canary-6",
    GITHUB_TOKEN: "canary-7",
    NPM_TOKEN: "canary-8",
    DATABASE_URL: "canary-9",
    ANYTHING_ELSE: "canary-10",
  };

  it("sees no variable that is not on the list, and always knows which repository it is in", async () => {
    const { root, home } = await aClone();
    const notes = await aNotingGit(home);
    for (const command of [
      ...READING,
      ["secrets", "install-git"],
      ["ledger", "log", "dev"],
      ["state", "show", "dev"],
      ["rollback", "dev", "--to", "last"],
    ])
      await runIn(root, null, command, {
        env: {
          ...CREDENTIALS,
          HOME: home,
          PATH: `${home}${delimiter}${process.env["PATH"] ?? ""}`,
        },
      });
    const runs = await notes();
    expect(runs.length).toBeGreaterThan(20);
    for (const run of runs) {
      const [line = ""] = run.split("\n");
      // git starts itself for parts of a push; those runs are its own affair, with the same
      // variables.
      const isOurs = line.includes("safe.bareRepository=explicit");
      const isCheck = line.includes("--absolute-git-dir");
      expect(run).not.toContain("canary");
      if (isOurs && !isCheck) {
        expect(run).toContain(`\nGIT_DIR=${root}/.git\n`);
        expect(run).toContain(`\nGIT_WORK_TREE=${root}\n`);
      }
      if (isOurs && !/ (?:ls-remote|fetch|push) /u.test(line))
        expect(run).toContain("\nGIT_ALLOW_PROTOCOL=none\n");
    }
  });

  it("gets a variable for a helper where it is named outside of the repository, and only for a remote", async () => {
    const { root, home } = await aClone();
    const notes = await aNotingGit(home);
    await runIn(root, null, ["state", "show", "dev"], {
      env: {
        HOME: home,
        PATH: `${home}${delimiter}${process.env["PATH"] ?? ""}`,
        TIELINE_GIT_ENV: "GH_TOKEN, OTHER",
        GH_TOKEN: "canary-of-the-helper",
      },
    });
    const runs = await notes();
    const given = runs.filter((run) => run.includes("canary-of-the-helper"));
    expect(given.length).toBeGreaterThan(0);
    expect(given.every((run) => run.includes("ls-remote"))).toBe(true);
  });

  it.each([
    ["a relative place on the search path", () => "bin"],
    ["an empty place on the search path", () => ""],
    ["a place inside of the repository", (root: string) => join(root, "bin")],
    [
      "a link that leads inside",
      (_root: string, home: string) => join(home, "link"),
    ],
  ])("is not taken from %s", async (_name, placeOf) => {
    const marks = await someMarks();
    const { root, home } = await aClone();
    await mkdir(join(root, "bin"));
    for (const folder of [root, join(root, "bin")])
      for (const name of ["git", "git-upload-pack", "ssh", "sh"])
        await aProgram(join(folder, name), `touch '${marks.folder}/${name}'`);
    await symlink(join(root, "bin"), join(home, "link"));
    for (const command of [
      ["apply", "dev", "--yes"],
      ["secrets", "check", "--staged"],
    ])
      await runIn(root, null, command, {
        env: {
          HOME: home,
          PATH: `${placeOf(root, home)}${delimiter}${process.env["PATH"] ?? ""}`,
        },
      });
    expect(await marks.taken()).toEqual([]);
  });
});

describe("state that came with a commit", () => {
  it.each([
    ["an inventory", ".tieline/state/prod/inventory.json"],
    ["data of the embedded API", ".tieline/embedded/dev.json"],
    ["anything at all", ".tieline/notes"],
  ])("is not read: %s", async (_name, path) => {
    const { repository, root } = await aClone("{backend: file}");
    await writeFiles(root, { [path]: "{}\n" });
    repository.git(root, "add", "--force", path);
    for (const command of [
      ["plan", "dev"],
      ["apply", "dev", "--yes"],
      ["state", "show", "dev"],
      ["ledger", "log", "dev"],
      ["status", "dev"],
    ]) {
      const run = await runIn(root, null, command);
      expect([command, run.status, run.stderr]).toEqual([
        command,
        3,
        expect.stringContaining("STA008"),
      ]);
    }
    const examined = await runIn(root, null, ["doctor", "dev"]);
    expect(examined.stdout).toContain("STA008");
    repository.git(root, "rm", "--quiet", "-r", "--cached", ".tieline");
    await rm(join(root, path));
    const run = await runIn(root, null, ["apply", "dev", "--yes"]);
    expect(run.status, run.stderr).toBe(0);
  });

  it("is not read where the workspace is a folder of the repository, or a submodule is in the place", async () => {
    const { repository, root } = await aClone();
    await writeFiles(root, {
      "part/environments/dev/environment.yaml": environmentText("embedded:"),
      "part/connections/one.yaml": connectionText("one", ["a"]),
      "part/.tieline/x": "x",
    });
    repository.git(root, "add", "--force", "part");
    await repository.commit(root, {});
    const run = await runIn(join(root, "part"), null, ["plan", "dev"]);
    expect(run.stderr).toContain("STA008");
    expect(run.stderr).toContain("part/.tieline/x");
    repository.git(root, "rm", "-r", "--quiet", "part/.tieline");
    execFileSync("git", ["init", "--quiet", "part/.tieline"], { cwd: root });
    repository.git(
      root,
      "update-index",
      "--add",
      "--cacheinfo",
      `160000,${"1".repeat(40)},part/.tieline`,
    );
    const again = await runIn(join(root, "part"), null, ["plan", "dev"]);
    expect(again.stderr).toContain("STA008");
  });
});

describe("settings in a home that is the checkout", () => {
  it("run nothing, and say where a remote's way comes from", async () => {
    const marks = await someMarks();
    const { repository, root } = await aClone();
    await writeFiles(root, {
      ".gitattributes": "* filter=evil\n",
      ".gitconfig": [
        "[core]",
        `\tfsmonitor = "${marks.command("fsmonitor")}"`,
        `\thooksPath = ${root}/hooks`,
        `\tsshCommand = "${marks.command("ssh")}"`,
        '[filter "evil"]',
        `\tclean = "${marks.filter("clean")}"`,
        "[trace2]",
        `\teventTarget = ${marks.folder}/trace`,
        `\tnormalTarget = ${marks.folder}/trace`,
        "[credential]",
        `\thelper = "!${marks.command("helper")}"`,
        `[url "ssh://nowhere.invalid/"]`,
        `\tinsteadOf = ${repository.bare}`,
        "",
      ].join("\n"),
    });
    await repository.commit(root, {});
    await marks.taken();
    await touched(join(root, "connections/one.yaml"));
    for (const [command, status] of [
      [["plan", "dev", "--ref", "HEAD"], 3],
      [["state", "show", "dev"], 3],
      [["secrets", "check", "--staged"], 0],
      [["doctor"], 1],
    ] as const) {
      const run = await runIn(root, null, command, { env: { HOME: root } });
      expect([command, await marks.taken()]).toEqual([command, []]);
      if (status === 3) expect(run.stderr).toContain("STA030");
    }
    plainGit(root, ["status"]);
    expect(await marks.taken()).toContain("fsmonitor");
  });
});

describe("what is staged", () => {
  const LITERAL = `x = ghp_${"a1".repeat(20)}\n`;
  const CHECK = ["secrets", "check", "--staged"];

  it("is that of the commit under way, in a hook", async () => {
    const { repository, root } = await aClone("{backend: file}");
    await repository.commit(root, { "notes.md": "clean\n" });
    await aProgram(
      join(root, ".git/hooks/pre-commit"),
      `exec '${process.execPath}' '${PROGRAM}' ${CHECK.join(" ")}`,
    );
    await writeFile(join(root, "notes.md"), LITERAL);
    for (const how of [["--all"], ["--only", "notes.md"]])
      expect(() =>
        repository.git(root, "commit", ...how, "--message", "x"),
      ).toThrow();
    await writeFile(join(root, "notes.md"), "clean as well\n");
    repository.git(root, "commit", "--all", "--message", "x");
  });

  it("is also a file in the place of a link, one of a first commit, and one below a folder", async () => {
    const { repository, root } = await aClone("{backend: file}");
    await symlink("nowhere", join(root, "notes.md"));
    await repository.commit(root, {});
    await rm(join(root, "notes.md"));
    await writeFile(join(root, "notes.md"), LITERAL);
    repository.git(root, "add", "notes.md");
    expect((await runIn(root, null, CHECK)).status).toBe(3);
    await rm(join(root, ".git"), { recursive: true });
    repository.git(root, "init", "--quiet");
    repository.git(root, "add", "notes.md");
    expect((await runIn(root, null, CHECK)).status).toBe(3);
    await writeFiles(root, {
      "part/environments/dev/environment.yaml": environmentText("embedded:"),
      "part/secret text.md": LITERAL,
    });
    repository.git(root, "reset", "--quiet");
    repository.git(root, "add", "part");
    const below = await runIn(join(root, "part"), null, CHECK);
    expect([below.status, below.stderr + below.stdout]).toEqual([
      3,
      expect.stringContaining("secret text.md"),
    ]);
  });
});

describe("the documents of another commit", () => {
  it("are not those of a tag that has the name of a branch", async () => {
    const { repository, root } = await aClone("{backend: file}");
    repository.git(root, "tag", "main");
    const run = await runIn(root, null, ["plan", "dev", "--ref", "main"]);
    expect([run.status, run.stderr]).toEqual([
      64,
      expect.stringContaining("refs/tags/main or refs/heads/main"),
    ]);
    const whole = ["plan", "dev", "--ref", "refs/heads/main"];
    expect((await runIn(root, null, whole)).status).toBe(0);
  });

  it("are those that were committed, whatever replaces them", async () => {
    const { repository, root } = await aClone("{backend: file}");
    const first = repository.git(root, "rev-parse", "HEAD").trim();
    await repository.commit(root, {
      "connections/one.yaml": connectionText("one", ["evil"]),
    });
    repository.git(root, "replace", first, "HEAD");
    const run = await runIn(root, null, [
      "plan",
      "dev",
      "--ref",
      first,
      "--json",
    ]);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).not.toContain("evil");
  });

  it.each([
    "--output=owned",
    "-x",
    "--upload-pack=touch owned",
    "@{-1}",
    ":/x",
    "",
  ])("are those of no commit named %j", async (revision) => {
    const { root } = await aClone("{backend: file}");
    const run = await runIn(root, null, ["plan", "dev", `--ref=${revision}`]);
    expect(run.status, run.stderr).toBe(64);
    expect(await readdir(root)).not.toContain("owned");
  });

  it("are not fetched by a clone that lacks them", async () => {
    const marks = await someMarks();
    const { repository, root, home } = await aClone("{backend: file}");
    await repository.commit(root, {
      "connections/one.yaml": connectionText("one", ["b"]),
    });
    for (const [key, value] of [
      ["uploadpack.allowFilter", "true"],
      ["uploadpack.allowAnySHA1InWant", "true"],
    ] as const)
      repository.git(repository.bare, "config", key, value);
    const part = join(home, "part");
    repository.git(
      home,
      "clone",
      "--quiet",
      "--filter=blob:none",
      `file://${repository.bare}`,
      part,
    );
    repository.git(
      part,
      "config",
      "remote.origin.uploadpack",
      marks.command("upload-pack"),
    );
    const command = ["plan", "dev", "--ref", "HEAD~1"];
    const run = await runIn(part, null, command);
    expect([run.status, run.stderr]).toEqual([
      64,
      expect.stringContaining("CLI023"),
    ]);
    expect(await marks.taken()).toEqual([]);
    repository.git(part, "config", "--unset", "remote.origin.uploadpack");
    repository.git(part, "archive", "--output", join(home, "x"), "HEAD~1");
    const whole = await runIn(part, null, command);
    expect(whole.status, whole.stderr).toBe(0);
  });
});
