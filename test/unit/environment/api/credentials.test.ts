import type { ProcessEnv } from "../../../../src/domain/environment-access.ts";
import {
  chmod,
  mkdtemp,
  mkdir,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  credentialForm,
  variablePart,
} from "../../../../src/environment/api/credential-form.ts";
import {
  readCredentials,
  sourceOf,
  type Credentials,
} from "../../../../src/environment/api/credentials.ts";
import { DRIVERS } from "../../../../src/environment/generated/drivers.ts";
import { UserError } from "../../../../src/domain/problem/error.ts";

const TARGET = "https://acme.scalekit.com";
let folder = "";
let workspace = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tieline-credentials-"));
  workspace = join(folder, "workspace");
  await mkdir(join(workspace, "bin"), { recursive: true });
  await mkdir(join(folder, "bin"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function read(
  env: ProcessEnv,
  environment = "prod",
  driver: "scalekit" | "agent-auth" = "scalekit",
): Promise<Credentials> {
  const form = credentialForm({
    environment,
    driver,
    env,
    environments: [environment],
  });
  return readCredentials({ form, env, root: workspace, target: TARGET });
}

async function refusal(read: Promise<unknown>): Promise<UserError> {
  const error: unknown = await read.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError && error.code === "DRV080") return error;
  throw new Error(`expected DRV080, got ${String(error)}`);
}

async function aScript(
  path: string,
  lines: readonly string[],
): Promise<string> {
  await writeFile(path, ["#!/bin/sh", ...lines, ""].join("\n"));
  await chmod(path, 0o755);
  return path;
}

const PATH = process.env["PATH"] ?? "";
const GENERIC = {
  SCALEKIT_CLIENT_ID: "id",
  SCALEKIT_CLIENT_SECRET: "generic-secret",
};

describe("credentials", () => {
  it("come from the generic pair", async () => {
    expect(await read(GENERIC)).toEqual({
      id: "id",
      secret: "generic-secret",
    });
    expect(
      await read({ TIELINE_API_TOKEN: "tok" }, "prod", "agent-auth"),
    ).toEqual({
      id: null,
      secret: "tok",
    });
  });

  it("come from an environment's own variables, and then from those alone", async () => {
    const own = {
      ...GENERIC,
      SCALEKIT_EU_PROD_CLIENT_ID: "eu",
      SCALEKIT_EU_PROD_CLIENT_SECRET: "eu-secret",
    };
    expect(await read(own, "eu-prod")).toMatchObject({
      id: "eu",
      secret: "eu-secret",
    });
    expect(await read(own, "prod")).toMatchObject({
      secret: "generic-secret",
    });
    for (const name of [
      "SCALEKIT_PROD_CLIENT_ID",
      "SCALEKIT_PROD_CLIENT_SECRET",
      "SCALEKIT_PROD_CLIENT_SECRET_FILE",
      "SCALEKIT_PROD_ENVIRONMENT_URL",
    ]) {
      const error = await refusal(read({ ...GENERIC, [name]: "/nowhere" }));
      expect(error.fix).toContain("SCALEKIT_PROD_CLIENT_ID");
    }
  });

  it("of one environment never open another, whatever is set", async () => {
    const environments = [
      "dev",
      "prod",
      "eu-prod",
      "prod-eu",
      "client",
      "env",
      "environment",
    ];
    const suffixes = ["CLIENT_ID", "CLIENT_SECRET", "ENVIRONMENT_URL"];
    const names = [
      ...environments.flatMap((one) =>
        suffixes.map((suffix) => `SCALEKIT_${variablePart(one)}_${suffix}`),
      ),
      ...suffixes.map((suffix) => `SCALEKIT_${suffix}`),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(names),
        fc.constantFrom(...environments),
        async (set, environment) => {
          // Each value says whose it is.
          const env = Object.fromEntries(
            set.map((name) => [name, `value-of-${name}`]),
          );
          const found = await read(env, environment).catch(() => undefined);
          if (found === undefined) return;
          const own = `SCALEKIT_${variablePart(environment)}`;
          const isOwn = found.id === `value-of-${own}_CLIENT_ID`;
          const prefix = isOwn ? own : "SCALEKIT";
          expect(found).toMatchObject({
            id: `value-of-${prefix}_CLIENT_ID`,
            secret: `value-of-${prefix}_CLIENT_SECRET`,
          });
          if (!isOwn)
            for (const suffix of suffixes)
              expect(set).not.toContain(`${own}_${suffix}`);
        },
      ),
      { numRuns: Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 300), seed: 1 },
    );
  });

  it("of any driver have names that no command which prints a secret is given", () => {
    for (const { variables } of Object.values(DRIVERS))
      for (const part of [null, "PROD"]) {
        const { id, secret, boundBy } = variables(part);
        for (const name of [id ?? secret, secret, ...boundBy])
          expect(name).toMatch(/^(?:SCALEKIT|TIELINE)_/u);
      }
  });

  it("are refused where two environments would have the same", () => {
    const form = (env: ProcessEnv): unknown =>
      credentialForm({
        environment: "eu-prod",
        driver: "scalekit",
        env,
        environments: ["dev", "eu-prod", "eu_prod"],
      });
    expect(() => form({ SCALEKIT_EU_PROD_CLIENT_ID: "x" })).toThrow(/eu_prod/u);
    expect(() => form(GENERIC)).not.toThrow();
  });

  it("take the secret from a file, by whatever links it is mounted", async () => {
    const file = join(folder, "secret");
    await writeFile(file, "from-file\n");
    await symlink(file, join(folder, "mounted"));
    for (const path of [file, join(folder, "mounted")])
      expect(
        await read({
          SCALEKIT_CLIENT_ID: "id",
          SCALEKIT_CLIENT_SECRET_FILE: path,
        }),
      ).toMatchObject({ secret: "from-file" });
    for (const path of ["secret", "./secret", join(folder, "none"), folder])
      expect(
        (
          await refusal(
            read({
              SCALEKIT_CLIENT_ID: "id",
              SCALEKIT_CLIENT_SECRET_FILE: path,
            }),
          )
        ).why,
      ).toContain("SCALEKIT_CLIENT_SECRET_FILE");
  });

  it("take the secret from a command, without a shell and without our variables", async () => {
    const script = await aScript(join(folder, "bin/give"), [
      '[ -z "$SCALEKIT_CLIENT_ID$SOPS_AGE_KEY$TIELINE_API_TOKEN" ] || exit 9',
      'printf "%s|%s|%s\\n" "$1" "$2" "$VAULT"',
    ]);
    const env = {
      PATH: `${join(folder, "bin")}:${PATH}`,
      VAULT: "v",
      SOPS_AGE_KEY: "x",
      TIELINE_API_TOKEN: "x",
      SCALEKIT_CLIENT_ID: "id",
    };
    for (const program of ["give", script])
      expect(
        await read({
          ...env,
          SCALEKIT_CLIENT_SECRET_COMMAND: `${program} 'a b' $HOME;x`,
        }),
      ).toMatchObject({ secret: "a b|$HOME;x|v" });
  });

  it("run no command that a commit can bring along", async () => {
    await aScript(join(workspace, "bin/give2"), ["echo pwned"]);
    const env = {
      SCALEKIT_CLIENT_ID: "id",
      PATH: `${join(workspace, "bin")}:.:bin:${PATH}`,
    };
    for (const program of [
      "give2",
      "./bin/give2",
      "bin/give2",
      "../workspace/bin/give2",
      "",
    ])
      await refusal(
        read({ ...env, SCALEKIT_CLIENT_SECRET_COMMAND: `${program} x` }),
      );
  });

  it("run none of the checkout either, where the workspace is a part of it", async () => {
    const top = join(folder, "checkout");
    await mkdir(join(top, ".git"), { recursive: true });
    await writeFile(join(top, ".git/HEAD"), "ref: refs/heads/main\n");
    await mkdir(join(top, ".git/objects"));
    await mkdir(join(top, ".git/refs"));
    await mkdir(join(top, "conf"));
    await mkdir(join(top, "bin"));
    const script = await aScript(join(top, "bin/give3"), ["echo pwned"]);
    await symlink(script, join(folder, "link"));
    const before = workspace;
    workspace = join(top, "conf");
    try {
      for (const program of ["give3", script, join(folder, "link")])
        await refusal(
          read({
            SCALEKIT_CLIENT_ID: "id",
            PATH: `${join(top, "bin")}:${PATH}`,
            SCALEKIT_CLIENT_SECRET_COMMAND: `${program} x`,
          }),
        );
    } finally {
      workspace = before;
    }
  });

  it("never show what a command printed, or its arguments", async () => {
    const script = await aScript(join(folder, "bin/fail"), [
      "echo canary-out",
      "echo canary-err >&2",
      "exit 3",
    ]);
    const error = await refusal(
      read({
        SCALEKIT_CLIENT_ID: "id",
        SCALEKIT_CLIENT_SECRET_COMMAND: `${script} canary-arg`,
      }),
    );
    expect(error.why).toContain("status 3");
    expect(JSON.stringify(error) + error.message).not.toContain("canary");
  });

  it.each([
    [
      "two sources",
      { SCALEKIT_CLIENT_SECRET: "a-secret", SCALEKIT_CLIENT_SECRET_FILE: "/x" },
    ],
    ["an empty one", { SCALEKIT_CLIENT_SECRET: "" }],
    ["white space", { SCALEKIT_CLIENT_SECRET: "a-secret " }],
    ["a line break", { SCALEKIT_CLIENT_SECRET: "a\nsecret" }],
    [
      "a command with an open quote",
      { SCALEKIT_CLIENT_SECRET_COMMAND: "give 'x" },
    ],
  ])("are refused with %s", async (_title, env) => {
    const error = await refusal(read({ SCALEKIT_CLIENT_ID: "id", ...env }));
    expect(JSON.stringify(error)).not.toContain("a-secret");
  });

  it("are told by the names of their variables", () => {
    const form = credentialForm({
      environment: "prod",
      driver: "scalekit",
      env: { SCALEKIT_PROD_CLIENT_SECRET_FILE: "/x" },
      environments: [],
    });
    expect(sourceOf(form, { SCALEKIT_PROD_CLIENT_SECRET_FILE: "/x" })).toBe(
      "SCALEKIT_PROD_CLIENT_ID and SCALEKIT_PROD_CLIENT_SECRET_FILE",
    );
  });
});
