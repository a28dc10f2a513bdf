import { argumentWord } from "../../util/shell-word.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { JsonObject } from "../../domain/json.ts";
import {
  getAt,
  pointerOf,
  segmentsOf,
  type Pointer,
} from "../../domain/field/pointer.ts";
import type { DocumentKind, Part, Place } from "../read/document.ts";
import validateConnection from "../generated/validate-connection.js";
import validateEnvironment from "../generated/validate-environment.js";
import validateTemplate from "../generated/validate-template.js";
import { isSecretField, membersAt, suggestMember } from "../read/members.ts";
import { report, type Report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { newName, newPlace } from "../read/version-0.ts";
import { versionProblem } from "../read/versions.ts";
import type { CompiledValidator, SchemaError } from "./schema-error.ts";
import {
  expectationOf,
  memberOf,
  nearestAllowed,
  someNames,
} from "./schema-words.ts";

const VALIDATORS: Readonly<Record<DocumentKind, CompiledValidator>> = {
  connection: validateConnection,
  environment: validateEnvironment,
  template: validateTemplate,
};
const MAX_PROBLEMS = 50;

/** What a schema check needs to know besides the value. */
export interface SchemaSubject {
  readonly kind: DocumentKind;
  readonly value: JsonObject;
  /** Connection or environment, for messages. */
  readonly name: string;
  /** Where a value, or its key, was written. */
  readonly originOf: (pointer: Pointer, part: Part) => Place;
  /** Leaves out what the check does not want to say; everything is said when absent. */
  readonly isWanted?: (error: SchemaError) => boolean;
}

/**
 * Checks a value against its schema: one diagnostic per mistake, each where it was made. None
 * repeats a value.
 */
export function checkSchema(subject: SchemaSubject): Diagnostic[] {
  const validate = VALIDATORS[subject.kind];
  if (validate(subject.value)) return [];
  const said = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const error of validate.errors ?? []) {
    // Errors inside propertyNames come with one that names the key; that one is enough.
    if (
      error.schemaPath.includes("/propertyNames/") ||
      subject.isWanted?.(error) === false
    )
      continue;
    const mark = `${error.instancePath} ${markOf(error)}`;
    if (said.has(mark) || diagnostics.length >= MAX_PROBLEMS) continue;
    said.add(mark);
    diagnostics.push(explain(subject, error));
  }
  return diagnostics;
}

/** Errors about members are one each; of several about one value the first is enough. */
function markOf(error: SchemaError): string {
  const member = memberOf(error);
  return member === undefined ? "" : `${error.keyword} ${member}`;
}

function explain(subject: SchemaSubject, error: SchemaError): Diagnostic {
  const { instancePath: pointer, keyword } = error;
  if (pointer === "/version")
    return at(
      subject,
      pointer,
      "value",
      versionProblem(subject.kind, subject.name, subject.value),
    );
  if (keyword === "additionalProperties") return unknownMember(subject, error);
  if (keyword === "required") return missingMember(subject, error);
  if (keyword === "propertyNames") return wrongName(subject, error);
  if (subject.kind !== "environment" && isSecretField(pointer))
    return literalSecret(subject, pointer);
  const expected = expectationOf(error);
  const value = getAt(subject.value, pointer);
  const near = keyword === "enum" ? nearestAllowed(error, value) : undefined;
  return at(subject, pointer, "value", {
    code: "SCH002",
    message: `${quoted(fieldName(pointer))} in ${title(subject)} must be ${expected}${near === undefined ? "" : `; did you mean "${near}"?`}`,
    why: schemaSays(subject),
    fix:
      near === undefined
        ? typeFix(value, expected, keyword)
        : `write "${near}"`,
  });
}

/** What to write instead of a value of the wrong kind. */
function typeFix(value: unknown, expected: string, keyword: string): string {
  if (keyword === "pattern" && expected === "text without spaces")
    return `write ${expected}${typeof value === "string" ? piecesNote(value) : ""}; each is an item of its own, on a line with "- " before it`;
  if (keyword !== "type") return `write ${expected}`;
  if (value === null && expected.startsWith("a mapping"))
    return "write a mapping; the lines that belong to it are indented below it";
  if (typeof value === "string" && expected.startsWith("a list"))
    return `write ${expected}: one line for each item, indented, with "- " before it${piecesNote(value)}`;
  if (typeof value === "string" && !/text/u.test(expected))
    return `write ${expected}, without quotes`;
  return /text/u.test(expected) && typeof value !== "object"
    ? `write ${expected}; in quotes it is text`
    : `write ${expected}`;
}

/** How many items one text seems to hold. */
function piecesNote(text: string): string {
  const pieces = text.split(/[\s,]+/u).filter((piece) => piece !== "");
  return pieces.length > 1 ? `; this text holds ${String(pieces.length)}` : "";
}

function unknownMember(
  subject: SchemaSubject,
  { instancePath, schemaPath, params }: SchemaError,
): Diagnostic {
  const name = String(params["additionalProperty"]);
  const parent = schemaPath.replace(/\/additionalProperties$/u, "");
  const suggestion = suggestMember(subject.kind, parent, name);
  const pointer = `${instancePath}${pointerOf([name])}`;
  const group =
    instancePath === ""
      ? "at the top level"
      : `under ${quoted(fieldName(instancePath))}`;
  const moved = suggestion?.group !== undefined;
  const target =
    suggestion?.group === "" ? "the top level" : `"${suggestion?.group ?? ""}"`;
  const hint =
    suggestion === undefined
      ? ""
      : moved
        ? `; "${suggestion.name}" belongs under ${target}`
        : `; did you mean "${suggestion.name}"?`;
  return at(subject, pointer, "key", {
    code: "SCH001",
    message: `unknown field ${quoted(name)} ${group} in ${title(subject)}${hint}`,
    why: `${schemaSays(subject)}; this one is not declared there`,
    fix:
      suggestion === undefined
        ? `remove it, or use one of ${someNames(membersAt(subject.kind, parent))}`
        : `${
            moved
              ? `move it there as "${suggestion.name}"`
              : `rename it to "${suggestion.name}"`
          }${isOld(subject, parent, name) ? ", or run: tieline migrate" : ""}`,
  });
}

/** Whether the name is one of version 0, which a command replaces. */
function isOld({ kind }: SchemaSubject, at: string, name: string): boolean {
  return (
    newName(kind, at, name) !== undefined ||
    (at === "#" && newPlace(kind, name) !== undefined)
  );
}

function missingMember(
  subject: SchemaSubject,
  { instancePath, params }: SchemaError,
): Diagnostic {
  const name = String(params["missingProperty"]);
  const where =
    instancePath === ""
      ? title(subject)
      : `${quoted(fieldName(instancePath))} of ${title(subject)}`;
  return at(subject, instancePath, "key", {
    code: "SCH006",
    message: `${quoted(name)} is missing in ${where}`,
    why: schemaSays(subject),
    fix: `add ${name}:`,
  });
}

function wrongName(
  subject: SchemaSubject,
  { instancePath, params }: SchemaError,
): Diagnostic {
  const name = String(params["propertyName"]);
  return at(subject, `${instancePath}${pointerOf([name])}`, "key", {
    code: "SCH002",
    message: `the name ${quoted(name)} under ${quoted(fieldName(instancePath))} in ${title(subject)} is not in the form of such names`,
    why: schemaSays(subject),
    fix: "use letters, digits and hyphens, and a shorter name",
  });
}

function literalSecret(subject: SchemaSubject, pointer: Pointer): Diagnostic {
  const value = getAt(subject.value, pointer);
  const field = segmentsOf(pointer).at(-1) ?? "";
  const path = `${subject.name}/${field}`;
  const isCiphertext = typeof value === "string" && value.startsWith("ENC[");
  return at(subject, pointer, "value", {
    code: "SCH007",
    message: isCiphertext
      ? `${quoted(field)} in ${title(subject)} holds SOPS ciphertext`
      : `${quoted(field)} in ${title(subject)} must be a reference, not the secret itself`,
    why: isCiphertext
      ? "ciphertext counts only in a file with its own sops: block, exactly as SOPS writes it; anywhere else it would be sent as if it were the secret"
      : "documents are read by everybody who can read the repository; if this value was ever committed or sent to anyone, renew it at the provider",
    fix: `write secret://${path} here, and store the value: tieline secrets set <environment> ${argumentWord(path)}`,
  });
}

function at(
  subject: SchemaSubject,
  pointer: Pointer,
  part: Part,
  problem: Report,
): Diagnostic {
  return report(subject.originOf(pointer, part), problem);
}

function title({ kind, name }: SchemaSubject): string {
  return `${kind} ${quoted(name)}`;
}

/** `settings.timeout`, as people say it. */
function fieldName(pointer: Pointer): string {
  return segmentsOf(pointer).join(".");
}

function schemaSays({ kind }: SchemaSubject): string {
  return `fields are checked against schemas/${kind}.schema.json`;
}
