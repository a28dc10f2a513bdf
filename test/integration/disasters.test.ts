import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import { planDigest } from "../../src/engine/diff/fingerprint.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import { changeByHand } from "../support/by-hand.ts";
import {
  aWorkspace,
  connectionText,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";

const CREDENTIALS = {
  SCALEKIT_CLIENT_ID: "test",
  SCALEKIT_CLIENT_SECRET: "test-only-secret",
};
const COUNT = 12;
const NAMES = Array.from(
  { length: COUNT },
  (_, i) => `gmail-${String(i).padStart(2, "0")}`,
);

/**
 * An environment that prunes and keeps every default limit: the guards under test are those
 * everybody has.
 */
function environmentText(name: string, more: readonly string[] = []): string {
  return [
    `environment: ${name}`,
    'target: "embedded:"',
    "prune: true",
    ...more,
    "",
  ].join("\n");
}

/**
 * Twelve connections, one of them protected, and one whose client comes from an environment
 * variable.
 */
function documents(): Record<string, string> {
  const files: Record<string, string> = {
    "environments/prod/environment.yaml": environmentText("prod"),
  };
  for (const name of NAMES)
    files[`connections/${name}.yaml`] = connectionText(name, ["read"]);
  files[`connections/${NAMES[0] ?? ""}.yaml`] = connectionText(
    NAMES[0] ?? "",
    ["read"],
    ["lifecycle: {protected: true}"],
  );
  return files;
}

interface Scene {
  readonly server: EmbeddedApi;
  readonly root: string;
  /** Runs the program as a careless pipeline would: nobody is asked. */
  run(...args: string[]): Promise<CliResult>;
}

/** Applied once, in order: everything is owned. */
async function aScene(): Promise<Scene> {
  const server = await aServer();
  const root = await aWorkspace(documents());
  const run = (...args: string[]): Promise<CliResult> =>
    tieline(
      args.includes("--target") ? args : [...args, "--target", server.origin],
      { cwd: root, env: CREDENTIALS },
    );
  const first = await run("apply", "prod", "--yes");
  expect(first.status, first.stderr).toBe(0);
  return { server, root, run };
}

async function aServer(): Promise<EmbeddedApi> {
  const server = await startEmbedded({
    clientId: CREDENTIALS.SCALEKIT_CLIENT_ID,
    clientSecret: CREDENTIALS.SCALEKIT_CLIENT_SECRET,
    clock: systemClock,
    catalogue: CATALOGUE,
  });
  onTestFinished(() => server.close());
  return server;
}

const deletes = ({ server }: Scene): number =>
  server.requests().filter(({ method }) => method === "DELETE").length;
const fileOf = (name: string): string => `connections/${name}.yaml`;
const FIRST = NAMES[0] ?? "";
const SECOND = NAMES[1] ?? "";

async function removeBase({ root }: Scene, names: readonly string[]) {
  for (const name of names) await rm(join(root, fileOf(name)));
}

async function rewrite(
  { root }: Scene,
  path: string,
  change: (text: string) => string,
): Promise<void> {
  const text = await readFile(join(root, path), "utf8");
  await writeFile(join(root, path), change(text));
}

const APPLY = ["apply", "prod", "--yes"];

/**
 * What happens, and the code that stops it. `null` as code: the right answer is a plan with nothing
 * to do, exit 0.
 */
interface Disaster {
  readonly name: string;
  readonly code: string | null;
  readonly exit: number;
  /** Breaks things; returns the command line where it is not the plain apply. */
  readonly strike: (scene: Scene) => Promise<readonly string[] | undefined>;
}

const DISASTERS: readonly Disaster[] = [
  {
    name: "the folder of documents is empty",
    code: "CFG020",
    exit: 3,
    strike: async (scene) => {
      await removeBase(scene, NAMES);
      return undefined;
    },
  },
  {
    name: "the folder of documents is gone",
    code: "CFG020",
    exit: 3,
    strike: async ({ root }) => {
      await rm(join(root, "connections"), { recursive: true });
      return undefined;
    },
  },
  {
    name: "the command runs in a folder that holds no configuration",
    code: "CLI003",
    exit: 64,
    strike: async ({ root }) => {
      await mkdir(join(root, "elsewhere"));
      await rename(join(root, "environments"), join(root, "elsewhere/envs"));
      return undefined;
    },
  },
  {
    name: "--root names another configuration, which has nothing applied",
    code: "CLI041",
    exit: 64,
    strike: async ({ root }) => {
      await writeFiles(root, {
        "other/environments/dev/environment.yaml": environmentText("dev"),
      });
      return [...APPLY, "--root", "other"];
    },
  },
  {
    name: "one file cannot be parsed",
    code: "CFG001",
    exit: 3,
    strike: async ({ root }) => {
      await writeFile(join(root, fileOf(SECOND)), "connection_id: [");
      return undefined;
    },
  },
  {
    name: "one file holds nothing",
    code: "CFG001",
    exit: 3,
    strike: async ({ root }) => {
      await writeFile(join(root, fileOf(SECOND)), "");
      return undefined;
    },
  },
  {
    name: "one file is a merge conflict",
    code: "CFG001",
    exit: 3,
    strike: async (scene) => {
      await rewrite(
        scene,
        fileOf(SECOND),
        (text) => `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`,
      );
      return undefined;
    },
  },
  {
    name: "the environment's folder was renamed",
    code: "CFG029",
    exit: 3,
    strike: async ({ root }) => {
      await rename(
        join(root, "environments/prod"),
        join(root, "environments/production"),
      );
      return ["apply", "production", "--yes"];
    },
  },
  {
    name: "the environment was renamed for good, and its state is elsewhere",
    code: null,
    exit: 0,
    strike: async (scene) => {
      const { root } = scene;
      await rename(
        join(root, "environments/prod"),
        join(root, "environments/live"),
      );
      await writeFiles(root, {
        "environments/live/environment.yaml": environmentText("live"),
      });
      // Everything is adopted again: no request but reads.
      return ["apply", "live", "--yes"];
    },
  },
  {
    name: "half of the repository was cloned",
    code: "PLN102",
    exit: 6,
    strike: async (scene) => {
      await removeBase(scene, NAMES.slice(COUNT / 2));
      return undefined;
    },
  },
  {
    name: "the protected connection's file was deleted",
    code: "PLN103",
    exit: 6,
    strike: async (scene) => {
      await removeBase(scene, [FIRST]);
      return undefined;
    },
  },
  {
    name: "the line that protects went in the same change as the file",
    code: "PLN103",
    exit: 6,
    strike: async (scene) => {
      await rewrite(scene, fileOf(FIRST), (text) =>
        text.replace("{protected: true}", "{protected: false}"),
      );
      await removeBase(scene, [FIRST]);
      return undefined;
    },
  },
  {
    name: "an environment variable is not set",
    code: "CFG017",
    exit: 3,
    strike: async (scene) => {
      await rewrite(scene, fileOf(SECOND), (text) =>
        text.replace("1.apps.example", "env://TIELINE_VAR_CLIENT"),
      );
      return undefined;
    },
  },
  {
    name: "everything was renamed",
    code: "PLN101",
    exit: 6,
    strike: async (scene) => {
      await removeBase(scene, NAMES);
      const files: Record<string, string> = {};
      for (const name of NAMES.map((each) => `mail-${each}`))
        files[fileOf(name)] = connectionText(name, ["read"]);
      await writeFiles(scene.root, files);
      return undefined;
    },
  },
  {
    name: "the target is another host",
    code: "STA005",
    exit: 5,
    strike: async () => {
      const other = await aServer();
      return [...APPLY, "--target", other.origin];
    },
  },
  {
    name: "the target is a host that credentials must not go to",
    code: "DRV081",
    exit: 7,
    strike: () =>
      Promise.resolve([...APPLY, "--target", "https://evil.example"]),
  },
  {
    name: "the state was lost",
    code: null,
    exit: 0,
    strike: async ({ root }) => {
      await rm(join(root, ".tieline"), { recursive: true });
      return undefined;
    },
  },
  {
    name: "the state was lost together with half of the documents",
    code: null,
    exit: 0,
    strike: async (scene) => {
      await rm(join(scene.root, ".tieline"), { recursive: true });
      await removeBase(scene, NAMES.slice(COUNT / 2));
      return undefined;
    },
  },
  {
    name: "the state is cut short",
    code: "STA001",
    exit: 3,
    strike: async (scene) => {
      await rewrite(scene, ".tieline/state/prod/inventory.json", (text) =>
        text.slice(0, 100),
      );
      return undefined;
    },
  },
  {
    name: "the state is that of another environment",
    code: "STA005",
    exit: 5,
    strike: async (scene) => {
      await writeFiles(scene.root, {
        "environments/dev/environment.yaml": environmentText("dev"),
      });
      const other = await scene.run("apply", "dev", "--yes");
      expect(other.status, other.stderr).toBe(0);
      const states = join(scene.root, ".tieline/state");
      await rm(join(states, "prod"), { recursive: true });
      await rename(join(states, "dev"), join(states, "prod"));
      return undefined;
    },
  },
  {
    name: "the file of secrets is missing",
    code: "SEC001",
    exit: 3,
    strike: async (scene) => {
      await rewrite(scene, fileOf(SECOND), (text) =>
        text.replace(
          "use_platform_creds: false",
          "client_secret: secret://mail/client_secret",
        ),
      );
      return undefined;
    },
  },
  {
    name: "the shared documents are missing and only overlays are left",
    code: "CFG011",
    exit: 3,
    strike: async (scene) => {
      await writeFiles(scene.root, {
        [`environments/prod/connections/${SECOND}.yaml`]: `connection_id: ${SECOND}\nscopes: [read]\n`,
      });
      await rm(join(scene.root, "connections"), { recursive: true });
      return undefined;
    },
  },
  {
    name: "the selection leaves everything out",
    code: "CFG020",
    exit: 3,
    strike: async ({ root }) => {
      await writeFiles(root, {
        "environments/prod/environment.yaml": environmentText("prod", [
          'connections: {exclude: ["*"]}',
        ]),
      });
      return undefined;
    },
  },
  {
    name: "the selection leaves out all but one",
    code: "PLN101",
    exit: 6,
    strike: async ({ root }) => {
      await writeFiles(root, {
        "environments/prod/environment.yaml": environmentText("prod", [
          `connections: {include: ["${SECOND}"]}`,
        ]),
      });
      return undefined;
    },
  },
  {
    name: "a provider is misspelled",
    code: "DRV031",
    exit: 3,
    strike: async (scene) => {
      await rewrite(scene, fileOf(SECOND), (text) =>
        text.replace("provider: gmail", "provider: gmial"),
      );
      return undefined;
    },
  },
  {
    name: "a provider is another one",
    code: "PLN104",
    exit: 6,
    strike: async (scene) => {
      await rewrite(scene, fileOf(SECOND), (text) =>
        text.replace("provider: gmail", "provider: slack"),
      );
      return undefined;
    },
  },
  {
    name: "all scopes were emptied",
    code: "PLN102",
    exit: 6,
    strike: async (scene) => {
      for (const name of NAMES)
        await rewrite(scene, fileOf(name), (text) =>
          text.replace("scopes:\n  - read\n", "scopes: null\n"),
        );
      return undefined;
    },
  },
  {
    name: "two files declare one connection",
    code: "CFG009",
    exit: 3,
    strike: async (scene) => {
      await rewrite(scene, fileOf(SECOND), (text) =>
        text.replace(SECOND, FIRST),
      );
      return undefined;
    },
  },
  {
    name: "a plan file was made for another environment",
    code: "PLN202",
    exit: 5,
    strike: async (scene) => {
      await removeBase(scene, [SECOND]);
      await scene.run("plan", "prod", "--out", "plan.json");
      await writeFiles(scene.root, {
        "environments/dev/environment.yaml": environmentText("dev"),
      });
      return ["apply", "plan.json", "--environment", "dev"];
    },
  },
  {
    name: "a plan file was edited",
    code: "PLN201",
    exit: 5,
    strike: async (scene) => {
      await removeBase(scene, [SECOND]);
      await scene.run("plan", "prod", "--out", "plan.json");
      await rewrite(scene, "plan.json", (text) =>
        text.replaceAll(SECOND, NAMES[2] ?? ""),
      );
      return ["apply", "plan.json"];
    },
  },
  {
    name: "a plan file has expired, because the clock jumped or it lay around",
    code: "PLN204",
    exit: 5,
    strike: async (scene) => {
      await removeBase(scene, [SECOND]);
      await scene.run("plan", "prod", "--out", "plan.json");
      await rewrite(scene, "plan.json", (text) => {
        const plan = {
          ...(JSON.parse(text) as Plan),
          expires_at: "2026-01-01T00:00:00.000Z",
        };
        return JSON.stringify({ ...plan, digest: planDigest(plan) });
      });
      return ["apply", "plan.json"];
    },
  },
  {
    name: "a plan file is applied a second time",
    code: "PLN205",
    exit: 5,
    strike: async (scene) => {
      await rewrite(scene, fileOf(SECOND), (text) =>
        text.replace("- read", "- send"),
      );
      await scene.run("plan", "prod", "--out", "plan.json");
      const first = await scene.run("apply", "plan.json");
      expect(first.status, first.stderr).toBe(0);
      return ["apply", "plan.json"];
    },
  },
  {
    name: "a plan file is applied when somebody has changed the connection since",
    code: "PLN207",
    exit: 5,
    strike: async (scene) => {
      await removeBase(scene, [SECOND]);
      await scene.run("plan", "prod", "--out", "plan.json");
      await changeByHand(scene.server, SECOND, ["by-hand"], CREDENTIALS);
      return ["apply", "plan.json"];
    },
  },
  {
    name: "a file cannot be read",
    code: "CFG002",
    exit: 3,
    strike: async ({ root }) => {
      // A folder in the place of a file: even the superuser cannot read it as one.
      await rm(join(root, fileOf(SECOND)));
      await mkdir(join(root, fileOf(SECOND)));
      return undefined;
    },
  },
];

describe("disasters", () => {
  it.each(DISASTERS.map((disaster) => [disaster.name, disaster] as const))(
    "%s: nothing is deleted",
    async (_, { code, exit, strike }) => {
      const scene = await aScene();
      const args = (await strike(scene)) ?? APPLY;
      const result = await scene.run(...args);
      const said = result.stdout + result.stderr;
      expect(result.status, said).toBe(exit);
      if (code !== null) expect(said).toContain(code);
      expect(deletes(scene)).toBe(0);
      expect(scene.server.snapshot().connections).toHaveLength(COUNT);
    },
  );

  it("there are at least twenty", () => {
    expect(DISASTERS.length).toBeGreaterThanOrEqual(20);
  });
});
