import { describe, expect, it } from "vitest";
import {
  connectionText,
  placesOf,
  resolveTexts,
} from "../../support/documents.ts";

function fieldsWith(
  more: string,
  environment = "",
  env: Record<string, string> = {},
) {
  const resolution = resolveTexts({
    base: { "c.yaml": connectionText("c", more) },
    environment,
    env,
  });
  return { ...resolution, connection: resolution.connections[0] };
}

describe("variables", () => {
  it("keep their type as a whole value and become text inside text", () => {
    const { connection, diagnostics } = fieldsWith(
      "settings:\n  timeout: var://t\n  user_agent: a/${var.t}\n",
      "variables: {t: 30}\n",
    );
    expect(diagnostics).toEqual([]);
    expect(connection?.fields).toMatchObject({
      "/settings/timeout": 30,
      "/settings/user_agent": "a/30",
    });
  });

  it("are the origin of a value they gave as a whole", () => {
    const { connection } = fieldsWith(
      "settings: {timeout: var://t}\n",
      "variables:\n  t: 30\n",
    );
    expect(connection?.origins.get("/settings/timeout")).toEqual({
      file: "environments/dev/environment.yaml",
      line: 4,
      column: 6,
      layer: "variable",
    });
  });

  it("that do not exist are an error with the nearest name, said once", () => {
    const { diagnostics } = fieldsWith(
      "settings: {timeout: var://timout}\n",
      "variables: {timeout: 3}\n",
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["CFG014"]);
    expect(diagnostics[0]?.message).toContain('"timeout"');
  });

  it("nothing uses are a note", () => {
    const { diagnostics } = fieldsWith("", "variables: {t: 1}\n");
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ["CFG015", "note"],
    ]);
  });

  it("do not refer to variables", () => {
    const { diagnostics } = fieldsWith(
      "",
      'variables: {a: "${var.b}", b: x}\n',
    );
    expect(placesOf(diagnostics)).toEqual([
      "CFG018 environments/dev/environment.yaml:3:16",
    ]);
  });

  it.each(["${HOME}", "${env.X}", "a ${{ secrets.X }}", "${var.}", "${"])(
    "are the only interpolation: %s is refused",
    (text) => {
      const { diagnostics } = fieldsWith(`settings: {user_agent: "${text}"}\n`);
      expect(diagnostics.map(({ code }) => code)).toEqual(["CFG018"]);
    },
  );
});

describe("environment variables", () => {
  it("give ordinary fields their text", () => {
    const { connection } = fieldsWith(
      "settings: {user_agent: env://AGENT}\n",
      "",
      { AGENT: "x" },
    );
    expect(connection?.fields["/settings/user_agent"]).toBe("x");
  });

  it.each([
    "MY_SECRET",
    "GH_TOKEN",
    "api_key",
    "DB_PASSWORD",
    "BASIC_AUTH",
    "PRIVATE_X",
    "SOPS_AGE",
    "AWS_REGION",
    "TIELINE_X",
    "SCALEKIT_X",
    "GITHUB_SHA",
    "SLACK_WEBHOOK",
    "DATABASE_URL",
    "DEPLOY_PASS",
    "https_proxy",
    "KUBECONFIG",
    "VAULT_ADDR",
    "HOME",
    "NPM_CONFIG",
  ])("that look like secrets are refused in ordinary fields: %s", (name) => {
    const { diagnostics } = fieldsWith(
      `settings: {user_agent: env://${name}}\n`,
      "",
      { [name]: "canary-value" },
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["CFG017"]);
    expect(JSON.stringify(diagnostics)).not.toContain("canary-value");
  });

  it("stay references in secret fields, except our own", () => {
    const { connection } = fieldsWith(
      "credentials: {client_secret: env://MY_SECRET}\n",
    );
    expect(connection?.secrets.get("/credentials/client_secret")).toEqual({
      kind: "env",
      path: "MY_SECRET",
    });
    const refused = fieldsWith(
      "credentials: {client_secret: env://SCALEKIT_CLIENT_SECRET}\n",
    );
    expect(refused.diagnostics.map(({ code }) => code)).toEqual(["CFG017"]);
  });

  it("that are not set, and names of no variable, are errors", () => {
    expect(
      fieldsWith("settings: {user_agent: env://NOPE}\n").diagnostics.map(
        ({ code }) => code,
      ),
    ).toEqual(["CFG017"]);
    expect(
      fieldsWith("settings: {user_agent: env://toString}\n").diagnostics.map(
        ({ code }) => code,
      ),
    ).toEqual(["CFG017"]);
    expect(
      fieldsWith('settings: {user_agent: "env://a b"}\n').diagnostics.map(
        ({ code }) => code,
      ),
    ).toEqual(["CFG017"]);
  });
});

describe("secret references", () => {
  it("are refused in ordinary fields", () => {
    expect(
      fieldsWith("settings: {user_agent: secret://a/b}\n").diagnostics.map(
        ({ code }) => code,
      ),
    ).toEqual(["CFG016"]);
  });

  it.each([
    "secret://a//b",
    "secret://../x",
    "secret://a/__proto__",
    "secret://a/ b",
    "env://not-a-name",
  ])("are refused when not well-formed: %s", (ref) => {
    expect(
      fieldsWith(`credentials: {client_secret: "${ref}"}\n`).diagnostics.map(
        ({ code }) => code,
      ),
    ).toEqual(["CFG016"]);
  });

  it("are the only thing a secret field takes, and a literal is never repeated", () => {
    for (const [literal, code] of [
      ["hunter2-canary", "SCH007"],
      ["ENC[AES256_GCM,canary]", "SCH008"],
      ["canary: x", "SCH007"],
    ] as const) {
      const { diagnostics } = fieldsWith(
        `credentials:\n  client_secret: "${literal}" # canary\n`,
      );
      expect(diagnostics.map((one) => one.code)).toEqual([code]);
      expect(JSON.stringify(diagnostics)).not.toContain("canary");
      expect(diagnostics[0]?.fix).toContain("secret://c/client_secret");
    }
  });
});
