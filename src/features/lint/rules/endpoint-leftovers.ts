import { quoted } from "../../../documents/read/safe-text.ts";
import type { LintRule } from "../rule.ts";
import { placeIn } from "../world.ts";
import { addressesOf } from "./addresses.ts";

const CREDENTIAL =
  /[?&](?:access_token|api_?key|auth|client_secret|key|pass(?:word)?|secret|sig(?:nature)?|token)=/iu;

/** Addresses that were pasted. */
export const endpointLeftoversRule: LintRule = {
  code: "LNT010",
  name: "endpoint-leftovers",
  level: "warning",
  summary: "Addresses hold nothing that was left over from copying.",
  why: "providers compare addresses to the letter, and an address is no place for a credential: it ends up in logs",
  fix: "write the address as the provider documents it",
  securitySeverity: "4.0",
  check: ({ chosen }) =>
    chosen.flatMap(({ connections, authored }) =>
      connections.flatMap((connection) => {
        const stack = authored.get(connection.key)?.stack;
        if (stack === undefined) return [];
        return addressesOf(connection).flatMap(({ pointer, text }) => {
          const problem = problemOf(text);
          if (problem === undefined) return [];
          return [
            {
              at: placeIn(stack, pointer),
              message: `the address in ${quoted(pointer.slice(1).replaceAll("/", "."))} of ${quoted(connection.key)} ${problem}`,
            },
          ];
        });
      }),
    ),
};

function problemOf(text: string): string | undefined {
  if (CREDENTIAL.test(text)) return "holds what looks like a credential";
  if (text.includes("*"))
    return "holds a *, which no provider takes for a pattern";
  if (text.includes("#")) return "holds a fragment, which is never sent";
  if (/[.,;:)\]>'"`?&]$/u.test(text))
    return "ends in a character that belongs to the text around it";
  const path = text.replace(/^[a-z]+:\/\//iu, "").split("?", 1)[0] ?? "";
  if (path.includes("//")) return "holds a doubled slash";
  return undefined;
}
