import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type {
  EnvironmentRules,
  GuardOverride,
  PolicyRule,
} from "../../domain/environment.ts";
import type { EnvironmentDocument } from "../../domain/generated/environment.ts";
import {
  DEFAULT_LIMITS,
  LIMIT_FIELDS,
  type EnvironmentLimits,
} from "../../domain/generated/limits.ts";
import type { JsonObject } from "../../domain/json.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import type { SourceFile } from "../../domain/source-file.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
  type Part,
  type Place,
} from "../read/document.ts";
import { checkEnvironmentValues } from "../check/environment-checks.ts";
import { freezeOf } from "../check/freeze.ts";
import { parseFile } from "../read/parse.ts";
import type { Variable } from "./references.ts";
import { locationOf, report, reportFile } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { checkSchema } from "../check/schema-check.ts";
import { reconcileSettings } from "./reconcile-settings.ts";
import { stateSettings } from "./state-settings.ts";
import { EVERYTHING, type Selection, type Selector } from "./selection.ts";
import { append } from "../../util/append.ts";

const DEFAULT_SECRET_FILES: readonly string[] = ["secrets.enc.yaml"];

/** An environment's file, understood as far as it could be. */
export interface ReadEnvironment {
  /** `null` when the file is missing or has errors. */
  readonly rules: EnvironmentRules | null;
  /** `null` when the file could not be parsed. */
  readonly document: ParsedDocument | null;
  /** `null` when the file could not be parsed. */
  readonly variables: ReadonlyMap<string, Variable> | null;
  readonly selection: Selection;
  /** Connections whose overlay may weaken what the base protects. */
  readonly allowWeakening: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The file of an environment, as it was found. */
export interface EnvironmentInput {
  readonly name: string;
  readonly environmentFile: SourceFile | null;
}

/** Reads `environment.yaml`: schema, name, the rules a schema cannot say, and every default. */
export function readEnvironment(input: EnvironmentInput): ReadEnvironment {
  if (input.environmentFile === null) return unreadable([missing(input)]);
  const file = parseFile(input.environmentFile, "environment", "environment");
  const [document, second] = file.documents;
  if (document === undefined) return unreadable(file.diagnostics);
  const place = (pointer: Pointer, part: Part = "value"): Place =>
    placeAt(document, pointer, part) ?? placeOfDocument(document);
  const diagnostics = [
    ...file.diagnostics,
    ...checkSchema({
      kind: "environment",
      value: document.value,
      name: input.name,
      originOf: place,
    }),
  ];
  if (second !== undefined)
    diagnostics.push(
      report(placeOfDocument(second), {
        code: "CFG001",
        message: "environment.yaml holds more than one document",
        why: "an environment is one document",
        fix: "remove the others",
      }),
    );
  // The compiled validator checked exactly this shape.
  const values =
    diagnostics.length === 0
      ? (document.value as unknown as EnvironmentDocument)
      : null;
  if (values !== null)
    append(diagnostics, checkEnvironmentValues(values, input.name, place));
  return {
    rules:
      values !== null && !hasErrors(diagnostics)
        ? rulesOf(values, document.value, { name: input.name, place })
        : null,
    document,
    variables: variablesOf(document),
    selection: values === null ? EVERYTHING : selectionOf(values),
    allowWeakening: new Set(values?.allow_weakening),
    diagnostics,
  };
}

function unreadable(diagnostics: readonly Diagnostic[]): ReadEnvironment {
  return {
    rules: null,
    document: null,
    variables: null,
    selection: EVERYTHING,
    allowWeakening: new Set(),
    diagnostics,
  };
}

function missing({ name }: EnvironmentInput): Diagnostic {
  return reportFile(`environments/${name}/environment.yaml`, {
    code: "CFG021",
    message: `the environment ${quoted(name)} has no environment.yaml`,
    why: "the file names the target and the rules; nothing is assumed without it",
    fix: "write it: environment and target are enough",
  });
}

function rulesOf(
  values: EnvironmentDocument,
  document: JsonObject,
  {
    name,
    place,
  }: {
    readonly name: string;
    readonly place: (pointer: Pointer) => Place;
  },
): EnvironmentRules {
  const folder = `environments/${name}`;
  return {
    name,
    target: values.target.replace(/\/$/u, ""),
    driver: values.driver ?? "scalekit",
    isProduction: values.production ?? false,
    variables: values.variables ?? {},
    secretFiles: (values.secrets?.files ?? DEFAULT_SECRET_FILES).map(
      (file) => `${folder}/${file}`,
    ),
    secretRecipients: values.secrets?.recipients ?? null,
    demoKeyFile:
      values.secrets?.demo_key_file === undefined
        ? null
        : `${folder}/${values.secrets.demo_key_file}`,
    state: stateSettings(values.state, name),
    reconcile: reconcileSettings(values.reconcile),
    unrepresentable: values.unrepresentable ?? "error",
    prunes: values.prune ?? false,
    limits: limitsOf(values.limits ?? {}),
    scopeCeiling: values.scope_ceiling ?? null,
    overrides: (values.overrides ?? []).map(
      (override, index): GuardOverride => ({
        ...override,
        location: locationOf(place(pointerOf(["overrides", index]))),
      }),
    ),
    ...teamRules(values, place),
    declared: {
      document,
      placeOf: (pointer) => locationOf(place(pointer)),
    },
    // Looked up when somebody asks: the file is parsed once more for it.
    get location() {
      return locationOf(place(""));
    },
  };
}

/**
 * What the team asks for beyond limits: adoption, guard levels, freezes, policies, signatures,
 * approvals.
 */
function teamRules(
  values: EnvironmentDocument,
  place: (pointer: Pointer) => Place,
): Pick<
  EnvironmentRules,
  "adoption" | "guardLevels" | "freeze" | "policies" | "signing" | "approvals"
> {
  return {
    adoption: values.adopt ?? "plan",
    guardLevels: values.guards ?? {},
    freeze: (values.freeze ?? []).flatMap(freezeOf),
    policies: (values.policies ?? []).map(
      ({ id, severity, when, rule, message, fix }, index): PolicyRule => ({
        id,
        severity,
        when: when ?? null,
        rule,
        message,
        fix: fix ?? null,
        location: locationOf(place(pointerOf(["policies", index, "rule"]))),
      }),
    ),
    signing: {
      isRequired: values.signing?.required ?? false,
      keys: values.signing?.keys ?? [],
    },
    approvals:
      values.approvals === undefined
        ? null
        : { count: values.approvals.count, by: values.approvals.by ?? null },
  };
}

function limitsOf(
  written: NonNullable<EnvironmentDocument["limits"]>,
): EnvironmentLimits {
  const limits = { ...DEFAULT_LIMITS };
  for (const { name, member, factor } of LIMIT_FIELDS) {
    const value = written[name];
    if (value !== undefined) limits[member] = value * factor;
  }
  return limits;
}

/**
 * Variables are taken even from a file with other errors, so that connections are not blamed for
 * them.
 */
function variablesOf(document: ParsedDocument): ReadonlyMap<string, Variable> {
  const found = new Map<string, Variable>();
  const { variables } = document.value;
  if (typeof variables !== "object" || variables === null) return found;
  for (const [name, value] of Object.entries(variables)) {
    const place =
      placeAt(document, pointerOf(["variables", name]), "value") ??
      placeOfDocument(document);
    const isScalar =
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "boolean";
    // The layer says how the value got to the field, not which file it stands in.
    if (isScalar)
      found.set(name, {
        value,
        place: {
          ...place,
          source: { ...place.source, layer: "variable", name },
        },
      });
  }
  return found;
}

function selectionOf({ connections }: EnvironmentDocument): Selection {
  const selectors = (
    list: readonly string[] | undefined,
    name: string,
  ): Selector[] =>
    (list ?? []).map((text, index) => ({
      text,
      pointer: pointerOf(["connections", name, index]),
    }));
  return {
    include:
      connections?.include === undefined
        ? null
        : selectors(connections.include, "include"),
    exclude: selectors(connections?.exclude, "exclude"),
  };
}
