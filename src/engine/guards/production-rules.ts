import { isLoopbackHost, parseAddress } from "../../domain/address.ts";
import type { FieldRisk, ValueShape } from "../../domain/field/field.ts";
import { knownField } from "../../domain/field/fields.ts";
import type { JsonValue } from "../../domain/json.ts";
import { partsOf, type ValuePart } from "../../domain/field/parts.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { quoteNames } from "../meaning/wording.ts";
import { placed, writtenKeys, type ChangesGuard } from "./guard.ts";

/** What production asks of every connection; on a connection the plan does not write to, it only warns. */
export const productionRulesGuard: ChangesGuard = {
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
  if (isLoopbackHost(address.host))
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
