import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import { tieline, writeFiles } from "./cli.ts";
import { tielineHere } from "./in-process.ts";
import type { PageShell } from "./page-shell.ts";

/** What a page finds when its blocks run. */
export interface Before {
  /** An empty folder instead of a configuration. */
  readonly isEmpty?: boolean;
  /** Without a key of the machine, which commands then make. */
  readonly hasNoKey?: boolean;
  readonly without?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** A configuration whose environments were applied to one emulated API, copied for each page. */
export interface PageWorld {
  shellFor(before: Before): Promise<PageShell>;
  /** A block with what stands for a value of the reader's put in. */
  filledIn(text: string): string;
  close(): Promise<void>;
}

/** Credentials of every environment that pages name, bound to the emulated API. */
function credentials(origin: string): Record<string, string> {
  const names = ["", "DEV_", "STAGING_", "PROD_", "EU_PROD_"];
  const found: Record<string, string> = { PATH: process.env["PATH"] ?? "" };
  for (const name of names) {
    found[`SCALEKIT_${name}CLIENT_ID`] = "test";
    found[`SCALEKIT_${name}CLIENT_SECRET`] = "test-only-secret";
    found[`SCALEKIT_${name}ENVIRONMENT_URL`] = origin;
  }
  return found;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const GIT_AUTHOR = {
  GIT_AUTHOR_NAME: "t",
  GIT_AUTHOR_EMAIL: "t@t.example",
  GIT_COMMITTER_NAME: "t",
  GIT_COMMITTER_EMAIL: "t@t.example",
};

/** Addresses of the reader's own platform. */
const ADDRESS = /https:\/\/acme(?:-\w+)?\.scalekit\.(?:com|dev)/gu;

/** A whole document takes the place of the file, a part of one goes to its end. */
function saveIn(cwd: string, text: string): void {
  const path = /^# ((?:connections|environments|templates)\/\S+)$/mu.exec(
    text,
  )?.[1];
  if (path === undefined) return;
  const file = join(cwd, path);
  mkdirSync(dirname(file), { recursive: true });
  const isPart =
    existsSync(file) && !/^(?:environment|connection_id):/mu.test(text);
  writeFileSync(file, `${text}\n`, { flag: isPart ? "a" : "w" });
}

function aimAt(origin: string, cwd: string): void {
  const folder = join(cwd, "environments");
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const file = join(folder, name, "environment.yaml");
    if (!existsSync(file)) continue;
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll(ADDRESS, origin));
  }
}

/** Makes the world that the blocks of all pages run in. */
export async function aPageWorld(): Promise<PageWorld> {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), "tieline-pages-")));
  const api = await startEmbedded({
    clientId: "test",
    clientSecret: "test-only-secret",
    clock: systemClock,
    catalogue: CATALOGUE,
  });
  const base = join(outer, "base");
  await mkdir(base);
  const run = await appliedIn(base, api);
  let copies = 0;
  return {
    async shellFor({
      isEmpty = false,
      hasNoKey = false,
      without = [],
      files = {},
    }) {
      const cwd = join(outer, String((copies += 1)), "work");
      if (isEmpty) await mkdir(cwd, { recursive: true });
      else cpSync(base, cwd, { recursive: true });
      for (const path of without)
        rmSync(join(cwd, path), { recursive: true, force: true });
      await writeFiles(cwd, files);
      const env = {
        ...credentials(api.origin),
        HOME: join(cwd, ".."),
        ...GIT_AUTHOR,
        ...(hasNoKey ? {} : { SOPS_AGE_KEY: await keyIn(base) }),
      };
      const shell: PageShell = {
        cwd,
        env,
        transcript: "",
        save: (text) => {
          saveIn(shell.cwd, text);
        },
        aim: () => {
          aimAt(api.origin, shell.cwd);
        },
      };
      shell.aim();
      return shell;
    },
    filledIn: (text) =>
      text
        .split("\n")
        .map((line) =>
          / init /u.test(line) ? line : line.replaceAll(ADDRESS, api.origin),
        )
        .join("\n")
        .replaceAll("<path of this checkout>", ROOT)
        .replaceAll(/(SCALEKIT_\w*CLIENT_ID)=\S+/gu, "$1=test")
        .replaceAll(/(SCALEKIT_\w*CLIENT_SECRET)=\S+/gu, "$1=test-only-secret")
        .replaceAll(/\b3f9a\b/gu, run),
    async close() {
      await api.close();
      rmSync(outer, { recursive: true, force: true });
    },
  };
}

async function keyIn(base: string): Promise<string> {
  const text = await readFile(join(base, "environments/dev/demo.agekey"));
  return /AGE-SECRET-KEY-\S+/u.exec(text.toString())?.[0] ?? "";
}

/** Makes the configuration and applies it; resolves to the beginning of a run's name. */
async function appliedIn(base: string, api: EmbeddedApi): Promise<string> {
  const environmentOf = (name: string): string =>
    `environment: ${name}\ntarget: ${api.origin}\nunrepresentable: local\n`;
  await tielineHere(["init", "."], { cwd: base });
  const rules = await readFile(join(base, ".sops.yaml"), "utf8");
  const env = { ...credentials(api.origin), SOPS_AGE_KEY: await keyIn(base) };
  await writeFiles(base, {
    ".sops.yaml": rules.replace("environments/dev/", "environments/.*/"),
    "environments/staging/environment.yaml": environmentOf("staging"),
    "environments/prod/environment.yaml": environmentOf("prod"),
    "environments/staging/connections/gmail-support.yaml":
      "connection_id: gmail-support\nscopes:\n  - https://www.googleapis.com/auth/gmail.readonly\n",
    ".gitignore": ".tieline/\n",
    "src/app.ts": 'await call({ connectionName: "gmail-support" });\n',
  });
  for (const name of ["staging", "prod"])
    await tieline(
      ["secrets", "set", name, "gmail-support/client_secret", "--stdin"],
      { cwd: base, env, input: `kept-for-${name}-1` },
    );
  const git = (...args: string[]): void => {
    execFileSync(
      "git",
      [
        "-C",
        base,
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@t.example",
        ...args,
      ],
      { stdio: "pipe" },
    );
  };
  git("init", "--quiet", "--initial-branch", "main");
  git("config", "user.name", "t");
  git("config", "user.email", "t@t.example");
  git("add", ".");
  git("commit", "--quiet", "--message", "Begin");
  git("tag", "v1.4");
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  for (const name of ["dev", "staging", "prod"]) {
    const { status, stdout, stderr } = await tielineHere(
      ["apply", name, "--yes", "--json"],
      { cwd: base, env },
    );
    if (status !== 0) throw new Error(`${name}: ${stdout}${stderr}`);
  }
  const log = await tielineHere(["ledger", "log", "prod", "--json"], {
    cwd: base,
    env,
  });
  const found = /"digest": ?"(?:sha256:)?([0-9a-f]{8})/u.exec(log.stdout)?.[1];
  if (found === undefined) throw new Error(log.stdout);
  return found;
}
