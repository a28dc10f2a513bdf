import { yamlText } from "../../config/index.ts";
import type { JsonObject } from "../../domain/json.ts";
import { segmentsOf, type Pointer } from "../../domain/pointer.ts";
import { referenceFor } from "./secret-references.ts";

/** The text of a new document. A comment stands in for each secret that the platform keeps and the document does not name. */
export function documentText(
  key: string,
  document: JsonObject,
  unmanaged: readonly Pointer[],
): string {
  const comments = unmanaged.map((pointer) => {
    const field = segmentsOf(pointer).join(".");
    const reference = referenceFor(key, pointer);
    return `# ${field} is not managed: the platform keeps the one it has. To manage it, store it with tieline secrets set and write ${reference}\n`;
  });
  return comments.join("") + yamlText(document);
}
