/** Hostile input beside documents: code, exports of other services and answers of an API. */
import fc from "fast-check";
import type { CorpusWorkspace } from "./corpus.ts";

const NASTY: readonly string[] = [
  "mail",
  "../../../etc/passwd",
  "..",
  ".",
  "",
  " ",
  "__proto__",
  "constructor",
  "a\nb",
  "\u001B[2J",
  "\u202Eevil",
  "-rf",
  "a/b",
  "a\\b",
  "con\u0000",
  "é",
  "${var.x}",
  "secret://a/b",
  "env://PATH",
  "label:a=b",
  "1",
  "yes",
  "null",
  "*",
  "#",
  ": ",
  "- a",
  "'",
  '"',
  "`",
  "::error::x",
  "\uD800",
  "😀",
  "n".repeat(3000),
];

/** Files of code that name connections, or look as if they did. */
export function hostileCode({
  names,
  whims,
}: CorpusWorkspace): readonly (readonly [path: string, text: string])[] {
  const whim = whims[0] ?? 0;
  const calls = [...names.slice(0, 10), ...NASTY].map((name) => {
    const text = JSON.stringify(name);
    return `client.actions.executeTool({ connectionName: ${text}, connector: ${text}, connection_name: ${text} });\n`;
  });
  const typescript = [
    calls.join(""),
    calls.join("").slice(0, whim % 4000),
    "(".repeat(whim % 20_000),
    `const a = ${"`${".repeat(whim % 3000)}`,
    `const a = ${"[".repeat(whim % 5000)}${"]".repeat(whim % 5000)};`,
    `/* ${"*".repeat(50_000)}`,
    `"${"\\".repeat(50_001)}"`,
    "\u0000\uFEFF\u2028\u202E",
  ];
  const python = NASTY.map(
    (name) =>
      `client.execute(connection_name=${JSON.stringify(name)}, connector=f"{'${name.replaceAll(/[\n"'{}]/gu, "")}'}")\n`,
  ).join("");
  return [
    ...typescript.map((text, index): [string, string] => [
      `code/a${String(index)}.${["ts", "tsx", "js", "mjs"][index % 4] ?? "ts"}`,
      text,
    ]),
    ["code/a.py", python],
    ["code/b.py", `${"if x:\n ".repeat(whim % 200)}\t${python}`],
    ["code/c.py", `x = ${"(".repeat(whim % 20_000)}`],
    ["code/d.py", `x = """${"\\N{".repeat(1000)}`],
    ["code/line\nfeed.ts", calls.join("")],
  ];
}

const nasty = fc.constantFrom(...NASTY);
const anything: fc.Arbitrary<unknown> = fc.oneof(
  nasty,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(null),
  fc.constant(1e308),
);
const scopes = fc.oneof(fc.array(nasty, { maxLength: 5 }), anything);

const composio = fc.record(
  {
    id: anything,
    name: fc.oneof(nasty, anything),
    toolkit: fc.oneof(
      fc.record({ slug: fc.oneof(nasty, fc.constantFrom("gmail", "slack")) }),
      anything,
    ),
    auth_scheme: fc.oneof(fc.constantFrom("OAUTH2", "API_KEY"), anything),
    credentials: fc.oneof(
      fc.record({ client_id: nasty, client_secret: nasty, scopes }),
      anything,
    ),
    is_composio_managed: anything,
    status: fc.oneof(fc.constantFrom("ENABLED", "DISABLED"), anything),
  },
  { requiredKeys: [] },
);
const nango = fc.record(
  {
    unique_key: fc.oneof(nasty, anything),
    provider: fc.oneof(
      nasty,
      fc.constantFrom("google-mail", "slack"),
      anything,
    ),
    credentials: fc.oneof(
      fc.record({
        type: fc.constantFrom("OAUTH2", "API_KEY", "x"),
        client_id: nasty,
        scopes,
      }),
      anything,
    ),
  },
  { requiredKeys: [] },
);

/** Lists as two services give them, of connections nobody would want. */
export function hostileExports({
  whims,
}: CorpusWorkspace): readonly (readonly [path: string, text: string])[] {
  const seed = whims[1] ?? 0;
  const items = (one: fc.Arbitrary<unknown>): unknown[] =>
    fc.sample(one, { seed, numRuns: 12 });
  const broken = (text: string): string =>
    seed % 5 === 0 ? text.slice(0, seed % text.length) : text;
  return [
    ["composio.json", broken(JSON.stringify({ items: items(composio) }))],
    ["nango.json", broken(JSON.stringify({ data: items(nango) }))],
  ];
}

/** Connections of an API whose owner means harm. */
export function hostileConnections(
  seed: number,
): readonly (Readonly<Record<string, unknown>> & { readonly id: unknown })[] {
  const one = fc.record(
    {
      key_id: nasty,
      provider_key: fc.oneof(fc.constantFrom("GMAIL", "SLACK"), nasty),
      type: fc.constantFrom("OAUTH", "API_KEY", "BASIC"),
      enabled: fc.boolean(),
      status: fc.constantFrom("COMPLETED", "IN_PROGRESS"),
      oauth_config: fc.record({
        client_id: nasty,
        scopes: fc.array(nasty, { maxLength: 5 }),
        token_uri: fc.oneof(fc.constant("https://a.example/token"), nasty),
        prompt: nasty,
      }),
    },
    { requiredKeys: ["key_id", "provider_key", "type"] },
  );
  return fc.sample(one, { seed, numRuns: 40 }).map((connection, index) => ({
    id: `conn_${String(index)}`,
    ...connection,
  }));
}
