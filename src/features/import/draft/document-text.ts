import { yamlText } from "../../../documents/read/yaml-text.ts";
import type { FieldValues } from "../../../domain/connection.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { segmentsOf, type Pointer } from "../../../domain/field/pointer.ts";
import { canonicalJson } from "../../../util/canonical-json.ts";
import { plainText } from "../../../util/plain-text.ts";
import { referenceFor } from "./secret-references.ts";

/** What a new document says in comments. */
export interface Remarks {
  /** Secrets it does not name. */
  readonly secrets: readonly Pointer[];
  /** Who has them: the platform it was read from, or nobody this program asks. */
  readonly secretsAre: "kept" | "elsewhere";
  /** By environment, what the platform has and the document leaves to it. */
  readonly left: ReadonlyMap<string, FieldValues>;
}

/**
 * The text of a new document. A comment stands in for each secret it does not name, and for what is
 * left to the platform: whoever makes the connection again from the file alone finds there what it
 * lacks.
 */
export function documentText(
  key: string,
  document: JsonObject,
  { secrets, secretsAre, left }: Remarks,
): string {
  const comments = [
    ...secrets.map((pointer) => secretComment(key, pointer, secretsAre)),
    ...leftComments(left),
  ];
  return comments.map((line) => `# ${line}\n`).join("") + yamlText(document);
}

function secretComment(
  key: string,
  pointer: Pointer,
  are: Remarks["secretsAre"],
): string {
  const field = fieldOf(pointer);
  const reference = referenceFor(key, pointer);
  // Validation reads the first words of it, so that it does not ask for what the file says is
  // elsewhere.
  return are === "kept"
    ? `${field} is not managed: the platform keeps the one it has. To manage it, store it with tieline secrets set and write ${reference}`
    : `${field} is still to come: no secret is taken from an export. Store it with tieline secrets set and write ${reference}`;
}

function leftComments(left: Remarks["left"]): string[] {
  const groups = new Map<string, string[]>();
  const values = new Map<string, FieldValues>();
  for (const [environment, fields] of left) {
    if (Object.keys(fields).length === 0) continue;
    const same = canonicalJson(fields);
    groups.set(same, [...(groups.get(same) ?? []), environment]);
    values.set(same, fields);
  }
  return [...values].map(([same, fields]) => {
    const where =
      groups.size > 1 ? ` in ${(groups.get(same) ?? []).join(", ")}` : "";
    const shown = Object.entries(fields).map(
      ([pointer, value]) =>
        `${fieldOf(pointer)}: ${plainText(JSON.stringify(value))}`,
    );
    return `Left to the platform, which has${where} ${shown.join(", ")}. To manage them, write them here, or import with --manage-all`;
  });
}

function fieldOf(pointer: Pointer): string {
  return segmentsOf(pointer).join(".");
}
