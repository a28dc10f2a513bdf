import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/domain/generated/plan.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { aDamagingProxy, type Damage } from "../support/damaging-proxy.ts";
import { aWorld, type World } from "../support/embedded-world.ts";

/** An object with another member in front, written as it is. */
const adding =
  (member: string): Damage =>
  (object) =>
    `{${member},${JSON.stringify(object).slice(1)}`;
const having =
  (members: JsonObject): Damage =>
  (object) =>
    JSON.stringify({ ...object, ...members });
const setting =
  (members: JsonObject): Damage =>
  (object) =>
    JSON.stringify({
      ...object,
      oauth_config: { ...(object["oauth_config"] as JsonObject), ...members },
    });

/** What leaves it beyond doubt which connection it is. */
const NAMED: Readonly<Record<string, Damage>> = {
  "half a character": adding(String.raw`"x":"\ud800"`),
  "half a character in a name of a member": adding(String.raw`"\udc00":1`),
  "bytes that are no UTF-8": (object) =>
    Buffer.concat([
      Buffer.from(`{"x":"`),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from(`",${JSON.stringify(object).slice(1)}`),
    ]),
  "a number without end": adding('"x":1e999'),
  "a member that is there twice": adding('"enabled":true,"enabled":false'),
  "a nest of 5,000 levels": adding(
    `"x":${"[".repeat(5_000)}${"]".repeat(5_000)}`,
  ),
  "a text for a switch": having({ enabled: "yes" }),
  "a list for a key": having({ provider_key: ["GMAIL"] }),
  "a number for a status": having({ status: 3 }),
};

/** What hides which connection it is. */
const NAMELESS: Readonly<Record<string, Damage>> = {
  null: () => "null",
  "a number": () => "7",
  "a text": () => '"conn_1"',
  "a list": () => "[]",
  "an empty object": () => "{}",
  "two handles and two names": (object) =>
    adding(`"id":"conn_9","key_id":"other"`)(object),
  "bytes in its name": (object) => {
    const [head = "", tail = ""] = JSON.stringify({
      ...object,
      id: "",
      key_id: "@@",
    }).split("@@");
    return Buffer.concat([
      Buffer.from(head),
      Buffer.from([0xff]),
      Buffer.from(tail),
    ]);
  },
};

/** What only the answer about the one connection has. */
const SETTINGS: Readonly<Record<string, Damage>> = {
  "a type nobody knows": having({ type: "QUANTUM" }),
  "an auth mode nobody knows": having({ auth_mode: "TEAM" }),
  "settings that are a text": having({ oauth_config: "x" }),
  "a text for a list": setting({ scopes: "a b" }),
  "a list with something else": setting({ scopes: ["a", null] }),
  "a number for a text": setting({ client_id: 5 }),
  "a text for a map": setting({ extensions: { extra_authorize_params: "x" } }),
  "a number in a group": setting({ optional_scopes: { field_name: 1 } }),
  "a text for a switch in settings": setting({ pkce_enabled: "true" }),
};

const oauth = (connection_id: string, more: JsonObject = {}): JsonObject => ({
  connection_id,
  provider: "gmail",
  auth_type: "oauth2",
  scopes: ["a"],
  ...more,
});

const BEFORE: readonly JsonObject[] = [
  oauth("same"),
  oauth("edited"),
  oauth("dropped"),
  oauth("old-name"),
];
const AFTER: readonly JsonObject[] = [
  oauth("same"),
  oauth("edited", { scopes: ["a", "b"] }),
  oauth("new"),
  oauth("new-name", { lifecycle: { previous_ids: ["old-name"] } }),
];

/**
 * A world with something of everything: unchanged, edited, dropped, renamed, new, and one that is
 * nobody's.
 */
async function aMixedWorld(): Promise<{
  readonly world: World;
  readonly proxy: ReturnType<typeof aDamagingProxy>;
}> {
  const proxy = aDamagingProxy();
  const world = await aWorld({ through: proxy.start });
  await world.apply(BEFORE);
  world.api.seedConnection({
    key_id: "foreign",
    provider_key: "SLACK",
    type: "OAUTH",
  });
  return { world, proxy };
}

/** Each change by its name: what it does, and to which values. */
function changesOf(plan: Plan): ReadonlyMap<string, unknown> {
  return new Map(
    plan.changes.map(({ key, action, steps, fields, previous_key }) => [
      key,
      { action, steps, fields, previous_key },
    ]),
  );
}

function liveOf(world: World, name: string): unknown {
  return world.api.snapshot().connections.find(({ key_id }) => key_id === name);
}

const TARGETS = ["same", "edited", "dropped", "old-name", "foreign"];
/** Kinds that are tried on every connection; each of the others on one, in turn. */
const THOROUGH = new Set(["half a character", "null", "a text for a list"]);

function casesOf(
  where: "list" | "get",
  damages: Readonly<Record<string, Damage>>,
  targets: readonly string[],
): readonly {
  readonly name: string;
  readonly damage: Damage;
  readonly target: string;
  readonly where: "list" | "get";
}[] {
  return Object.entries(damages).flatMap(([name, damage], index) =>
    targets
      .filter(
        (_target, at) => THOROUGH.has(name) || at === index % targets.length,
      )
      .map((target) => ({ name, damage, target, where })),
  );
}

const cases = [
  ...casesOf("list", { ...NAMED, ...NAMELESS }, TARGETS),
  ...casesOf("get", { ...NAMED, ...SETTINGS }, TARGETS.slice(0, 4)),
];

describe("one bad object in an answer", () => {
  it.each(cases)(
    "stops nothing but itself: $name, $target, $where",
    async ({ damage, target, where, name }) => {
      const { world, proxy } = await aMixedWorld();
      const undamaged = changesOf(await world.plan(AFTER));
      expect([...undamaged.keys()].sort()).toEqual([
        "dropped",
        "edited",
        "new",
        "new-name",
      ]);
      proxy.set({ target, where, damage });
      const plan = await world.plan(AFTER);
      const changes = changesOf(plan);
      const isNameless = Object.hasOwn(NAMELESS, name) && where === "list";
      const own = target === "old-name" ? "new-name" : target;

      // Nothing is planned that would not be planned otherwise, and nothing for the connection
      // itself.
      for (const [key, change] of changes)
        expect(change).toEqual(undamaged.get(key));
      expect(changes.has(own)).toBe(false);
      expect(changes.has(target)).toBe(false);
      // Everything goes on that can be seen; what cannot be seen may be the bad object.
      const seen = ["edited", "dropped", "new-name", "new"].filter((key) =>
        isNameless ? key !== "new" : true,
      );
      for (const key of seen)
        if (key !== own && !(isNameless && key === "new-name"))
          expect(changes.has(key), key).toBe(true);
      // It is told, unless it is nobody's and has a name.
      const told = plan.findings.filter(({ code }) => code === "DRV062");
      if (target !== "foreign" || isNameless) expect(told).not.toEqual([]);
      if (target !== "foreign" && !isNameless)
        expect(told.map(({ key }) => key)).toContain(target);

      const before = liveOf(world, target);
      const count = world.api.snapshot().connections.length;
      await world.apply(AFTER);
      expect(liveOf(world, target)).toEqual(before);
      const created = changes.has("new") ? 1 : 0;
      const deleted = changes.has("dropped") ? 1 : 0;
      expect(world.api.snapshot().connections).toHaveLength(
        count + created - deleted,
      );

      // Once it can be read again, the rest is done.
      proxy.set(undefined);
      await world.apply(AFTER);
      expect((await world.plan(AFTER)).changes).toEqual([]);
      const names = world.api
        .snapshot()
        .connections.map(({ key_id }) => key_id);
      expect(new Set(names)).toEqual(
        new Set(["edited", "foreign", "new", "new-name", "same"]),
      );
      expect(names).toHaveLength(5);
    },
  );

  it("is carried where nothing is wrong with it", async () => {
    const { world, proxy } = await aMixedWorld();
    const undamaged = changesOf(await world.plan(AFTER));
    for (const damage of [
      adding(String.raw`"x":"a\u0000b"`),
      adding('"x":12345678901234567890123'),
      adding('"later":{"members":[1,null,{}]}'),
    ])
      for (const where of ["list", "get"] as const) {
        proxy.set({ target: "same", where, damage });
        expect(changesOf(await world.plan(AFTER))).toEqual(undamaged);
      }
  });
});
