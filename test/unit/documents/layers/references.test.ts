import { describe, expect, it } from "vitest";
import {
  connectionText,
  placesOf,
  resolveTexts,
} from "../../../support/documents.ts";

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

/** Names under which pipelines and people keep what no plan may show. */
const SENSITIVE_NAMES: readonly string[] = (
  "MY_SECRET GH_TOKEN api_key DB_PASSWORD BASIC_AUTH PRIVATE_X AWS_REGION GITHUB_SHA GITHUB_TOKEN SLACK_WEBHOOK " +
  "DATABASE_URL DEPLOY_PASS https_proxy KUBECONFIG VAULT_ADDR VAULT_TOKEN HOME PATH NPM_CONFIG AWS_SECRET_ACCESS_KEY " +
  "AWS_SESSION_TOKEN AZURE_CLIENT_SECRET ARM_CLIENT_SECRET GOOGLE_APPLICATION_CREDENTIALS GCP_SA CI_JOB_JWT " +
  "CI_REGISTRY_PASSWORD CIRCLE_TOKEN BUILDKITE_AGENT ACTIONS_RUNTIME_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL " +
  "BITBUCKET_STEP_OIDC_TOKEN SENTRY_DSN STRIPE_SK OPENAI_API ANTHROPIC_API PGPASSFILE MYSQL_PWD REDIS_URL MONGO_URI " +
  "AMQP_URL SMTP_URL JDBC_URL TWILIO_SID DD_API SNYK HEROKU_API LICENSE PIN OTP PASSPHRASE SEED MNEMONIC SALT PEPPER " +
  "BEARER JWT OAUTH COOKIE_JAR SSH_AUTH_SOCK GPG_KEY NETRC DOCKER_CONFIG TF_VAR_db SIGNING_CERT"
).split(" ");

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
      name: "t",
    });
  });

  it("that do not exist are an error with the nearest name, said once", () => {
    const { diagnostics } = fieldsWith(
      "settings: {timeout: var://timout}\n",
      "variables: {timeout: 3}\n",
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["CFG018"]);
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
  const inField = (name: string): string =>
    `settings: {user_agent: env://${name}}\n`;
  const inSecret = (name: string): string =>
    `credentials: {client_secret: env://${name}}\n`;
  const codesOf = (
    document: string,
    env: Readonly<Record<string, string>>,
  ): readonly string[] =>
    fieldsWith(document, "", env).diagnostics.map(({ code }) => code);

  it.each([
    ["TIELINE_VAR_AGENT", {}],
    ["AGENT", { TIELINE_ENV_ALLOW: "AGENT" }],
    ["AGENT", { TIELINE_ENV_ALLOW: "OTHER, AGENT" }],
    ["AGENT_NAME", { TIELINE_ENV_ALLOW: "AGENT_*" }],
    ["MY_AGENT_NAME", { TIELINE_ENV_ALLOW: "*_AGENT_*" }],
    // Whoever writes a name out means it.
    ["GITHUB_SHA", { TIELINE_ENV_ALLOW: "GITHUB_SHA" }],
    ["PUBLIC_KEY_ID", { TIELINE_ENV_ALLOW: "PUBLIC_KEY_ID" }],
  ])("that were opened give ordinary fields their text: %s", (name, list) => {
    const { connection } = fieldsWith(inField(name), "", {
      [name]: "x",
      ...list,
    });
    expect(connection?.fields["/settings/user_agent"]).toBe("x");
  });

  it.each(SENSITIVE_NAMES)(
    "that were not opened are read by no field: %s",
    (name) => {
      const refusals = [
        [inField(name), {}],
        [inField(name), { TIELINE_ENV_ALLOW: "*" }],
        [inField(name), { TIELINE_ENV_ALLOW_SECRETS: name }],
        [inSecret(name), {}],
        [inSecret(name), { TIELINE_ENV_ALLOW: name }],
        // Neither by way of a variable of the environment.
        [
          "settings: {user_agent: 'var://a'}\n",
          {},
          `variables: {a: "env://${name}"}\n`,
        ],
      ] as const;
      for (const [document, list, variables = ""] of refusals) {
        const { diagnostics } = fieldsWith(document, variables, {
          [name]: "canary-value",
          ...list,
        });
        expect(diagnostics.map(({ code }) => code)).toEqual(["CFG017"]);
        expect(JSON.stringify(diagnostics)).not.toContain("canary-value");
        expect(diagnostics[0]?.fix).toMatch(/TIELINE_/u);
      }
    },
  );

  it.each([
    "TIELINE_API_TOKEN",
    "TIELINE_ENV_ALLOW",
    "TIELINE_YES",
    "SCALEKIT_CLIENT_SECRET",
    "SCALEKIT_PROD_CLIENT_SECRET",
    "SOPS_AGE_KEY",
    "scalekit_client_secret",
  ])("that are our own are opened by no list: %s", (name) => {
    for (const document of [inField(name), inSecret(name)])
      expect(
        codesOf(document, {
          [name]: "x",
          TIELINE_ENV_ALLOW: `${name},*`,
          TIELINE_ENV_ALLOW_SECRETS: `${name},*`,
        }),
      ).toEqual(["CFG017"]);
  });

  it.each([
    ["MY_SECRET", "MY_SECRET"],
    ["MAIL_CLIENT_SECRET", "*_CLIENT_SECRET"],
    ["TIELINE_SECRET_MAIL", ""],
  ])("stay references in secret fields: %s", (name, list) => {
    const { connection } = fieldsWith(inSecret(name), "", {
      TIELINE_ENV_ALLOW_SECRETS: list,
    });
    expect(connection?.secrets.get("/credentials/client_secret")).toEqual({
      kind: "env",
      path: name,
    });
  });

  it("open for one use are not open for the other", () => {
    expect(codesOf(inSecret("TIELINE_VAR_A"), {})).toEqual(["CFG017"]);
    expect(
      codesOf(inField("TIELINE_SECRET_A"), {
        TIELINE_SECRET_A: "x",
        TIELINE_ENV_ALLOW: "TIELINE_SECRET_A",
      }),
    ).toEqual(["CFG017"]);
  });

  it("are not opened to secrets by a pattern when a pipeline has them for itself", () => {
    for (const name of [
      "GITHUB_TOKEN",
      "AWS_SECRET_ACCESS_KEY",
      "CI_JOB_TOKEN",
      "PATH",
    ])
      expect(
        codesOf(inSecret(name), { TIELINE_ENV_ALLOW_SECRETS: "*" }),
      ).toEqual(["CFG017"]);
  });

  it("that are not set, and names of no variable, are errors", () => {
    for (const name of ["TIELINE_VAR_NOPE", "toString", '"a b"'])
      expect(
        codesOf(`settings: {user_agent: env://${name}}\n`, {
          TIELINE_ENV_ALLOW: "toString",
        }).every((code) => code === "CFG017" || code === "CFG001"),
      ).toBe(true);
    expect(codesOf('settings: {user_agent: "env://a b"}\n', {})).toEqual([
      "CFG017",
    ]);
  });
});

describe("secret references", () => {
  it("are refused in ordinary fields", () => {
    expect(
      fieldsWith("settings: {user_agent: secret://a/b}\n").diagnostics.map(
        ({ code }) => code,
      ),
    ).toEqual(["CFG018"]);
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
    ).toEqual(["CFG018"]);
  });

  it("are the only thing a secret field takes, and a literal is never repeated", () => {
    for (const [literal, code] of [
      ["hunter2-canary", "SCH007"],
      ["ENC[AES256_GCM,canary]", "SCH007"],
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
