import type { FleetDocument } from "../../domain/generated/fleet.ts";
import { UserError } from "../../domain/problem/error.ts";
import { readText } from "../edit/read-text.ts";
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
  const place = error.instancePath === "" ? "the file" : error.instancePath;
  const member = memberOf(error);
  throw refused(
    file,
    error.keyword === "additionalProperties" && member !== undefined
      ? `${place} has a member that there is not: ${JSON.stringify(member.slice(0, 60))}`
      : member !== undefined && error.keyword === "required"
        ? `${place} lacks ${member}`
        : `${place} is not ${expectationOf(error)}`,
  );
}

function refused(file: string, why: string): UserError {
  return new UserError("CLI105", `the fleet file "${file}" cannot be used`, {
    why,
    fix: "correct it; tieline schema fleet prints what it may say",
    notDone: "nothing was planned or changed",
  });
}
