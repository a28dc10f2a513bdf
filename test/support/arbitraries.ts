/**
 * Random worlds for the laws of the engine. Value pools are small on purpose: coincidences are
 * where the cases are.
 */
import fc from "fast-check";
import type { Capabilities } from "../../src/domain/capability.ts";
import type {
  DesiredConnection,
  FieldValues,
  LiveConnection,
} from "../../src/domain/connection.ts";
import type { EnvironmentRules } from "../../src/domain/environment.ts";
import type { InventoryEntry } from "../../src/domain/state/inventory.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import type {
  SecretDescription,
  SecretRecord,
} from "../../src/domain/secret/secret.ts";
import type { AssembleInput } from "../../src/engine/diff/input.ts";
import { previousKeysOf } from "../../src/engine/diff/lifecycle.ts";
import {
  aDesired,
  aLive,
  anEntry,
  anInventory,
  recordedOf,
  someInput,
  someRules,
} from "./engine-builders.ts";

/** How often each law is tried; a long run sets the environment variable. */
export const PROPERTY_RUNS = Number(
  process.env["TIELINE_PROPERTY_RUNS"] ?? "100",
);

/**
 * Chooses among what a short run leaves out; the same every time unless the environment variable
 * says otherwise.
 */
export const PROPERTY_SEED = Number(
  process.env["TIELINE_PROPERTY_SEED"] ?? "0",
);

const KEYS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
const SECRET_POINTERS = [
  "/credentials/client_secret",
  "/credentials/api_key",
] as const;

const VALUES: Readonly<Record<string, readonly JsonValue[]>> = {
  "/credentials/client_id": ["client-1", "client-2", null],
  "/credentials/use_platform_creds": [true, false, null],
  "/scopes": [
    ["read", "write"],
    ["write", "read", "read"],
    ["admin"],
    [],
    null,
  ],
  "/settings/timeout": [30, 60, 0, null],
  "/settings/pkce": [true, false, null],
  "/settings/token_url": [
    "https://one.example",
    "https://ONE.example:443/",
    "https://two.example/token",
    "http://localhost/token",
    null,
  ],
  "/settings/base_headers": [
    { a: "1", b: "2" },
    { b: "2", a: "1" },
    { a: "2" },
    {},
    null,
  ],
  "/settings/optional_scopes": [
    { scopes: ["admin"], field_name: "extra" },
    { scopes: ["read"] },
    null,
  ],
};
const LOCAL_VALUES: Readonly<Record<string, readonly JsonValue[]>> = {
  "/description": ["One", "Two", ""],
  "/labels": [{ a: "1", b: "2" }, { a: "2" }, {}],
  "/lifecycle/varies": [["settings"], ["scopes", "settings"]],
};
const CUSTOM_VALUES: Readonly<Record<string, readonly JsonValue[]>> = {
  "/custom_provider/display_name": ["Acme", "Acme Two"],
  "/custom_provider/proxy_url": [
    "https://a.example/api",
    "https://b.example/api",
  ],
  "/custom_provider/auth_patterns": [
    [{ type: "API_KEY" }],
    [{ type: "BEARER" }],
  ],
};

function fieldsFrom(
  pools: Readonly<Record<string, readonly JsonValue[]>>,
): fc.Arbitrary<FieldValues> {
  const parts = Object.entries(pools).map(([pointer, values]) =>
    fc.option(
      fc.constantFrom(...values).map((value) => [pointer, value] as const),
      { nil: undefined },
    ),
  );
  return fc
    .tuple(...parts)
    .map((found) =>
      Object.fromEntries(found.filter((each) => each !== undefined)),
    );
}

interface Kind {
  readonly provider: string;
  readonly authType: string;
}

/**
 * Custom providers are one per connection, as two documents must not declare the same one
 * differently.
 */
function kindFor(key: string): fc.Arbitrary<Kind> {
  return fc.constantFrom(
    { provider: "gmail", authType: "oauth2" },
    { provider: "gmail", authType: "oauth2" },
    { provider: "gmail", authType: "service_account" },
    { provider: "slack", authType: "oauth2" },
    { provider: `custom_${key}`, authType: "custom" },
  );
}

const state = fc.option(fc.constantFrom("active", "inactive"), {
  nil: undefined,
});
const isProtected = fc.option(fc.boolean(), { nil: undefined });

function connectionFields(
  kind: Kind,
  kept: "kept" | "live",
): fc.Arbitrary<FieldValues> {
  const custom: fc.Arbitrary<FieldValues> =
    kind.authType === "custom" ? fieldsFrom(CUSTOM_VALUES) : fc.constant({});
  return fc
    .tuple(fieldsFrom(VALUES), custom, state, isProtected)
    .map(([fields, own, stateValue, protectedValue]) => ({
      ...fields,
      ...own,
      ...(stateValue === undefined ? {} : { "/state": stateValue }),
      ...(protectedValue === undefined || kept === "live"
        ? {}
        : { "/lifecycle/protected": protectedValue }),
    }));
}

const lifecycle = fc.record({
  ignore: fc.subarray([
    "/settings/timeout",
    "/scopes",
    "/credentials/client_secret",
    "/settings",
  ]),
  previous_ids: fc.subarray(KEYS, { maxLength: 2 }),
});

function desiredOf(key: string): fc.Arbitrary<DesiredConnection> {
  return kindFor(key).chain((kind) =>
    fc
      .record({
        fields: connectionFields(kind, "kept"),
        secrets: fc.subarray([...SECRET_POINTERS]),
        local: fieldsFrom(LOCAL_VALUES),
        redirect: fc.option(
          fc.constantFrom("https://r.example/1", "https://r.example/2"),
          { nil: undefined },
        ),
        lifecycle: fc.oneof(
          { weight: 3, arbitrary: fc.constant({}) },
          { weight: 1, arbitrary: lifecycle },
        ),
      })
      .map((parts) =>
        aDesired({
          key,
          ...kind,
          fields: parts.fields,
          lifecycle: parts.lifecycle,
          local: parts.local,
          ...(parts.redirect === undefined
            ? {}
            : { expected: { "/credentials/redirect_uri": parts.redirect } }),
          secrets: Object.fromEntries(
            parts.secrets.map((pointer) => [
              pointer,
              `secret://${key}${pointer}`,
            ]),
          ),
        }),
      ),
  );
}

function liveOf(key: string): fc.Arbitrary<LiveConnection> {
  return kindFor(key).chain((kind) =>
    connectionFields(kind, "live").map((fields) =>
      aLive({
        key,
        ...kind,
        fields,
        computed: { "/credentials/redirect_uri": "https://r.example/1" },
      }),
    ),
  );
}

const record: fc.Arbitrary<SecretRecord> = fc
  .record({
    fingerprint: fc.option(fingerprint(), { nil: undefined }),
    cipherDigest: fc.option(cipherDigest(), { nil: undefined }),
  })
  .map(secretFacts)
  .map((facts) => ({ ...facts, appliedAt: "2026-01-01T00:00:00.000Z" }));

function fingerprint(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom("kid00001", "kid00002"), fc.constantFrom("A", "B"))
    .map(([kid, mac]) => `v1.${kid}.${mac.repeat(22)}`);
}

function cipherDigest(): fc.Arbitrary<string> {
  return fc.constantFrom("a", "b").map((digit) => `sha256:${digit.repeat(64)}`);
}

function secretFacts(facts: {
  readonly fingerprint: string | undefined;
  readonly cipherDigest: string | undefined;
}): Pick<SecretDescription, "fingerprint" | "cipherDigest"> {
  return {
    ...(facts.fingerprint === undefined
      ? {}
      : { fingerprint: facts.fingerprint }),
    ...(facts.cipherDigest === undefined
      ? {}
      : { cipherDigest: facts.cipherDigest }),
  };
}

/** One of the two facts at least: with neither, nobody can ever tell whether a secret changed. */
const description = fc
  .record({ fingerprint: fingerprint(), cipherDigest: cipherDigest() })
  .chain((facts) =>
    fc.constantFrom(
      facts,
      { ...facts, fingerprint: undefined },
      { ...facts, cipherDigest: undefined },
    ),
  )
  .map(secretFacts);

function entryOf(key: string): fc.Arbitrary<InventoryEntry> {
  return kindFor(key).chain((kind) =>
    fc
      .record({
        fields: connectionFields(kind, "kept"),
        remoteId: fc.constantFrom(
          `id-${key}`,
          `id-${key}`,
          `id-${key}`,
          `other-${key}`,
          null,
        ),
        phase: fc.constantFrom(
          "applied" as const,
          "applied" as const,
          "pending" as const,
        ),
        isProtected: fc.boolean(),
        secrets: fc.dictionary(fc.constantFrom(...SECRET_POINTERS), record),
        // Entries from before these values were remembered have none.
        local: fc.option(fieldsFrom(LOCAL_VALUES), { nil: undefined }),
      })
      .map(({ fields, local, ...parts }) =>
        anEntry({
          key,
          ...kind,
          ...parts,
          ...(local === undefined ? {} : { local }),
          phase: parts.remoteId === null ? "pending" : parts.phase,
          lastApplied: {
            ...fields,
            "/provider": kind.provider,
            "/auth_type": kind.authType,
          },
        }),
      ),
  );
}

/** One name from all sides; each side may be missing, and often they agree. */
interface Slice {
  readonly desired: DesiredConnection | undefined;
  readonly live: LiveConnection | undefined;
  readonly entry: InventoryEntry | undefined;
  readonly descriptions: ReadonlyMap<string, SecretDescription>;
  readonly local: ReadonlySet<string>;
}

function sliceOf(key: string): fc.Arbitrary<Slice> {
  return fc
    .record({
      desired: fc.option(desiredOf(key), { nil: undefined }),
      live: fc.option(liveOf(key), { nil: undefined }),
      entry: fc.option(entryOf(key), { nil: undefined }),
      descriptions: fc.tuple(description, description),
      local: fc.oneof(
        { weight: 4, arbitrary: fc.constant<string[]>([]) },
        {
          weight: 1,
          arbitrary: fc.subarray(["", "/scopes", "/credentials/api_key"]),
        },
      ),
      agreement: fc.constantFrom("none", "kind", "kind", "all"),
    })
    .map((parts) => ({
      ...agree(parts, parts.agreement),
      descriptions: new Map(
        SECRET_POINTERS.map((pointer, index) => [
          pointer,
          {
            ref: { kind: "secret" as const, path: `${key}${pointer}` },
            ...parts.descriptions[index],
          },
        ]),
      ),
      local: new Set(parts.local),
    }));
}

type Sides = Pick<Slice, "desired" | "live" | "entry">;

function agree(sides: Sides, how: string): Sides {
  const { desired, live, entry } = sides;
  if (desired === undefined || how === "none") return { desired, live, entry };
  const { provider, authType } = desired;
  const fields = how === "all" ? { fields: desired.fields } : {};
  const lastApplied =
    how === "all"
      ? desired.fields
      : {
          ...entry?.lastApplied,
          "/provider": provider,
          "/auth_type": authType,
        };
  return {
    desired,
    live:
      live === undefined ? live : { ...live, provider, authType, ...fields },
    entry:
      entry === undefined
        ? entry
        : { ...entry, provider, authType, lastApplied },
  };
}

const capabilities: fc.Arbitrary<Capabilities> = fc.record({
  createTakesSettings: fc.boolean(),
  stateAfterCreate: fc.constantFrom("active" as const, "inactive" as const),
  hasToggle: fc.boolean(),
  hasCustomProviders: fc.boolean(),
  countsAccounts: fc.boolean(),
  refusesTakenNames: fc.constant(true),
  pageSize: fc.constant(30),
});

/** Rules whose limits, ceiling and permissions are sometimes in the way. */
export const anyRules: fc.Arbitrary<EnvironmentRules> = fc
  .record({
    isProduction: fc.boolean(),
    prunes: fc.boolean(),
    maxDeletes: fc.integer({ min: 0, max: 4 }),
    maxChangeRatio: fc.constantFrom(0, 0.3, 1),
    maxAffectedAccounts: fc.constantFrom(null, 0, 10),
    planExpiresAfterMs: fc.constantFrom(null, 60_000),
    scopeCeiling: fc.constantFrom(
      null,
      ["read", "write"],
      ["*"],
      [],
      ["tier:read-write"],
      ["tier:unclassified"],
    ),
    overrides: fc.array(
      fc.record(
        {
          guard: fc.constantFrom(
            "PLN101",
            "PLN103",
            "PLN104",
            "PLN105",
            "PLN107",
            "PLN109",
          ),
          connection: fc.constantFrom(...KEYS),
          reason: fc.constant("agreed with the owner"),
          until: fc.constantFrom("2026-02-28", "2026-03-01"),
        },
        { requiredKeys: ["guard", "reason"] },
      ),
      { maxLength: 4 },
    ),
  })
  .map(({ isProduction, prunes, scopeCeiling, overrides, ...limits }) => {
    const base = someRules();
    return {
      ...base,
      isProduction,
      prunes,
      scopeCeiling,
      overrides,
      limits: { ...base.limits, ...limits },
      declared: {
        ...base.declared,
        document: {
          environment: "dev",
          target: "embedded:",
          production: isProduction,
          prune: prunes,
          limits: { max_deletes: limits.maxDeletes },
          ...(scopeCeiling === null ? {} : { scope_ceiling: scopeCeiling }),
          overrides,
        },
      },
    };
  });

/** Everything a plan is made from, in any combination. */
export const anyInput: fc.Arbitrary<AssembleInput> = fc
  .record({
    slices: fc.tuple(...KEYS.map(sliceOf)),
    stranger: liveOf("zz"),
    rules: anyRules,
    formerRules: fc.option(anyRules, { nil: undefined }),
    capabilities,
    hasInventory: fc.boolean(),
    accounts: fc.dictionary(
      fc.constantFrom(...KEYS),
      fc.oneof(fc.nat({ max: 20 }), fc.constant("unknown" as const)),
    ),
  })
  .map(
    ({ slices, stranger, hasInventory, accounts, formerRules, ...parts }) => {
      const entries = slices.flatMap(({ entry }) => entry ?? []);
      const desired = slices.flatMap((slice) => slice.desired ?? []);
      const live = slices.flatMap((slice) => slice.live ?? []);
      return someInput({
        ...parts,
        desired,
        live: wantedLive(live, desired, hasInventory ? entries : []),
        listed: [...live, stranger],
        inventory: hasInventory
          ? {
              ...anInventory(entries),
              ...(formerRules === undefined
                ? {}
                : { rules: recordedOf(formerRules) }),
            }
          : null,
        accounts: new Map(Object.entries(accounts)),
        secrets: new Map(
          slices.map((slice, index) => [KEYS[index] ?? "", slice.descriptions]),
        ),
        local: new Map(
          slices.flatMap(({ desired: one, local }) =>
            one === undefined || local.size === 0
              ? []
              : [[one.key, local] as const],
          ),
        ),
      });
    },
  );

/** The live connections a planner is given in full: declared, previously named and owned ones. */
export function wantedLive(
  live: readonly LiveConnection[],
  desired: readonly DesiredConnection[],
  entries: readonly InventoryEntry[],
): LiveConnection[] {
  const wanted = new Set([
    ...desired.flatMap((each) => [each.key, ...previousKeysOf(each)]),
    ...entries.map((entry) => entry.key),
  ]);
  return live.filter((each) => wanted.has(each.key));
}
