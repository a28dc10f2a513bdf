import { afterEach, describe, expect, it } from "vitest";
import { openConfiguration } from "../../src/index.ts";
import { API_CREDENTIALS, anApi, runIn } from "../support/api.ts";
import { aWorkspace, connectionText, environmentText } from "../support/cli.ts";

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
  return { configuration, environment, program, server };
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
});
