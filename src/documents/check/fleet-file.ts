import { isMap } from "yaml";
import type { FleetDocument } from "../../domain/generated/fleet.ts";
import { segmentsOf } from "../../domain/field/pointer.ts";
import { UserError } from "../../domain/problem/error.ts";
import { readText, type EditableDocument } from "../edit/read-text.ts";
import { rangeOf, pairOf } from "../read/document.ts";
import { linesOf } from "../read/text-source.ts";
import validateFleet from "../generated/validate-fleet.js";
import { expectationOf, memberOf } from "./schema-words.ts";

/**
 * Reads a fleet file, under the limits of every document. @throws UserError CLI105 for one that is
 * not understood to the last member.
 */
export function readFleetFile(text: string, file: string): FleetDocument {
  const { documents } = readText(text, false);
  const [first] = documents;
  if (first === undefined || documents.length > 1)
    throw refused(file, "it is not one document of valid YAML or JSON");
  const { value } = first;
  // The compiled validator checks exactly this shape.
  if (validateFleet(value)) return value as unknown as FleetDocument;
  const [error] = validateFleet.errors ?? [];
  if (error === undefined) throw refused(file, "it does not fit its schema");
  const member = memberOf(error);
  const isUnknown = error.keyword === "additionalProperties";
  const at = placeText(
    text,
    nodeOf(first, error.instancePath, isUnknown, member),
  );
  throw refused(
    `${file}:${at}`,
    isUnknown && member !== undefined
      ? `there is no member ${JSON.stringify(member.slice(0, 60))} here`
      : member !== undefined && error.keyword === "required"
        ? `it lacks ${member}`
        : `what stands here is not ${expectationOf(error)}`,
  );
}

/** What an error of the validator is about; of a member that there is not its name. */
function nodeOf(
  { node }: EditableDocument,
  pointer: string,
  isUnknown: boolean,
  member: string | undefined,
): unknown {
  const path = segmentsOf(pointer);
  const found: unknown = node.getIn(path, true);
  return isUnknown && isMap(found)
    ? (pairOf(found, member ?? "")?.key ?? found)
    : found;
}

function placeText(text: string, node: unknown): string {
  const { line, col } = linesOf(text).linePos(rangeOf(node)?.[0] ?? 0);
  return `${String(Math.max(1, line))}:${String(Math.max(1, col))}`;
}

function refused(file: string, why: string): UserError {
  return new UserError("CLI105", `the fleet file "${file}" cannot be used`, {
    why,
    fix: "correct it; tieline schema fleet prints what it may say",
    notDone: "nothing was planned or changed",
  });
}
