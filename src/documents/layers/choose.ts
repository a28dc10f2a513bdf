import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { nearest } from "../../util/nearest.ts";
import { checkAlone } from "./check-alone.ts";
import {
  composeAlone,
  composeFoundation,
  composeOverlay,
  type Composed,
} from "./compose.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
  type Place,
} from "../read/document.ts";
import type { ReadEnvironment } from "./environment.ts";
import type { NamedDocument, ReadFolder } from "./folder.ts";
import { PATCH_MEMBER } from "../read/json-patch.ts";
import { didYouMean, locationOf, report } from "../read/report.ts";
import { checkUnknownFields } from "./resolve-connection.ts";
import { quoted } from "../read/safe-text.ts";
import {
  checkSelection,
  exclusionOf,
  type Candidate,
  type Exclusion,
} from "./selection.ts";
import { templateNameOf, type Templates } from "./templates.ts";
import { append } from "../../util/append.ts";

/** Why an environment does not have a shared connection. */
export interface LeftOut {
  /** The selector that excludes it; absent where none includes it. */
  readonly selector?: string;
  /** The selector, or the list that does not name it. */
  readonly location: SourceLocation;
}

/** Every document that may take part in an environment. */
export interface Folders {
  readonly base: ReadFolder;
  readonly overlays: ReadFolder;
  readonly templates: Templates;
}

/** The connections of an environment. */
export interface Chosen {
  readonly composed: readonly Composed[];
  readonly leftOut: ReadonlyMap<string, LeftOut>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Which connections the environment has, each with its layers. */
export function choose(folders: Folders, environment: ReadEnvironment): Chosen {
  const { base, overlays } = folders;
  const shared = chooseShared(folders, environment);
  const own = chooseOwn(folders, environment);
  const diagnostics = [...shared.diagnostics, ...own.diagnostics];
  for (const repeated of [...base.repeated, ...overlays.repeated])
    append(diagnostics, checkAlone(repeated));
  const { document, selection, allowWeakening } = environment;
  const names = new Set([...base.documents.keys(), ...base.failed]);
  if (document !== null)
    append(diagnostics, [
      ...checkSelection(selection, {
        candidates: shared.candidates,
        names,
        environment: document,
      }),
      ...strayPermissions(
        allowWeakening,
        new Set([...names, ...overlays.documents.keys()]),
        placeAt(document, "/allow_weakening", "key") ??
          placeOfDocument(document),
      ),
    ]);
  return {
    composed: [...shared.composed, ...own.composed],
    leftOut: shared.leftOut,
    diagnostics,
  };
}

/** The shared connections the environment selects, with its overlays on them. */
function chooseShared(
  { base, overlays, templates }: Folders,
  { selection, allowWeakening, document }: ReadEnvironment,
): Chosen & { readonly candidates: readonly Candidate[] } {
  const composed: Composed[] = [];
  const leftOut = new Map<string, LeftOut>();
  const diagnostics: Diagnostic[] = [];
  const candidates: Candidate[] = [];
  for (const named of base.documents.values()) {
    const { name } = named;
    const overlay = overlays.documents.get(name);
    const foundation = composeFoundation(named, templates);
    const candidate: Candidate = {
      ...named,
      ...(foundation.value === undefined ? {} : { value: foundation.value }),
    };
    candidates.push(candidate);
    const exclusion = exclusionOf(selection, candidate);
    if (exclusion !== undefined && document !== null) {
      leftOut.set(name, leftOutOf(exclusion, document));
      if (overlay !== undefined) diagnostics.push(idleOverlay(overlay));
      continue;
    }
    const mayWeaken = allowWeakening.has(name);
    // Without a readable overlay the result would be the base, which nobody wrote for this
    // environment.
    if (overlays.failed.has(name))
      append(diagnostics, checkUnknownFields(name, named.document));
    else
      composed.push(
        overlay === undefined
          ? composeAlone(foundation, mayWeaken)
          : composeOverlay({
              base: named,
              shared: foundation,
              overlay: overlay.document,
              templates,
              mayWeaken,
            }),
      );
  }
  return { composed, leftOut, diagnostics, candidates };
}

/** The connections of the environment alone, and overlays without a base. */
function chooseOwn(
  { base, overlays, templates }: Folders,
  { allowWeakening }: ReadEnvironment,
): Pick<Chosen, "composed" | "diagnostics"> {
  const composed: Composed[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const overlay of overlays.documents.values()) {
    if (base.documents.has(overlay.name)) continue;
    const isUnclear = base.failed.has(overlay.name) || !base.isReadable;
    if (isComplete(overlay, isUnclear))
      composed.push(
        composeAlone(
          composeFoundation(overlay, templates),
          allowWeakening.has(overlay.name),
        ),
      );
    else if (isUnclear)
      append(diagnostics, checkUnknownFields(overlay.name, overlay.document));
    else
      append(diagnostics, [
        withoutBase(overlay, base),
        ...checkUnknownFields(overlay.name, overlay.document),
      ]);
  }
  return { composed, diagnostics };
}

function leftOutOf(exclusion: Exclusion, document: ParsedDocument): LeftOut {
  const placeOf = (pointer: Pointer): SourceLocation =>
    locationOf(
      placeAt(document, pointer, "value") ?? placeOfDocument(document),
    );
  if (exclusion.kind === "not-included")
    return { location: placeOf("/connections/include") };
  const { text, pointer } = exclusion.selector;
  return { selector: text, location: placeOf(pointer) };
}

/** Names of the templates that an environment's documents start from. */
export function templatesOf(
  { base, overlays }: Folders,
  { leftOut }: Chosen,
): ReadonlySet<string> {
  const documents = [
    ...[...base.documents.values()].filter(({ name }) => !leftOut.has(name)),
    ...overlays.documents.values(),
  ];
  return new Set(
    documents.flatMap(({ document }) => templateNameOf(document) ?? []),
  );
}

/**
 * Whether an environment's document is a connection of its own. One that takes provider and auth
 * type from a template is, unless it may belong to a base nobody could read.
 */
function isComplete({ document }: NamedDocument, isUnclear: boolean): boolean {
  const has = (name: string): boolean => Object.hasOwn(document.value, name);
  if (templateNameOf(document) !== undefined && !isUnclear) return true;
  return has("provider") && has("auth_type") && !has(PATCH_MEMBER);
}

function idleOverlay({ name, document }: NamedDocument): Diagnostic {
  return report(placeOfDocument(document), {
    code: "CFG011",
    severity: "warning",
    message: `the overlay of ${quoted(name)} has no effect: the environment leaves that connection out`,
    why: "environment.yaml excludes it, or does not include it",
    fix: "remove the overlay, or let the environment include the connection",
  });
}

function withoutBase(
  { name, document }: NamedDocument,
  base: ReadFolder,
): Diagnostic {
  return report(placeOfDocument(document), {
    code: "CFG011",
    message: `there is no shared connection ${quoted(name)} for this overlay${didYouMean(nearest(name, base.documents.keys()))}`,
    why: "a document without provider and auth_type changes a connection of the connections folder",
    fix: "correct the name, or add provider and auth_type to make it a connection of this environment alone",
  });
}

function strayPermissions(
  allowed: ReadonlySet<string>,
  names: ReadonlySet<string>,
  place: Place,
): Diagnostic[] {
  return [...allowed]
    .filter((name) => !names.has(name))
    .map((name) =>
      report(place, {
        code: "CFG019",
        severity: "warning",
        message: `allow_weakening names ${quoted(name)}, but no shared connection has that name${didYouMean(nearest(name, names))}`,
        why: "a permission for nothing today would be one for whatever gets that name later",
        fix: "correct the name or remove it",
      }),
    );
}
