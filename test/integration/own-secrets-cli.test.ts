import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import {
  aWorkspace,
  environmentText,
  tieline,
  type CliResult,
} from "../support/cli.ts";
import { ownSecretsText } from "../support/own-secrets.ts";
import { anIdentity } from "../support/sops-builder.ts";

const DOCUMENT = "connections/mail.yaml";
const SECRET = "client-secret-8471-of-mail";
const REFERENCE = `secret://${DOCUMENT}#/credentials/client_secret`;

interface Setup {
  readonly api: EmbeddedApi;
  readonly root: string;
  readonly run: (
    args: readonly string[],
    key?: "with key" | "without",
  ) => Promise<CliResult>;
  /** Writes the document anew with another secret. */
  readonly rotate: (secret: string) => Promise<void>;
}

async function aSetup(): Promise<Setup> {
  const api = await startEmbedded({
    clientId: "test",
    clientSecret: "test-client-secret",
    clock: systemClock,
    catalogue: CATALOGUE,
  });
  onTestFinished(() => api.close());
  const { identity, recipient } = await anIdentity();
  const root = await aWorkspace({
    [DOCUMENT]: await ownSecretsText("mail", SECRET, recipient),
    "environments/dev/environment.yaml": environmentText(),
  });
  return {
    api,
    root,
    run: (args, key = "with key") =>
      tieline([...args, "--target", api.origin], {
        cwd: root,
        env: {
          SCALEKIT_CLIENT_ID: "test",
          SCALEKIT_CLIENT_SECRET: "test-client-secret",
          ...(key === "with key" ? { SOPS_AGE_KEY: identity } : {}),
        },
      }),
    rotate: async (secret) =>
      writeFile(
        join(root, DOCUMENT),
        await ownSecretsText("mail", secret, recipient),
      ),
  };
}

describe("a connection file with its own sops block", () => {
  it("is valid, plans without a key, and its secret arrives as it is", async () => {
    const { api, root, run, rotate } = await aSetup();
    expect((await tieline(["validate"], { cwd: root })).status).toBe(0);
    const keyless = await run(["plan", "dev", "--json"], "without");
    expect(keyless.stderr).toBe("");
    expect(keyless.status).toBe(0);
    expect(keyless.stdout).toContain(REFERENCE);
    const refused = await run(["apply", "dev", "--yes"], "without");
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain("SEC008");
    const applied = await run(["apply", "dev", "--yes"]);
    expect(applied.stderr).not.toContain("error");
    expect(applied.status).toBe(0);
    expect(applied.stdout + applied.stderr).not.toContain(SECRET);
    expect(api.holdsSecret("mail", "oauth_config.client_secret", SECRET)).toBe(
      true,
    );
    for (const key of ["with key", "without"] as const)
      expect(
        (await run(["plan", "dev", "--detailed-exitcode"], key)).status,
      ).toBe(0);

    await rotate("another-secret-5512");
    expect((await run(["plan", "dev", "--detailed-exitcode"])).status).toBe(2);
    expect((await run(["apply", "dev", "--yes"])).status).toBe(0);
    expect(
      api.holdsSecret(
        "mail",
        "oauth_config.client_secret",
        "another-secret-5512",
      ),
    ).toBe(true);
  });

  it("is refused when it was tampered with, and nothing is sent", async () => {
    const { api, root, run } = await aSetup();
    const text = await readFile(join(root, DOCUMENT), "utf8");
    await writeFile(
      join(root, DOCUMENT),
      text.replace("https://mail.google.com/", "https://mail.google.com/evil"),
    );
    const { status, stderr } = await run(["apply", "dev", "--yes"]);
    expect(status).not.toBe(0);
    expect(stderr).toContain("SEC012");
    expect(api.snapshot().connections).toEqual([]);
  });
});
