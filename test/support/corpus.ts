/** Hostile documents, and workspaces made of them: the same seed gives the same bytes. */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { resolveTexts } from "./documents.ts";

/** A file of a workspace. */
export interface CorpusFile {
  /**
   * Relative, parts divided by slashes. A part may be anything the system lets a file be called.
   */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** One workspace of documents. */
export interface CorpusWorkspace {
  readonly files: readonly CorpusFile[];
  /** Names that commands ask for: those of documents, and hostile ones. */
  readonly names: readonly string[];
  /** Numbers for whatever else has to be chosen. */
  readonly whims: readonly number[];
}

const ESCAPES = "\u001B[2J\u001B]0;x\u0007";
const BIDI = "\u202Eevil\u2066";
const NAMES = ["mail", "desk", "crm-1", "a.b", "x_y", "N", "0", "1e3", "yes"];

const CONNECTIONS: readonly ((name: string) => string)[] = [
  (name) =>
    `# of the team\nconnection_id: ${name}\nprovider: gmail # mail\nauth_type: oauth2\nowner: team-support\nscopes:\n  # first\n  - b\n  - a # last\n  - b\nsettings:\n  prompt: consent\n  pkce: true\n`,
  (name) =>
    `provider:   "slack"\nconnection_id: '${name}'\nauth_type: oauth2\nlabels: {tier: internal, a-b: "1", "x": 'it''s'}\ncredentials: {client_id: "1.2", client_secret: secret://${name}/client_secret}\n\n\n\nscopes: [chat:write, "users:read"]\n`,
  (name) =>
    `---\nconnection_id: ${name}\ntemplate: t\ndescription: >-\n  Reads mail\n  of \${var.stage}\n\n  and more\nowner: &o team\nlabels:\n  owner: *o\n  text: |+\n    two\n\n...\n`,
  (name) =>
    `connection_id: ${name}\nprovider: jira\nauth_type: oauth2\nsettings:\n    token_url: https://a.example/token\n    base_headers: {X-A: b, "X-C": "d: e"}\n    timeout: 0x1F\n    retry: {attempts: 3}\nlifecycle: {varies: ["/scopes"], ignore: ["/settings/timeout"], previous_ids: [old-${name}]}\n`,
  (name) =>
    `connection_id: ${name}\nprovider: freshdesk\nauth_type: basic\ncredentials:\n  username: var://company\n  password: secret://${name}/password\nrotation: {every: 30d}\nstate: disabled\n# tieline-ignore LNT003 until 2027-01-31: for now\n`,
  (name) =>
    `id: ${name}\nprovider: jira\ntype: api_key\ncredentials:\n  api_key: made-up-key-of-a-test # k\nscopes: [a]\n`,
  (name) =>
    `{"connection_id": "${name}", "provider": "gmail", "auth_type": "oauth2", "scopes": ["a", "b"], "labels": {"a": "b"}}\n`,
  (name) =>
    `connection_id: ${name}\nprovider: acme_${name.toLowerCase().replaceAll(/[^a-z0-9]/gu, "_")}\nauth_type: custom\ncustom_provider:\n  display_name: Acme ${name.replaceAll(/[^A-Za-z0-9]/gu, " ")}\n  proxy_url: https://{{domain}}/api\n  auth_patterns:\n    - {type: API_KEY, display_name: Key, fields: [{field_name: domain, label: Host, input_type: text, required: true, is_path_param: true}]}\n`,
  (name) =>
    `connection_id: ${name}\nprovider: gmail\nauth_type: oauth2\n---\nconnection_id: ${name}-2\nprovider: gmail\nauth_type: oauth2\nscopes:\n- a\n- b\n`,
  (name) =>
    `connection_id: ${name}\nprovider: gmail\nauth_type: oauth2\nscopes: [a]\nsops:\n  age:\n    - recipient: age1x\n      enc: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n  mac: x\n`,
];

const OVERLAYS: readonly ((name: string) => string)[] = [
  (name) =>
    `connection_id: ${name}\nscopes: [a, b, a] # narrower\nsettings: {prompt: null}\n`,
  (name) => `connection_id: ${name}\nowner: ~\nlabels:\n  tier: null\n`,
  (name) =>
    `connection_id: ${name}\n$patch:\n  - {op: add, path: /scopes/-, value: c}\n  - op: test\n    path: /provider\n    value: gmail\n`,
  (name) =>
    `connection_id: ${name}\n$patch: [{op: remove, path: /scopes/0}, {op: copy, from: /settings, path: /labels}, {op: move, from: /a, path: /a/b}, {op: replace, path: "", value: 1}, {op: add, path: /scopes/99, value: x}, {op: frobnicate}]\n`,
  (name) => `connection_id: ${name}\nlifecycle: {protected: true}\n`,
  () => "scopes: [z]\n",
];

const TEMPLATES: readonly string[] = [
  "template: t\nprovider: gmail\nauth_type: oauth2\nscopes: [a]\nsettings:\n  pkce: true\n",
  "template: t\ntemplate: u\nprovider: gmail\n",
  "provider: slack\nauth_type: oauth2\nlabels: {a: ${var.stage}}\nlifecycle: {overlays: {only: [scopes], scopes: [a*]}}\n",
  "template: gmail\nconnection_id: x\nprovider: gmail\n",
];

const ENVIRONMENTS: readonly ((name: string) => string)[] = [
  (name) =>
    `environment: ${name}\ntarget: "embedded:"\nunrepresentable: local\nvariables:\n  stage: dev\n  company: acme\n`,
  (name) =>
    `# all\nenvironment: ${name}\ntarget: "embedded:"\nunrepresentable: local\nvariables: {stage: "x y", company: one}\nconnections: {exclude: ["label:tier=internal"]}\nscope_ceiling: ["*"]\nlimits: {max_deletes: 1}\n`,
];
const WILD_ENVIRONMENTS: readonly ((name: string) => string)[] = [
  (name) =>
    `environment: ${name}\ntarget: "embedded:"\nvariables:\n  stage: \${var.company}\n  company: \${var.stage}\n  __proto__: 1\n`,
  (name) =>
    `environment: ${name}\ntarget: "embedded:"\nconnections: {include: ["label:", "label:=", "label:a=b=c", "*", "!x", "**", "../x", "${BIDI}"]}\n`,
  (name) =>
    `environment: ${name}\ntarget: "embedded:../../x"\nsecrets: {files: ["../../x.enc.yaml", /etc/passwd, "-rf"]}\nstate: {backend: file, ref: "../../x"}\n`,
  (name) =>
    `environment: ${name}\ntarget: "embedded:"\npolicies: [{name: p, rule: "((((", message: m}, {name: q, rule: "a.b.c()", message: "${BIDI}"}]\nguards: {nosuch: refuse}\n`,
];

/** What stands where a value is expected. */
const VALUES: readonly string[] = [
  "0o17",
  "0x1F",
  "017",
  "1_000",
  "1e400",
  "-.inf",
  ".nan",
  "-0",
  "1.0",
  "12345678901234567890",
  "2026-01-01",
  "2026-01-01T00:00:00Z",
  "12:30:45",
  "yes",
  "null",
  "~",
  "[]",
  "{}",
  "[[[[[[]]]]]]",
  "[,]",
  "{a, b}",
  "{? a : b}",
  "''",
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\e[31m"',
  '"\\u202e"',
  "!!str 1",
  "!!binary aGk=",
  "!!js/function x",
  "!<tag:yaml.org,2002:str> x",
  "! x",
  "&a x",
  "&a [*a]",
  "*a",
  "*o",
  "<<",
  "|",
  "|2-\n   x",
  ">9\n x",
  "@x",
  "`x`",
  "%x",
  "- x",
  "? x",
  "a: b: c",
  "a #b",
  "a# b",
  "${var.stage}",
  "${var.nosuch}",
  "${var.${var.stage}}",
  "${",
  "$${var.stage}",
  "${env.HOME}",
  "var://stage",
  "var://../x",
  "var://",
  "secret://x/y",
  "secret://",
  "secret://../../etc/passwd",
  "env://PATH",
  "env://",
  "file:///etc/passwd",
  "label:a=b",
  "../../x",
  "/etc/passwd",
  "-rf",
  "$(touch pwned)",
  "`touch pwned`",
  "; touch pwned",
  "a\tb",
  BIDI,
  ESCAPES,
  "\u2028",
  "\u0085",
  "\uFEFF",
  "\u200B",
  "e\u0301\u00E9",
  "😀",
  "\uFFFF",
  "${jndi:ldap://x}",
  "{{domain}}",
  "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]",
];
const KEYS: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "<<",
  "? [a]\n",
  "? |\n  x\n",
  "null",
  "1",
  '""',
  "''",
  "'a''b'",
  '"a\\nb"',
  BIDI,
  "&k x",
  "*o",
  "!!str x",
  "scopes",
  "sops",
  "$patch",
  "template",
  "version",
  "lifecycle",
  "settings",
  "credentials",
  "labels",
  "state",
  "type",
  "id",
  "connection_id",
];
const LINES: readonly string[] = [
  "",
  " ",
  "\t",
  "\tscopes: [x]",
  "# c",
  "#",
  " # c",
  "#\u202E",
  "# tieline-ignore all",
  "# tieline-ignore LNT003 until 9999-99-99",
  "# tieline-ignore",
  "# yaml-language-server: $schema=../../../etc/passwd",
  "---",
  "--- # x",
  "---\nconnection_id: z",
  "...",
  "%YAML 1.1",
  "%TAG ! x",
  "- x",
  "}",
  "]",
  '"',
  "'",
  "|",
  "? x",
  ": x",
  "<<: *o",
  "sops: {mac: x}",
  "sops:",
  "version: 0",
  "version: 2",
  "version: '1'",
  "$patch: []",
  "$patch: {op: add}",
  "state: archived",
  "template: t",
  "template: gmail",
  "template: null",
  "labels: {label: 'label:a=b'}",
];
/** What may follow a document without making it another one. */
const TAME_LINES: readonly string[] = [
  "",
  "# c",
  "#",
  "  # deep",
  "# tieline-ignore LNT003 until 2027-01-31: because",
  "# tieline-ignore",
  "# a: b",
  "#é 😀",
];

/** File names that programs fall over; the system may refuse some. */
const FILE_NAMES: readonly string[] = [
  "A b.yaml",
  "it's.yaml",
  'q".yaml',
  "line\nfeed.yaml",
  "tab\t.yaml",
  "-rf.yaml",
  "--help.yaml",
  "...yaml",
  "..yaml",
  "$(touch x).yaml",
  "`x`.yaml",
  ";x.yaml",
  "X.YAML",
  "Mail.yaml",
  "mail.yml",
  "mail.json",
  "é.yaml",
  "e\u0301.yaml",
  `${BIDI}.yaml`,
  "\u001B[2J.yaml",
  "%00.yaml",
  "a\\b.yaml",
  "*.yaml",
  "~.yaml",
  "#x.yaml",
  "&x.yaml",
  "x.enc.yaml",
  "__proto__.yaml",
  "constructor.json",
  "::error::.yaml",
  "CON.yaml",
  `${"n".repeat(240)}.yaml`,
];
/** Names of connections that commands are asked about. */
const WILD_NAMES: readonly string[] = [
  "nosuch",
  "__proto__",
  "../x",
  BIDI,
  "a\nb",
  "-x",
  "*",
  "",
  "n".repeat(5000),
];

interface Change {
  readonly kind: number;
  readonly at: number;
  readonly what: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.nat({ max: 99 }),
  at: fc.nat({ max: 1_000_000 }),
  what: fc.nat({ max: 1_000_000 }),
});

type Mutation = (text: string, at: number, what: number) => string | Uint8Array;

/** Changes that seldom change what a document means. */
const TAME: readonly Mutation[] = [
  (text, at, what) => insertLine(text, at, pick(TAME_LINES, what)),
  (text, at) => eachLine(text, at, (line) => `${line} # c${String(at % 7)}`),
  (text, at) => eachLine(text, at, (line) => `${line}   `),
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => `\uFEFF${text}`,
  (text) => text.replace(/\n$/u, ""),
  (text, _at, what) => `${text}${"\n".repeat(what % 5)}`,
  (text, at) => eachLine(text, at, (line) => line.replace(": ", ":    ")),
  (text, at) => eachLine(text, at, (line) => line.replace(": ", ": !!str ")),
  (text, _at, what) => `${text}description: ${"word ".repeat(what % 300)}\n`,
  (text, at, what) =>
    `${text}labels: {k${String(at % 3)}: "${pick(["\\t", "é", "😀", "x: y", "#"], what)}"}\n`,
];

/** Changes that respect nothing. */
const WILD: readonly Mutation[] = [
  (text, at, what) => insertLine(text, at, pick(LINES, what)),
  (text, at, what) =>
    insertLine(text, at, `${pick(KEYS, what)}: ${pick(VALUES, at)}`),
  (text, at, what) =>
    eachLine(text, at, (line) =>
      line.replace(/:.*/u, `: ${pick(VALUES, what)}`),
    ),
  (text, at, what) =>
    eachLine(text, at, (line) =>
      line.replace(/^( *(?:- )?)[^:]*/u, `$1${pick(KEYS, what)}`),
    ),
  (text, at, what) => eachLine(text, at, (line) => " ".repeat(what % 9) + line),
  (text, at) => eachLine(text, at, (line) => line.trimStart()),
  (text, at) => eachLine(text, at, (line) => line.replace(/^ */u, "\t")),
  (text, at) => eachLine(text, at, (line) => `${line}\n${line}`),
  (text, at) => eachLine(text, at, () => ""),
  (text, at, what) =>
    text.slice(0, at % (text.length + 1)) +
    pick(VALUES, what) +
    text.slice(at % (text.length + 1)),
  (text, at) => text.slice(0, at % (text.length + 1)),
  (text, at, what) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + text.slice(start + (what % 20));
  },
  (text, at, what) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[at % bytes.length] = what % 256;
    return bytes;
  },
  (text) => Buffer.from(text, "utf16le"),
  (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
  (text, at, what) =>
    `${text}a${String(at % 9)}: ${"[".repeat(what % 150)}${"]".repeat(what % 150)}\n`,
  (text, _at, what) =>
    `${text}${Array.from({ length: what % 120 }, (_, level) => `${" ".repeat(level)}a:\n`).join("")}`,
  (text, _at, what) =>
    `${text}x0: &x0 [1, 2]\n${Array.from({ length: what % 20 }, (_, i) => `x${String(i + 1)}: &x${String(i + 1)} [*x${String(i)}, *x${String(i)}]\n`).join("")}`,
  (text, _at, what) => `${text}description: "${"x".repeat(what % 200_000)}"\n`,
  (text, _at, what) => `${text}scopes: [${"a, ".repeat(what % 2000)}a]\n`,
  (text, _at, what) => `${text}---\n`.repeat(1 + (what % 30)),
  (text) => text.replaceAll("\n", "\r"),
  (text, at, what) =>
    [...text.split("\n")]
      .sort((a, b) => ((a.length * at) % 7) - ((b.length * what) % 7))
      .join("\n"),
  (text) => JSON.stringify(text),
  (text) => text.replaceAll(": ", ":"),
  () => "",
  (text) => `${text}\0`,
];

const TAME_DOCUMENT_KINDS = [0, 1, 2, 3, 6, 7, 8] as const;

interface Written {
  readonly base: number;
  readonly name: number;
  readonly changes: readonly Change[];
  readonly fileName: number;
  readonly layer: number;
}

const written: fc.Arbitrary<Written> = fc.record({
  base: fc.nat({ max: 9999 }),
  name: fc.nat({ max: 9999 }),
  changes: fc.array(change, { maxLength: 5 }),
  fileName: fc.nat({ max: 9999 }),
  layer: fc.nat({ max: 9999 }),
});

/** Workspaces whose documents may be anything. About one file in three has a hostile name. */
export function wildWorkspaces(
  seed: number,
  count: number,
  documents: number,
): CorpusWorkspace[] {
  return sample(seed, count, documents, (each, index) => {
    const name = nameFor(each, index);
    const bytes = mutated(wildText(each, name), each.changes, WILD);
    const fileName =
      each.fileName % 3 === 0
        ? pick(FILE_NAMES, each.fileName)
        : `${name}.${pick(["yaml", "yaml", "yml", "json"], each.fileName)}`;
    return { path: pathOf(each, fileName), bytes };
  });
}

/**
 * Workspaces of documents that people could have written: they resolve, so that commands get to do
 * their work.
 */
export function tameWorkspaces(
  seed: number,
  count: number,
  documents: number,
): CorpusWorkspace[] {
  return sample(seed, count, documents, (each, index) => {
    const kind =
      TAME_DOCUMENT_KINDS[each.base % TAME_DOCUMENT_KINDS.length] ?? 0;
    const name = `${pick(["mail", "desk", "crm-1"], each.name)}-${String(index)}`;
    const plain = pick(
      CONNECTIONS,
      kind,
    )(name).replace(/, client_secret: [^}]*/u, "");
    const isJson = plain.startsWith("{");
    const changed = Buffer.from(mutated(plain, each.changes, TAME));
    const isGood = !isJson && isValid(name, changed.toString());
    return {
      path: `connections/${name}.${isJson ? "json" : "yaml"}`,
      bytes: isGood ? changed : Buffer.from(plain),
    };
  }).map(withOverlays);
}

/** Every third connection gets a file of its own in one environment. */
function withOverlays(workspace: CorpusWorkspace): CorpusWorkspace {
  const { files, whims } = workspace;
  const overlays = files.flatMap(({ path }, index) => {
    const name = /^connections\/([^/]+)\.[a-z]+$/u.exec(path)?.[1];
    const whim = whims[index % whims.length] ?? 0;
    if (name === undefined || index % 3 !== 0) return [];
    const environment = pick(["dev", "prod"], whim);
    const text = pick([...OVERLAYS.slice(0, 2), ...OVERLAYS.slice(4, 5)], whim);
    return [
      {
        path: `environments/${environment}/connections/${name}.yaml`,
        bytes: Buffer.from(
          mutated(
            text(name),
            [{ kind: whim, at: whim, what: whim }],
            [...TAME.slice(0, 8)],
          ),
        ),
      },
    ];
  });
  return { ...workspace, files: [...files, ...overlays] };
}

function isValid(name: string, text: string): boolean {
  const { diagnostics } = resolveTexts({
    environment:
      "unrepresentable: local\nvariables: {stage: dev, company: acme}\n",
    base: { [`${name}.yaml`]: text },
    templates: { "t.yaml": TEMPLATES[0] ?? "" },
  });
  return diagnostics.every(({ severity }) => severity !== "error");
}

function sample(
  seed: number,
  count: number,
  documents: number,
  file: (each: Written, index: number) => CorpusFile,
): CorpusWorkspace[] {
  const workspace = fc.record({
    documents: fc.array(written, {
      minLength: documents,
      maxLength: documents,
    }),
    environments: fc.tuple(written, written),
    whims: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
  });
  return fc
    .sample(fc.noBias(workspace), { seed, numRuns: count })
    .map(({ documents: all, environments, whims }) => {
      const files = new Map<string, CorpusFile>();
      for (const [index, name] of ["dev", "prod"].entries()) {
        const { base, changes } = environments[index] ?? {
          base: 0,
          changes: [],
        };
        const path = `environments/${name}/environment.yaml`;
        const bytes = mutated(
          pick(ENVIRONMENTS, base)(name),
          changes.slice(0, 2),
          TAME.slice(0, 7),
        );
        files.set(path, { path, bytes });
      }
      const template = "templates/t.yaml";
      files.set(template, {
        path: template,
        bytes: Buffer.from(TEMPLATES[0] ?? ""),
      });
      for (const [index, each] of all.entries()) {
        const one = file(each, index);
        const path = files.has(one.path)
          ? one.path.replace(/[^/]*$/u, (name) => `${String(index)}${name}`)
          : one.path;
        files.set(path, { ...one, path });
      }
      const names = [...files.keys()].flatMap(
        (path) => /([^/]+)\.[a-z]+$/u.exec(path)?.[1] ?? [],
      );
      return {
        files: [...files.values()],
        names: [...names, ...WILD_NAMES],
        whims,
      };
    });
}

function nameFor({ name }: Written, index: number): string {
  return name % 3 === 0 ? pick(NAMES, name) : `c${String(index)}`;
}

function wildText({ base, layer }: Written, name: string): string {
  switch (layer % 8) {
    case 0:
    case 1:
      return pick(OVERLAYS, base)(name);
    case 2:
      return pick(TEMPLATES, base);
    case 3:
      return pick(WILD_ENVIRONMENTS, base)(name);
    default:
      return pick(CONNECTIONS, base)(name);
  }
}

function pathOf({ layer, base }: Written, fileName: string): string {
  switch (layer % 8) {
    case 0:
      return `environments/dev/connections/${fileName}`;
    case 1:
      return `environments/prod/connections/${fileName}`;
    case 2:
      return `templates/${fileName}`;
    case 3:
      return base % 2 === 0
        ? `environments/${pick(["dev", "prod", "x", fileName.replace(/\.[a-zA-Z]+$/u, "") || "x"], base >> 1)}/environment.yaml`
        : `connections/${fileName}`;
    default:
      return `connections/${fileName}`;
  }
}

function mutated(
  text: string,
  changes: readonly Change[],
  mutations: readonly Mutation[],
): Uint8Array {
  let now: string | Uint8Array = text;
  for (const { kind, at, what } of changes) {
    // Bytes that are no text any more are left as they are.
    if (typeof now !== "string") break;
    now = pick(mutations, kind)(now, at, what);
  }
  return typeof now === "string" ? Buffer.from(now) : now;
}

function eachLine(
  text: string,
  at: number,
  edit: (line: string) => string,
): string {
  const lines = text.split("\n");
  const index = at % lines.length;
  return lines
    .map((line, position) =>
      position === index && line !== "" ? edit(line) : line,
    )
    .join("\n");
}

function insertLine(text: string, at: number, line: string): string {
  const lines = text.split("\n");
  lines.splice(at % (lines.length + 1), 0, line);
  return lines.join("\n");
}

function pick<T>(from: readonly T[], at: number): T {
  const found = from[at % from.length];
  if (found === undefined) throw new RangeError("there is nothing to pick");
  return found;
}
