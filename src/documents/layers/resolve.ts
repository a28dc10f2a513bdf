import type { DesiredConnection } from "../../domain/connection.ts";
import {
  hasErrors,
  type Diagnostic,
  distinctDiagnostics,
} from "../../domain/problem/diagnostic.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { FolderListing } from "../../domain/source-file.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";
import { authoredConnection, type AuthoredConnection } from "./authored.ts";
import { choose, templatesOf, type Folders, type LeftOut } from "./choose.ts";
import type { CheckedConnection } from "../check/checked-connection.ts";
import { checkCustomProviders } from "../check/custom-providers.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import {
  readEnvironment,
  type EnvironmentInput,
  type ReadEnvironment,
} from "./environment.ts";
import { readFolder } from "./folder.ts";
import type { Bindings } from "./references.ts";
import { parseFile } from "../read/parse.ts";
import { locationOf, report, reportFile } from "../read/report.ts";
import { desiredConnection, resolveConnection } from "./resolve-connection.ts";
import { quoted } from "../read/safe-text.ts";
import { startOf } from "../read/stack.ts";
import { openTemplates } from "./templates.ts";
import { append } from "../../util/append.ts";
import { during, spend } from "../../domain/work.ts";

/** Everything one environment is made of, as it was read. */
export interface ResolveInput extends EnvironmentInput {
  /** Shared connections. */
  readonly base: FolderListing;
  /** The environment's own folder of connections. */
  readonly overlays: FolderListing;
  /** The team's own templates; those of the package are always there. */
  readonly templates: FolderListing;
  /** What `env://` may lead to. */
  readonly env: ProcessEnv;
}

/** A variable of an environment. */
export interface DefinedVariable {
  readonly value: string | number | boolean;
  readonly location: SourceLocation;
}

/** One environment, resolved as far as it could be. */
export interface Resolution {
  /** `null` when environment.yaml is missing or has errors. */
  readonly rules: EnvironmentRules | null;
  /** Sorted by key. Usable only when no diagnostic is an error: those with errors are left out. */
  readonly connections: readonly DesiredConnection[];
  /**
   * Every connection whose layers could be put on each other, as it was written, by key; those with
   * errors too.
   */
  readonly authored: ReadonlyMap<string, AuthoredConnection>;
  /** Shared connections that the environment leaves out, and why. */
  readonly leftOut: ReadonlyMap<string, LeftOut>;
  /** Connections whose file could not be understood. */
  readonly failed: ReadonlySet<string>;
  /** Variables of the environment; empty where its file could not be understood. */
  readonly variables: ReadonlyMap<string, DefinedVariable>;
  /** Templates that connections of this environment name, whether they exist or not. */
  readonly templates: ReadonlySet<string>;
  /** Sorted by place, each once. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * SHA-256 over the canonical JSON of everything resolved; places and the order of keys and files
   * do not enter.
   */
  readonly documentsDigest: () => string;
}

/**
 * Resolves one environment: base, overlay, variables, references, schema, rules. Pure; every
 * problem of every file is a diagnostic.
 * @throws InvalidDocumentsError CFG004 when the documents together ask for more work than a run may
 * make.
 */
export function resolveEnvironment(input: ResolveInput): Resolution {
  const steps = resolveInSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same in steps of one file or one connection, for whoever has something else to do in between.
 * What the steps do together is one piece of work: the input must not change meanwhile.
 * @throws InvalidDocumentsError CFG004 as `resolveEnvironment` does.
 */
export function* resolveInSteps(
  input: ResolveInput,
): Generator<void, Resolution> {
  const file = `environments/${input.name}/environment.yaml`;
  const location = (): SourceLocation => ({ file, line: 1, column: 1 });
  const environment = during(
    { what: `the environment ${quoted(input.name)}`, location },
    () => readEnvironment(input),
  );
  yield* parseAhead(input.base, "base");
  yield* parseAhead(input.overlays, "overlay");
  const folders = during(
    { what: `reading the documents of ${quoted(input.name)}`, location },
    (): Folders => ({
      base: readFolder(input.base, "base"),
      overlays: readFolder(input.overlays, "overlay"),
      templates: openTemplates(input.templates),
    }),
  );
  const chosen = during(
    { what: `choosing the connections of ${quoted(input.name)}`, location },
    () => choose(folders, environment),
  );
  const bindings: Bindings = {
    variables: environment.variables,
    env: input.env,
    used: new Set(),
  };
  const checked: CheckedConnection[] = [];
  const authored: AuthoredConnection[] = [];
  const diagnostics = [
    ...environment.diagnostics,
    ...folders.base.diagnostics,
    ...folders.overlays.diagnostics,
    ...chosen.diagnostics,
  ];
  let errorCount = countErrors(diagnostics);
  for (const composed of chosen.composed) {
    yield;
    if (errorCount >= MAX_ERRORS) {
      diagnostics.push(tooManyErrors(file));
      break;
    }
    const resolved = resolveOne(composed, bindings);
    append(diagnostics, resolved.diagnostics);
    errorCount += countErrors(resolved.diagnostics);
    if (resolved.checked !== undefined) checked.push(resolved.checked);
    if (composed.value !== undefined)
      authored.push(
        authoredConnection(composed, composed.value, resolved.value),
      );
  }
  checked.sort((a, b) => (a.name < b.name ? -1 : 1));
  append(diagnostics, checkCustomProviders(checked));
  if (!hasErrors(diagnostics))
    append(diagnostics, [
      ...noConnections(input, checked),
      ...unusedVariables(environment, bindings.used),
    ]);
  const { rules } = environment;
  return {
    rules,
    connections: checked.map(desiredConnection),
    authored: new Map(authored.map((each) => [each.key, each])),
    leftOut: chosen.leftOut,
    failed: new Set([...folders.base.failed, ...folders.overlays.failed]),
    variables: new Map(
      [...(environment.variables ?? [])].map(([name, { value, place }]) => [
        name,
        { value, location: locationOf(place) },
      ]),
    ),
    templates: templatesOf(folders, chosen),
    diagnostics: distinctDiagnostics(diagnostics),
    // Checking documents does not need it, and it costs as much as checking a tenth of them.
    documentsDigest: () => digestOf(rules, checked),
  };
}

/** What is parsed here is remembered by its file, and found at once where the folder is read. */
function* parseAhead(
  { files }: FolderListing,
  layer: "base" | "overlay",
): Generator<void> {
  for (const file of files) {
    parseFile(file, "connection", layer);
    yield;
  }
}

/** Work of resolving one connection, however small: environments and connections multiply. */
const STEPS_PER_CONNECTION = 8_000;

function resolveOne(
  composed: Parameters<typeof resolveConnection>[0],
  bindings: Bindings,
): ReturnType<typeof resolveConnection> {
  return during(
    {
      what: `the connection ${quoted(composed.name)}`,
      location: () => locationOf(startOf(composed.stack)),
    },
    () => {
      spend(STEPS_PER_CONNECTION);
      return resolveConnection(composed, bindings);
    },
  );
}

/**
 * Errors of one environment after which its further connections are not looked at: nobody reads
 * more, and nothing can be planned.
 */
const MAX_ERRORS = 1_000;

function countErrors(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

function tooManyErrors(file: string): Diagnostic {
  return reportFile(file, {
    code: "CFG004",
    message: `more than ${MAX_ERRORS.toLocaleString("en")} errors: the other connections were not looked at`,
    why: "what can be told at once has an end",
    fix: "correct these first",
  });
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
          declared: undefined,
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
