/**
 * Folders that git takes for repositories, and settings by which git runs programs. Each program
 * leaves a file with its name, and nothing else.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { connectionText, environmentText, writeFiles } from "./cli.ts";

/** Where programs leave their marks. */
export interface Marks {
  readonly folder: string;
  /** A command line that leaves a mark and fails: nobody waits for more of it. */
  command(name: string): string;
  /** One that leaves a mark and gives back what it reads, as a filter does. */
  filter(name: string): string;
  /** What was run since the last time, sorted. */
  taken(): Promise<readonly string[]>;
}

/** Makes a folder for marks, outside of every repository. Removed when the test ends. */
export async function someMarks(): Promise<Marks> {
  const folder = await mkdtemp(join(tmpdir(), "tieline-marks-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    folder,
    command: (name) => `touch '${folder}/${name}'; false`,
    filter: (name) => `touch '${folder}/${name}'; cat`,
    async taken() {
      const names = (await readdir(folder)).sort();
      for (const name of names) await rm(join(folder, name));
      return names;
    },
  };
}

/** Where settings of a planted repository go, and what they may name. */
export interface Plant {
  readonly marks: Marks;
  /** Folder that is taken for a repository. */
  readonly folder: string;
}

/** A way by which git runs a program. */
export interface GitFeature {
  readonly name: string;
  /** Settings of the planted repository, as `git config` takes them. */
  readonly settings: (plant: Plant) => readonly (readonly [string, string])[];
  /** Files of the planted repository's working tree or git folder, which are the same. */
  readonly files?: (plant: Plant) => Readonly<Record<string, string>>;
  /** A git command that runs the program, to show that the plant is alive. */
  readonly control: readonly string[];
}

const script = (plant: Plant, name: string): string =>
  `#!/bin/sh\n${plant.marks.command(name)}\n`;

/** Every way we know by which reading, writing or fetching makes git run something. */
export const GIT_FEATURES: readonly GitFeature[] = [
  {
    name: "fsmonitor",
    settings: (plant) => [["core.fsmonitor", plant.marks.command("fsmonitor")]],
    control: ["status"],
  },
  {
    name: "clean-filter",
    settings: (plant) => [
      ["filter.evil.clean", plant.marks.filter("clean-filter")],
    ],
    files: () => ({ ".gitattributes": "* filter=evil\n" }),
    control: ["status"],
  },
  {
    name: "process-filter",
    settings: (plant) => [
      ["filter.evil.process", plant.marks.command("process-filter")],
      ["filter.evil.required", "true"],
    ],
    files: () => ({ ".gitattributes": "* filter=evil\n" }),
    control: ["status"],
  },
  {
    name: "smudge-filter",
    settings: (plant) => [
      ["filter.evil.smudge", plant.marks.filter("smudge-filter")],
    ],
    files: () => ({ ".gitattributes": "* filter=evil\n" }),
    control: ["checkout-index", "--force", "--all"],
  },
  {
    name: "included-filter",
    settings: (plant) => [["include.path", join(plant.folder, "more")]],
    files: (plant) => ({
      more: `[filter "evil"]\n\tclean = "${plant.marks.filter("included-filter")}"\n`,
      ".gitattributes": "* filter=evil\n",
    }),
    control: ["status"],
  },
  {
    name: "hook",
    settings: (plant) => [["core.hooksPath", join(plant.folder, "ways")]],
    files: (plant) =>
      Object.fromEntries(
        ["post-index-change", "reference-transaction", "pre-push"].map(
          (name) => [`ways/${name}`, script(plant, "hook")],
        ),
      ),
    control: ["update-ref", "refs/heads/other", "HEAD"],
  },
  {
    name: "own-hook",
    settings: () => [],
    files: (plant) =>
      Object.fromEntries(
        ["post-index-change", "reference-transaction", "pre-push"].map(
          (name) => [`hooks/${name}`, script(plant, "own-hook")],
        ),
      ),
    control: ["update-ref", "refs/heads/other", "HEAD"],
  },
  {
    name: "upload-pack",
    settings: (plant) => [
      ["remote.origin.url", plant.folder],
      ["remote.origin.uploadpack", plant.marks.command("upload-pack")],
    ],
    control: ["ls-remote", "origin"],
  },
  {
    name: "receive-pack",
    settings: (plant) => [
      ["remote.origin.url", plant.folder],
      ["remote.origin.receivepack", plant.marks.command("receive-pack")],
    ],
    control: ["push", "origin", "HEAD:refs/heads/other"],
  },
  {
    name: "ssh-command",
    settings: (plant) => [
      ["remote.origin.url", "ssh://nowhere.invalid/x.git"],
      ["core.sshCommand", plant.marks.command("ssh-command")],
    ],
    control: ["ls-remote", "origin"],
  },
  {
    name: "ext-transport",
    settings: (plant) => [
      ["protocol.ext.allow", "always"],
      [
        "remote.origin.url",
        `ext::touch ${join(plant.marks.folder, "ext-transport")}`,
      ],
    ],
    control: ["ls-remote", "origin"],
  },
  {
    name: "git-proxy",
    settings: (plant) => [
      ["remote.origin.url", "git://127.0.0.1:1/x.git"],
      ["core.gitProxy", join(plant.folder, "proxy")],
    ],
    files: (plant) => ({ proxy: script(plant, "git-proxy") }),
    control: ["ls-remote", "origin"],
  },
  {
    name: "lazy-fetch",
    settings: (plant) => [
      ["core.repositoryFormatVersion", "1"],
      ["extensions.partialClone", "origin"],
      ["remote.origin.url", plant.folder],
      ["remote.origin.promisor", "true"],
      ["remote.origin.uploadpack", plant.marks.command("lazy-fetch")],
    ],
    control: ["cat-file", "-p", "1234567890123456789012345678901234567890"],
  },
  {
    name: "alternate-refs",
    settings: (plant) => [
      ["remote.origin.url", plant.folder],
      ["core.alternateRefsCommand", plant.marks.command("alternate-refs")],
    ],
    files: (plant) => ({
      "objects/info/alternates": `${join(plant.folder, "spare/objects")}\n`,
      "spare/HEAD": "ref: refs/heads/main\n",
      "spare/refs/heads/x": "",
      "spare/objects/info/x": "",
    }),
    control: ["fetch", "origin", "HEAD"],
  },
  {
    name: "external-diff",
    settings: (plant) => [
      ["diff.external", plant.marks.command("external-diff")],
    ],
    control: ["diff", "HEAD~1"],
  },
  {
    name: "textconv",
    settings: (plant) => [
      ["diff.evil.textconv", plant.marks.command("textconv")],
    ],
    files: () => ({ ".gitattributes": "* diff=evil\n" }),
    control: ["diff", "HEAD~1"],
  },
  {
    name: "diff-command",
    settings: (plant) => [
      ["diff.evil.command", plant.marks.command("diff-command")],
    ],
    files: () => ({ ".gitattributes": "* diff=evil\n" }),
    control: ["diff", "HEAD~1"],
  },
  {
    name: "credential-helper",
    settings: (plant) => [
      ["credential.helper", `!${plant.marks.command("credential-helper")}`],
    ],
    control: ["credential", "fill"],
  },
  {
    name: "askpass",
    settings: (plant) => [["core.askPass", join(plant.folder, "ask")]],
    files: (plant) => ({ ask: script(plant, "askpass") }),
    control: ["credential", "fill"],
  },
  {
    name: "editor",
    settings: (plant) => [["core.editor", plant.marks.command("editor")]],
    control: ["commit", "--allow-empty"],
  },
  {
    name: "signing",
    settings: (plant) => [
      ["commit.gpgSign", "true"],
      ["gpg.program", join(plant.folder, "sign")],
    ],
    files: (plant) => ({ sign: script(plant, "signing") }),
    control: ["commit", "--allow-empty", "--message", "x"],
  },
];

const DOCUMENTS: Readonly<Record<string, string>> = {
  "environments/dev/environment.yaml": environmentText("embedded:"),
  "connections/one.yaml": connectionText("one", ["a"]),
};

/** Runs plain git, as a person without any protection would. */
export function plainGit(
  folder: string,
  args: readonly string[],
  input = "",
): void {
  spawnSync("git", [...args], {
    cwd: folder,
    input,
    timeout: 20_000,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "test",
      GIT_AUTHOR_EMAIL: "test@localhost",
      GIT_COMMITTER_NAME: "test",
      GIT_COMMITTER_EMAIL: "test@localhost",
    },
  });
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync(
    "git",
    ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args],
    { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
}

/** A workspace in a folder of a repository, that also is what a bare repository looks like. */
export interface PlantedWorkspace {
  /** Top level of the real repository, whose remote `origin` is a folder outside of it. */
  readonly top: string;
  /** The workspace, with HEAD, objects, refs, config, index and more in it. */
  readonly root: string;
}

/**
 * A repository whose folder `config` is a workspace, and holds plain, committed files that make git
 * take that folder for a repository with these features. `state` is what environment.yaml says of
 * it.
 */
export async function aPlantedWorkspace(
  features: readonly GitFeature[],
  marks: Marks,
  state = "{backend: file}",
): Promise<PlantedWorkspace> {
  const outer = await mkdtemp(join(tmpdir(), "tieline-planted-"));
  onTestFinished(() => rm(outer, { recursive: true, force: true }));
  const top = join(outer, "clone");
  const root = join(top, "config");
  await writeFiles(root, {
    ...DOCUMENTS,
    "environments/dev/environment.yaml": environmentText("embedded:", [
      `state: ${state}`,
    ]),
  });
  await plantRepository(root, features, marks);
  git(top, "init", "--quiet", "--initial-branch=main");
  // What an attacker does to get an ordinary commit; a pull request is not made with our runner.
  git(top, "-c", "core.safecrlf=false", "add", "--all", "--force");
  git(top, "commit", "--quiet", "--no-verify", "--message", "documents");
  await writeFile(join(top, ".git/info/exclude"), ".tieline/\n");
  git(outer, "init", "--quiet", "--bare", "origin.git");
  git(top, "remote", "add", "origin", join(outer, "origin.git"));
  // Other times than git remembers, so that it looks into the file.
  await utimes(join(root, "connections/one.yaml"), 1_000_000, 1_000_000);
  await marks.taken();
  return { top, root };
}

/** Makes a folder look like a repository whose git folder and working tree it is. */
async function plantRepository(
  root: string,
  features: readonly GitFeature[],
  marks: Marks,
): Promise<void> {
  const plant: Plant = { marks, folder: root };
  git(root, "init", "--quiet", "--initial-branch=main");
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--message", "first");
  await writeFile(
    join(root, "connections/one.yaml"),
    `${DOCUMENTS["connections/one.yaml"] ?? ""}# x
`,
  );
  git(root, "commit", "--quiet", "--all", "--message", "second");
  const folder = join(root, ".git");
  for (const name of await readdir(folder))
    await cp(join(folder, name), join(root, name), { recursive: true });
  await rm(folder, { recursive: true });
  await rm(join(root, "hooks"), { recursive: true, force: true });
  const set = (key: string, value: string): void => {
    execFileSync("git", ["config", "--file", "config", "--add", key, value], {
      cwd: root,
    });
  };
  execFileSync("git", ["config", "--file", "config", "core.bare", "false"], {
    cwd: root,
  });
  set("core.worktree", root);
  for (const feature of features) {
    for (const [key, value] of feature.settings(plant)) set(key, value);
    for (const [path, text] of Object.entries(feature.files?.(plant) ?? {})) {
      await writeFiles(root, { [path]: text });
      if (text.startsWith("#!")) await chmod(join(root, path), 0o755);
    }
  }
  await mkdir(join(root, "refs/heads"), { recursive: true });
}
