/**
 * Broken and hostile input: files, folders and command lines, each with what the program has to say
 * about it.
 */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectionText, environmentText } from "../support/cli.ts";
import type { Place } from "../support/hostile.ts";

/** One way to be wrong. */
export interface HostileCase {
  readonly name: string;
  /**
   * Files over an ordinary workspace of one connection, `connections/good.yaml`; `null` leaves one
   * of its files out.
   */
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
  /** What plain files cannot be. */
  readonly arrange?: (place: Place) => Promise<void>;
  /** Status of plan and apply. Default 3. */
  readonly status?: number;
  /** Status of validate. Default: the same. */
  readonly validateStatus?: number;
  /** What stderr says, each of them. */
  readonly says: readonly RegExp[];
  /** What validate says where it differs. */
  readonly validateSays?: readonly RegExp[];
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Uses the target of the documents, not the one of the test. */
  readonly ownTarget?: boolean;
  /** Tries apply as well; it takes the same way as plan until the first write. */
  readonly applies?: boolean;
  /** Tries plan alone, which reads like validate: what takes a second is worth it once. */
  readonly isHeavy?: boolean;
  /** Root cannot be refused a file. */
  readonly skipAsRoot?: boolean;
  readonly root?: (place: Place) => string;
}

const X = "connections/x.yaml";
const ENVIRONMENT = "environments/dev/environment.yaml";
const at = (
  file: string,
  line: number,
  column: number | string = "\\d+",
): RegExp =>
  new RegExp(
    `${file.replaceAll(".", "\\.")}:${String(line)}:${String(column)}`,
    "u",
  );

const x = (...more: readonly string[]): Record<string, string> => ({
  [X]: connectionText("x", ["a"], more),
});
const raw = (...lines: readonly string[]): Record<string, string> => ({
  [X]: `${lines.join("\n")}\n`,
});
const target = (value: string): Record<string, string> => ({
  [ENVIRONMENT]: environmentText(value),
});
const limits = (line: string): Record<string, string> => ({
  [ENVIRONMENT]: environmentText("embedded:", [line]),
});

const HEAD = ["connection_id: x", "provider: gmail", "auth_type: oauth2"];
const SECRETS = [
  "client_secret",
  "api_key",
  "password",
  "token",
  "service_account_json",
  "developer_token",
];
const LITERAL = "hunter2-literal";

/** Shapes of documents that no schema knows. */
const FIELDS: readonly HostileCase[] = [
  {
    name: "an unknown key",
    applies: true,
    files: x("scops: [b]"),
    says: [/SCH001/u, at(X, 7, 1), /did you mean "scopes"/u],
  },
  {
    name: "a value of the wrong type",
    files: x("settings: {timeout: soon}"),
    says: [/SCH002/u, at(X, 7, 21)],
  },
  {
    name: "a duplicate key",
    applies: true,
    files: x("provider: slack"),
    says: [/CFG001/u, at(X, 7, 1), at(X, 2, 1)],
  },
  {
    name: "a connection declared in two files",
    applies: true,
    files: { [X]: connectionText("good", ["a"]) },
    says: [/CFG009/u, at(X, 1, 16), at("connections/good.yaml", 1, 16)],
  },
  {
    name: "a literal in every secret field",
    files: raw(
      ...HEAD,
      "credentials:",
      ...SECRETS.map((field) => `  ${field}: ${LITERAL}`),
    ),
    applies: true,
    says: [
      /^(?!.*hunter2)/su,
      ...SECRETS.flatMap((field, index) => [
        at(X, 5 + index),
        new RegExp(`SCH007: "${field}"`, "u"),
      ]),
    ],
  },
  {
    name: "a secret that is in no file",
    files: raw(
      ...HEAD,
      "credentials: {client_secret: secret://x/client_secret}",
    ),
    says: [/SEC001/u],
  },
  {
    name: "a secret:// path that climbs",
    files: raw(
      ...HEAD,
      "credentials: {client_secret: secret://../../etc/passwd}",
    ),
    says: [/CFG018/u, at(X, 4)],
  },
  {
    name: "a secret from PATH",
    files: raw(...HEAD, "credentials: {client_secret: env://PATH}"),
    says: [/CFG017/u, at(X, 4)],
  },
  {
    name: "secret files outside the environment",
    files: limits("secrets: {files: [../../../neighbour/secrets.enc.yaml]}"),
    says: [/SCH002|CFG029/u, at(ENVIRONMENT, 5)],
  },
  {
    name: "a key named __proto__",
    applies: true,
    files: x("settings: {__proto__: {pkce: true}}"),
    says: [/CFG001/u, at(X, 7, 12)],
  },
  {
    name: "keys named constructor and prototype",
    files: x("settings: {base_headers: {constructor: {prototype: {a: b}}}}"),
    says: [/CFG001/u, at(X, 7)],
  },
  {
    name: "__proto__ in a JSON file",
    files: {
      "connections/j.json":
        '{"connection_id":"j","provider":"gmail","auth_type":"oauth2","__proto__":{"a":1}}',
    },
    says: [/CFG001/u, at("connections/j.json", 1, 62)],
  },
  {
    name: "a patch that reaches for __proto__",
    files: {
      "environments/dev/connections/good.yaml":
        "connection_id: good\n$patch:\n  - {op: add, path: /__proto__/polluted, value: true}\n",
    },
    says: [/CFG001|CFG011/u, at("environments/dev/connections/good.yaml", 3)],
  },
  {
    name: "numbers, dates and booleans where text belongs",
    files: raw(
      "connection_id: 0x1F",
      "provider: 2024-01-01",
      "auth_type: no",
      "description: 017",
    ),
    says: [/SCH002/u, at(X, 1, 16), at(X, 3, 12)],
  },
  {
    name: "a line feed in a name",
    files: raw('connection_id: "x\\ny"', ...HEAD.slice(1)),
    says: [/SCH002/u, at(X, 1, 16)],
  },
  {
    name: "a value of 10,000 characters",
    files: x(`description: ${"long ".repeat(2000)}`),
    says: [/SCH002/u, at(X, 7, 14)],
  },
  {
    name: "a name of 10,000 characters",
    files: raw(`connection_id: ${"n".repeat(10_000)}`, ...HEAD.slice(1)),
    says: [/SCH002/u, at(X, 1, 16)],
  },
  {
    name: "a key of 10,000 characters",
    files: x(`${"k".repeat(1000)}: 1`),
    says: [/SCH001/u, at(X, 7, 1)],
  },
  {
    name: "pointers to nowhere in ignore",
    files: x(
      'lifecycle: {ignore: ["/__proto__", "", "/a~2b", "/settings/timeout/0"]}',
    ),
    says: [/CFG027|SCH002/u, at(X, 7)],
  },
  {
    name: "hostile previous names",
    files: x('lifecycle: {previous_ids: ["../good", "__proto__\\n"]}'),
    says: [/SCH002/u, at(X, 7)],
  },
  {
    name: "an overlay without a base",
    files: { "environments/dev/connections/ghost.yaml": "scopes: [a]\n" },
    says: [/CFG011/u, at("environments/dev/connections/ghost.yaml", 1)],
  },
];

const ESCAPE = String.raw`\e]0;owned\a\e[31m`;
const BIDI = "\u202Eevil\u2066";

/** Text that attacks whoever reads it. */
const TEXTS: readonly HostileCase[] = [
  {
    name: "raw terminal escapes",
    files: x("description: \u001B[2Jgone"),
    says: [/CFG001/u, at(X, 7)],
  },
  {
    name: "escaped terminal escapes in every kind of text",
    files: x(
      `description: "${ESCAPE}"`,
      `owner: "${ESCAPE}"`,
      `labels: {a: "${ESCAPE}"}`,
      `settings: {user_agent: "${ESCAPE}", base_headers: {A: "${ESCAPE}"}, token_url: "https://a.example/${ESCAPE}"}`,
    ),
    says: [/CFG001/u, at(X, 7, 14), at(X, 8, 8), at(X, 9, 13), at(X, 10)],
  },
  {
    name: "terminal escapes and reading direction in unknown keys",
    files: x(`"${ESCAPE}": 1`, `${BIDI}: 1`),
    says: [/CFG001|SCH001/u, at(X, 7, 1)],
  },
  {
    name: "reading direction in names",
    files: raw(`connection_id: "${BIDI}"`, ...HEAD.slice(1)),
    says: [/SCH002/u, at(X, 1, 16)],
  },
  {
    name: "reading direction in a file's name",
    files: { [`connections/${BIDI}.yaml`]: "scops: 1\n" },
    says: [/SCH006/u, /\\u\{202e\}/u],
  },
  {
    name: "a UTF-16 file",
    applies: true,
    files: { [X]: Buffer.from(connectionText("x", ["a"]), "utf16le") },
    says: [/CFG001/u, at(X, 1)],
  },
  {
    name: "a UTF-16 file with a byte order mark",
    files: {
      [X]: Buffer.from(`\uFEFF${connectionText("x", ["a"])}`, "utf16le"),
    },
    says: [/CFG001/u, at(X, 1)],
  },
  {
    name: "a NUL",
    files: x("description: a\0b"),
    says: [/CFG001/u, at(X, 7)],
  },
  {
    name: "a binary file",
    applies: true,
    files: {
      [X]: Buffer.from(
        Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256),
      ),
    },
    says: [/CFG001/u, at(X, 1)],
  },
];

/** YAML that asks a reader for more than data, or for more than it has. */
const YAML: readonly HostileCase[] = [
  {
    name: "a merge key",
    files: raw(
      "base: &b {provider: gmail}",
      "<<: *b",
      "connection_id: x",
      "auth_type: oauth2",
    ),
    says: [/CFG001/u, at(X, 2, 1)],
  },
  {
    name: "a tag that asks for code",
    files: x('description: !!js/function "function () { process.exit(7) }"'),
    says: [/CFG001/u, at(X, 7)],
  },
  {
    name: "a tag for binary data",
    files: x("description: !!binary aGVsbG8="),
    says: [/CFG001/u, at(X, 7)],
  },
  {
    name: "an alias bomb",
    applies: true,
    files: raw(
      ...HEAD,
      "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
      ...Array.from({ length: 30 }, (_, i) => {
        const one = `*a${String(i)}`;
        return `a${String(i + 1)}: &a${String(i + 1)} [${Array.from({ length: 10 }, () => one).join(", ")}]`;
      }),
    ),
    says: [/CFG004/u, at(X, 8)],
  },
  {
    name: "an alias inside its own anchor",
    files: x("labels: &l {a: *l}"),
    says: [/CFG001/u, at(X, 7)],
  },
  {
    name: "an alias without an anchor",
    files: x("labels: *nowhere"),
    says: [/CFG001/u, at(X, 7)],
  },
  {
    name: "300,000 opening brackets",
    files: raw(...HEAD, `scopes: ${"[".repeat(300_000)}`),
    says: [/CFG004/u, at(X, 4)],
  },
  {
    name: "300,000 opening braces",
    files: raw(...HEAD, `labels: ${"{a: ".repeat(200_000)}`),
    says: [/CFG004/u, at(X, 4)],
  },
  {
    name: "300,000 list indicators on one line",
    files: raw("- ".repeat(300_000)),
    says: [/CFG004/u, at(X, 1)],
  },
  {
    name: "300,000 brackets in a JSON file",
    files: { "connections/j.json": "[".repeat(300_000) + "]".repeat(300_000) },
    says: [/CFG004/u, at("connections/j.json", 1)],
  },
  {
    name: "1,000 levels of indentation",
    files: raw(...Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}a:`)),
    says: [/CFG004/u, at(X, 400)],
  },
  {
    name: "40,000 unknown keys",
    isHeavy: true,
    files: raw(
      ...HEAD,
      ...Array.from({ length: 40_000 }, (_, i) => `k${String(i)}: 1`),
    ),
    says: [/SCH001/u, at(X, 4, 1)],
  },
  {
    name: "120,000 keys in one mapping",
    isHeavy: true,
    files: raw(...Array.from({ length: 120_000 }, (_, i) => `k${String(i)}:`)),
    says: [/CFG004/u, /x\.yaml:\d{5,6}:/u],
  },
  {
    name: "40,000 times the same key",
    isHeavy: true,
    files: raw(...HEAD, ...Array.from({ length: 40_000 }, () => "k: 1")),
    says: [/CFG001/u, at(X, 5, 1)],
  },
  {
    name: "200,000 documents in one file",
    files: raw("---\n".repeat(200_000)),
    says: [/CFG004/u, at(X, 2001)],
  },
  {
    name: "100,000 syntax errors",
    isHeavy: true,
    files: raw("}\n".repeat(100_000)),
    says: [/CFG00[14]/u, at(X, 1)],
  },
  {
    name: "a quote that never ends, with 100,000 mistakes",
    isHeavy: true,
    files: raw(...HEAD, `description: "${"\\x".repeat(100_000)}`),
    says: [/CFG00[14]/u, at(X, 4)],
  },
  {
    name: "two documents that lack their name",
    files: raw(
      "provider: gmail",
      "auth_type: oauth2",
      "---",
      "provider: gmail",
      "auth_type: oauth2",
    ),
    says: [/SCH006/u, at(X, 1), at(X, 4)],
  },
  {
    name: "a JSON file with comments",
    files: {
      "connections/j.json":
        '{\n  "connection_id": "j", # a comment\n  "provider": "gmail", "auth_type": "oauth2"\n}\n',
    },
    says: [/CFG001/u, /connections\/j\.json/u],
  },
  {
    name: "a JSON file with slashed comments",
    files: {
      "connections/j.json":
        '{\n  // a comment\n  "connection_id": "j", "provider": "gmail", "auth_type": "oauth2"\n}\n',
    },
    says: [/CFG001/u, /connections\/j\.json/u],
  },
  {
    name: "a document that is a list",
    files: raw("- connection_id: x"),
    says: [/CFG001/u, at(X, 1, 1)],
  },
  {
    name: "an empty file",
    files: { [X]: "" },
    says: [/CFG001/u, /connections\/x\.yaml/u],
  },
  {
    name: "a file of 2 MiB",
    files: { [X]: "# \n".repeat(700_000) },
    says: [/CFG002/u, /connections\/x\.yaml/u, /1 MiB/u],
  },
];

/** Things in folders that are no documents. */
const FOLDERS: readonly HostileCase[] = [
  {
    name: "a link out of the workspace",
    applies: true,
    arrange: async ({ outer, root }) => {
      await writeFile(
        join(outer, "neighbour/x.yaml"),
        connectionText("x", ["a"]),
      );
      await symlink("../../neighbour/x.yaml", join(root, X));
    },
    says: [/CFG002/u, /connections\/x\.yaml/u, /outside/u],
  },
  {
    name: "a connections folder that is a link out of the workspace",
    files: { "connections/good.yaml": null },
    arrange: async ({ root }) => {
      await rm(join(root, "connections"), { recursive: true, force: true });
      await symlink("../neighbour", join(root, "connections"));
    },
    says: [/CFG002/u, /outside/u],
  },
  {
    name: "a link that leads nowhere",
    arrange: ({ root }) => symlink("nowhere.yaml", join(root, X)),
    says: [/CFG002/u, /connections\/x\.yaml/u],
  },
  {
    name: "a link to itself",
    arrange: ({ root }) => symlink("x.yaml", join(root, X)),
    says: [/CFG002/u, /connections\/x\.yaml/u],
  },
  {
    name: "a link to a device",
    arrange: ({ root }) => symlink("/dev/zero", join(root, X)),
    says: [/CFG002/u, /connections\/x\.yaml/u],
  },
  {
    name: "a pipe",
    arrange: ({ root }) => {
      execFileSync("mkfifo", [join(root, X)]);
      return Promise.resolve();
    },
    says: [/CFG002/u, /connections\/x\.yaml/u],
  },
  {
    name: "a folder named like a document",
    arrange: async ({ root }) => {
      await mkdir(join(root, X));
    },
    says: [/CFG002/u, /connections\/x\.yaml/u],
  },
  {
    name: "an unreadable file",
    files: x(),
    arrange: ({ root }) => chmod(join(root, X), 0),
    skipAsRoot: true,
    says: [/CFG002/u, /connections\/x\.yaml/u, /EACCES/u],
  },
  {
    name: "an unreadable folder",
    applies: true,
    arrange: ({ root }) => chmod(join(root, "connections"), 0),
    skipAsRoot: true,
    says: [/CFG002/u, /connections/u],
  },
  {
    name: "an environment.yaml that is a folder",
    files: { [ENVIRONMENT]: null },
    arrange: async ({ root }) => {
      await mkdir(join(root, ENVIRONMENT), { recursive: true });
    },
    says: [/CFG002/u, /environment\.yaml/u],
  },
  {
    name: "an environment.yaml that is a link out of the workspace",
    files: { [ENVIRONMENT]: null },
    arrange: async ({ outer, root }) => {
      await mkdir(join(root, "environments/dev"), { recursive: true });
      await writeFile(
        join(outer, "neighbour/environment.yaml"),
        environmentText(),
      );
      await symlink(
        "../../../neighbour/environment.yaml",
        join(root, ENVIRONMENT),
      );
    },
    says: [/CFG002/u, /environment\.yaml/u, /outside/u],
  },
  {
    name: "an environment.yaml that is a pipe",
    files: { [ENVIRONMENT]: null },
    arrange: async ({ root }) => {
      await mkdir(join(root, "environments/dev"), { recursive: true });
      execFileSync("mkfifo", [join(root, ENVIRONMENT)]);
    },
    says: [/CFG002/u, /environment\.yaml/u],
  },
];

/** Environments that cannot be used. */
const ENVIRONMENTS: readonly HostileCase[] = [
  {
    name: "a misspelt environment",
    applies: true,
    environment: "dve",
    status: 64,
    says: [/CLI041/u, /did you mean "dev"/u],
  },
  {
    name: "an environment that climbs",
    environment: "../../neighbour",
    status: 64,
    says: [/CLI041/u],
  },
  {
    name: "an environment with an absolute path",
    environment: "/etc",
    status: 64,
    says: [/CLI041/u],
  },
  {
    name: "an environment named __proto__",
    environment: "__proto__",
    status: 64,
    says: [/CLI041/u],
  },
  {
    name: "an environment with terminal escapes in its name",
    environment: `\u001B[31m${BIDI}\n`,
    status: 64,
    says: [/CLI041/u],
  },
  {
    name: "an environment with a name of 10,000 characters",
    environment: "e".repeat(10_000),
    status: 64,
    says: [/CLI041/u],
  },
  {
    name: "a missing environment.yaml",
    files: {
      [ENVIRONMENT]: null,
      "environments/dev/connections/good.yaml": "scopes: [b]\n",
    },
    says: [/CFG021/u, /environments\/dev\/environment\.yaml/u],
  },
  {
    name: "an empty environment.yaml",
    applies: true,
    files: { [ENVIRONMENT]: "" },
    says: [/CFG001/u, /environments\/dev\/environment\.yaml/u],
  },
  {
    name: "an environment.yaml that is a list",
    files: { [ENVIRONMENT]: "- environment: dev\n" },
    says: [/CFG001/u, at(ENVIRONMENT, 1, 1)],
  },
  {
    name: "an environment under another name",
    files: {
      [ENVIRONMENT]: environmentText().replace(
        "environment: dev",
        "environment: prod",
      ),
    },
    says: [/CFG029/u, at(ENVIRONMENT, 1)],
  },
  {
    name: "an include that names nothing",
    files: limits("connections: {include: [goood]}"),
    says: [/CFG019/u, at(ENVIRONMENT, 5), /did you mean "good"/u],
  },
  ...[
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://user:pass@a.scalekit.com",
    "https://a.scalekit.com/path",
    "ftp://a.example",
    "//a.example",
    "http://a.scalekit.com",
    "",
  ].map((value): HostileCase => ({
    name: `a target "${value}"`,
    applies: true,
    files: target(value),
    ownTarget: true,
    says: [/SCH002|CFG0(?:26|29)|DRV081/u],
  })),
  ...[
    "https://evil.example",
    "https://scalekit.com.evil.example",
    "https://10.0.0.1",
  ].map((value): HostileCase => ({
    name: `a target "${value}"`,
    applies: true,
    files: target(value),
    ownTarget: true,
    status: 7,
    validateStatus: 0,
    says: [/DRV081/u],
    validateSays: [],
  })),
];

/** Roots that are no configuration. */
const ROOTS: readonly HostileCase[] = [
  {
    name: "a root that is a file",
    applies: true,
    root: ({ root }) => join(root, ENVIRONMENT),
    status: 64,
    says: [/CLI003/u],
  },
  { name: "the root /", root: () => "/", status: 64, says: [/CLI003/u] },
  {
    name: "a root that does not exist",
    root: ({ root }) => join(root, "nowhere"),
    status: 64,
    says: [/CLI003/u],
  },
  {
    name: "environments that is a file",
    files: { [ENVIRONMENT]: null, environments: "a file\n" },
    says: [/CFG002/u],
  },
];

export const HOSTILE_CASES: readonly HostileCase[] = [
  ...FIELDS,
  ...TEXTS,
  ...YAML,
  ...FOLDERS,
  ...ENVIRONMENTS,
  ...ROOTS,
];
