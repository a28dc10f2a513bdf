import type { DesiredConnection } from "../domain/connection.ts";
import {
  compareDiagnostics,
  hasErrors,
  type Diagnostic,
} from "../domain/diagnostic.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import type { FolderListing } from "../domain/source-file.ts";
import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";
import { nearest } from "../util/nearest.ts";
import { authoredConnection, type AuthoredConnection } from "./authored.ts";
import { checkAlone } from "./check-alone.ts";
import { composeAlone, composeOverlay, type Composed } from "./compose.ts";
import type { CheckedConnection } from "./connection-checks.ts";
import { checkCustomProviders } from "./custom-providers.ts";
import { placeAt, placeOfDocument, type Place } from "./document.ts";
import type { ProcessEnv } from "./environment-variables.ts";
import {
  readEnvironment,
  type EnvironmentInput,
  type ReadEnvironment,
} from "./environment.ts";
import { readFolder, type NamedDocument, type ReadFolder } from "./folder.ts";
import { PATCH_MEMBER } from "./json-patch.ts";
import type { Bindings } from "./references.ts";
import { didYouMean, report, reportFile } from "./report.ts";
import {
  checkUnknownFields,
  desiredConnection,
  resolveConnection,
} from "./resolve-connection.ts";
import { quoted } from "./safe-text.ts";
import { checkSelection, isSelected } from "./selection.ts";

/** Everything one environment is made of, as it was read. */
export interface ResolveInput extends EnvironmentInput {
  /** Shared connections. */
  readonly base: FolderListing;
  /** The environment's own folder of connections. */
  readonly overlays: FolderListing;
  /** What `env://` may lead to. */
  readonly env: ProcessEnv;
}

/** One environment, resolved as far as it could be. */
export interface Resolution {
  /** `null` when environment.yaml is missing or has errors. */
  readonly rules: EnvironmentRules | null;
  /** Sorted by key. Usable only when no diagnostic is an error: those with errors are left out. */
  readonly connections: readonly DesiredConnection[];
  /** Every connection whose layers could be put on each other, as it was written, by key; those with errors too. */
  readonly authored: ReadonlyMap<string, AuthoredConnection>;
  /** Sorted by place, each once. */
  readonly diagnostics: readonly Diagnostic[];
  /** SHA-256 over the canonical JSON of everything resolved; places and the order of keys and files do not enter. */
  readonly documentsDigest: string;
}

/**
 * Resolves one environment: base, overlay, variables, references, schema, rules. Pure, and it never throws for what a document holds:
 * every problem of every file is a diagnostic.
 */
export function resolveEnvironment(input: ResolveInput): Resolution {
  const environment = readEnvironment(input);
  const base = readFolder(input.base, "base");
  const overlays = readFolder(input.overlays, "overlay");
  const chosen = choose(base, overlays, environment);
  const bindings: Bindings = {
    variables: environment.variables,
    env: input.env,
    used: new Set(),
  };
  const checked: CheckedConnection[] = [];
  const diagnostics = [
    ...environment.diagnostics,
    ...base.diagnostics,
    ...overlays.diagnostics,
    ...chosen.diagnostics,
  ];
  for (const composed of chosen.composed) {
    const resolved = resolveConnection(composed, bindings);
    diagnostics.push(...resolved.diagnostics);
    if (resolved.checked !== undefined) checked.push(resolved.checked);
  }
  checked.sort((a, b) => (a.name < b.name ? -1 : 1));
  diagnostics.push(...checkCustomProviders(checked));
  if (!hasErrors(diagnostics))
    diagnostics.push(
      ...noConnections(input, checked),
      ...unusedVariables(environment, bindings.used),
    );
  const { rules } = environment;
  return {
    rules,
    connections: checked.map(desiredConnection),
    authored: authoredOf(chosen.composed),
    diagnostics: distinct(diagnostics),
    documentsDigest: digestOf(rules, checked),
  };
}

interface Chosen {
  readonly composed: readonly Composed[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Which connections the environment has, each with its layers. */
function choose(
  base: ReadFolder,
  overlays: ReadFolder,
  environment: ReadEnvironment,
): Chosen {
  const composed: Composed[] = [];
  const diagnostics: Diagnostic[] = [];
  const { selection, allowWeakening, document } = environment;
  for (const shared of base.documents.values()) {
    const overlay = overlays.documents.get(shared.name);
    if (!isSelected(selection, shared)) {
      if (overlay !== undefined) diagnostics.push(idleOverlay(overlay));
      continue;
    }
    // Without a readable overlay the result would be the base, which nobody wrote for this environment.
    if (overlays.failed.has(shared.name))
      diagnostics.push(...checkUnknownFields(shared.name, shared.document));
    else
      composed.push(
        overlay === undefined
          ? composeAlone(shared)
          : composeOverlay(shared, overlay, allowWeakening.has(shared.name)),
      );
  }
  for (const overlay of overlays.documents.values()) {
    if (base.documents.has(overlay.name)) continue;
    if (isComplete(overlay)) composed.push(composeAlone(overlay));
    else if (base.failed.has(overlay.name) || !base.isReadable)
      diagnostics.push(...checkUnknownFields(overlay.name, overlay.document));
    else
      diagnostics.push(
        withoutBase(overlay, base),
        ...checkUnknownFields(overlay.name, overlay.document),
      );
  }
  for (const repeated of [...base.repeated, ...overlays.repeated])
    diagnostics.push(...checkAlone(repeated));
  const names = new Set([...base.documents.keys(), ...base.failed]);
  if (document !== null) {
    diagnostics.push(...checkSelection(selection, names, document));
    diagnostics.push(
      ...strayPermissions(
        allowWeakening,
        names,
        placeAt(document, "/allow_weakening", "key") ??
          placeOfDocument(document),
      ),
    );
  }
  return { composed, diagnostics };
}

function authoredOf(
  composed: readonly Composed[],
): ReadonlyMap<string, AuthoredConnection> {
  const found = composed.flatMap((each) => authoredConnection(each) ?? []);
  return new Map(found.map((each) => [each.key, each]));
}

function isComplete({ document }: NamedDocument): boolean {
  const has = (name: string): boolean => Object.hasOwn(document.value, name);
  return has("provider") && has("auth_type") && !has(PATCH_MEMBER);
}

function idleOverlay({ name, document }: NamedDocument): Diagnostic {
  return report(placeOfDocument(document), {
    code: "CFG012",
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

function noConnections(
  { name }: ResolveInput,
  checked: readonly CheckedConnection[],
): Diagnostic[] {
  if (checked.length > 0) return [];
  return [
    reportFile(`environments/${name}/environment.yaml`, {
      code: "CFG020",
      message: `the environment ${quoted(name)} has no connections at all`,
      why: "an empty or unreadable folder must never mean: delete everything",
      fix: "check that the command runs in the right folder, or add a connection",
    }),
  ];
}

function unusedVariables(
  { variables }: ReadEnvironment,
  used: ReadonlySet<string>,
): Diagnostic[] {
  return [...(variables ?? [])]
    .filter(([name]) => !used.has(name))
    .map(([name, { place }]) =>
      report(place, {
        code: "CFG015",
        severity: "note",
        message: `the variable ${quoted(name)} is not used`,
        why: "no connection of this environment refers to it",
        fix: "remove it, or use it as var://name",
      }),
    );
}

function digestOf(
  rules: EnvironmentRules | null,
  checked: readonly CheckedConnection[],
): string {
  const withoutPlaces =
    rules === null
      ? null
      : {
          ...rules,
          location: undefined,
          overrides: rules.overrides.map((override) => ({
            ...override,
            location: undefined,
          })),
          policies: rules.policies.map((policy) => ({
            ...policy,
            location: undefined,
          })),
        };
  return sha256(
    canonicalJson({
      environment: withoutPlaces,
      connections: checked.map(({ value }) => value),
    }),
  );
}

/** In reading order; what two checks found in one place is said once. */
export function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, message, location } = diagnostic;
    const mark = JSON.stringify([
      code,
      message,
      location?.file,
      location?.line,
      location?.column,
    ]);
    if (!seen.has(mark)) seen.set(mark, diagnostic);
  }
  return [...seen.values()].sort(compareDiagnostics);
}
