import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createReadView } from "../../src/embedded/data/read-lag.ts";
import { callRpc } from "../../src/embedded/service/service.ts";
import type { ServiceContext } from "../../src/embedded/service/service-context.ts";
import { StatusError } from "../../src/embedded/wire/status.ts";
import { openStore } from "../../src/embedded/data/store.ts";
import { DEFAULT_SWITCHES } from "../../src/embedded/switches.ts";
import { TEST_CATALOGUE, aClock } from "../support/embedded.ts";

/** What the model knows of a connection. */
interface Modelled {
  readonly id: string;
  readonly enabled: boolean;
  readonly clientId: string | undefined;
}

function aContext(): ServiceContext {
  const store = openStore();
  const clock = aClock();
  return {
    store,
    view: createReadView(store, 0, () => clock.now()),
    switches: DEFAULT_SWITCHES,
    clock,
    random: () => 0.5,
    catalogue: new Map(
      TEST_CATALOGUE.map((entry) => [entry.provider_key, entry]),
    ),
    environmentUrl: "https://embedded.example",
  };
}

const name = fc.constantFrom("a", "b", "c");
const operation = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), name }),
  fc.record({ kind: fc.constant("delete" as const), name }),
  fc.record({
    kind: fc.constant("toggle" as const),
    name,
    enabled: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("update" as const),
    name,
    clientId: fc.string(),
  }),
  fc.record({ kind: fc.constant("rename" as const), name, to: name }),
);
type Operation =
  typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

const FIXED = { provider_key: "GMAIL", type: "OAUTH" };

function perform(
  context: ServiceContext,
  model: Map<string, Modelled>,
  op: Operation,
): void {
  const known = model.get(op.name);
  const connection_id = known?.id ?? "conn_0";
  switch (op.kind) {
    case "create": {
      const reply = callRpc(context, "CreateEnvironmentConnection", {
        connection: { ...FIXED, key_id: op.name },
        flags: { is_app: true },
      });
      const { id } = reply["connection"] as { id: string };
      if (known !== undefined)
        throw new TypeError("a taken name was given out");
      model.set(op.name, { id, enabled: true, clientId: undefined });
      return;
    }
    case "delete":
      callRpc(context, "DeleteEnvironmentConnection", { connection_id });
      model.delete(op.name);
      return;
    case "toggle":
      callRpc(
        context,
        op.enabled
          ? "EnableEnvironmentConnection"
          : "DisableEnvironmentConnection",
        { connection_id },
      );
      if (known !== undefined)
        model.set(op.name, { ...known, enabled: op.enabled });
      return;
    case "update":
      callRpc(context, "UpdateEnvironmentConnection", {
        connection_id,
        connection: {
          ...FIXED,
          key_id: op.name,
          oauth_config: { client_id: op.clientId },
        },
      });
      if (known !== undefined)
        model.set(op.name, { ...known, clientId: op.clientId });
      return;
    case "rename":
      callRpc(context, "UpdateEnvironmentConnection", {
        connection_id,
        connection: { ...FIXED, key_id: op.to },
      });
      if (known !== undefined) {
        model.delete(op.name);
        model.set(op.to, known);
      }
  }
}

function read(context: ServiceContext): Map<string, Modelled> {
  const reply = callRpc(context, "ListAppConnections", {});
  const listed = (reply["connections"] ?? []) as { id: string }[];
  return new Map(
    listed.map(({ id }) => {
      const { connection } = callRpc(context, "GetEnvironmentConnection", {
        connection_id: id,
      }) as {
        connection: {
          key_id: string;
          enabled?: boolean;
          oauth_config: { client_id?: string };
        };
      };
      return [
        connection.key_id,
        {
          id,
          enabled: connection.enabled === true,
          clientId: connection.oauth_config.client_id,
        },
      ];
    }),
  );
}

describe("the service core", () => {
  it("agrees with a map after any sequence of operations", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const context = aContext();
        const model = new Map<string, Modelled>();
        for (const op of operations) {
          const isRefused = refusalOf(() => {
            perform(context, model, op);
          });
          const known = model.has(op.name);
          // A refusal is right exactly where the model has no such connection, or a name is taken.
          if (isRefused && op.kind !== "create" && op.kind !== "rename")
            expect(known).toBe(false);
        }
        expect(Object.fromEntries(read(context))).toEqual(
          Object.fromEntries(model),
        );
      }),
    );
  });

  it("answers any JSON with a reply or a refusal, and keeps nothing of what it refused", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom("connection", "provider", "identifier", "page_size"),
        (value, member) => {
          const context = aContext();
          // fast-check's JsonValue and ours describe the same values.
          const request = {
            connection_id: "conn_1",
            [member]: value as string,
          };
          for (const rpc of [
            "CreateEnvironmentConnection",
            "UpdateEnvironmentConnection",
            "CreateCustomProvider",
            "ListProviders",
          ] as const) {
            const isRefused = refusalOf(() => callRpc(context, rpc, request));
            if (isRefused)
              expect(
                context.store.connections.size + context.store.providers.size,
              ).toBe(0);
          }
        },
      ),
    );
  });
});

/** True when it was refused; anything but a refusal is a failure of the test. */
function refusalOf(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof StatusError) return true;
    throw error;
  }
}
