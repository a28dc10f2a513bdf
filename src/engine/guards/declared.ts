import { leadsHere, parseAddress } from "../../domain/address.ts";
import type { FieldRisk, ValueShape } from "../../domain/field/field.ts";
import { knownField } from "../../domain/field/fields.ts";
import type { JsonValue } from "../../domain/json.ts";
import { partsOf, type ValuePart } from "../../domain/field/parts.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import {
  allowsClass,
  SCOPE_CLASSES,
} from "../../domain/catalogue/scope-tiers.ts";
import {
  classOf,
  describeScopes,
  isScopeField,
  scopeChanges,
} from "../meaning/scopes.ts";
import { countedGlob } from "../../domain/glob.ts";
import { quoteNames } from "../meaning/wording.ts";
import { placed, writtenKeys, type ChangesGuard } from "./guard.ts";

/** What an entry of a ceiling begins with that allows scopes by their tier. */
const TIER_PREFIX = "tier:";

/**
 * Refuses scopes above the environment's ceiling; on a connection the plan does not write to, it
 * only warns.
 */
const scopeCeilingGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN108",
  check({ changes, declared, rules }) {
    const ceiling = rules.scopeCeiling;
    if (ceiling === null) return [];
    const allows = allowedBy(ceiling);
    const written = writtenKeys(changes);
    return declared.flatMap((declaration) => {
      const { key, provider, fields } = declaration;
      return Object.entries(fields).flatMap(([path, value]) => {
        if (!isScopeField(path)) return [];
        const asked = { before: provider, after: provider };
        const above = scopeChanges({ path, after: value }, asked).filter(
          ({ scope }) => !allows(provider, scope),
        );
        if (above.length === 0) return [];
        return [
          {
            code: "PLN108",
            level: written.has(key) ? ("refuse" as const) : ("warn" as const),
            key,
            message: `"${key}" asks for ${quoteNames(above.map(({ scope }) => scope))} (${path}), which the scope_ceiling of this environment does not allow: ${describeScopes(above)}`,
            fix: `ask for less, or let it pass by name: an override of PLN108 for "${key}" with a reason`,
            ...placed(declaration, path),
          },
        ];
      });
    });
  },
};

/** Whether a ceiling lets a scope pass: by a pattern of its name, or by its tier. */
function allowedBy(
  ceiling: readonly string[],
): (provider: string, scope: string) => boolean {
  const limits = SCOPE_CLASSES.filter((each) =>
    ceiling.includes(`${TIER_PREFIX}${each}`),
  );
  const patterns = ceiling
    .filter((each) => !each.startsWith(TIER_PREFIX))
    .map(countedGlob);
  return (provider, scope) =>
    patterns.some((matches) => matches(scope)) ||
    (limits.length > 0 &&
      limits.some((limit) => allowsClass(limit, classOf(provider, scope))));
}

/**
 * What production asks of every connection; on a connection the plan does not write to, it only
 * warns.
 */
const productionRulesGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN109",
  check({ changes, declared, rules }) {
    if (!rules.isProduction) return [];
    const written = writtenKeys(changes);
    return declared.flatMap((declaration) => {
      const { key, fields } = declaration;
      return Object.entries(fields).flatMap(([path, value]) =>
        problemsOf(path, value).map((problem) => ({
          code: "PLN109",
          level: written.has(key) ? ("refuse" as const) : ("warn" as const),
          key,
          message: `"${key}" ${problem.text}`,
          fix: `${problem.fix}, or let it pass by name: an override of PLN109 for "${key}" with a reason`,
          ...placed(declaration, path),
        })),
      );
    });
  },
};

interface Problem {
  readonly text: string;
  readonly fix: string;
}

function problemsOf(path: Pointer, value: JsonValue): readonly Problem[] {
  const parted = { pointer: path, shape: knownField(path)?.shape };
  const parts = partsOf(parted, value);
  return parts.flatMap((part) => problemOf(part) ?? []);
}

function problemOf({ pointer, value, shape }: ValuePart): Problem | undefined {
  return (
    riskProblem(shape?.risk, pointer, value) ??
    (shape === undefined ? undefined : addressProblem(pointer, value, shape))
  );
}

function riskProblem(
  risk: FieldRisk | undefined,
  path: Pointer,
  value: JsonValue,
): Problem | undefined {
  if (risk === "platform-credentials" && value === true)
    return {
      text: "uses the platform's shared application in production",
      fix: "register an own application and declare its credentials",
    };
  if (risk === "proof-key" && value === false)
    return {
      text: `turns the proof key off (${path}) in production`,
      fix: "remove the line",
    };
  return undefined;
}

function addressProblem(
  path: Pointer,
  value: JsonValue,
  { text, isDestination }: ValueShape,
): Problem | undefined {
  if (text !== "address" && isDestination !== true) return undefined;
  const address = typeof value === "string" ? parseAddress(value) : undefined;
  if (address === undefined) return undefined;
  if (leadsHere(address.host))
    return {
      text: `leads to ${quoteNames([address.host])} in production (${path})`,
      fix: "name a host of the provider",
    };
  // A parameter's value may be a name in the form of an http address that nobody ever follows.
  if (address.scheme === "https" || text !== "address") return undefined;
  return {
    text: `leads to an address without https in production (${path})`,
    fix: "use https",
  };
}

/** What is asked of every connection that is declared. */
export const DECLARED_GUARDS: readonly ChangesGuard[] = [
  scopeCeilingGuard,
  productionRulesGuard,
];
