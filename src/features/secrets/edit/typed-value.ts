import { UserError } from "../../../domain/problem/error.ts";
import {
  parseGoBool,
  parseGoFloat,
  parseGoInt,
} from "../../../secrets/sops/core/go-text.ts";
import type { SopsScalar } from "../../../secrets/sops/core/tree.ts";

/**
 * A value as the type it was asked to be. @throws UserError SEC031 for text that is not of that
 * type.
 */
export function typedValue(text: string, type: string | undefined): SopsScalar {
  const scalar = scalarOf(text, type);
  if (scalar !== undefined) return scalar;
  throw new UserError(
    "SEC031",
    `the value is not of the type "${type ?? ""}"`,
    {
      fix: "leave --type out: secrets are text",
      notDone: "nothing was written",
    },
  );
}

function scalarOf(
  text: string,
  type: string | undefined,
): SopsScalar | undefined {
  if (type === undefined || type === "str") return { kind: "str", text };
  if (type === "int") {
    const value = parseGoInt(text);
    return value === undefined ? undefined : { kind: "int", value };
  }
  if (type === "float") {
    const value = parseGoFloat(text);
    return value === undefined ? undefined : { kind: "float", value };
  }
  const value = parseGoBool(text);
  return value === undefined ? undefined : { kind: "bool", value };
}
