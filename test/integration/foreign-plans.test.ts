import { execFileSync } from "node:child_process";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openConfiguration } from "../../src/library/open-configuration.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { intentDigest, planDigest } from "../../src/engine/diff/fingerprint.ts";
import { anApi, API_CREDENTIALS, runIn } from "../support/api.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import { aRepository } from "../support/repository.ts";

const ENVIRONMENT = "environments/dev/environment.yaml";
const filesOf = (...names: readonly string[]): Record<string, string> => ({
  [ENVIRONMENT]: environmentText(),
  ...Object.fromEntries(
    names.map((name) => [
      `connections/${name}.yaml`,
      connectionText(name, ["read"]),
    ]),
  ),
});

const writes = (server: EmbeddedApi): number =>
  server.requests().filter((request) => request.isWrite).length;

function ok(result: CliResult): CliResult {
  expect(result.status, result.stderr + result.stdout).toBe(0);
  return result;
}

async function planIn(root: string): Promise<Plan> {
  return JSON.parse(await readFile(join(root, "plan.json"), "utf8")) as Plan;
}

/** What somebody writes who can read every file and has the program. */
async function forge(
  root: string,
  change: (plan: Plan) => Partial<Plan>,
  name = "plan.json",
): Promise<void> {
  const plan = await planIn(root);
  const meant = { ...plan, ...change(plan) };
  const whole = { ...meant, intent_digest: intentDigest(meant) };
  await writeFile(
    join(root, name),
    JSON.stringify({ ...whole, digest: planDigest(whole) }),
  );
}

/** Refused with this status and code, and nothing written to the API. */
async function expectRefusal(
  server: EmbeddedApi,
  attempt: () => Promise<CliResult>,
  status: number,
  says: RegExp,
): Promise<CliResult> {
  const before = writes(server);
  const result = await attempt();
  expect([result.status, result.stderr]).toEqual([
    status,
    expect.stringMatching(says),
  ]);
  expect(writes(server)).toBe(before);
  return result;
}

describe("a plan from another repository of the same environment, host and serial", () => {
  it("deletes nothing here, nor when it claims our state", async () => {
    const server = await anApi();
    const [ours, theirs] = await Promise.all([
      aWorkspace(filesOf("ours", "kept")),
      aWorkspace(filesOf("theirs", "stays")),
    ]);
    ok(await runIn(ours, server, ["apply", "dev", "--yes"]));
    ok(await runIn(theirs, server, ["apply", "dev", "--yes"]));
    await rm(join(theirs, "connections/theirs.yaml"));
    ok(await runIn(theirs, server, ["plan", "dev", "--out", "plan.json"]));
    await cp(join(theirs, "plan.json"), join(ours, "plan.json"));
    const apply = (): Promise<CliResult> =>
      runIn(ours, server, ["apply", "plan.json"]);
    await expectRefusal(server, apply, 5, /PLN220/u);

    ok(await runIn(ours, server, ["plan", "dev", "--out", "own.json"]));
    const { state_id: state } = JSON.parse(
      await readFile(join(ours, "own.json"), "utf8"),
    ) as Plan;
    await forge(ours, () => ({ state_id: state }));
    await expectRefusal(server, apply, 5, /PLN201.*"theirs"/u);
    expect(server.snapshot().connections).toHaveLength(4);
  });
});

describe("a plan where no state is", () => {
  it("is refused when it was made from one, and says where to go; planning again adopts", async () => {
    const server = await anApi();
    const root = await aWorkspace(filesOf("one", "two"));
    ok(await runIn(root, server, ["apply", "dev", "--yes"]));
    await rm(join(root, "connections/two.yaml"));
    ok(await runIn(root, server, ["plan", "dev", "--out", "plan.json"]));
    await rm(join(root, ".tieline"), { recursive: true });
    const { stderr } = await expectRefusal(
      server,
      () => runIn(root, server, ["apply", "plan.json"]),
      5,
      /PLN220/u,
    );
    expect(stderr).toContain("state: {backend: git}");
    ok(await runIn(root, server, ["plan", "dev", "--out", "plan.json"]));
    expect(
      (await planIn(root)).changes.map(({ action, key }) => [action, key]),
    ).toEqual([["adopt", "one"]]);
    ok(await runIn(root, server, ["apply", "plan.json"]));
    expect(server.snapshot().connections).toHaveLength(2);
  });
});

describe("a plan from a branch", () => {
  const LOOSE = environmentText().replace(
    "max_deletes: 100000",
    "max_deletes: 9000000",
  );

  it("with weaker guards, or other documents, is refused on the main branch; merged, it is applied", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const root = await repository.clone();
    await repository.commit(root, filesOf("one"));
    const git = (...args: string[]): string => repository.git(root, ...args);
    const apply = (): Promise<CliResult> =>
      runIn(root, server, ["apply", "plan.json"]);
    const branch = async (
      name: string,
      files: Readonly<Record<string, string>>,
    ): Promise<void> => {
      git("checkout", "--quiet", "-b", name, "main");
      await writeFiles(root, files);
      git("add", "connections", "environments");
      git("commit", "--quiet", "--message", name);
      ok(await runIn(root, server, ["plan", "dev", "--out", "plan.json"]));
      git("checkout", "--quiet", "main");
    };

    await branch("loose", { [ENVIRONMENT]: LOOSE });
    await expectRefusal(server, apply, 5, /PLN221[^]*limits/u);
    await forge(root, ({ source }) => ({
      source: { ...source, commit: git("rev-parse", "HEAD").trim() },
    }));
    await expectRefusal(server, apply, 5, /PLN221[^]*limits/u);

    await branch("more", {
      "connections/two.yaml": connectionText("two", ["read"]),
    });
    await expectRefusal(server, apply, 5, /PLN221[^]*connections\//u);
    // What is not about the documents does not matter.
    await writeFiles(root, { "README.md": "hello\n" });
    git("add", "README.md");
    git("commit", "--quiet", "--message", "readme");
    git("merge", "--quiet", "--no-edit", "more");
    ok(await apply());
    expect(server.snapshot().connections).toHaveLength(2);
  });

  it("of a commit that a shallow clone does not have is refused with what to do", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const root = await repository.clone();
    await repository.commit(root, filesOf("one"));
    ok(await runIn(root, server, ["plan", "dev", "--out", "plan.json"]));
    await repository.commit(root, { "notes/later.txt": "later\n" });
    const shallow = await aWorkspace({});
    execFileSync(
      "git",
      ["clone", "--quiet", "--depth", "1", `file://${repository.bare}`, "c"],
      { cwd: shallow, stdio: "ignore" },
    );
    const clone = join(shallow, "c");
    await cp(join(root, "plan.json"), join(clone, "plan.json"));
    await expectRefusal(
      server,
      () => runIn(clone, server, ["apply", "plan.json"]),
      5,
      /PLN221[^]*in this clone/u,
    );
  });
});

describe("an approval that is only in a plan file", () => {
  it("counts where the file is expected by its digest, or given again; not by itself", async () => {
    const server = await anApi();
    const root = await aWorkspace(filesOf("one"));
    ok(await runIn(root, server, ["apply", "dev", "--yes"]));
    await writeFiles(root, {
      "connections/one.yaml": connectionText("one", ["read"]).replace(
        "provider: gmail",
        "provider: slack",
      ),
    });
    const approval = ["--approve", "PLN104:one", "--reason", "agreed"];
    ok(
      await runIn(root, server, [
        ...["plan", "dev", "--out", "plan.json", ...approval],
      ]),
    );
    const { intent_digest: intent } = await planIn(root);
    const apply = (...more: string[]): Promise<CliResult> =>
      runIn(root, server, ["apply", "plan.json", ...more]);
    await expectRefusal(server, () => apply(), 6, /PLN104/u);
    await expectRefusal(server, () => apply("--expect", ""), 64, /CLI001/u);
    await expectRefusal(
      server,
      () => apply("--expect", `sha256:${"0".repeat(64)}`),
      5,
      /PLN209/u,
    );
    ok(await apply("--expect", intent));
  });

  it("counts for apply when it is repeated there", async () => {
    const server = await anApi();
    const root = await aWorkspace(filesOf("one"));
    ok(await runIn(root, server, ["apply", "dev", "--yes"]));
    await writeFiles(root, {
      "connections/one.yaml": connectionText("one", ["read"]).replace(
        "provider: gmail",
        "provider: slack",
      ),
    });
    const approval = ["--approve", "PLN104:one", "--reason", "agreed"];
    ok(
      await runIn(root, server, [
        ...["plan", "dev", "--out", "plan.json", ...approval],
      ]),
    );
    ok(await runIn(root, server, ["apply", "plan.json", ...approval]));
  });
});

describe("a forged plan file", () => {
  it("is not shown, does nothing, and names what does not fit", async () => {
    const server = await anApi();
    const root = await aWorkspace(filesOf("one"));
    ok(await runIn(root, server, ["apply", "dev", "--yes"]));
    await writeFiles(root, {
      "connections/one.yaml": connectionText("one", ["read", "send"]),
    });
    ok(await runIn(root, server, ["plan", "dev", "--out", "plan.json"]));
    const { intent_digest: reviewed } = await planIn(root);
    // The text goes on about scopes; what would be sent leads users to another host.
    await forge(root, ({ changes }) => ({
      changes: changes.map((change) => ({
        ...change,
        desired: {
          fields: {
            ...change.desired?.fields,
            "/settings/token_url": "https://evil.example/token",
          },
          secrets: {},
        },
      })),
    }));
    for (const more of [[], ["--expect", reviewed]]) {
      const { stderr, stdout } = await expectRefusal(
        server,
        () => runIn(root, server, ["apply", "plan.json", ...more]),
        5,
        more.length === 0 ? /PLN201[^]*token_url/u : /PLN209/u,
      );
      expect(stderr + stdout).not.toContain("Plan for dev");
    }
  });

  it("is refused by the library as it is by the program", async () => {
    const server = await anApi();
    const root = await aWorkspace(filesOf("one"));
    const configuration = openConfiguration(root, {
      env: API_CREDENTIALS,
      target: server.origin,
    });
    const environment = await configuration.open("dev");
    try {
      const { plan } = await environment.plan();
      const before = writes(server);
      const forged = { ...plan, intent_digest: `sha256:${"0".repeat(64)}` };
      await expect(
        environment.apply({ ...forged, digest: planDigest(forged) }),
      ).rejects.toMatchObject({ code: "PLN201" });
      const unknown = { ...plan, extra: 1 };
      await expect(environment.apply(unknown)).rejects.toMatchObject({
        code: "CFG000",
      });
      await expect(
        environment.apply(plan, { expect: `sha256:${"0".repeat(64)}` }),
      ).rejects.toMatchObject({ code: "PLN209" });
      expect(writes(server)).toBe(before);
      const { result } = await environment.apply(plan, {
        expect: plan.intent_digest,
      });
      expect(result).toBe("applied");
    } finally {
      await environment.close();
    }
  });

  it("in an older format is answered with: plan again", async () => {
    const server = await anApi();
    const root = await aWorkspace(filesOf("one"));
    ok(await runIn(root, server, ["plan", "dev", "--out", "plan.json"]));
    await forge(root, () => ({ format_version: "1.1" }));
    await expectRefusal(
      server,
      () => runIn(root, server, ["apply", "plan.json"]),
      3,
      /CFG030[^]*plan again/u,
    );
  });
});
