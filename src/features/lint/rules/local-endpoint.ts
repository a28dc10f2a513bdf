import { isLoopbackHost } from "../../../documents/check/url-rules.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import type { LintRule } from "../rule.ts";
import { placeIn } from "../world.ts";
import { addressesOf } from "./addresses.ts";

/** A developer's machine in production. */
export const localEndpointRule: LintRule = {
  code: "LNT009",
  name: "local-endpoint",
  level: "error",
  summary: "No address in production leads to this machine.",
  why: "what answers there is a developer's machine or nothing, and it would be sent codes and credentials",
  fix: "write the provider's address, or give only the other environments this one in their overlays",
  securitySeverity: "6.0",
  check: ({ chosen }) =>
    chosen
      .filter(({ rules }) => rules?.isProduction === true)
      .flatMap(({ connections, authored }) =>
        connections.flatMap((connection) => {
          const stack = authored.get(connection.key)?.stack;
          if (stack === undefined) return [];
          return addressesOf(connection)
            .filter(({ text }) => isLocal(text))
            .map(({ pointer }) => ({
              at: placeIn(stack, pointer),
              message: `an address of ${quoted(connection.key)} leads to this machine, in production`,
            }));
        }),
      ),
};

function isLocal(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const host = new URL(text).hostname.replace(/\.$/u, "");
  return (
    isLoopbackHost(host) || host.endsWith(".localhost") || host === "0.0.0.0"
  );
}
