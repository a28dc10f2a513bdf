import { TEMPLATES_FOLDER } from "../../domain/document-folders.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { FolderListing, SourceFile } from "../../domain/source-file.ts";
import { compareText } from "../../util/compare-text.ts";
import { nearest } from "../../util/nearest.ts";
import { holdsReference } from "./check-alone.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
} from "../read/document.ts";
import { isFolderReadable, refusal, stemOf } from "./folder.ts";
import { SHIPPED_TEMPLATES } from "../generated/templates.ts";
import { parseFile } from "../read/parse.ts";
import { didYouMean, report, reportFile } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { checkSchema } from "../check/schema-check.ts";

/**
 * In front of the path of a template that comes with the package: there is no such file in the
 * workspace.
 */
const SHIPPED_ROOT = "tieline:templates/";
/** What a template says about itself; everything else goes into connections. */
export const OWN_MEMBERS: ReadonlySet<string> = new Set([
  "template",
  "version",
  "description",
]);

/** A template that can be used. */
export interface Template {
  readonly name: string;
  readonly document: ParsedDocument;
  /** What it gives to a connection. */
  readonly fields: JsonObject;
}

/**
 * What became of looking for a template. `template` is absent for one that does not exist or cannot
 * be used.
 */
export interface FoundTemplate {
  readonly exists: boolean;
  readonly template?: Template;
  /** What is wrong with its file. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The templates of a workspace: its own and those of the package. One of its own goes before one of
 * the package.
 */
export interface Templates {
  /** Of every template that can be named, sorted. */
  readonly names: readonly string[];
  find(name: string): FoundTemplate;
}

/** A template that comes with the package. */
export interface ShippedTemplate {
  readonly name: string;
  readonly description: string;
  readonly text: string;
}

/** The templates of the package, sorted by name. */
export const shippedTemplates: readonly ShippedTemplate[] = SHIPPED_TEMPLATES;

// File objects stay the same, so that each of these is parsed once at most, and only when a
// document names it.
const SHIPPED_FILES: ReadonlyMap<string, SourceFile> = new Map(
  SHIPPED_TEMPLATES.map(({ name, text }) => [
    name,
    {
      path: `${SHIPPED_ROOT}${name}.yaml`,
      bytes: new TextEncoder().encode(text),
    },
  ]),
);

/** Whether a file is a template of the package, which nobody can edit. */
export function isShippedFile(file: string): boolean {
  return file.startsWith(SHIPPED_ROOT);
}

/** Opens the templates of a workspace. Files are parsed when they are asked for. */
export function openTemplates(listing: FolderListing): Templates {
  const found = new Map<string, FoundTemplate>();
  const own = [...listing.files, ...listing.refused].map(({ path }) =>
    stemOf(path),
  );
  return {
    names: [...new Set([...own, ...SHIPPED_FILES.keys()])].sort(compareText),
    find(name) {
      const known = found.get(name) ?? findTemplate(listing, name);
      found.set(name, known);
      return known;
    },
  };
}

/** The name of a document's template, where it names one. */
export function templateNameOf({ value }: ParsedDocument): string | undefined {
  const name = Object.hasOwn(value, "template") ? value["template"] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Says that a document names a template that does not exist. */
export function unknownTemplate(
  connection: string,
  document: ParsedDocument,
  { names }: Templates,
): Diagnostic {
  const name = templateNameOf(document) ?? "";
  const near = nearest(name, names);
  return report(
    placeAt(document, "/template", "value") ?? placeOfDocument(document),
    {
      code: "CFG028",
      message: `${quoted(connection)} starts from the template ${quoted(name)}, which does not exist${didYouMean(near)}`,
      why: "the fields it would give are missing",
      fix:
        near === undefined
          ? `write ${TEMPLATES_FOLDER}/${name.slice(0, 80)}.yaml, use one of ${names.slice(0, 20).join(", ")}, or remove the line and write the fields out`
          : `use "${near}", or remove the line and write the fields out`,
    },
  );
}

/**
 * Checks every template of a workspace by itself. `used` are the names that documents start from.
 */
export function checkTemplates(
  listing: FolderListing,
  used: ReadonlySet<string>,
): Diagnostic[] {
  const templates = openTemplates(listing);
  const names = new Set(listing.files.map(({ path }) => stemOf(path)));
  return [
    ...listing.refused.map(refusal),
    ...[...names].flatMap((name) => {
      const { template, diagnostics } = templates.find(name);
      if (template === undefined) return diagnostics;
      return [
        ...diagnostics,
        ...(SHIPPED_FILES.has(name) ? [shadowing(template)] : []),
        ...(used.has(name) ? [] : [unused(template)]),
      ];
    }),
  ];
}

function findTemplate(listing: FolderListing, name: string): FoundTemplate {
  const files = listing.files.filter(({ path }) => stemOf(path) === name);
  const refused = listing.refused.filter(({ path }) => stemOf(path) === name);
  const [first, second] = files;
  if (refused.length > 0)
    return { exists: true, diagnostics: refused.map(refusal) };
  if (second !== undefined)
    return {
      exists: true,
      diagnostics: [
        unusable(second.path, {
          message: `there are two templates ${quoted(name)}`,
          why: "one of the two would be ignored",
          fix: "remove one",
        }),
      ],
    };
  // Nothing is concluded from a folder that could not be read, not even that a template of the
  // package is meant.
  if (first === undefined && !isFolderReadable(listing))
    return { exists: true, diagnostics: listing.refused.map(refusal) };
  const file = first ?? SHIPPED_FILES.get(name);
  return file === undefined
    ? { exists: false, diagnostics: [] }
    : { exists: true, ...readTemplate(name, file) };
}

function readTemplate(
  name: string,
  file: SourceFile,
): Omit<FoundTemplate, "exists"> {
  const parsed = parseFile(file, "template", "template");
  const [document, more] = parsed.documents;
  if (document === undefined) return { diagnostics: parsed.diagnostics };
  const diagnostics = [
    ...parsed.diagnostics,
    ...(more === undefined ? [] : [severalDocuments(more)]),
    ...checkOwnName(name, document),
    ...checkSchema({
      kind: "template",
      value: document.value,
      name,
      originOf: (pointer, part) =>
        placeAt(document, pointer, part) ?? placeOfDocument(document),
      isWanted: ({ instancePath }) =>
        !holdsReference(document.value, instancePath),
    }),
  ];
  if (diagnostics.length > 0) return { diagnostics };
  const fields = Object.fromEntries(
    Object.entries(document.value).filter(
      ([member]) => !OWN_MEMBERS.has(member),
    ),
  );
  return { template: { name, document, fields }, diagnostics: [] };
}

/** A template's `template` is its own name, never that of another one to start from. */
function checkOwnName(name: string, document: ParsedDocument): Diagnostic[] {
  const own = templateNameOf(document);
  if (own === undefined || own === name) return [];
  return [
    report(
      placeAt(document, "/template", "value") ?? placeOfDocument(document),
      {
        code: "CFG028",
        message: `the template ${quoted(name)} says that it is ${quoted(own)}`,
        why: "a template is named after its file, and does not start from another template",
        fix: `write template: ${name.slice(0, 80)}, and the fields of ${quoted(own)} here if they are wanted`,
      },
    ),
  ];
}

function severalDocuments(document: ParsedDocument): Diagnostic {
  return report(placeOfDocument(document), {
    code: "CFG028",
    message: "the file holds more than one template",
    why: "a template is named after its file, so a file holds one",
    fix: "give each a file of its own",
  });
}

function unusable(
  file: string,
  problem: {
    readonly message: string;
    readonly why: string;
    readonly fix: string;
  },
): Diagnostic {
  return reportFile(file, { code: "CFG028", ...problem });
}

function shadowing({ name, document }: Template): Diagnostic {
  return report(placeOfDocument(document), {
    code: "CFG028",
    severity: "note",
    message: `the template ${quoted(name)} takes the place of the one that tieline brings`,
    why: "connections that start from it get the fields of this file",
    fix: "rename it if that is not meant",
  });
}

function unused({ name, document }: Template): Diagnostic {
  return report(placeOfDocument(document), {
    code: "CFG015",
    severity: "note",
    message: `nothing starts from the template ${quoted(name)}`,
    why: "no connection and no overlay names it",
    fix: `remove it, or write template: ${name.slice(0, 80)} in a connection`,
  });
}
