import type { Diagnostic } from "../domain/diagnostic.ts";
import { getAt } from "../domain/pointer.ts";
import { nearest } from "../util/nearest.ts";
import { placeAt, placeOfDocument, type ParsedDocument } from "./document.ts";
import { didYouMean, report } from "./report.ts";
import { quoted } from "./safe-text.ts";

/** One entry of include or exclude. */
export interface Selector {
  /** A name, a name with `*`, or `label:key=value`. */
  readonly text: string;
  /** Its pointer in environment.yaml. */
  readonly pointer: string;
}

/** Which shared connections belong to an environment. */
export interface Selection {
  /** `null`: all. */
  readonly include: readonly Selector[] | null;
  readonly exclude: readonly Selector[];
}

/** Every shared connection. */
export const EVERYTHING: Selection = { include: null, exclude: [] };

/** A shared connection as selectors see it. */
export interface Candidate {
  readonly name: string;
  readonly document: ParsedDocument;
}

/** Whether a shared connection belongs to the environment. Exclude wins. */
export function isSelected(
  { include, exclude }: Selection,
  candidate: Candidate,
): boolean {
  const matches = (selector: Selector): boolean =>
    doesMatch(selector.text, candidate);
  return (include === null || include.some(matches)) && !exclude.some(matches);
}

/** Selectors that name a connection exactly and name none: most likely a misspelling, and then a connection is missing or left in. */
export function checkSelection(
  { include, exclude }: Selection,
  names: ReadonlySet<string>,
  environment: ParsedDocument,
): Diagnostic[] {
  return [...(include ?? []), ...exclude]
    .filter(
      ({ text }) =>
        !text.includes("*") && labelOf(text) === undefined && !names.has(text),
    )
    .map(({ text, pointer }) =>
      report(
        placeAt(environment, pointer, "value") ?? placeOfDocument(environment),
        {
          code: "CFG019",
          message: `the selection names ${quoted(text)}, but no shared connection has that name${didYouMean(nearest(text, names))}`,
          why: "a misspelt name would add or leave out a connection without anybody noticing",
          fix: "correct the name or remove the line; use * for names that may not exist yet",
        },
      ),
    );
}

function doesMatch(selector: string, { name, document }: Candidate): boolean {
  const label = labelOf(selector);
  if (label === undefined) return matchesGlob(name, selector);
  const value = getAt(document.value, "/labels");
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).some(
      ([key, text]) => key === label.key && text === label.value,
    )
  );
}

function labelOf(
  selector: string,
): { readonly key: string; readonly value: string } | undefined {
  const match = /^label:([^=]+)=(.*)$/u.exec(selector);
  return match?.[1] === undefined
    ? undefined
    : { key: match[1], value: match[2] ?? "" };
}

/** Whether a name matches a pattern in which `*` stands for any text. Linear in both lengths for every input. */
export function matchesGlob(name: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return name === pattern;
  if (
    !name.startsWith(first) ||
    !name.endsWith(last) ||
    name.length < first.length + last.length
  )
    return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
