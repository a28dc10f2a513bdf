import { describe, expect, it } from "vitest";
import type { PlanChange } from "../../../../src/domain/generated/plan.ts";
import { diffConnections } from "../../../../src/engine/diff/diff.ts";
import { changePhases } from "../../../../src/engine/diff/order.ts";
import { widenInventory } from "../../../../src/engine/inventory.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  onlyChange,
  planOf,
  someInput,
  someRules,
  VENDOR_CAPABILITIES,
} from "../../../support/engine-builders.ts";

const SECRET = { "/credentials/client_secret": "secret://mail/client_secret" };
const CUSTOM = {
  "/custom_provider/display_name": "Acme",
  "/custom_provider/proxy_url": "https://acme.example/api",
};

function actions(changes: readonly PlanChange[]): string[] {
  return changes.map((change) => `${change.action} ${change.key}`);
}

describe("create", () => {
  it("is planned for a declared connection that is not there, with every field and secret", () => {
    const desired = aDesired({
      fields: { "/scopes": ["read"], "/state": "active" },
      secrets: SECRET,
    });
    const change = onlyChange(planOf({ desired: [desired] }));
    expect(change).toMatchObject({
      action: "create",
      remote_id: null,
      precondition: { fingerprint: null },
      steps: ["create", "configure", "enable", "record"],
    });
    expect(change.secrets).toMatchObject([{ state: "changed" }]);
    expect(change.operations).toContainEqual({
      op: "add",
      path: "/scopes",
      value: ["read"],
    });
  });

  it("needs no configure step when there is nothing to say beyond the kind", () => {
    const change = onlyChange(planOf({ desired: [aDesired()] }));
    expect(change.steps).toEqual(["create", "record"]);
  });

  it("does not toggle into the state a new connection has anyway", () => {
    const desired = aDesired({ fields: { "/state": "inactive" } });
    expect(onlyChange(planOf({ desired: [desired] })).steps).toEqual([
      "create",
      "record",
    ]);
  });

  it("sends settings and state with the call where the API takes them", () => {
    const desired = aDesired({
      fields: { "/scopes": ["read"], "/state": "active" },
      secrets: SECRET,
    });
    const capabilities = {
      ...VENDOR_CAPABILITIES,
      createTakesSettings: true,
      hasToggle: false,
    };
    expect(
      onlyChange(planOf({ desired: [desired], capabilities })).steps,
    ).toEqual(["create", "record"]);
  });

  it("makes the custom provider first, and before connections that only use it", () => {
    const owner = aDesired({
      key: "z",
      provider: "acme",
      authType: "custom",
      fields: CUSTOM,
    });
    const user = aDesired({ key: "a", provider: "acme", authType: "custom" });
    const { changes } = planOf({ desired: [owner, user] });
    expect(actions(changes)).toEqual(["create z", "create a"]);
    expect(changes[0]?.steps).toEqual(["create_provider", "create", "record"]);
    expect([...changePhases(changes).values()]).toEqual([1, 2]);
  });

  it("treats provider fields as settings where custom providers are no objects", () => {
    const desired = aDesired({
      provider: "acme",
      authType: "custom",
      fields: CUSTOM,
    });
    const capabilities = { ...VENDOR_CAPABILITIES, hasCustomProviders: false };
    expect(
      onlyChange(planOf({ desired: [desired], capabilities })).steps,
    ).toEqual(["create", "configure", "record"]);
  });

  it("says so when an owned connection was deleted on the platform", () => {
    const change = onlyChange(
      planOf({
        desired: [aDesired({ secrets: SECRET })],
        inventory: anInventory([
          anEntry({
            secrets: { "/credentials/client_secret": { appliedAt: "x" } },
          }),
        ]),
      }),
    );
    expect(change.action).toBe("create");
    expect(change.secrets[0]?.state).toBe("changed");
    expect(change.risks.map((risk) => risk.code)).toEqual([
      "connection.recreated",
    ]);
  });
});

describe("update", () => {
  const live = aLive({
    fields: {
      "/scopes": ["read"],
      "/state": "active",
      "/settings/timeout": 30,
    },
  });
  const inventory = anInventory([
    anAppliedEntry({
      "/scopes": ["read"],
      "/state": "active",
      "/settings/timeout": 30,
    }),
  ]);

  it("writes what the documents changed, with last applied, live and declared value", () => {
    const desired = aDesired({
      fields: {
        "/scopes": ["read", "write"],
        "/state": "active",
        "/settings/timeout": 30,
      },
    });
    const change = onlyChange(
      planOf({ desired: [desired], live: [live], inventory }),
    );
    expect(change.fields).toEqual([
      {
        path: "/scopes",
        class: "edit",
        effect: "write",
        semantics: "set",
        before: ["read"],
        after: ["read", "write"],
        last_applied: ["read"],
        location: {
          file: "connections/mail.yaml",
          line: 4,
          column: 3,
          layer: "base",
        },
      },
    ]);
    expect(change.steps).toEqual(["configure", "record"]);
    expect(change.operations).toEqual([
      { op: "replace", path: "/scopes", value: ["read", "write"] },
    ]);
  });

  it("removes what must be empty", () => {
    const desired = aDesired({ fields: { "/settings/timeout": null } });
    const change = onlyChange(
      planOf({ desired: [desired], live: [live], inventory }),
    );
    expect(change.operations).toEqual([
      { op: "remove", path: "/settings/timeout" },
    ]);
  });

  it("toggles the state with a step of its own and nothing else", () => {
    const desired = aDesired({
      fields: {
        "/scopes": ["read"],
        "/state": "inactive",
        "/settings/timeout": 30,
      },
    });
    const change = onlyChange(
      planOf({ desired: [desired], live: [live], inventory }),
    );
    expect(change.steps).toEqual(["disable", "record"]);
  });

  it("sends the state as a field where there is no toggle", () => {
    const desired = aDesired({
      fields: {
        "/scopes": ["read"],
        "/state": "inactive",
        "/settings/timeout": 30,
      },
    });
    const capabilities = { ...VENDOR_CAPABILITIES, hasToggle: false };
    const change = onlyChange(
      planOf({ desired: [desired], live: [live], inventory, capabilities }),
    );
    expect(change.steps).toEqual(["configure", "record"]);
  });

  it("configures for a secret that changed or cannot be told, and sends none when all are known", () => {
    const desired = aDesired({ secrets: SECRET });
    const record = { cipherDigest: "x", appliedAt: "2026-01-01T00:00:00.000Z" };
    const owned = anInventory([
      anEntry({ secrets: { "/credentials/client_secret": record } }),
    ]);
    const secrets = (cipherDigest: string) =>
      new Map([
        [
          "mail",
          new Map([
            [
              "/credentials/client_secret",
              { ref: { kind: "secret" as const, path: "p" }, cipherDigest },
            ],
          ]),
        ],
      ]);
    const base = { desired: [desired], live: [aLive()], inventory: owned };
    expect(planOf({ ...base, secrets: secrets("x") }).changes).toEqual([]);
    const change = onlyChange(planOf({ ...base, secrets: secrets("y") }));
    expect(change.secrets[0]?.state).toBe("unknown");
    expect(change.steps).toEqual(["configure", "record"]);
  });

  it("updates the custom provider for its own fields only", () => {
    const kind = { provider: "acme", authType: "custom" };
    const change = onlyChange(
      planOf({
        desired: [
          aDesired({
            ...kind,
            fields: {
              ...CUSTOM,
              "/custom_provider/proxy_url": "https://acme.example/v2",
            },
          }),
        ],
        live: [aLive({ ...kind, fields: CUSTOM })],
        inventory: anInventory([anAppliedEntry(CUSTOM, kind)]),
      }),
    );
    expect(change.action).toBe("update");
    expect(change.steps).toEqual(["update_provider", "record"]);
  });

  it("leaves ignored fields of a standing connection out, above and at the pointer, and sends them to a new one", () => {
    const desired = aDesired({
      fields: { "/settings/timeout": 99, "/scopes": ["read", "admin"] },
      secrets: SECRET,
      lifecycle: {
        ignore: ["/settings", "/scopes", "/credentials/client_secret", 7],
      },
    });
    expect(
      planOf({ desired: [desired], live: [live], inventory }).changes,
    ).toMatchObject([
      // The state was let go of, and that is all there is to say.
      {
        action: "noop",
        fields: [{ path: "/state", class: "unmanaged" }],
        secrets: [],
      },
    ]);
    expect(
      onlyChange(planOf({ desired: [desired] })).desired?.fields,
    ).toMatchObject({ "/settings/timeout": 99 });
  });

  it("neither compares nor sends local fields", () => {
    const desired = aDesired({
      fields: { "/settings/timeout": 99 },
      secrets: SECRET,
    });
    const local = new Map([
      ["mail", new Set(["/settings/timeout", "/credentials/client_secret"])],
    ]);
    const plan = planOf({
      desired: [desired],
      live: [live],
      inventory: anInventory([anEntry()]),
      local,
    });
    expect(plan.changes).toEqual([]);
    expect(plan.local).toEqual([
      {
        key: "mail",
        paths: ["/credentials/client_secret", "/settings/timeout"],
      },
    ]);
  });
});

describe("noop", () => {
  it("records what settled, what was let go of and what is protected now, and writes nothing", () => {
    const change = onlyChange(
      planOf({
        desired: [
          aDesired({
            fields: { "/scopes": ["b"], "/lifecycle/protected": true },
          }),
        ],
        live: [
          aLive({ fields: { "/scopes": ["b"], "/settings/timeout": 30 } }),
        ],
        inventory: anInventory([
          anAppliedEntry({ "/scopes": ["a"], "/settings/timeout": 30 }),
        ]),
      }),
    );
    expect(change.action).toBe("noop");
    expect(change.steps).toEqual(["record"]);
    expect(change.operations).toEqual([]);
    expect(
      change.fields.map((field) => [field.path, field.class, field.effect]),
    ).toEqual([
      ["/lifecycle/protected", "edit", "record"],
      ["/scopes", "settled", "record"],
      ["/settings/timeout", "unmanaged", "record"],
    ]);
  });

  it("settles a pending entry, and a protection that only the inventory has", () => {
    const pending = planOf({
      desired: [aDesired()],
      live: [aLive()],
      inventory: anInventory([anEntry({ phase: "pending" })]),
    });
    expect(actions(pending.changes)).toEqual(["noop mail"]);
    const stale = planOf({
      desired: [aDesired()],
      live: [aLive()],
      inventory: anInventory([anEntry({ isProtected: true })]),
    });
    expect(onlyChange(stale).risks.map((risk) => risk.code)).toEqual([
      "protection.removed",
    ]);
  });

  it("never shows defaults the server filled in", () => {
    const plan = planOf({
      desired: [aDesired()],
      live: [aLive({ fields: { "/settings/timeout": 30 } })],
      inventory: anInventory([anEntry()]),
    });
    expect(plan.changes).toEqual([]);
    expect(plan.summary.unchanged).toBe(1);
  });
});

describe("replace", () => {
  const owned = anInventory([anEntry()]);

  it("is planned for another provider or auth type, as delete and create", () => {
    const desired = aDesired({
      authType: "service_account",
      fields: { "/scopes": ["read"] },
    });
    const change = onlyChange(
      planOf({ desired: [desired], live: [aLive()], inventory: owned }),
    );
    expect(change.action).toBe("replace");
    expect(change.steps).toEqual(["delete", "create", "configure", "record"]);
    expect(change.remote_id).toBe("id-mail");
  });

  it("rebuilds a custom provider whose name is fixed, when nobody else uses it", () => {
    const kind = { provider: "acme", authType: "custom" };
    const input = {
      desired: [
        aDesired({
          ...kind,
          fields: { ...CUSTOM, "/custom_provider/display_name": "ACME" },
        }),
      ],
      live: [aLive({ ...kind, fields: CUSTOM })],
      inventory: anInventory([anAppliedEntry(CUSTOM, kind)]),
    };
    expect(onlyChange(planOf(input)).steps).toEqual([
      "delete",
      "delete_provider",
      "create_provider",
      "create",
      "record",
    ]);
    const other = aLive({ ...kind, key: "other", fields: CUSTOM });
    expect(
      onlyChange(planOf({ ...input, listed: [...input.live, other] })).steps,
    ).toEqual(["delete", "create_provider", "create", "record"]);
  });

  it("removes the custom provider it moves away from, and keeps it when only the auth type changes", () => {
    const kind = { provider: "acme", authType: "custom" };
    const input = {
      live: [aLive({ ...kind, fields: CUSTOM })],
      inventory: anInventory([anAppliedEntry(CUSTOM, kind)]),
    };
    expect(
      onlyChange(planOf({ ...input, desired: [aDesired()] })).steps,
    ).toEqual(["delete", "delete_provider", "create", "record"]);
    const same = aDesired({ provider: "acme", authType: "oauth2" });
    expect(onlyChange(planOf({ ...input, desired: [same] })).steps).toEqual([
      "delete",
      "create",
      "record",
    ]);
  });
});

describe("delete and forget", () => {
  const inventory = anInventory([anEntry()]);

  it("deletes only where the environment prunes; otherwise the connection is kept and named", () => {
    expect(onlyChange(planOf({ live: [aLive()], inventory }))).toMatchObject({
      action: "delete",
      steps: ["delete", "record"],
      desired: null,
      remote_id: "id-mail",
    });
    const kept = planOf({
      live: [aLive()],
      inventory,
      rules: someRules({ prunes: false }),
    });
    expect(kept.changes).toEqual([]);
    expect(kept.orphans).toEqual([
      { key: "mail", remote_id: "id-mail", provider: "gmail" },
    ]);
  });

  it("forgets what is gone", () => {
    expect(onlyChange(planOf({ inventory }))).toMatchObject({
      action: "forget",
      steps: ["record"],
      remote_id: null,
      precondition: { fingerprint: null },
    });
  });

  it("never deletes an object that only has the name of ours", () => {
    const stranger = aLive({ remoteId: "id-stranger" });
    const plan = planOf({ live: [stranger], inventory });
    expect(actions(plan.changes)).toEqual(["forget mail"]);
    expect(plan.unmanaged).toEqual([
      { key: "mail", remote_id: "id-stranger", provider: "gmail" },
    ]);
    expect(onlyChange(plan).remote_id).toBe("id-stranger");
  });

  it("keeps an owned connection that became wholly local", () => {
    const plan = planOf({
      desired: [aDesired()],
      live: [aLive()],
      inventory,
      local: new Map([["mail", new Set([""])]]),
    });
    expect(plan.changes).toEqual([]);
    expect(plan.orphans.map((ref) => ref.key)).toEqual(["mail"]);
    expect(plan.unmanaged).toEqual([]);
  });

  it("removes a custom provider with the last delete that leaves it", () => {
    const kind = { provider: "acme", authType: "custom" };
    const live = ["a", "b"].map((key) =>
      aLive({ ...kind, key, fields: CUSTOM }),
    );
    const entries = ["a", "b"].map((key) => anEntry({ ...kind, key }));
    const { changes } = planOf({ live, inventory: anInventory(entries) });
    expect(changes.map((change) => change.steps.join())).toEqual([
      "delete,record",
      "delete,delete_provider,record",
    ]);
    const used = planOf({
      live,
      inventory: anInventory(entries),
      desired: [aDesired({ ...kind, key: "c" })],
    });
    expect(used.changes.flatMap((change) => change.steps)).not.toContain(
      "delete_provider",
    );
  });
});

describe("adopt", () => {
  it("takes a live connection of the same kind into ownership, with the writes it needs", () => {
    const desired = aDesired({ fields: { "/scopes": ["read"] } });
    const equalLive = aLive({ fields: { "/scopes": ["read"] } });
    expect(
      onlyChange(planOf({ desired: [desired], live: [equalLive] })),
    ).toMatchObject({
      action: "adopt",
      steps: ["record"],
      remote_id: "id-mail",
    });
    const change = onlyChange(planOf({ desired: [desired], live: [aLive()] }));
    expect(change.action).toBe("adopt");
    expect(change.steps).toEqual(["configure", "record"]);
  });

  it("does not know whether secrets it never wrote are right", () => {
    const change = onlyChange(
      planOf({ desired: [aDesired({ secrets: SECRET })], live: [aLive()] }),
    );
    expect(change.secrets).toMatchObject([{ state: "unknown" }]);
  });

  it("takes over an object that replaced ours under the same name, forgetting what it knew", () => {
    const change = onlyChange(
      planOf({
        desired: [aDesired({ fields: { "/scopes": ["a"] } })],
        live: [aLive({ remoteId: "id-new", fields: { "/scopes": ["b"] } })],
        inventory: anInventory([anAppliedEntry({ "/scopes": ["a"] })]),
      }),
    );
    expect(change.action).toBe("adopt");
    expect(change.fields.find((field) => field.path === "/scopes")?.class).toBe(
      "edit",
    );
  });

  it("settles an announced create by its kind, whatever handle the object got", () => {
    const inventory = anInventory([
      anEntry({ remoteId: null, phase: "pending" }),
    ]);
    expect(
      actions(
        planOf({ desired: [aDesired()], live: [aLive()], inventory }).changes,
      ),
    ).toEqual(["noop mail"]);
    const other = aLive({ provider: "slack" });
    expect(
      planOf({ desired: [aDesired()], live: [other], inventory }).findings.map(
        (f) => f.code,
      ),
    ).toContain("OWN001");
  });

  it("refuses what it neither owns nor can adopt", () => {
    const plan = planOf({
      desired: [aDesired()],
      live: [aLive({ authType: "bearer" })],
    });
    expect(plan.changes).toEqual([]);
    expect(plan.findings).toMatchObject([
      { code: "OWN001", level: "refuse", key: "mail" },
    ]);
    const kind = { provider: "acme", authType: "custom" };
    const renamedProvider = planOf({
      desired: [aDesired({ ...kind, fields: CUSTOM })],
      live: [
        aLive({
          ...kind,
          fields: { ...CUSTOM, "/custom_provider/display_name": "Other" },
        }),
      ],
    });
    expect(renamedProvider.findings.map((f) => f.code)).toContain("OWN001");
  });
});

describe("rename", () => {
  const lifecycle = { previous_ids: ["gone", "old"] };
  const inventory = anInventory([
    anAppliedEntry({ "/scopes": ["a"] }, { key: "old" }),
  ]);
  const live = [aLive({ key: "old", fields: { "/scopes": ["a"] } })];

  it("gives a live owned connection its new name in place", () => {
    const plan = planOf({
      desired: [
        aDesired({ key: "new", lifecycle, fields: { "/scopes": ["a"] } }),
      ],
      live,
      inventory,
    });
    expect(onlyChange(plan)).toMatchObject({
      action: "rename",
      key: "new",
      previous_key: "old",
      remote_id: "id-old",
      fields: [],
      steps: ["configure", "record"],
    });
    expect(plan.unmanaged).toEqual([]);
  });

  it("is not planned when the old name is declared, not owned, local, taken by another, or of another kind", () => {
    const wanted = aDesired({ key: "new", lifecycle });
    const rules = someRules({ prunes: false });
    const plan = (parts: Parameters<typeof planOf>[0]) =>
      actions(
        planOf({ desired: [wanted], live, inventory, rules, ...parts }).changes,
      );
    expect(
      plan({
        desired: [
          wanted,
          aDesired({ key: "old", fields: { "/scopes": ["a"] } }),
        ],
      }),
    ).toEqual(["create new"]);
    expect(plan({ inventory: null })).toEqual(["create new"]);
    expect(
      plan({
        desired: [wanted, aDesired({ key: "old" })],
        local: new Map([["old", new Set([""])]]),
      }),
    ).toEqual(["create new"]);
    expect(
      plan({ live: [aLive({ key: "old", remoteId: "id-other" })] }),
    ).toEqual(["create new", "forget old"]);
    expect(
      plan({
        desired: [aDesired({ key: "new", lifecycle, provider: "slack" })],
      }),
    ).toEqual(["create new"]);
    expect(plan({ live: [...live, aLive({ key: "new" })] })).toEqual([
      "adopt new",
    ]);
  });

  it("goes to the first of several that claim the name", () => {
    const desired = [
      aDesired({ key: "y", lifecycle }),
      aDesired({ key: "x", lifecycle }),
    ];
    expect(actions(planOf({ desired, live, inventory }).changes)).toEqual([
      "create y",
      "rename x",
    ]);
  });
});

describe("diffConnections", () => {
  it("counts, and names what it leaves alone", () => {
    const differences = diffConnections(
      someInput({
        desired: [aDesired({ key: "a" }), aDesired({ key: "b" })],
        live: [aLive({ key: "a" })],
        listed: [aLive({ key: "a" }), aLive({ key: "z" }), aLive({ key: "y" })],
        inventory: anInventory([anEntry({ key: "a" })]),
      }),
    );
    expect(differences.unchangedCount).toBe(1);
    expect(actions(differences.changes)).toEqual(["create b"]);
    expect(differences.changes[0]?.impact).toBeNull();
    expect(differences.unmanaged.map((ref) => ref.key)).toEqual(["y", "z"]);
  });
});

describe("a custom provider that a run which was cut off left", () => {
  const kind = { provider: "acme", authType: "custom" };
  const declared = aDesired({ ...kind, fields: CUSTOM });
  /** What a run left that began this plan and was cut off before it recorded anything. */
  const cutOff = (parts: Parameters<typeof planOf>[0]) => {
    const before = parts?.inventory ?? anInventory([]);
    return widenInventory(before, planOf(parts), "2026-01-01T00:00:00.000Z");
  };
  const removal = {
    live: [aLive({ ...kind, fields: CUSTOM })],
    inventory: anInventory([anAppliedEntry(CUSTOM, kind)]),
  };

  it("goes with the connection that was deleted before it", () => {
    expect(onlyChange(planOf({ inventory: cutOff(removal) }))).toMatchObject({
      action: "forget",
      steps: ["delete_provider", "record"],
      removed_providers: ["acme"],
    });
  });

  it("goes with the connection that was to be made with it and is no longer declared", () => {
    const inventory = cutOff({ desired: [declared] });
    expect(onlyChange(planOf({ inventory }))).toMatchObject({
      action: "forget",
      steps: ["delete_provider", "record"],
      removed_providers: ["acme"],
    });
  });

  it("is taken as it is when the same is still declared, and goes first when it is declared otherwise", () => {
    const inventory = cutOff({ desired: [declared] });
    expect(
      onlyChange(planOf({ inventory, desired: [declared] })).steps,
    ).toEqual(["create_provider", "create", "record"]);
    const other = aDesired({
      ...kind,
      fields: { ...CUSTOM, "/custom_provider/description": "other" },
    });
    expect(onlyChange(planOf({ inventory, desired: [other] })).steps).toEqual([
      "delete_provider",
      "create_provider",
      "create",
      "record",
    ]);
  });

  it("goes first when it was to be rebuilt under its own name", () => {
    const rebuilt = aDesired({
      ...kind,
      fields: { ...CUSTOM, "/custom_provider/display_name": "ACME" },
    });
    const inventory = cutOff({ ...removal, desired: [rebuilt] });
    expect(onlyChange(planOf({ inventory, desired: [rebuilt] })).steps).toEqual(
      ["delete_provider", "create_provider", "create", "record"],
    );
  });

  it("goes with the new connection of a replacement that moves away from it", () => {
    const moved = aDesired();
    const inventory = cutOff({ ...removal, desired: [moved] });
    expect(onlyChange(planOf({ inventory, desired: [moved] }))).toMatchObject({
      action: "create",
      steps: ["delete_provider", "create", "record"],
      removed_providers: ["acme"],
    });
  });

  it.each([
    ["lives", { listed: [aLive({ ...kind, key: "other" })] }],
    ["is declared", { desired: [aDesired({ ...kind, key: "other" })] }],
  ])("stays when another connection of it %s", (_, parts) => {
    const plan = planOf({ inventory: cutOff(removal), ...parts });
    expect(plan.changes.flatMap(({ steps }) => steps)).not.toContain(
      "delete_provider",
    );
  });

  it("is not looked for where the run was cut off before a change that had nothing to do with it", () => {
    const inventory = cutOff({ desired: [aDesired()] });
    expect(onlyChange(planOf({ inventory })).steps).toEqual(["record"]);
  });
});

describe("a connection that was announced", () => {
  const elsewhere = aLive({ remoteId: "id-other" });
  const announced = (action: string) =>
    anInventory([
      anEntry({ phase: "pending", announced: { action, providers: [] } }),
    ]);

  it.each(["create", "replace"])(
    "by a %s may be live under a handle that never reached us",
    (action) => {
      const plan = planOf({ live: [elsewhere], inventory: announced(action) });
      expect(actions(plan.changes)).toEqual(["delete mail"]);
    },
  );

  it.each(["update", "delete", "adopt", "rename", "forget"])(
    "by a %s is known by its handle: another of its name and kind is somebody else's",
    (action) => {
      const plan = planOf({ live: [elsewhere], inventory: announced(action) });
      expect(actions(plan.changes)).toEqual(["forget mail"]);
    },
  );
});
