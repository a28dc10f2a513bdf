import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check as isFormatted } from "prettier";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import {
  CI_ACTIONS,
  CI_COMMANDS,
} from "../../../../src/features/init/ci-commands.ts";
import {
  ciEnvironment,
  environmentsFor,
  type CiEnvironment,
} from "../../../../src/features/init/ci-environments.ts";
import { githubWorkflows } from "../../../../src/features/init/ci-github.ts";
import { gitlabJobs } from "../../../../src/features/init/ci-gitlab.ts";
import { textSource } from "../../../support/text-source.ts";
import { runsOf, workflowOf } from "../../../support/workflow.ts";

/** Environments with one setting each: what the pipeline's files depend on. */
function environments(
  targets: Readonly<Record<string, string>>,
  more = "",
): Promise<readonly CiEnvironment[]> {
  return environmentsFor(
    textSource(
      Object.fromEntries(
        Object.entries(targets).map(([name, target]) => [
          `environments/${name}/environment.yaml`,
          `environment: ${JSON.stringify(name)}\ntarget: ${JSON.stringify(target)}\n${more}`,
        ]),
      ),
    ),
  );
}

const THREE = {
  dev: "embedded:",
  prod: "https://acme.scalekit.com",
  staging: "https://acme-staging.scalekit.com",
};

async function everyFile(folder = ""): Promise<ReadonlyMap<string, string>> {
  const request = { environments: await environments(THREE), folder };
  return new Map([
    ...githubWorkflows(request),
    ["gitlab.yml", gitlabJobs(request)],
  ]);
}

describe("files of pipelines", () => {
  it("are in the common form, with and without a folder", async () => {
    for (const folder of ["", "infra/ties"])
      for (const [path, text] of await everyFile(folder))
        expect(await isFormatted(text, { parser: "yaml" }), path).toBe(true);
  });

  it("run the known commands only, pinned actions only, and with no right for everything", async () => {
    for (const [path, text] of await everyFile()) {
      if (path === "gitlab.yml") continue;
      for (const run of runsOf(workflowOf(text)))
        expect(Object.values(CI_COMMANDS)).toContain(run);
      for (const [, uses] of text.matchAll(/- uses: (.+)/gu))
        expect(Object.values(CI_ACTIONS)).toContain(uses);
      expect(workflowOf(text).permissions).toEqual({});
      for (const line of text
        .split("\n")
        .filter((each) => /\$\{\{/u.test(each)))
        expect(line).toMatch(/^ +(?:[A-Z_]+|group): /u);
    }
  });

  it("name each environment, in the order in which a change goes through them", async () => {
    const names = (await environments(THREE)).map(({ name }) => name);
    expect(names).toEqual(["dev", "staging", "prod"]);
    const others = { live: "embedded:", uat: "embedded:", test: "embedded:" };
    expect((await environments(others)).map(({ name }) => name)).toEqual([
      "test",
      "uat",
      "live",
    ]);
    const text = (await everyFile()).get("gitlab.yml") ?? "";
    expect(parse(text)).toMatchObject({
      "connections-apply-prod": { needs: ["connections-apply-staging"] },
    });
  });

  it("bind credentials to the host that the environment names", async () => {
    const [prod] = (await environments(THREE)).slice(-1);
    expect(prod).toEqual({
      name: "prod",
      isProduction: false,
      settings: [["SCALEKIT_PROD_ENVIRONMENT_URL", THREE.prod]],
      secrets: ["SCALEKIT_PROD_CLIENT_ID", "SCALEKIT_PROD_CLIENT_SECRET"],
    });
    const [own] = await environments(
      { eu: THREE.prod },
      "driver: agent-auth\n",
    );
    expect(own).toMatchObject({ secrets: ["TIELINE_API_EU_TOKEN"] });
  });

  it.each([
    "https://${{secrets.OTHER}}.scalekit.com",
    "https://$OTHER.scalekit.com",
    'https://a".scalekit.com',
    "https://$[[x]].scalekit.com",
  ])("are not written for the target %s", async (target) => {
    await expect(environments({ prod: target })).rejects.toThrow();
  });

  it.each(["a b", "$(id)", "a'b", "${{ x }}", "-x", "A", "a\nb", "é"])(
    "are not written for the name %j, which none can have",
    async (name) => {
      await expect(environments({ [name]: "embedded:" })).rejects.toThrow();
      const facts = { name, target: "embedded:", isProduction: false } as const;
      expect(() => ciEnvironment({ ...facts, driver: "scalekit" })).toThrow();
    },
  );

  it("keep names that YAML takes for something else", async () => {
    const odd = await environments({ no: "embedded:", "0x1": "embedded:" });
    const files = githubWorkflows({ environments: odd, folder: "" });
    const text = files.get(".github/workflows/connections-apply.yml") ?? "";
    const jobs = Object.values(workflowOf(text).jobs ?? {});
    expect(jobs.map((job) => job.environment)).toEqual(["0x1", "no"]);
  });

  it.skipIf(actionlint() === undefined)("pass actionlint", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tieline-workflows-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const files = [...(await everyFile())].filter(([path]) =>
      path.startsWith(".github/"),
    );
    for (const [at, [, text]] of files.entries())
      await writeFile(join(folder, `${String(at)}.yml`), text);
    const names = files.map((_file, at) => join(folder, `${String(at)}.yml`));
    execFileSync(actionlint() ?? "", ["-no-color", ...names]);
  });
});

/** The checker of workflows, where it is installed. */
function actionlint(): string | undefined {
  const program = process.env["TIELINE_ACTIONLINT"] ?? "actionlint";
  try {
    execFileSync(program, ["-version"], { stdio: "ignore" });
    return program;
  } catch {
    return undefined;
  }
}
