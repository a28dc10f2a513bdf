import { describe, expect, it } from "vitest";
import {
  explainLimits,
  findRollbackTarget,
} from "../../../../src/features/rollback/rollback.ts";
import type { Plan } from "../../../../src/domain/generated/plan.ts";
import { aDesired, someRules } from "../../../support/engine-builders.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../../../support/environment.ts";

const COMMIT = "1".repeat(40);
const REFERENCE = "secret://mail/client_secret";
const MAIL = aDesired({
  key: "mail",
  fields: { "/scopes": ["read"] },
  secrets: { "/credentials/client_secret": REFERENCE },
});
const CHAT = aDesired({ key: "chat", fields: { "/scopes": ["post"] } });

async function applied(): Promise<{
  environment: TestEnvironment;
  first: string;
}> {
  const environment = aTestEnvironment(someRules({ prunes: true }));
  const result = await environment.apply(await environment.plan([MAIL, CHAT]));
  return { environment, first: result.receipt?.digest ?? "" };
}

/** The ledger as it would be for documents in a repository. */
const withCommits = ({
  state,
}: TestEnvironment): Parameters<typeof findRollbackTarget>[0] => ({
  readLedger: async () =>
    (await state.readLedger()).map((receipt) => ({
      ...receipt,
      commit: COMMIT,
    })),
  readPlan: (digest) => state.readPlan(digest),
});

async function limits(
  environment: TestEnvironment,
  first: string,
): Promise<string[]> {
  const target = await findRollbackTarget(withCommits(environment), first);
  const plan: Plan = await environment.plan([MAIL, CHAT]);
  return explainLimits(target, plan);
}

describe("going back to an earlier run", () => {
  it("has no limits where nothing ran since", async () => {
    const { environment, first } = await applied();
    expect(await limits(environment, first)).toEqual([]);
  });

  it("says that a deleted connection does not come back as it was", async () => {
    const { environment, first } = await applied();
    await environment.apply(await environment.plan([MAIL]));
    expect((await limits(environment, first)).join("\n")).toMatch(
      /"chat" was deleted since: its connected accounts are gone/u,
    );
  });

  it("says that a secret sent since stays", async () => {
    const { environment, first } = await applied();
    environment.values.set(REFERENCE, "rotated");
    await environment.apply(await environment.plan([MAIL, CHAT]));
    expect((await limits(environment, first)).join("\n")).toMatch(
      /"mail" got a secret at \/credentials\/client_secret since/u,
    );
  });

  it("says that what came since goes with its accounts", async () => {
    const { environment, first } = await applied();
    const more = aDesired({ key: "more", fields: { "/scopes": ["x"] } });
    await environment.apply(await environment.plan([MAIL, CHAT, more]));
    expect((await limits(environment, first)).join("\n")).toMatch(
      /"more" did not exist then/u,
    );
  });

  it("says where it is not known what a run did", async () => {
    const { environment, first } = await applied();
    await environment.apply(await environment.plan([MAIL]));
    const target = await findRollbackTarget(
      { ...withCommits(environment), readPlan: () => Promise.resolve(null) },
      first,
    );
    expect(
      explainLimits(target, await environment.plan([MAIL])).join("\n"),
    ).toMatch(/plan is not stored/u);
  });

  it("needs a receipt that exists, is named clearly and has a commit", async () => {
    const { environment, first } = await applied();
    const state = withCommits(environment);
    for (const name of ["ffff", first.slice(7, 9), ""])
      await expect(findRollbackTarget(state, name)).rejects.toMatchObject({
        code: "CLI020",
      });
    await expect(
      findRollbackTarget(environment.state, first),
    ).rejects.toMatchObject({ code: "CLI020" });
  });
});
