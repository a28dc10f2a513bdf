import { leadsHere } from "../../../domain/address.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import type { DesiredConnection } from "../../../domain/connection.ts";
import { partsOf } from "../../../domain/field/parts.ts";
import { getAt, type Pointer } from "../../../domain/field/pointer.ts";
import { FIELD_RULES } from "../../../domain/generated/fields.ts";
import type { LintRule } from "../rule.ts";
import { isProduction, placeIn } from "../world.ts";

const CREDENTIAL =
  /[?&](?:access_token|api_?key|auth|client_secret|key|pass(?:word)?|secret|sig(?:nature)?|token)=/iu;

/** Where addresses lead. */
export const ADDRESS_RULES: readonly LintRule[] = [
  // A developer's machine in production.
  {
    code: "LNT009",
    name: "local-endpoint",
    level: "error",
    summary: "No address in production leads to this machine.",
    why: "what answers there is a developer's machine or nothing, and it would be sent codes and credentials",
    fix: "write the provider's address, or give only the other environments this one in their overlays",
    securitySeverity: "6.0",
    check: ({ chosen }) =>
      chosen.filter(isProduction).flatMap(({ connections, authored }) =>
        connections.flatMap((connection) => {
          const stack = authored.get(connection.key)?.stack;
          if (stack === undefined) return [];
          return addressesOf(connection)
            .filter(({ text }) => leadsToThisMachine(text))
            .map(({ pointer }) => ({
              at: placeIn(stack, pointer),
              message: `an address of ${quoted(connection.key)} leads to this machine, in production`,
            }));
        }),
      ),
  },
  // Addresses that were pasted.
  {
    code: "LNT010",
    name: "endpoint-leftovers",
    level: "warning",
    summary: "Addresses hold nothing that was left over from copying.",
    why: "providers compare addresses to the letter, and an address is not the place for a credential: it ends up in logs",
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
  },
];

/** An address in a connection and the part of it that holds it. */
interface Address {
  readonly pointer: Pointer;
  readonly text: string;
}

/**
 * Every address of a connection, wherever in a field it stands: which texts are addresses is for
 * the schema to say.
 */
function addressesOf({ document }: DesiredConnection): Address[] {
  return FIELD_RULES.flatMap((rule) => {
    const value = getAt(document, rule.pointer);
    if (value === undefined || value === null) return [];
    return partsOf(rule, value).flatMap(({ pointer, value: text, shape }) =>
      shape?.text === "address" && typeof text === "string" && text !== ""
        ? [{ pointer, text }]
        : [],
    );
  });
}

function leadsToThisMachine(text: string): boolean {
  return URL.canParse(text) && leadsHere(new URL(text).hostname);
}

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
