/**
 * What holds of every command there is, walked over their definitions: a command that is added is
 * held to it without being named here, except for a command line that can be run.
 */
import { describe, expect, it, vi } from "vitest";
import { execute } from "../../src/cli/execute.ts";
import { COMMANDS } from "../../src/cli/generated/commands.ts";
import { optionsOf } from "../../src/cli/options.ts";
import { parseCommandLine, type Parsed } from "../../src/cli/program.ts";
import { EXIT } from "../../src/command/exit-codes.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
} from "../support/cli.ts";
import { called, LEAVES, type Leaf } from "../support/command-tree.ts";

const parse = (
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Parsed => parseCommandLine(words, "0", env);

const flat = (text: string): string => text.replaceAll(/\s+/gu, " ");

const NAMES = LEAVES.map((leaf) => [leaf.path, leaf] as const);

/** Everything that has help, with its words. */
const HELPED: readonly (readonly string[])[] = [
  [],
  ...COMMANDS.filter((entry) => "subcommands" in entry).map(({ name }) => [
    name,
  ]),
  ...LEAVES.map(({ words }) => words),
];

describe("help", () => {
  it.each(
    HELPED.map((words) => [words.join(" ") || "tieline", words] as const),
  )("of %s fits 80 columns", (_, words) => {
    const shown = parse([...words, "--help"]);
    if (shown.kind !== "text") throw new Error(JSON.stringify(shown));
    const wide = shown.text.split("\n").filter((line) => line.length > 80);
    expect(wide).toEqual([]);
  });

  it.each(NAMES)("of %s breaks no word", (_, { words, definition }) => {
    const shown = parse([...words, "--help"]);
    const text = flat(shown.kind === "text" ? shown.text : "");
    expect(text).toContain(flat(definition.summary));
    for (const { description } of Object.values(optionsOf(definition)))
      expect(text).toContain(flat(description));
    for (const [line] of definition.examples)
      expect(text.replaceAll(" \\ ", " ")).toContain(`tieline ${flat(line)}`);
  });

  it.each(NAMES)("of %s has examples that are understood", (_, leaf) => {
    for (const [line] of leaf.definition.examples) {
      const words = wordsOf(line);
      const parsed = parse(words);
      expect([line, parsed.kind === "usage" && parsed.message]).toEqual([
        line,
        false,
      ]);
    }
  });

  it("is the same by help and by --help", () => {
    for (const { words } of LEAVES)
      if (words.length === 1 && words[0] !== "help")
        expect(parse(["help", ...words])).toEqual(parse([...words, "--help"]));
  });
});

/** The words of a line of examples, as a shell takes it. */
function wordsOf(line: string): readonly string[] {
  const command = line.split(/ (?:[<>|]|>>|&&|#) ?/u)[0] ?? "";
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
}

/** A word with two letters changed places, as fingers do it. */
function slip(word: string): string {
  const at = Math.floor(word.length / 2);
  const [a = "", b = ""] = [word[at - 1], word[at]];
  return a === b
    ? `${word}x`
    : word.slice(0, at - 1) + b + a + word.slice(at + 1);
}

describe("a slip of the keyboard", () => {
  it.each(NAMES)("in an option of %s is found", (_, leaf) => {
    const parsed = parse([...called(leaf), "--tarce-http"]);
    expect(parsed).toMatchObject({ kind: "usage", code: "CLI001" });
    const { message, fix } = parsed as Extract<Parsed, { kind: "usage" }>;
    expect(message).toContain("did you mean --trace-http?");
    expect(parse(wordsOf(fix).slice(1)).kind).toBe("run");
  });

  it.each(
    COMMANDS.filter(({ name }) => name.length > 3).map(({ name }) => [name]),
  )("in the name %s is found", (name) => {
    const parsed = parse([slip(name)]);
    expect(parsed.kind === "usage" && parsed.message).toContain(name);
  });

  it("in the name of a command of a group is found", () => {
    for (const { words } of LEAVES) {
      const [group = "", name = ""] = words;
      if (name.length < 4) continue;
      const parsed = parse([group, slip(name)]);
      expect(parsed.kind === "usage" && parsed.message).toContain(name);
      const alone = parse([name]);
      if (alone.kind === "usage")
        expect(alone.message + alone.fix).toContain(name);
    }
  });
});

/** What each command is run with: in a workspace, as far as it goes without a person or a key. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  init: ["new"],
  "catalog list": [],
  "catalog search": ["mail"],
  "catalog show": ["gmail"],
  add: ["gmail", "--name", "added", "--client-id", "x"],
  validate: [],
  fmt: ["--check"],
  migrate: ["--dry-run"],
  lint: [],
  explain: ["dev", "one"],
  plan: ["dev"],
  snapshot: ["dev", "--out", "snapshot.json"],
  diff: [],
  show: ["plan.json"],
  review: ["--dry-run"],
  apply: ["dev", "--yes"],
  drift: ["dev"],
  compare: ["dev", "prod"],
  promote: ["dev", "prod", "--dry-run"],
  consent: ["dev"],
  import: ["dev", "--dry-run"],
  adopt: ["dev", "--yes"],
  forget: ["dev", "one", "--yes"],
  status: ["dev"],
  test: ["dev"],
  reconcile: ["dev", "--once"],
  suspend: ["dev", "--reason", "a test"],
  resume: ["dev"],
  approve: ["dev", "sha256:0"],
  doctor: ["dev"],
  "config view": ["dev", "--show-origin"],
  "ledger log": ["dev"],
  "ledger show": ["dev", "sha256:0"],
  "ledger verify": ["dev"],
  "ledger blame": ["dev", "one"],
  "state show": ["dev"],
  "state pull": ["dev", "copy.json"],
  "state push": ["dev", "copy.json"],
  "state rebuild": ["dev", "--yes"],
  "state unlock": ["dev"],
  "state migrate": ["dev", "--dry-run"],
  rollback: ["dev", "--to", "sha256:0"],
  "secrets set": ["dev", "one/client_secret"],
  "secrets edit": ["dev"],
  "secrets unset": ["dev", "one/client_secret"],
  "secrets rotate": ["dev"],
  "secrets updatekeys": ["dev"],
  "secrets check": [],
  "secrets list": ["dev"],
  "secrets textconv": ["environments/dev/environment.yaml"],
  "secrets merge": ["a", "b", "c"],
  "secrets install-git": [],
  usage: ["."],
  render: ["dev"],
  "export terraform": ["dev", "--dry-run"],
  emulate: ["--fault", "rubbish"],
  "keys generate": ["--out", "key.pem"],
  schema: ["connection"],
  completion: ["bash"],
  version: [],
  help: ["exit-codes"],
};

/**
 * Results that are documents of their own: what follows takes them as they are, and none has room.
 */
const DOCUMENTS: ReadonlySet<string> = new Set([
  "plan",
  "schema",
  "render",
  "snapshot",
]);

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with its streams caught. */
async function runHere(
  words: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const before = process.cwd();
  const caught = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      caught[name] += String(chunk);
      return true;
    }),
  );
  vi.stubEnv("HOME", folder);
  for (const name of ["CI", "GITHUB_ACTIONS", "CLAUDECODE"])
    vi.stubEnv(name, env[name]);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  process.chdir(folder);
  try {
    const parsed = parse(words, env);
    if (parsed.kind !== "run") throw new Error(JSON.stringify(parsed));
    const status = await execute(parsed.command, parsed.input);
    return { status, ...caught };
  } finally {
    process.chdir(before);
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}

const WORLD = {
  "environments/dev/environment.yaml": environmentText(),
  "environments/prod/environment.yaml": environmentText().replace(
    "environment: dev",
    "environment: prod",
  ),
  "connections/one.yaml": connectionText("one", ["a"]),
};

const STATUSES: ReadonlySet<number> = new Set(Object.values(EXIT));

function lineOf({ path, words }: Leaf): readonly string[] {
  return [...words, ...(LINES[path] ?? [])];
}

describe("JSON", () => {
  it("is tried with every command", () => {
    expect(Object.keys(LINES).sort()).toEqual(
      LEAVES.map(({ path }) => path).sort(),
    );
  });

  it.each([
    ["in a configuration", WORLD],
    ["in an empty folder", {}],
  ] as const)(
    "is one value with the exit status, of every command %s",
    async (_, files) => {
      const folder = await aWorkspace(files);
      const ends: Record<string, number> = {};
      for (const leaf of LEAVES) {
        const { status, stdout } = await runHere(
          [...lineOf(leaf), "--json"],
          folder,
        );
        ends[leaf.path] = status;
        const value = parsedOnce(stdout, leaf.path);
        const isDocument =
          status === 0 && DOCUMENTS.has(leaf.path) && !("exit_code" in value);
        if (!isDocument)
          expect([leaf.path, value["exit_code"]]).toEqual([leaf.path, status]);
        expect(STATUSES.has(status), `${leaf.path}: ${String(status)}`).toBe(
          true,
        );
      }
      expect(Object.keys(ends)).toHaveLength(LEAVES.length);
    },
  );

  it("is what an agent gets of every command that is not for programs", () => {
    for (const leaf of LEAVES) {
      const parsed = parse(called(leaf), { CLAUDECODE: "1" });
      if (parsed.kind !== "run") throw new Error(leaf.path);
      expect([leaf.path, parsed.input.options["json"]]).toEqual([
        leaf.path,
        leaf.definition.isForPrograms !== true,
      ]);
      for (const env of [
        { CLAUDECODE: "1", TIELINE_AGENT: "0" },
        { CLAUDECODE: "1", TIELINE_OUTPUT: "text" },
        { CLAUDECODE: "0" },
      ]) {
        const other = parse(called(leaf), env);
        expect(other.kind === "run" && other.input.options["json"]).toBe(false);
      }
    }
  });
});

function parsedOnce(
  text: string,
  path: string,
): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw new Error(`${path} printed no JSON value: ${text.slice(0, 200)}`);
  }
}

describe("a name that is none", () => {
  const OF_ENVIRONMENTS = LEAVES.filter(
    ({ definition }) => definition.args["environment"] !== undefined,
  );

  it("of an environment is met with the one that was meant, by every command", async () => {
    const folder = await aWorkspace(WORLD);
    for (const leaf of OF_ENVIRONMENTS) {
      // The one opens no workspace; the other has been told which to expect, and misses one.
      if (leaf.path === "emulate" || leaf.path === "review") continue;
      const words = lineOf(leaf).map((word) => (word === "dev" ? "dve" : word));
      const named = words.includes("dve") ? words : [...words, "dve"];
      const { stderr, status } = await runHere(named, folder);
      expect([leaf.path, status]).toEqual([leaf.path, 64]);
      expect(stderr, leaf.path).toContain('"dev"');
    }
    expect(OF_ENVIRONMENTS.length).toBeGreaterThan(20);
  });

  it("may be given with -e as well", () => {
    for (const leaf of OF_ENVIRONMENTS) {
      const { words, definition } = leaf;
      if (Object.hasOwn(definition.options, "environment")) continue;
      const rest = called(leaf).slice(words.length + 1);
      for (const way of [["-e", "prod"], ["--environment=prod"]]) {
        const parsed = parse([...words, ...way, ...rest]);
        if (parsed.kind !== "run") throw new Error(JSON.stringify(parsed));
        const value = parsed.input.args["environment"];
        expect([leaf.path, [value].flat()]).toEqual([leaf.path, ["prod"]]);
      }
    }
    expect(parse(["apply", "-e", "prod"])).toMatchObject({
      kind: "run",
      input: { args: { what: "prod" }, options: { environment: "prod" } },
    });
    expect(parse(["plan", "dev", "-e", "prod"])).toMatchObject({
      kind: "usage",
      message: expect.stringContaining("-e names the environment") as string,
    });
    expect(parse(["plan", "-e", "dev", "-e", "prod"]).kind).toBe("usage");
  });
});

/** Commands that ask, with a line that makes them ask. */
const ASKING: Readonly<Record<string, readonly string[]>> = {
  apply: ["dev"],
  add: ["slack", "--name", "added"],
  "secrets set": ["dev", "one/client_secret"],
};

function lastSaid(what: string, text: string): string {
  return (
    [...text.matchAll(new RegExp(`${what}: (.*)`, "gu"))].at(-1)?.[1] ?? ""
  );
}

describe("--no-input", () => {
  it.each(Object.entries(ASKING))(
    "of %s names an option that answers",
    async (path, line) => {
      const leaf = LEAVES.find((each) => each.path === path);
      const folder = await aWorkspace(WORLD);
      const { stderr, status } = await runHere(
        [...(leaf?.words ?? []), ...line, "--no-input"],
        folder,
      );
      expect(status).not.toBe(0);
      const fix = lastSaid("fix", stderr);
      const own = Object.keys(leaf?.definition.options ?? {}).map(
        (key) => `--${key.replaceAll(/[A-Z]/gu, (c) => `-${c.toLowerCase()}`)}`,
      );
      expect(own.filter((name) => fix.includes(name))).not.toEqual([]);
    },
  );

  it.each([
    [{ CI: "true" }, "CI"],
    [{ CLAUDECODE: "1", TIELINE_OUTPUT: "text" }, "CLAUDECODE"],
    [{}, "terminal"],
  ])("and %o say truly why nobody is asked", async (env, word) => {
    const folder = await aWorkspace(WORLD);
    const { stderr } = await runHere(["apply", "dev"], folder, env);
    expect(lastSaid("why", stderr)).toContain(word);
  });
});

const ESCAPE = "\u001b[";

describe("colour", () => {
  it.each([
    [["--color=always"], {}, true],
    [["--color", "always"], { NO_COLOR: "1" }, true],
    [["--color"], { TERM: "dumb" }, true],
    [["--color=auto"], { FORCE_COLOR: "1" }, true],
    [[], { TIELINE_COLOR: "always" }, true],
    [[], { TIELINE_COLOR: "yes" }, true],
    [[], {}, false],
    [["--color=never"], { FORCE_COLOR: "1" }, false],
    [["--no-color"], { TIELINE_COLOR: "always" }, false],
    [[], { TIELINE_COLOR: "0", FORCE_COLOR: "1" }, false],
    [[], { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  ] as const)("of %j with %o: %s", async (words, env, isThere) => {
    const folder = await aWorkspace(WORLD);
    const { stdout } = await runHere(["plan", "dev", ...words], folder, {
      ...env,
    });
    expect(stdout.includes(ESCAPE)).toBe(isThere);
  });
});

describe("the program", () => {
  it("prints usage errors as JSON where JSON is asked for in any way", async () => {
    const cwd = await aWorkspace({});
    for (const [words, env] of [
      [["plan", "--nope", "-o", "json"], {}],
      [["plan", "--nope", "--output=json"], {}],
      [["plan", "--nope"], { CLAUDECODE: "1" }],
    ] as const) {
      const run = await tieline(words, { cwd, env });
      expect([run.status, JSON.parse(run.stdout)]).toMatchObject([
        64,
        { kind: "error", exit_code: 64, error: { code: "CLI001" } },
      ]);
    }
  });

  it("tells its version as text and as JSON", async () => {
    const cwd = await aWorkspace({});
    const plain = await tieline(["--version"], { cwd });
    expect(plain.stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
    const json = await tieline(["--version", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: "version",
      version: plain.stdout.trim(),
      exit_code: 0,
    });
  });

  it("traces requests only where that is asked for, and nothing of their content", async () => {
    const cwd = await aWorkspace(WORLD);
    const quiet = await tieline(["plan", "dev", "-v"], { cwd });
    expect(quiet.stderr).not.toMatch(/\bGET \//u);
    const traced = await tieline(["plan", "dev", "--trace-http"], { cwd });
    expect(traced.stderr).toMatch(/GET \/api\/v1\/connections/u);
    expect(traced.stderr).not.toMatch(/authorization|bearer/iu);
  });
});
