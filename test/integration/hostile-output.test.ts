import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { connectionText, environmentText, writeFiles } from "../support/cli.ts";
import { CREDENTIALS, runTidily, startApi } from "../support/hostile.ts";

/*
 * The law: whatever a document, a file name, an argument, a variable or an answer of the API holds,
 * what the program writes acts on no terminal and on no pipeline. `runTidily` checks it for every
 * run.
 */

/** Text of which each piece acts somewhere, without what a document may not hold at all. */
const HOSTILE: readonly string[] = [
  "::error file=x::pwned",
  "  ::set-output name=a::b",
  "\u00a0::add-mask::x",
  "##[error]pwned",
  "###[group]x",
  "##vso[task.setvariable variable=a]b",
  "##teamcity[buildStop]",
  "a\u202eb",
  "\u2066a\u2069",
  "a\u200bb\u2060c\ufeffd",
  "a\u00adb\u034fc\u061cd",
  "\u{e0041}\u{e0042}\u{e0043}",
  "a\ufe00\ufe01\ufe02",
  "1\ufe0f2\ufe0e",
  "a\u{e0100}\u{e01ef}",
  "\u3164\u115f\u1160\uffa0\u180e",
  "a\u2028::error::b\u2029##[error]c",
  "\ufff9a\ufffab\ufffb",
  "\u{1d173}\u{1bca0}",
  "lines\n::error::x\n  ##[error]y",
];
const ALL = HOSTILE.join(" ");
/** As above, with what only arguments, variables and answers can hold. */
const RAW = `\u001b[31m\u001b]0;title\u0007\u009b2J\r::error::x\b\u007f\n::warning::y\n${ALL}`;

const yamlString = (text: string): string => JSON.stringify(text);
const quotedList = HOSTILE.map(yamlString).join(", ");

/** Documents that are valid and hold hostile text wherever the schema lets them. */
const VALID = {
  "connections/a.yaml": connectionText(
    "a",
    ["mail.read"],
    [
      `description: ${yamlString(ALL)}`,
      `owner: ${yamlString("##[error]\u202eteam")}`,
      `labels: {team: ${yamlString("a\u202eb")}, other: ${yamlString(HOSTILE[3] ?? "")}}`,
      "settings:",
      `  user_agent: ${yamlString("##[x]\u200b")}`,
      `  prompt: ${yamlString(ALL.replaceAll("\n", " "))}`,
      `  extra_authorize_params: {k: ${yamlString(ALL)}, v: "var://v"}`,
      "unrepresentable: x",
    ].filter((line) => !line.startsWith("unrepresentable")),
  ),
  "environments/dev/environment.yaml": environmentText("embedded:", [
    `description: ${yamlString(ALL)}`,
    "unrepresentable: local",
    `variables: {v: ${yamlString(ALL)}}`,
  ]),
  "environments/prod/environment.yaml": environmentText("embedded:", [
    "unrepresentable: local",
    `variables: {v: other}`,
  ]).replace("environment: dev", "environment: prod"),
};

/** Files that no command accepts, each wrong in a way that makes a message repeat the text. */
const INVALID: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    HOSTILE.map((text, index) => [
      `connections/x${String(index)}.yaml`,
      [
        `connection_id: ${yamlString(text)}`,
        `provider: ${yamlString(text)}`,
        `auth_type: ${yamlString(text)}`,
        `${yamlString(text)}: ${yamlString(text)}`,
        `settings: {${yamlString(`${text}x`)}: [${quotedList}], timeout: ${yamlString(text)}}`,
        `credentials: {client_secret: ${yamlString(text)}, client_id: ${yamlString(`var://${text}`)}}`,
        `template: ${yamlString(text)}`,
        `scopes: {${yamlString(text)}: 1}`,
        "",
      ].join("\n"),
    ]),
  ),
  "connections/::error::x\n##[error]\u202e\u001b[31m.yaml":
    "connection_id: [\n",
  "connections/\u200b::y.json": '{"connection_id": "a", "##[error]": ',
  "environments/dev/environment.yaml": `environment: dev\ntarget: ${yamlString(ALL)}\n`,
  "environments/::error::e\n\u202e/environment.yaml": "environment: [\n",
  "templates/\u202e##[x].yaml": "template: 7\n",
};

let api: EmbeddedApi;
let proxy: Server;
let hostileApi = "";
let folder = "";
let valid = "";
let invalid = "";

beforeAll(async () => {
  api = await startApi();
  // Puts hostile text into the values of every answer that lists or shows connections.
  proxy = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      const body = Buffer.concat(chunks).toString();
      const reply = await fetch(api.origin + (request.url ?? ""), {
        method: request.method ?? "GET",
        headers: {
          authorization: request.headers.authorization ?? "",
          "content-type": request.headers["content-type"] ?? "application/json",
        },
        ...(body === "" ? {} : { body }),
      });
      const text = (await reply.text()).replaceAll(
        /"(app_name|prompt|provider_key|authorize_uri|status)":\s*"[^"]*"/gu,
        (_all, name: string) => `${yamlString(name)}:${yamlString(RAW)}`,
      );
      response.writeHead(reply.status, {
        "content-type": "application/json",
        "x-request-id": "##[error]req",
      });
      response.end(text);
    })();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  // A server that listens on a host and port has an address of this kind.
  const { port } = proxy.address() as AddressInfo;
  hostileApi = `http://127.0.0.1:${String(port)}`;
  folder = await mkdtemp(join(tmpdir(), "tieline-output-"));
  valid = join(folder, "##[valid]\u202e");
  invalid = join(folder, "\u200b::invalid");
  await writeFiles(valid, VALID);
  await writeFiles(invalid, { ...VALID, ...INVALID });
  await writeFile(
    join(folder, "::plan\u202e##[x].json"),
    `{"format_version": ${yamlString(RAW)}}`,
  );
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

type Line = readonly string[];
const FORMS: readonly Line[] = [
  [],
  ["--json"],
  ["--color", "--verbose", "--trace-http"],
];

async function run(
  cwd: string,
  line: Line,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout, stderr, status } = await runTidily(line, {
    cwd,
    env: { ...CREDENTIALS, ...env },
  });
  if (line.includes("--json")) JSON.parse(stdout);
  return `${String(status)}\n${stdout}\n${stderr}`;
}

describe("what is written acts on nothing", () => {
  it.each<Line>([
    ["validate"],
    ["plan", "dev"],
    ["apply", "dev", "--yes"],
    ["status", "dev"],
    ["drift", "dev"],
    ["explain", "dev", "a"],
    ["compare", "dev", "prod"],
    ["promote", "dev", "prod", "--dry-run"],
    ["lint"],
    ["fmt", "--check"],
    ["migrate", "--dry-run"],
    ["render", "dev"],
    ["export", "terraform", "dev"],
    ["state", "show", "dev"],
    ["ledger", "log", "dev"],
    ["doctor", "dev"],
    ["test", "dev"],
    ["usage"],
  ])("with valid documents: %s %s", async (...line) => {
    const forms = line[0] === "plan" ? FORMS : FORMS.slice(0, 2);
    for (const form of forms) {
      const left = await run(valid, [...line, ...form]);
      // Nothing was refused, so the text got as far as the command's own output.
      expect(left).not.toMatch(/\b(?:SCH|CFG)\d{3}\b/u);
    }
  });

  it.each<Line>([
    ["validate"],
    ["plan", "dev"],
    ["lint"],
    ["lint", "--output", "github"],
    ["fmt"],
    ["migrate", "--dry-run"],
    ["render", "dev"],
    ["explain", "dev", "a"],
    ["doctor", "dev"],
    ["validate", "--output", "github"],
  ])("with documents that are refused: %s %s", async (...line) => {
    const forms = line.includes("github") ? [[]] : FORMS;
    for (const form of forms) {
      const left = await run(invalid, [...line, ...form]);
      expect(left.length).toBeGreaterThan(10);
    }
  });

  it.each<Line>([
    ["plan", "dev"],
    ["drift", "dev"],
    ["status", "dev"],
    ["test", "dev"],
    ["doctor", "dev"],
    ["import", "dev", "--dry-run"],
    ["apply", "dev", "--yes"],
    ["consent", "dev"],
  ])("with an API that answers it: %s %s", async (...line) => {
    const target = line[0] === "import" ? [] : ["--target", hostileApi];
    for (const form of FORMS.slice(0, 2))
      await run(valid, [...line, ...target, ...form]);
  });

  it("with arguments", async () => {
    const lines: readonly Line[] = [
      [RAW],
      ["plan", RAW],
      ["apply", `${RAW}.json`],
      ["apply", "../::plan\u202e##[x].json"],
      ["plan", "dev", `--${RAW}`],
      ["plan", "dev", "--output", RAW],
      ["plan", "dev", "--root", RAW],
      ["plan", "dev", "--target", RAW],
      ["plan", "dev", "--approve", RAW, "--reason", RAW],
      ["explain", "dev", RAW],
      ["explain", "dev", "a", "--field", RAW],
      ["compare", "dev", RAW],
      ["render", "dev", "--out", RAW.replaceAll("/", "")],
      ["render", "dev", "--connection", RAW],
      ["schema", RAW],
      ["catalog", "show", RAW],
      ["catalog", "search", RAW],
      ["add", RAW, "--dry-run"],
      ["add", "gmail", "--name", RAW, "--dry-run"],
      [
        "add",
        "hubspot",
        "--client-id",
        RAW,
        "--description",
        RAW,
        "--owner",
        RAW,
        "--scope",
        RAW,
        "--dry-run",
      ],
      ["secrets", "list", RAW],
      ["secrets", "set", "dev", RAW, "--stdin"],
      ["ledger", "show", "dev", RAW],
      ["state", "unlock", "dev", "--if-holder", RAW],
      ["rollback", "dev", "--to", RAW],
      ["lint", "--rule", RAW],
      ["lint", "--severity", RAW],
      ["emulate", "--fault", RAW],
      ["emulate", "--switch", RAW],
      ["emulate", "--client-secret-env", RAW],
      ["import", "dev", "--from", RAW],
      ["fmt", RAW],
      ["init", RAW.replaceAll("/", "")],
    ];
    for (const [index, line] of lines.entries())
      await run(valid, index % 3 === 0 ? [...line, "--json"] : line);
  });

  it("with variables", async () => {
    for (const name of [
      "TIELINE_OUTPUT",
      "TIELINE_ROOT",
      "TIELINE_TARGET",
      "TIELINE_APPROVE",
      "TIELINE_YES",
      "TIELINE_ALLOWED_HOSTS",
      "SCALEKIT_ENVIRONMENT_URL",
      "HTTPS_PROXY",
      "GITHUB_ACTOR",
      "SOPS_AGE_KEY_FILE",
    ])
      await run(valid, ["plan", "dev"], { [name]: RAW });
  });
});

describe("data stays what it was", () => {
  it("as YAML and as JSON", async () => {
    const cwd = valid;
    const yaml = await runTidily(["render", "dev"], { cwd });
    const json = await runTidily(["render", "dev", "--format", "json"], {
      cwd,
    });
    expect(yaml.status, yaml.stderr).toBe(0);
    const fromYaml: unknown = parse(yaml.stdout);
    expect(fromYaml).toEqual(JSON.parse(json.stdout));
    const text = JSON.stringify(fromYaml);
    for (const piece of HOSTILE)
      expect(text).toContain(JSON.stringify(piece).slice(1, -1));
  });
});
