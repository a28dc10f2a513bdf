import { describe, expect, it } from "vitest";
import type { FieldValues } from "../../../../src/domain/connection.ts";
import type { Plan } from "../../../../src/domain/generated/plan.ts";
import {
  aDesired,
  aLive,
  anEntry,
  anInventory,
  planOf,
} from "../../../support/engine-builders.ts";

const client = (id: string): FieldValues => ({
  "/credentials/client_id": id,
});

/** Messages of one code, by connection. */
function said(plan: Plan, code: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.changes.flatMap(({ key, risks }) =>
      risks
        .filter((risk) => risk.code === code)
        .map(({ message }) => [key, message]),
    ),
  );
}

function renamed(before: FieldValues, after: FieldValues): Plan {
  return planOf({
    desired: [aDesired({ key: "support", fields: after })],
    live: [aLive({ fields: before })],
    inventory: anInventory([anEntry({})]),
    accounts: new Map([["mail", 23]]),
  });
}

describe("what looks like a rename", () => {
  it("is told with the line that makes it one, and with the accounts that it keeps", () => {
    expect(
      said(renamed(client("x"), client("x")), "connection.looks-renamed"),
    ).toMatchObject({
      support: expect.stringMatching(
        /rename of "mail".*"previous_ids: \[mail\]"/u,
      ),
    });
  });

  it("is no other client, and nothing that has little in common", () => {
    for (const [before, after] of [
      [client("x"), client("y")],
      [
        { "/settings/timeout": 1, "/scopes": ["a"] },
        { "/settings/timeout": 2, "/scopes": ["b"] },
      ],
    ] as const)
      expect(said(renamed(before, after), "connection.looks-renamed")).toEqual(
        {},
      );
  });

  it("takes each connection that goes for one new one only", () => {
    const plan = planOf({
      desired: ["a", "b"].map((key) => aDesired({ key, fields: client("x") })),
      live: [aLive({ fields: client("x") })],
      inventory: anInventory([anEntry({})]),
    });
    const told = said(plan, "connection.looks-renamed");
    expect(Object.keys(told).filter((key) => key !== "mail")).toEqual(["a"]);
  });
});
