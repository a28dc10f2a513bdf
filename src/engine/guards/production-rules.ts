import type { JsonValue } from "../../domain/json.ts";
import type { Pointer } from "../../domain/pointer.ts";
import { planLocation } from "../field-diff.ts";
import { ruleFor } from "../field-rules.ts";
import { isLoopbackHost, parseAddress } from "../url.ts";
import { quoteNames } from "../wording.ts";
import { writtenKeys, type Guard } from "./guard.ts";

/** What production asks of every connection; on a connection the plan does not write to, it only warns. */
export const productionRulesGuard: Guard = {
  code: "PLN109",
  check({ changes, differences, input }) {
    if (!input.rules.isProduction) return [];
    const written = writtenKeys(changes);
    return differences.declared.flatMap(({ key, desired, local }) =>
      Object.entries(desired.fields).flatMap(([path, value]) => {
        const problem = local.has(path) ? undefined : problemOf(path, value);
        if (problem === undefined) return [];
        const location = desired.origins.get(path) ?? desired.location;
        return [
          {
            code: "PLN109",
            level: written.has(key) ? ("refuse" as const) : ("warn" as const),
            key,
            message: `"${key}" ${problem.text}`,
            fix: `${problem.fix}, or let it pass by name: an override of PLN109 for "${key}" with a reason`,
            location: planLocation(location),
          },
        ];
      }),
    );
  },
};

interface Problem {
  readonly text: string;
  readonly fix: string;
}

function problemOf(path: Pointer, value: JsonValue): Problem | undefined {
  const { risk, semantics, isDestination } = ruleFor(path);
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
  if (semantics !== "url" && !isDestination) return undefined;
  return addressProblem(path, value);
}

function addressProblem(path: Pointer, value: JsonValue): Problem | undefined {
  const address = typeof value === "string" ? parseAddress(value) : undefined;
  if (address === undefined) return undefined;
  if (isLoopbackHost(address.host))
    return {
      text: `leads to ${quoteNames([address.host])} in production (${path})`,
      fix: "name a host of the provider",
    };
  if (address.scheme === "https") return undefined;
  return {
    text: `leads to an address without https in production (${path})`,
    fix: "use https",
  };
}
