import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { FieldRule, ValueShape } from "../../domain/field/field.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import { partsOf, type ValuePart } from "../../domain/field/parts.ts";
import { identifierPlaceholder } from "../../domain/placeholder.ts";
import { segmentsOf, type Pointer } from "../../domain/field/pointer.ts";
import { isReservedParameter } from "../../domain/field/request-parameters.ts";
import type { CheckedConnection } from "./checked-connection.ts";
import { fieldAt } from "../read/field-pointers.ts";
import { suggestMember } from "../read/members.ts";
import { report, type Report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { originOf } from "../read/stack.ts";
import { urlProblem } from "./url-rules.ts";

/**
 * Fields whose parts are looked at: what is sent, or compared with what the platform has. Secrets
 * are looked at where they are opened.
 */
const SENT: readonly FieldRule[] = FIELD_RULES.filter(
  (rule) => !rule.isSecret && !rule.isLocal && !rule.isRecorded,
);

/** Problems of one connection after which the rest of its parts is not looked at. */
const MAX_PROBLEMS = 50;

/**
 * What the schema's words about the parts of a value ask of them, beyond what a validator can
 * check.
 */
export function checkParts({
  name,
  value: document,
  stack,
}: CheckedConnection): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const rule of SENT) {
    const value = fieldAt(document, rule.pointer);
    if (value === undefined || value === null) continue;
    for (const part of partsOf(rule, value)) {
      // Put together only for what is wrong: nearly nothing is.
      const about = (): string =>
        `${quoted(part.pointer.slice(1).replaceAll("/", "."))} of ${quoted(name)}`;
      for (const problem of [
        nameProblem(part, about),
        valueProblem(part, about),
      ])
        if (problem !== undefined)
          diagnostics.push(report(originOf(stack, part.pointer), problem));
      if (diagnostics.length >= MAX_PROBLEMS) return diagnostics;
    }
  }
  return diagnostics;
}

/** What is wrong with the name of a member that is not declared by name. */
function nameProblem(
  { pointer, shape = {} }: ValuePart,
  about: () => string,
): Report | undefined {
  const name = segmentsOf(pointer).at(-1) ?? "";
  if (shape.name === "parameter" && isReservedParameter(name))
    return reserved(name, about);
  return shape.isUndocumented === true
    ? undocumented(pointer, name, about)
    : undefined;
}

/**
 * A name close to a documented one is a slip; any other may be right, as the API takes what it is
 * given.
 */
function undocumented(
  pointer: Pointer,
  name: string,
  about: () => string,
): Report {
  const near = suggestMember("connection", schemaPathOf(pointer), name);
  if (near !== undefined && near.group === undefined)
    return {
      code: "SCH001",
      message: `${about()} is an unknown field; did you mean "${near.name}"?`,
      why: "the API takes it and makes nothing of it",
      fix: `rename it to "${near.name}"`,
    };
  return {
    code: "SCH001",
    severity: "note",
    message: `${about()} is not documented by the vendor`,
    why: "it is passed on as it is, and a change of it counts as a change of where credentials go",
    fix: "remove it unless you know that the platform uses it",
  };
}

/** Where the schema declares the members of the mapping that holds a part. */
function schemaPathOf(pointer: Pointer): string {
  const above = segmentsOf(pointer).slice(0, -1);
  return `#${above.map((name) => (/^\d+$/u.test(name) ? "/items" : `/properties/${name}`)).join("")}`;
}

/** What is wrong with a text. An empty one is the other way to write "must be empty". */
function valueProblem(
  { value, shape = {} }: ValuePart,
  about: () => string,
): Report | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return (
    addressProblem(value, shape, about) ??
    edgeProblem(value, shape, about) ??
    parameterProblem(value, shape, about) ??
    scopeProblem(value, shape, about) ??
    placeholderProblem(value, shape, about)
  );
}

function addressProblem(
  value: string,
  { text }: ValueShape,
  about: () => string,
): Report | undefined {
  const problem = text === "address" ? urlProblem(value) : undefined;
  if (problem === undefined) return undefined;
  return {
    code: "CFG026",
    message: `the address in ${about()} is refused: ${problem}`,
    why: "credentials or users are sent there; http is for this machine only",
    fix: "write a plain https address",
  };
}

function edgeProblem(
  value: string,
  { text }: ValueShape,
  about: () => string,
): Report | undefined {
  if (text !== "token" && text !== "parameter") return undefined;
  if (value.trim() === value) return undefined;
  return {
    code: "SCH002",
    message: `${about()} begins or ends with white space`,
    why: "it would be sent as it is, and the other side compares it to the letter",
    fix: "remove it; a block written with | ends in a line break, one with |- does not",
  };
}

function parameterProblem(
  value: string,
  { text }: ValueShape,
  about: () => string,
): Report | undefined {
  // A field for scopes may be called so: that is what it is.
  const isOwn = isReservedParameter(value) && value !== "scope";
  return text === "parameter" && isOwn ? reserved(value, about) : undefined;
}

/**
 * RFC 6749 allows a comma inside a scope, and hardly any provider has one; lists pasted as one text
 * do.
 */
function scopeProblem(
  value: string,
  { text }: ValueShape,
  about: () => string,
): Report | undefined {
  if (text !== "scope" || !value.includes(",")) return undefined;
  return {
    code: "SCH002",
    severity: "warning",
    message: `${about()} holds a comma: ${quoted(value)} goes out as one scope`,
    why: "each scope is an item of its own; providers do not split them at commas",
    fix: "write each scope on a line of its own, with - before it",
  };
}

function reserved(name: string, about: () => string): Report {
  return {
    code: "SCH002",
    message: `${about()} names the parameter ${quoted(name)}, which is reserved: the authorization request sets it itself`,
    why: "set by a document it could lead codes and users elsewhere, or ask for other permissions than the scopes say",
    fix: "remove it; scopes, client and redirect URI have fields of their own",
  };
}

function placeholderProblem(
  value: string,
  { isCredential }: ValueShape,
  about: () => string,
): Report | undefined {
  const reason =
    isCredential === true ? identifierPlaceholder(value) : undefined;
  if (reason === undefined) return undefined;
  return {
    code: "SEC017",
    message: `${about()} is not a usable value`,
    why: `${reason}; sent, it would take the place of a credential that works`,
    fix: "write the real value",
  };
}
