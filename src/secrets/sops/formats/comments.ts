import { isMetadataKey, layoutOf, type EditableFormat } from "./edit-text.ts";
import { yamlComments, type CommentPlace } from "./yaml-comments.ts";

/** The comments of a text that was parsed before, those of the metadata left out. JSON has none. */
export function commentsOf(
  text: string,
  format: EditableFormat,
): readonly CommentPlace[] {
  if (format === "dotenv") return dotenvComments(text);
  if (format !== "yaml") return [];
  return yamlComments(text, layoutOf(text, format))
    .filter(({ keys }) => !isMetadataKey(keys[0] ?? "", format))
    .sort((a, b) => a.start - b.start);
}

function dotenvComments(text: string): readonly CommentPlace[] {
  return [...text.matchAll(/^#([^\n]*)/gmu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[1] ?? "",
    keys: [],
    form: "line",
    isBesideItems: false,
  }));
}
