import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import packageJson from "../../package.json" with { type: "json" };
import { PROGRAM, tieline, type CliResult } from "./cli.ts";
import { tielineHere } from "./in-process.ts";

const execute = promisify(execFile);

/** A shell that reads what pages show, from one block of a page to the next. */
export interface PageShell {
  cwd: string;
  readonly env: Record<string, string>;
  /** Everything that was written. */
  transcript: string;
  /** Writes a document that names its file in its first line, as the reader of the page does. */
  save(text: string): void;
  /** Aims environments that a page made at the emulated API. */
  aim(): void;
}

/** What a line of a page calls the program by. */
const CALLED = /^(?:npx (?:--no-install )?)?tieline\b/u;

/** Words of a line as a shell takes them: quotes, variables as they stand, comments left out. */
export function wordsOf(line: string): string[] {
  const found = line.matchAll(
    /(?<comment>(?<!\S)#.*$)|(?:"[^"]*"|'[^']*'|[^\s"'])+/gu,
  );
  const words = [...found]
    .filter(({ groups }) => groups?.["comment"] === undefined)
    .map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/gu, "$1$2"));
  const at = words.indexOf("tieline");
  return at >= 0 && CALLED.test(words.join(" ")) ? words.slice(at + 1) : words;
}

/** The lines of a script that run the program. */
export function commandsIn(script: string): readonly string[] {
  return partsOf(script)
    .map((part) => part.replace(/\s+(?:>|\|)\s.*$/u, ""))
    .filter((part) => CALLED.test(part));
}

/** Commands of a script, one after the other. */
function partsOf(script: string): readonly string[] {
  return script
    .replaceAll("\\\n", " ")
    .split("\n")
    .flatMap((line) => withoutComment(line).split(" && "))
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function withoutComment(line: string): string {
  return line.replace(/(?:^|\s)#(?![^"']*["'][^"']*$).*$/u, "");
}

/** What may run besides the program; nothing that reaches beyond the folder. */
const HARMLESS: ReadonlySet<string> = new Set(
  "cat cp echo git grep ls mkdir mv node printf rm sed set test".split(" "),
);

/** Runs a block; resolves to the commands that ended otherwise than expected. */
export async function runBlock(
  shell: PageShell,
  script: string,
  statusOf: (command: string) => number,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  // What is more than a row of commands is left to a real shell as a whole.
  const isProgram = /^(?:case|for|if|while) |<<'?\w/mu.test(script);
  for (const part of isProgram ? [script] : partsOf(script)) {
    const { status, stdout, stderr } = isProgram
      ? await runOther(shell, script)
      : await runPart(shell, await withDigest(shell, part));
    shell.transcript += stdout + stderr;
    const expected = statusOf(part);
    if (status !== expected)
      wrong.push(
        `${part}: ends with ${String(status)}, not ${String(expected)}\n${stdout.slice(-600)}${stderr.slice(-1500)}`,
      );
  }
  return wrong;
}

/** The digest that a page leaves out is that of the plan there is now. */
async function withDigest(
  { cwd, env }: PageShell,
  part: string,
): Promise<string> {
  const [, environment] = /^tieline apply (\S+) .*sha256:…/u.exec(part) ?? [];
  if (environment === undefined) return part;
  const plan = await tielineHere(["plan", environment, "--json"], {
    cwd,
    env,
  });
  const digest = /"intent_digest": ?"([^"]+)"/u.exec(plan.stdout)?.[1];
  return part.replace("sha256:…", digest ?? "");
}

const DONE: CliResult = { status: 0, stdout: "", stderr: "" };

async function runPart(shell: PageShell, part: string): Promise<CliResult> {
  const words = wordsOf(part);
  const [first = "", second = ""] = words;
  if (CALLED.test(part)) return runProgram(shell, part, words);
  if (first === "cd") shell.cwd = join(shell.cwd, second);
  else if (first === "export") exported(shell, words.slice(1));
  // A person would be asked; the variable is set already.
  else if (first === "read") return DONE;
  // The program under test is there.
  else if (first === "npm" && second !== "run") return DONE;
  else if (first === "npm") return aScript(words[2] ?? "");
  else if (HARMLESS.has(first) || part.startsWith(". "))
    return runOther(shell, part);
  else return failed(`${first} is not run by the tests of pages`);
  return DONE;
}

const failed = (why: string): CliResult => ({
  status: 127,
  stdout: "",
  stderr: why,
});

/** A script of this package; whether it does its work is for other tests. */
function aScript(name: string): CliResult {
  return Object.hasOwn(packageJson.scripts, name)
    ? DONE
    : failed(`no script ${name}`);
}

function exported(shell: PageShell, words: readonly string[]): void {
  for (const word of words) {
    const at = word.indexOf("=");
    if (at > 0) shell.env[word.slice(0, at)] = word.slice(at + 1);
  }
}

async function runProgram(
  shell: PageShell,
  part: string,
  words: readonly string[],
): Promise<CliResult> {
  const { cwd, env } = shell;
  const isRedirected = /\s(?:>|\||<)\s/u.test(part);
  if (isRedirected) return runOther(shell, part);
  // A person would type the value.
  if (
    words[0] === "secrets" &&
    words[1] === "set" &&
    !words.includes("--stdin")
  )
    return tieline([...words, "--stdin"], {
      cwd,
      env,
      input: "kept-for-the-pages-1",
    });
  // What serves until it is stopped is run by tests of its own.
  const [name = ""] = words;
  const isServer =
    name === "emulate" || (name === "reconcile" && !words.includes("--once"));
  if (isServer) return DONE;
  const result = await tielineHere(words, {
    cwd,
    env,
    answer: answerTo,
  });
  if (words[0] === "init") shell.aim();
  return result;
}

/** What somebody who reads a page types. */
function answerTo(question: string): string {
  const expected = /Type "(?<word>[^"]+)"/u.exec(question)?.groups?.["word"];
  if (expected !== undefined) return expected;
  if (/OAuth client/u.test(question)) return "1234.apps.example";
  return /^Scopes/u.test(question) ? "1" : "";
}

async function runOther(shell: PageShell, part: string): Promise<CliResult> {
  const script = `tieline() { "${process.execPath}" "${PROGRAM}" "$@"; }\nnpx() { [ "$1" = --no-install ] && shift; "$@"; }\n${part}`;
  try {
    const { stdout, stderr } = await execute("bash", ["-c", script], {
      cwd: shell.cwd,
      env: { PATH: process.env["PATH"] ?? "", ...shell.env },
    });
    return { status: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Partial<CliResult> & {
      readonly code?: number;
    };
    return {
      status: code ?? 1,
      stdout: stdout ?? "",
      stderr: stderr ?? String(error),
    };
  }
}
