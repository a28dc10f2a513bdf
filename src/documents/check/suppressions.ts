import { commentsOf } from "../format/comments.ts";
import type { TextSource } from "../read/text-source.ts";
import type { Place } from "../read/document.ts";

/** The word a comment starts with to keep findings of lint quiet. */
const MARK = "tieline-ignore";
/** A comment that keeps findings quiet: `# tieline-ignore LNT003 until 2027-01-31: reason`. */
export interface Suppression {
  /** The comment. */
  readonly place: Place;
  /**
   * Line whose findings are meant: the comment's own, or the next one with content where it stands
   * alone.
   */
  readonly line: number;
  /** Codes or names of rules, as they are written. */
  readonly rules: readonly string[];
  /** Last day it holds, `YYYY-MM-DD`; absent where it is missing or no day of the calendar. */
  readonly until?: string;
  /** Absent where it is missing. */
  readonly reason?: string;
}

/**
 * The suppressions of a file, in order. Only comments count: the same words inside a value are
 * text.
 */
export function readSuppressions(source: TextSource): readonly Suppression[] {
  if (!source.text.includes(MARK)) return [];
  const found: Suppression[] = [];
  const content = contentLines(source.text);
  for (const { text, start } of commentsOf(source.text)) {
    const said = wordsOf(text);
    if (said === undefined) continue;
    const { line } = source.lines.linePos(start);
    found.push({
      place: { source, start, end: start + text.length },
      line: content[line - 1] ?? line,
      ...said,
    });
  }
  return found;
}

/** Whether the words of a comment, without its sign, are those of a suppression. */
export function isSuppression(words: string): boolean {
  return wordsOf(`#${words}`) !== undefined;
}

/** What a comment says; `undefined` for one that is no suppression. */
function wordsOf(
  comment: string,
): Pick<Suppression, "rules" | "until" | "reason"> | undefined {
  const text = comment.slice(1).trim();
  if (!text.startsWith(MARK)) return undefined;
  const rest = text.slice(MARK.length);
  // A longer word is another word.
  if (/^[\w-]/u.test(rest)) return undefined;
  const colon = rest.indexOf(":");
  const head = colon < 0 ? rest : rest.slice(0, colon);
  const reason = colon < 0 ? "" : rest.slice(colon + 1).trim();
  const words = head.split(/[\s,]+/u).filter((word) => word !== "");
  const at = words.indexOf("until");
  const until = at < 0 ? undefined : words[at + 1];
  return {
    rules: at < 0 ? words : words.slice(0, at),
    ...(until === undefined || !isDay(until) ? {} : { until }),
    ...(reason === "" ? {} : { reason }),
  };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // A 31st of February is read as a day of March.
  return (
    !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text
  );
}

/** For each line the next one that holds more than a comment; index 0 is the first line. */
function contentLines(text: string): readonly number[] {
  const lines = text.split("\n");
  const found: number[] = [];
  let next = lines.length;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const content = lines[index]?.trim() ?? "";
    if (content !== "" && !content.startsWith("#") && content !== "---")
      next = index + 1;
    found[index] = next;
  }
  return found;
}
