import { afterEach, describe, expect, it } from "vitest";
import { openConfiguration } from "../../src/index.ts";
import { API_CREDENTIALS, anApi, runIn } from "../support/api.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  writeFiles,
} from "../support/cli.ts";

const FILES = {
  "environments/dev/environment.yaml": environmentText("embedded:"),
  "environments/next/environment.yaml": environmentText("embedded:").replace(
    "dev",
    "next",
  ),
  "environments/next/connections/mail.yaml": "scopes: [read, write]\n",
  "connections/mail.yaml": connectionText("mail", ["read"]),
  "connections/chat.yaml": connectionText("chat", ["read"]),
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A configuration over an API of its own, for the library and the program. */
async function aConfiguration() {
  const server = await anApi();
  const root = await aWorkspace(FILES);
  const configuration = openConfiguration(root, {
    env: API_CREDENTIALS,
    target: server.origin,
  });
  const program = async (
    ...args: readonly string[]
  ): Promise<Record<string, unknown>> => {
    const { stdout } = await runIn(root, server, [...args, "--json"]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const environment = await configuration.open("dev");
  closing.push(() => environment.close());
  return { configuration, environment, program, server, root };
}

/** What the program prints that asks no API. */
async function offline(
  root: string,
  ...args: readonly string[]
): Promise<Record<string, unknown>> {
  const { stdout } = await runIn(root, null, [...args, "--json"]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("the library", () => {
  it("plans and applies what the program plans", async () => {
    const { environment, program } = await aConfiguration();
    const { plan } = await environment.plan();
    const theirs = await program("plan", "dev");
    expect(plan.intent_digest).toBe(theirs["intent_digest"]);
    const { result } = await environment.apply(plan);
    expect(result).toBe("applied");
    expect((await program("plan", "dev"))["changes"]).toEqual([]);
  });

  it("tells status, drift and consent as the program does", async () => {
    const { environment, program } = await aConfiguration();
    await environment.apply((await environment.plan()).plan);
    const status = await environment.status();
    expect(status.inventory?.entries.map(({ key }) => key)).toEqual(
      ((await program("status", "dev"))["owned"] as { key: string }[]).map(
        ({ key }) => key,
      ),
    );
    const drift = await environment.drift();
    const theirs = await program("drift", "dev");
    expect([drift.checkedCount, drift.drifted]).toEqual([
      theirs["checked"],
      theirs["drifted"],
    ]);
    const consent = await environment.consent();
    expect(consent.connections).toEqual(
      (await program("consent", "dev"))["connections"],
    );
  });

  it("validates, explains and compares without asking the API", async () => {
    const { configuration, server } = await aConfiguration();
    const before = server.requests.length;
    const { diagnostics } = await configuration.validate("dev", "next");
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual(
      [],
    );
    const { layers } = await configuration.explain("next", "mail", "scopes");
    expect(layers.map(({ layer }) => layer)).toEqual(["base", "overlay"]);
    const comparison = await configuration.compare("dev", "next");
    expect(JSON.stringify(comparison)).toContain("write");
    await expect(configuration.explain("dve", "mail")).rejects.toMatchObject({
      code: "CLI041",
    });
    expect(server.requests.length).toBe(before);
  });

  it("lints, renders and exports what the program does", async () => {
    const { configuration, root } = await aConfiguration();
    const { diagnostics } = await configuration.lint();
    expect(diagnostics.map(({ code }) => code)).toEqual(
      ((await offline(root, "lint"))["findings"] as { code: string }[]).map(
        ({ code }) => code,
      ),
    );
    const form = { format: "json", asVariables: false } as const;
    expect(JSON.parse(await configuration.render("dev", form))).toEqual(
      await offline(root, "render", "dev"),
    );
    const { files } = await configuration.exportTerraform("dev");
    expect(files.map(({ name, text }) => ({ name, text }))).toEqual(
      (await offline(root, "export", "terraform", "dev"))["files"],
    );
  });

  it("writes the promotion that the program would, once it is told to", async () => {
    const { configuration, program, root } = await aConfiguration();
    const theirs = await program("promote", "next", "dev", "--dry-run");
    const { promotion } = await configuration.promote("next", "dev");
    expect(promotion.carried.map(({ key }) => key)).toEqual(
      (theirs["carried"] as { key: string }[]).map(({ key }) => key),
    );
    const before = await offline(root, "render", "dev");
    await configuration.write(promotion.changes);
    expect(await offline(root, "render", "dev")).not.toEqual(before);
    const { changes } = (await configuration.promote("next", "dev")).promotion;
    expect(changes).toEqual([]);
  });

  it("imports what is live, after which there is nothing to plan but to adopt it", async () => {
    const { configuration, environment, program } = await aConfiguration();
    await environment.apply((await environment.plan()).plan);
    await environment.apply((await environment.forget("chat")).plan);
    await configuration.write([
      {
        path: "connections/chat.yaml",
        before: FILES["connections/chat.yaml"],
        after: null,
      },
    ]);
    const limits = { connections: ["chat"] };
    const { changes } = await configuration.import(["dev"], limits);
    expect(changes.map(({ path }) => path)).toEqual([
      expect.stringMatching(/chat\.yaml$/u),
    ]);
    await configuration.write(changes);
    const again = await configuration.open("dev");
    closing.push(() => again.close());
    const { plan } = await again.adopt("chat");
    expect(plan.changes.map(({ key, action }) => [key, action])).toEqual([
      ["chat", "adopt"],
    ]);
    await again.apply(plan);
    expect((await program("plan", "dev"))["changes"]).toEqual([]);
    await expect(again.adopt("caht")).rejects.toMatchObject({ code: "CLI040" });
  });

  it("imports the export of another service as the program does", async () => {
    const { configuration, root } = await aConfiguration();
    const text = JSON.stringify({
      items: [{ id: "ac_1", name: "gmail-x", toolkit: { slug: "gmail" } }],
    });
    await writeFiles(root, { "export.json": text });
    const { changes, report } = await configuration.importFrom(
      "composio",
      text,
      { environment: "next" },
    );
    const args = ["import", "--from", "composio", "export.json"];
    const theirs = await offline(root, ...args, "--environment", "next");
    expect(changes.map(({ path }) => path)).toEqual(
      (theirs["files"] as { path: string }[]).map(({ path }) => path),
    );
    expect(report.skipped.length).toBe((theirs["skipped"] as unknown[]).length);
    await expect(configuration.importFrom("nango", "{}")).rejects.toMatchObject(
      { code: "CLI064" },
    );
  });
});
