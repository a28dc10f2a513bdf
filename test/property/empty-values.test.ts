import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIELD_RULES } from "../../src/domain/generated/fields.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { isJsonObject } from "../../src/domain/json.ts";
import { setAt } from "../../src/domain/field/pointer.ts";
import type { Switches } from "../../src/embedded/index.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import {
  aWorld,
  type World,
  type WorldOptions,
} from "../support/embedded-world.ts";
import { emptyValues, schemaAt } from "../support/schema-values.ts";

/** A document of each kind, with what its kind cannot do without. */
const KINDS: readonly JsonObject[] = [
  { provider: "gmail", auth_type: "oauth2" },
  { provider: "googledwd", auth_type: "service_account" },
  { provider: "customsmartfhir", auth_type: "smart_fhir" },
  { provider: "amplitudeanalytics", auth_type: "api_key" },
  {
    provider: "acme",
    auth_type: "custom",
    custom_provider: {
      display_name: "Acme",
      proxy_url: "https://api.acme.example",
      auth_patterns: [{ type: "OAUTH" }],
    },
  },
];

/** Settings that are there before something becomes empty. */
const FULL: JsonObject = {
  credentials: { client_id: "1", tenant_id: "t", app_name: "a" },
  scopes: ["a", "b"],
  settings: {
    prompt: "consent",
    optional_scopes: { scopes: ["c", "d"], field_name: "user_scope" },
    smart: { aud: "https://fhir.example", domain: "fhir.example" },
    extra_authorize_params: { hd: "example.com" },
    required_scopes: ["a"],
    required_optional_scopes: ["c"],
    scope_selection_allowed: true,
    token_endpoint_auth_method: "none",
    base_headers: { x: "y" },
    retry: { attempts: 2, backoff: "linear", max_delay: 3 },
  },
};

interface Emptiness {
  readonly pointer: string;
  readonly value: JsonValue;
}

/** Every field that reaches an API, at each of its empty values. */
const EMPTINESS: readonly Emptiness[] = FIELD_RULES.filter(
  ({ isLocal, isReadOnly, isSecret }) => !isLocal && !isReadOnly && !isSecret,
).flatMap(({ pointer }) =>
  emptyValues(schemaAt(pointer)).map((value) => ({ pointer, value })),
);

function documentOf(
  key: string,
  kind: JsonObject,
  parts: readonly Emptiness[],
): JsonObject {
  const name = key.replaceAll("-", " ");
  const own = isJsonObject(kind["custom_provider"])
    ? {
        provider: name.replaceAll(" ", "_"),
        custom_provider: { ...kind["custom_provider"], display_name: name },
      }
    : {};
  return parts.reduce<JsonObject>(
    (document, { pointer, value }) => setAt(document, pointer, value),
    { ...kind, ...own, connection_id: key },
  );
}

/**
 * What of these a connection of this kind sends anywhere; the first kind has them all, so that what
 * stays local is tried as well.
 */
function sentBy(
  world: World,
  kind: JsonObject,
  { pointer, value }: Emptiness,
): boolean {
  const document = documentOf("a", kind, [{ pointer, value }]);
  return (
    kind["provider"] === "gmail" || !world.leftLocal(document).includes(pointer)
  );
}

/** The documents that are valid, each one connection; and one that always is. */
function valid(world: World, documents: readonly JsonObject[]): JsonObject[] {
  const plain = { connection_id: "plain", provider: "gmail" };
  return [
    { ...plain, auth_type: "oauth2" },
    ...documents.filter((each) => world.refusals([each]).length === 0),
  ];
}

const SETTINGS: readonly (readonly [string, WorldOptions])[] = [
  ["scalekit", {}],
  ["scalekit, zero values shown", withSwitches({ zeroValues: "present" })],
  ["scalekit, PATCH replaces", withSwitches({ patch: "replace" })],
  ["agent-auth", { driver: "agent-auth" }],
];

function withSwitches(switches: Partial<Switches>): WorldOptions {
  return { switches };
}

/** Applies and plans again: every change was carried out, and there is nothing left to do. */
async function settles(
  world: World,
  documents: readonly JsonObject[],
): Promise<void> {
  const { outcomes } = await world.apply(documents);
  expect(
    outcomes
      .filter(({ status }) => status !== "applied")
      .map((outcome) => [outcome.key, "message" in outcome && outcome.message])
      .slice(0, 5),
    "what was not applied",
  ).toEqual([]);
  const again = await world.plan(documents);
  expect(
    again.changes.map(({ key, fields }) => [key, fields]).slice(0, 5),
    "the second plan",
  ).toEqual([]);
}

describe.each([
  ["scalekit", {}],
  ["agent-auth", { driver: "agent-auth" }],
] satisfies typeof SETTINGS)(
  "empty values of new connections, %s",
  (_title, options) => {
    it("are settled by one apply, each field at each of them alone", async () => {
      const world = await aWorld(options);
      const documents = valid(
        world,
        KINDS.flatMap((kind, one) =>
          EMPTINESS.filter((each) => sentBy(world, kind, each)).map(
            (each, other) =>
              documentOf(`c-${String(one)}-${String(other)}`, kind, [each]),
          ),
        ),
      );
      expect(documents.length).toBeGreaterThan(EMPTINESS.length);
      await settles(world, documents);
    });
  },
);

describe.each(SETTINGS)("empty values, %s", (_title, options) => {
  it("are settled by one apply where something was before, alone and all together", async () => {
    const world = await aWorld(options);
    const kinds = KINDS.map((kind) => ({ ...kind, ...FULL })).filter(
      (kind) => world.refusals([documentOf("a", kind, [])]).length === 0,
    );
    expect(kinds.length).toBeGreaterThan(0);
    const pairs = kinds.flatMap((kind, one) =>
      EMPTINESS.filter((each) => sentBy(world, kind, each)).map(
        (each, other): readonly [JsonObject, JsonObject] => {
          const key = `c-${String(one)}-${String(other)}`;
          return [documentOf(key, kind, []), documentOf(key, kind, [each])];
        },
      ),
    );
    const legal = pairs.filter(
      ([, each]) => world.refusals([each]).length === 0,
    );
    await world.apply(legal.map(([full]) => full));
    const emptied = legal.map(([, each]) => each);
    await settles(world, emptied);
    const together = kinds.map((kind, one) =>
      documentOf(`all-${String(one)}`, kind, firstOfEach()),
    );
    await settles(world, [...emptied, ...valid(world, together)]);
  });

  it("are settled by one apply in any combination", async () => {
    const world = await aWorld(options);
    const combination = fc.record({
      kind: fc.constantFrom(...KINDS),
      isFull: fc.boolean(),
      parts: fc.subarray([...EMPTINESS], { maxLength: 12 }),
    });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(combination, { minLength: 1, maxLength: 8 }),
        async (combinations) => {
          const documents = combinations.map(({ kind, isFull, parts }) => {
            count += 1;
            const start = isFull ? { ...kind, ...FULL } : kind;
            return documentOf(`r-${String(count)}`, start, parts);
          });
          await settles(world, valid(world, documents));
        },
      ),
      { numRuns: Math.ceil(PROPERTY_RUNS / 10) },
    );
  });
});

/** One empty value of each field: the first, which is the emptiest. */
function firstOfEach(): readonly Emptiness[] {
  return [
    ...new Map(
      [...EMPTINESS].reverse().map((each) => [each.pointer, each]),
    ).values(),
  ];
}
