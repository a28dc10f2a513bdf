import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { VERSION } from "../domain/generated/version.ts";
import { sumOfChanges } from "../output/change-report.ts";
import { codeQualityReport } from "../output/code-quality.ts";
import type { FindingPlace } from "../output/findings.ts";
import { COMMENT_BYTES } from "../output/fit-markdown.ts";
import { renderGithub } from "../output/github.ts";
import { jsonText } from "../output/json.ts";
import type { ResultForms } from "../output/written-forms.ts";
import { sarifLog } from "../output/sarif.ts";
import { EXIT } from "./exit-codes.ts";
import type { Form } from "./forms.ts";
import type { Io } from "./io.ts";
import { respond, type Answer } from "./respond.ts";
import { addToStepSummary } from "./step-summary.ts";

/** How each form is written that is not text or JSON. */
const WRITE: Readonly<
  Record<
    Exclude<Form, "text" | "json">,
    (forms: ResultForms, io: Io) => void | Promise<void>
  >
> = {
  markdown: ({ markdown }, io) => {
    io.out(there(markdown)(COMMENT_BYTES));
  },
  html: ({ html }, io) => {
    io.out(there(html)());
  },
  sarif: ({ findings }, io) => {
    const { rules = [], root, ...log } = there(findings)();
    const options = { ...placeOf(root, io), version: VERSION, rules };
    io.out(jsonText(sarifLog(log.findings, options)));
  },
  github: async ({ findings, markdown }, io) => {
    const { root, ...log } = there(findings)();
    io.commands(renderGithub(log.findings, placeOf(root, io)));
    if (markdown !== undefined) await addToStepSummary(io, markdown);
  },
  gitlab: ({ changes, findings }, io) => {
    if (changes !== undefined) {
      io.out(jsonText(sumOfChanges(changes())));
      return;
    }
    const { root, ...log } = there(findings)();
    io.out(jsonText(codeQualityReport(log.findings, placeOf(root, io))));
  },
};

/** A command names a form only where its result has what the form is made of. */
function there<T>(part: T | undefined): T {
  if (part === undefined)
    throw new TypeError("this result cannot be written in that form");
  return part;
}

/**
 * Writes a result in the form that is asked for.
 * @returns false, and writes nothing, for text and JSON.
 */
export async function writeInForm(
  io: Io,
  forms: ResultForms,
): Promise<boolean> {
  const { form } = io;
  if (form === "text" || form === "json") return false;
  await WRITE[form](forms, io);
  return true;
}

/** As `respond`, in every form that the result has. */
export async function respondInForm(
  io: Io,
  answer: Answer & ResultForms,
): Promise<number> {
  if (await writeInForm(io, answer)) return answer.exitCode ?? EXIT.done;
  return respond(io, answer);
}

/** GitHub and GitLab take paths from the root of the repository. */
function placeOf(root: string, { cwd }: Io): FindingPlace {
  return { prefix: repositoryPrefix(resolve(cwd, root)) };
}

/** Where the workspace lies in its repository, with a slash at the end. */
function repositoryPrefix(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) {
      const way = relative(folder, root).split(sep).join("/");
      return way === "" ? "" : `${way}/`;
    }
    if (dirname(folder) === folder) return "";
  }
}
