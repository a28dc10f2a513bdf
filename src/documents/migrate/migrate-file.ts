import { argumentWord } from "../../util/shell-word.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { UserError } from "../../domain/problem/error.ts";
import { isJsonObject } from "../../domain/json.ts";
import { segmentsOf } from "../../domain/field/pointer.ts";
import type { SourceFile } from "../../domain/source-file.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
} from "../read/document.ts";
import { editDocument } from "../edit/edit-document.ts";
import { renameMembers } from "../edit/rename-members.ts";
import { stemOf } from "../layers/folder.ts";
import { commentsOf, type FileRole } from "../format/format.ts";
import { parseFile } from "../read/parse.ts";
import { report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import {
  editsFrom0,
  renamesFrom0,
  type Clash,
  type TakenOut,
} from "./from-0-to-1.ts";
import { NEWEST, versionOf, versionProblem } from "../read/versions.ts";
import { append } from "../../util/append.ts";

/** What became of one file. */
export interface Migrated {
  /**
   * Absent when nothing is to be written. `before` may hold secrets: it is compared, never shown.
   */
  readonly change?: { readonly before: string; readonly after: string };
  /** With an error the file stays as it is. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Step {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** One document of a file, on its way from a version to the next. */
interface Subject {
  readonly document: ParsedDocument;
  readonly index: number;
  readonly role: FileRole;
  readonly file: string;
}

type Migration = (text: string, subject: Subject) => Step;

/** By the version they start from: each makes a document one version newer. */
const MIGRATIONS: readonly Migration[] = [from0];

/**
 * A file of documents in the newest version, comments kept. A secret in it becomes a reference; its
 * value is in no result but `before`.
 */
export function migrateFile(file: SourceFile, role: FileRole): Migrated {
  const parsed = parseFile(file, role.kind, role.layer);
  const [first] = parsed.documents;
  if (first === undefined) return { diagnostics: parsed.diagnostics };
  const before = first.source.text;
  const diagnostics: Diagnostic[] = [];
  let text = before;
  for (const [index, document] of parsed.documents.entries()) {
    const subject: Subject = { document, index, role, file: file.path };
    const version = versionOf(document.value, role.kind);
    const newest = NEWEST[role.kind];
    if (version === newest || isJsonObject(document.value["sops"])) continue;
    if (version === undefined || version > newest) {
      diagnostics.push(unknownVersion(subject));
      continue;
    }
    for (const migration of MIGRATIONS.slice(version, newest)) {
      const step = tried(migration, text, subject);
      ({ text } = step);
      append(diagnostics, step.diagnostics);
    }
  }
  const isStuck = diagnostics.some(({ severity }) => severity === "error");
  return isStuck || text === before
    ? { diagnostics: isStuck ? diagnostics : [] }
    : { change: { before, after: withComments(before, text) }, diagnostics };
}

function tried(migration: Migration, text: string, subject: Subject): Step {
  try {
    return migration(text, subject);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { text, diagnostics: [stuck(subject, error.why)] };
  }
}

function from0(text: string, subject: Subject): Step {
  const { document, index, role } = subject;
  const { renames, clashes } = renamesFrom0(document.value, role.kind);
  if (clashes.length > 0)
    return { text, diagnostics: clashes.map((each) => clash(subject, each)) };
  const renamed = renameMembers(text, renames, index);
  const now = renamed === undefined ? undefined : documentIn(renamed, subject);
  if (renamed === undefined || now === undefined)
    return { text, diagnostics: [stuck(subject, undefined)] };
  const { value } = now;
  const id = value["connection_id"];
  const name = typeof id === "string" ? id : stemOf(subject.file);
  const { edits, taken, clashes: more } = editsFrom0(value, role.kind, name);
  if (more.length > 0)
    return { text, diagnostics: more.map((each) => clash(subject, each)) };
  return {
    text: editDocument(renamed, edits, index),
    diagnostics: taken.map((each) => takenOut(subject, name, each)),
  };
}

function documentIn(
  text: string,
  { role, file, index }: Subject,
): ParsedDocument | undefined {
  const bytes = new TextEncoder().encode(text);
  return parseFile({ path: file, bytes }, role.kind, role.layer).documents[
    index
  ];
}

/** Comments beside a field that moved come last; none is lost. */
function withComments(before: string, after: string): string {
  const left = [...commentsOf(after)];
  const lost = commentsOf(before).filter((comment) => {
    const at = left.indexOf(comment);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  if (lost.length === 0) return after;
  return `${after.replace(/\n?$/u, "\n")}${lost.join("\n")}\n`;
}

function unknownVersion({ document, role, file }: Subject): Diagnostic {
  return report(
    placeAt(document, "/version", "value") ?? placeOfDocument(document),
    versionProblem(role.kind, stemOf(file), document.value),
  );
}

function clash(
  { document }: Subject,
  { pointer, other, target }: Clash,
): Diagnostic {
  return report(
    placeAt(document, pointer, "key") ?? placeOfDocument(document),
    {
      code: "CFG047",
      message:
        other === target
          ? `a field that is called ${quoted(target)} now is there under its old name, too`
          : `two old names of ${quoted(target)} stand side by side`,
      why: "one of the two values would be lost",
      fix: "remove one of them, then run: tieline migrate",
    },
  );
}

function stuck({ document }: Subject, why: string | undefined): Diagnostic {
  return report(placeOfDocument(document), {
    code: "CFG047",
    message: "the document cannot be migrated as it is written",
    why: why ?? "a field that has to change is not written where it is used",
    fix: "write shared values out where they are used, then run: tieline migrate",
  });
}

function takenOut(
  { document }: Subject,
  name: string,
  { pointer, what }: TakenOut,
): Diagnostic {
  const field = segmentsOf(pointer).join(".");
  const about = `${quoted(field)} of ${quoted(name)}`;
  return report(
    placeAt(document, pointer, "key") ?? placeOfDocument(document),
    {
      code: "CFG043",
      severity: "warning",
      ...TAKEN[what](about, field, name.slice(0, 100)),
    },
  );
}

const TAKEN: Readonly<
  Record<
    TakenOut["what"],
    (
      about: string,
      field: string,
      name: string,
    ) => {
      readonly message: string;
      readonly why: string;
      readonly fix: string;
    }
  >
> = {
  secret: (about, field, name) => ({
    message: `${about} held a secret; it is a reference now`,
    why: "documents are read by everybody who can read the repository; the value is written nowhere else",
    fix: `renew it at the provider, then run: tieline secrets set <environment> ${argumentWord(`${name}/${field.split(".").at(-1) ?? ""}`)}`,
  }),
  placeholder: (about, field) => ({
    message: `${about} held a placeholder; it is left out now`,
    why: "the page writes it where a value of yours belongs; left out, the field is not managed",
    fix: `write ${field} with the real value, unless the platform should decide it`,
  }),
  finding: (about) => ({
    message: `${about} said what the platform finds; it is left out now`,
    why: "a document asks for draft, active or inactive; testing and error are the platform's to say",
    fix: "write state: active, inactive or draft, where one of them should hold",
  }),
};
