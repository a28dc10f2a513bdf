import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from "vitest";
import { rm, mkdtemp } from "node:fs/promises";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import { createKeyProviders } from "../../src/secrets/sops/keys/providers.ts";
import { openSops } from "../../src/secrets/sops/file/open.ts";
import { nodeAt } from "../../src/secrets/sops/core/tree.ts";
import { PROGRAM, tieline, type CliResult } from "../support/cli.ts";
import {
  filesBelow,
  findCanaries,
  startHostileProxy,
  type Failure,
  type HostileProxy,
} from "../support/canary.ts";

const SECRETS = "environments/dev/secrets.enc.yaml";
const KEY = "environments/dev/demo.agekey";
const DOCUMENT = "connections/gmail-support.yaml";
const TAIL = `<&"'\\ü/+=>`;
const API_SECRET = `canary-api${TAIL}${randomBytes(9).toString("base64url")}`;

let server: EmbeddedApi;
let proxy: HostileProxy;
let root = "";
let temp = "";
const canaries = new Map<string, string>();

beforeAll(async () => {
  server = await startEmbedded({
    clientId: "test",
    clientSecret: API_SECRET,
    clock: systemClock,
    catalogue: CATALOGUE,
  });
  proxy = await startHostileProxy(server.origin);
});

afterAll(async () => {
  await proxy.close();
  await server.close();
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tieline-canary-"));
  temp = join(root, "tmp");
  await mkdir(temp);
  proxy.failure = "none";
  proxy.echoesReads = false;
  await run(["init", "."]);
  const environment = join(root, "environments/dev/environment.yaml");
  await writeFile(
    environment,
    `${await readFile(environment, "utf8")}limits: {timeout: 2, requests_per_second: 1000}\n`,
  );
  canaries.clear();
  canaries.set("API client secret", API_SECRET);
  await put("client secret", "gmail-support/client_secret");
  const key = await readFile(join(root, KEY), "utf8");
  canaries.set("age key", /AGE-SECRET-KEY-\S+/u.exec(key)?.[0] ?? "");
  const opened = await openSops(await readFile(join(root, SECRETS)), {
    path: SECRETS,
    providers: createKeyProviders({ env: {}, keyFiles: [join(root, KEY)] }),
  });
  const node = nodeAt(opened.tree, ["_tieline", "fingerprint_key"]);
  canaries.set("fingerprint key", node?.kind === "str" ? node.text : "");
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** Sets a fresh canary through the command itself. */
async function put(name: string, path: string): Promise<void> {
  const value = `canary-${TAIL}${randomBytes(9).toString("base64url")}`;
  canaries.set(name, value);
  await expectClean(
    await run(["secrets", "set", SECRETS, path, "--stdin"], value),
  );
}

function environment(): Record<string, string> {
  const key = canaries.get("age key");
  return {
    SCALEKIT_CLIENT_ID: "test",
    SCALEKIT_CLIENT_SECRET: API_SECRET,
    SOPS_AGE_KEY: key ?? "",
    TMPDIR: temp,
    TIELINE_DEBUG: "1",
  };
}

/**
 * Commands that speak to the API are sent to the hostile one; the demo key is allowed there,
 * because it is on loopback.
 */
function withTarget(args: readonly string[]): readonly string[] {
  return ["plan", "apply", "drift", "status", "snapshot"].includes(
    args[0] ?? "",
  )
    ? [...args, "--target", proxy.origin]
    : args;
}

function run(args: readonly string[], input = ""): Promise<CliResult> {
  return tieline(withTarget(args), { cwd: root, env: environment(), input });
}

/**
 * Greps everything a run can leave behind. Documents are left out where the test itself put a
 * secret into one.
 */
async function expectClean(
  result: CliResult,
  documents: readonly string[] = [],
): Promise<void> {
  const all = new Map(canaries);
  for (const token of proxy.tokens) all.set(`access token`, token);
  expect(
    findCanaries(result.stdout, all),
    `stdout: ${result.stdout.slice(0, 200)}`,
  ).toEqual([]);
  expect(findCanaries(result.stderr, all), "stderr").toEqual([]);
  for (const [file, text] of await filesBelow(root, [
    SECRETS,
    KEY,
    ...documents,
  ]))
    expect(
      findCanaries(Buffer.from(text, "latin1").toString("utf8"), all),
      file,
    ).toEqual([]);
}

const COMMANDS: readonly (readonly string[])[] = [
  ["validate"],
  ["plan", "dev", "--out", "plan.json"],
  ["apply", "dev", "--yes"],
  ["drift", "dev"],
  ["snapshot", "dev"],
  ["status", "dev"],
  ["render", "dev"],
  ["secrets", "list", SECRETS],
  ["secrets", "check"],
  ["secrets", "textconv", SECRETS],
];
const TWO_FORMS = [["--verbose", "--trace-http"], ["--json"]];
/** TIELINE_LONG_TESTS=1 runs every form; the two here reach every sink. */
const SHOWN =
  process.env["TIELINE_LONG_TESTS"] === "1"
    ? [[], ["--verbose"], ["--json"], ["--json", "--trace-http"]]
    : TWO_FORMS;

/** Every command in every form, one after the other: later ones see what earlier ones left. */
async function runAll(
  commands = COMMANDS,
  documents: readonly string[] = [],
  forms = TWO_FORMS,
): Promise<number[]> {
  const statuses: number[] = [];
  for (const command of commands)
    for (const shown of forms) {
      const result = await run([...command, ...shown]);
      await expectClean(result, documents);
      statuses.push(result.status ?? -1);
    }
  return statuses;
}

describe("no secret in any output", () => {
  it("when everything works", async () => {
    const statuses = await runAll(COMMANDS, [], SHOWN);
    expect(statuses.every((status) => status === 0)).toBe(true);
    await expectClean(await run(["secrets", "rotate", SECRETS]));
    await expectClean(await run(["secrets", "updatekeys", SECRETS]));
  });

  it.each(["echo", "echo-everywhere", "html", "reset"] as Failure[])(
    "when writes fail: %s",
    async (failure) => {
      proxy.failure = failure;
      for (const shown of SHOWN) {
        const result = await run(["apply", "dev", "--yes", ...shown]);
        expect(result.status).not.toBe(0);
        await expectClean(result);
      }
      await runAll([
        ["status", "dev"],
        ["plan", "dev"],
        ["drift", "dev"],
      ]);
    },
  );

  it("when the platform shows a secret in other fields afterwards", async () => {
    await expectClean(await run(["apply", "dev", "--yes"]));
    proxy.echoesReads = true;
    // Commands that open no secret cannot know one.
    for (const command of [
      ["plan", "dev", "--verbose", "--trace-http"],
      ["plan", "dev", "--json"],
      ["snapshot", "dev"],
      ["apply", "dev", "--yes"],
      ["apply", "dev", "--yes", "--json"],
    ]) {
      const { stdout, stderr } = await run(command);
      expect(findCanaries(stdout, canaries), "stdout").toEqual([]);
      expect(findCanaries(stderr, canaries), "stderr").toEqual([]);
    }
  });

  it("when it is interrupted while a write is on its way", async () => {
    proxy.failure = "hang";
    const child = spawn(
      process.execPath,
      [
        PROGRAM,
        ...withTarget(["apply", "dev", "--yes", "--verbose", "--trace-http"]),
      ],
      {
        cwd: root,
        env: { PATH: process.env["PATH"] ?? "", HOME: root, ...environment() },
      },
    );
    let stdout = "";
    let stderr = "";
    child.stdout
      .setEncoding("utf8")
      .on("data", (chunk: string) => (stdout += chunk));
    child.stderr
      .setEncoding("utf8")
      .on("data", (chunk: string) => (stderr += chunk));
    await Promise.race([
      proxy.nextWrite(),
      new Promise((resolve) => child.once("close", resolve)),
    ]);
    child.kill("SIGINT");
    child.kill("SIGINT");
    const status = await new Promise<number | null>((resolve) =>
      child.once("close", resolve),
    );
    await expectClean({ status, stdout, stderr });
    await runAll([["status", "dev"]]);
  });

  it.each([
    [
      "a damaged file of secrets",
      async () => {
        const file = join(root, SECRETS);
        await writeFile(
          file,
          (await readFile(file, "utf8")).replace(
            /data:(.)/u,
            (_all, first: string) => `data:${first === "A" ? "B" : "A"}`,
          ),
        );
      },
    ],
    [
      "another key",
      async () => {
        canaries.delete("age key");
        await writeFile(join(root, KEY), `AGE-SECRET-KEY-1${"Q".repeat(58)}\n`);
      },
    ],
    [
      "a missing secret",
      async () => {
        await run(["secrets", "unset", SECRETS, "gmail-support/client_secret"]);
      },
    ],
    [
      "a placeholder",
      async () => {
        await run(
          ["secrets", "set", SECRETS, "gmail-support/client_secret", "--stdin"],
          "changeme",
        );
      },
    ],
  ] as [string, () => Promise<void>][])("with %s", async (_name, prepare) => {
    await prepare();
    const statuses = await runAll();
    expect(statuses.some((status) => status !== 0)).toBe(true);
  });

  it.each([
    [
      "in a secret field",
      (text: string, secret: string) =>
        text.replace(/client_secret: secret:\S+/u, `client_secret: ${secret}`),
    ],
    [
      "under an unknown key",
      (text: string, secret: string) =>
        text.replace(
          "credentials:\n",
          `credentials:\n  clientsecret: ${secret}\n`,
        ),
    ],
    [
      "at the root",
      (text: string, secret: string) => `${text}password: ${secret}\n`,
    ],
    [
      "in a syntax error",
      (text: string, secret: string) =>
        text.replace(/client_secret: secret:\S+/u, `client_secret: [${secret}`),
    ],
    [
      "in a tag and an alias",
      (text: string, secret: string) =>
        text.replace(
          /client_secret: secret:\S+/u,
          `client_secret: !t *${secret}`,
        ),
    ],
    [
      "twice",
      (text: string, secret: string) =>
        text.replace(
          /client_secret: secret:\S+/u,
          `client_secret: ${secret}\n  client_secret: ${secret}`,
        ),
    ],
  ] as [string, (text: string, secret: string) => string][])(
    "with a literal secret pasted into a document %s",
    async (_name, paste) => {
      const literal = `CanaryLiteral${randomBytes(12).toString("hex")}`;
      canaries.set("literal", literal);
      const file = join(root, DOCUMENT);
      const before = await readFile(file, "utf8");
      const text = paste(before, literal);
      expect(text).toContain(literal);
      await writeFile(file, text);
      const commands = [
        ["validate"],
        ["plan", "dev", "--out", "plan.json"],
        ["apply", "dev", "--yes"],
        ["render", "dev"],
        ["secrets", "check"],
      ];
      const statuses = await runAll(commands, [DOCUMENT]);
      expect(statuses.some((status) => status !== 0)).toBe(true);
    },
  );

  it("when a document repeats a secret the run knows", async () => {
    // In a field that plans show; without the characters that a scope must not have.
    const value = `canary-${randomBytes(12).toString("base64url")}`;
    canaries.set("client secret", value);
    await run(
      ["secrets", "set", SECRETS, "gmail-support/client_secret", "--stdin"],
      value,
    );
    const file = join(root, DOCUMENT);
    const before = await readFile(file, "utf8");
    await writeFile(
      file,
      before.replace("scopes:\n", `scopes:\n  - x:${value}\n`),
    );
    const all = new Map(canaries);
    // The plan on stdout, and on stderr before it is applied.
    for (const command of [
      ["plan", "dev"],
      ["plan", "dev", "--json"],
      ["apply", "dev", "--yes", "--verbose", "--trace-http"],
    ]) {
      const { stdout, stderr } = await run(command);
      expect(stderr + stdout).toContain("gmail-support");
      expect(findCanaries(stdout, all)).toEqual([]);
      expect(findCanaries(stderr, all)).toEqual([]);
    }
  });

  it("from the value itself, whatever is done to it", () => {
    const value = `canary-${TAIL}`;
    const secret = new Secret(value);
    const error = new Error("failed", { cause: { secret } });
    const texts = [
      // Each is a way in which values end up in text by accident.
      String(secret),
      JSON.stringify({ secret, list: [secret] }),
      inspect({ secret }, { depth: null, showHidden: true, getters: true }),
      inspect(secret, { customInspect: false, showHidden: true }),
      inspect(error, { depth: null }),
      [secret].join(),
      JSON.stringify(structuredClone(Object.assign({}, secret))),
      Object.entries(secret).join(),
    ];
    for (const text of texts)
      expect(findCanaries(text, new Map([["value", value]]))).toEqual([]);
    expect([
      JSON.stringify(secret),
      inspect(secret),
      inspect({ secret }),
    ]).toEqual(['"«secret»"', "«secret»", "{ secret: «secret» }"]);
  });
});
