import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import { nearest } from "../../util/nearest.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
} from "../read/document.ts";
import { didYouMean, report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { countedGlob } from "../../domain/glob.ts";

/** One entry of include or exclude. */
export interface Selector {
  /** A name, a name with `*`, `label:key=value` with `*` in the value, or `label:key`. */
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
  /** The document over its template; the document alone where there is none. */
  readonly value?: JsonObject;
}

/** Whether a shared connection belongs to the environment. */
export function isSelected(
  selection: Selection,
  candidate: Candidate,
): boolean {
  return exclusionOf(selection, candidate) === undefined;
}

/**
 * Why a shared connection does not belong to an environment: the selector that excludes it, or that
 * none includes it.
 */
export type Exclusion =
  | { readonly kind: "excluded"; readonly selector: Selector }
  | { readonly kind: "not-included" };

/**
 * Why a shared connection does not belong to the environment; `undefined` when it does. Exclude
 * wins.
 */
export function exclusionOf(
  { include, exclude }: Selection,
  candidate: Candidate,
): Exclusion | undefined {
  const matches = (selector: Selector): boolean =>
    doesMatch(selector, candidate);
  const selector = exclude.find(matches);
  if (selector !== undefined) return { kind: "excluded", selector };
  const isIncluded = include === null || include.some(matches);
  return isIncluded ? undefined : { kind: "not-included" };
}

/** What a selection is checked against. */
export interface SelectionSubject {
  /** Shared connections that could be read. */
  readonly candidates: readonly Candidate[];
  /** Names of all shared connections, those whose file could not be understood too. */
  readonly names: ReadonlySet<string>;
  readonly environment: ParsedDocument;
}

/**
 * Selectors that match nothing. One that names a connection exactly is most likely a misspelling,
 * and then a connection is missing or left in: an error. A pattern or a label may wait for
 * connections to come: a note.
 */
export function checkSelection(
  selection: Selection,
  subject: SelectionSubject,
): Diagnostic[] {
  const { candidates, names } = subject;
  return [
    ...checkExactNames(selection, subject),
    // A file that could not be understood may hold what a pattern is waiting for.
    ...(candidates.length === names.size
      ? checkPatterns(selection, subject)
      : []),
  ];
}

function checkPatterns(
  { include, exclude }: Selection,
  { candidates, environment }: SelectionSubject,
): Diagnostic[] {
  return [...(include ?? []), ...exclude]
    .filter(
      (selector) =>
        isPattern(selector.text) &&
        !candidates.some((one) => doesMatch(selector, one)),
    )
    .map(({ text, pointer }) =>
      report(
        placeAt(environment, pointer, "value") ?? placeOfDocument(environment),
        {
          code: "CFG019",
          severity: "note",
          message: `the selector ${quoted(text)} matches no shared connection`,
          why:
            labelOf(text) === undefined
              ? "no connection has such a name"
              : "no connection has such a label; labels that only an overlay sets do not count",
          fix: "correct it, or remove it if nothing of the kind is to come",
        },
      ),
    );
}

function checkExactNames(
  { include, exclude }: Selection,
  { names, environment }: SelectionSubject,
): Diagnostic[] {
  return [...(include ?? []), ...exclude]
    .filter(({ text }) => !isPattern(text) && !names.has(text))
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

function isPattern(selector: string): boolean {
  return selector.includes("*") || labelOf(selector) !== undefined;
}

type Matcher = (candidate: Candidate) => boolean;

// A selector is asked about every connection; what it says is taken apart once.
const MATCHERS = new WeakMap<Selector, Matcher>();

function doesMatch(selector: Selector, candidate: Candidate): boolean {
  const matches = MATCHERS.get(selector) ?? matcherOf(selector.text);
  MATCHERS.set(selector, matches);
  return matches(candidate);
}

function matcherOf(selector: string): Matcher {
  const label = labelOf(selector);
  const matches = countedGlob(label === undefined ? selector : label.value);
  if (label === undefined) return ({ name }) => matches(name);
  return ({ document, value = document.value }) => {
    const labels = value["labels"];
    if (!isJsonObject(labels) || !Object.hasOwn(labels, label.key))
      return false;
    const text = labels[label.key];
    return typeof text === "string" && matches(text);
  };
}

/** The label a selector asks for; without a value any will do. */
function labelOf(
  selector: string,
): { readonly key: string; readonly value: string } | undefined {
  const match = /^label:([^=]+)(?:=(.*))?$/su.exec(selector);
  return match?.[1] === undefined
    ? undefined
    : { key: match[1], value: match[2] ?? "*" };
}
