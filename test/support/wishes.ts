/**
 * Random documents of a handful of connections, custom providers among them, and what a server must
 * hold for each.
 */
import fc from "fast-check";
import type { DesiredConnection } from "../../src/domain/connection.ts";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { aDesired, someRules } from "./engine-builders.ts";

const NAMES = ["mail", "chat", "files", "notes"] as const;

/** What one connection should be. */
interface Wish {
  /**
   * The platform's own provider, one of the connection's own, or one that it shares with others.
   */
  readonly kind: "plain" | "own" | "shared";
  readonly client: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly hasSecret: boolean;
  readonly address: string;
}

/** What an environment should be. */
export interface Wishes {
  readonly connections: Readonly<Record<string, Wish>>;
  /** Where the provider leads that is shared: documents that declare it must agree. */
  readonly sharedAddress: string;
}

const anyAddress = fc.constantFrom(
  "https://one.example",
  "https://two.example",
);

const anyWish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.constantFrom("plain", "plain", "own", "shared"),
  client: fc.constantFrom("one", "two"),
  scopes: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }),
  state: fc.constantFrom("active", "inactive"),
  hasSecret: fc.boolean(),
  address: anyAddress,
});

/** At least one connection, as an environment must have. */
export const anyWishes: fc.Arbitrary<Wishes> = fc.record({
  connections: fc.dictionary(fc.constantFrom(...NAMES), anyWish, {
    minKeys: 1,
  }),
  sharedAddress: anyAddress,
});

/** Rules under which whatever is wished is allowed: what is replaced is approved by name. */
export const WISHED_RULES = someRules({
  prunes: true,
  overrides: NAMES.map((connection) => ({
    guard: "PLN104",
    connection,
    reason: "wished",
  })),
});

/** The documents. */
export function desiredOf(wishes: Wishes): DesiredConnection[] {
  return Object.entries(wishes.connections).map(([key, wish]) => {
    const provider = providerOf(key, wish, wishes);
    const state = { "/state": wish.state };
    if (provider !== null)
      return aDesired({
        key,
        provider: provider.name,
        authType: "custom",
        fields: {
          "/custom_provider/display_name": provider.name,
          "/custom_provider/proxy_url": provider.address,
          "/custom_provider/auth_patterns": [{ type: "API_KEY" }],
          ...state,
        },
      });
    const place = "/credentials/client_secret";
    return aDesired({
      key,
      fields: {
        "/credentials/client_id": wish.client,
        "/credentials/use_platform_creds": false,
        "/scopes": wish.scopes,
        ...state,
      },
      ...(wish.hasSecret
        ? { secrets: { [place]: `secret://${key}/client_secret` } }
        : {}),
    });
  });
}

function providerOf(
  key: string,
  { kind, address }: Wish,
  { sharedAddress }: Wishes,
): { readonly name: string; readonly address: string } | null {
  if (kind === "plain") return null;
  return kind === "own"
    ? { name: `of${key}`, address }
    : { name: "shared", address: sharedAddress };
}

/** What a server must hold of the wishes, and nothing else of it. */
export function wanted(wishes: Wishes): Held {
  const connections: Record<string, unknown> = {};
  const providers: Record<string, string> = {};
  for (const [key, wish] of Object.entries(wishes.connections)) {
    const provider = providerOf(key, wish, wishes);
    if (provider !== null) providers[provider.name] = provider.address;
    connections[key] =
      provider === null
        ? [wish.state, wish.client, [...wish.scopes].sort()]
        : [wish.state, provider.name];
  }
  return { connections, providers };
}

/**
 * What is on a server, in the words of the wishes: connections by name, custom providers by display
 * name with where they lead.
 */
export interface Held {
  readonly connections: Readonly<Record<string, unknown>>;
  readonly providers: Readonly<Record<string, string>>;
}

interface StoredProvider {
  readonly identifier: string;
  readonly display_name: string;
  readonly proxy_url: string;
}

interface StoredConnection {
  readonly key_id: string;
  readonly provider_key: string;
  readonly enabled?: boolean;
  readonly oauth_config?: { client_id: string; scopes?: string[] };
}

/** What a server holds. Two providers of one name count as two. */
export function held(api: EmbeddedApi): Held {
  const { connections, providers } = api.snapshot();
  const stored = providers as unknown as readonly StoredProvider[];
  const names = new Map(
    stored.map((each) => [each.identifier, each.display_name]),
  );
  const shown: Record<string, string> = {};
  for (const { display_name: name, proxy_url: address } of stored)
    shown[Object.hasOwn(shown, name) ? `${name} again` : name] = address;
  return {
    providers: shown,
    connections: Object.fromEntries(
      (connections as unknown as readonly StoredConnection[]).map((each) => {
        const { key_id: key, enabled, oauth_config: client } = each;
        const state = enabled === true ? "active" : "inactive";
        const provider = names.get(each.provider_key);
        return [
          key,
          provider === undefined
            ? [state, client?.client_id, [...(client?.scopes ?? [])].sort()]
            : [state, provider],
        ];
      }),
    ),
  };
}
