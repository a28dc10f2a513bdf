import { describe, expect, it } from "vitest";
import type { EnvironmentStatus } from "../../src/domain/reconcile/status.ts";
import { connectionText } from "../support/cli.ts";
import { aClient } from "../support/embedded.ts";
import {
  aReconcileWorld,
  nameOf,
  type ReconcileWorld,
} from "../support/reconcile-world.ts";

const [first, second] = [nameOf(0), nameOf(1)];
const FILE = "environments/dev/environment.yaml";
const BY_HAND = { oauth_config: { scopes: ["by-hand"] } };
const HOSTILE = {
  [`connections/${second}.yaml`]: connectionText(second, ["hostile"]),
};

/** Commits other rules, and what they are to let through, to the branch that is followed. */
async function commitRules(
  world: ReconcileWorld,
  change: (rules: string) => string,
  files: Readonly<Record<string, string>> = HOSTILE,
): Promise<EnvironmentStatus> {
  const { clone, elsewhere, repository } = world;
  repository.git(elsewhere, "pull", "--quiet", "--ff-only", "origin", "main");
  const before = repository.git(elsewhere, "show", `HEAD:${FILE}`);
  const after = change(before);
  expect(after).not.toBe(before);
  expect(clone).not.toBe(elsewhere);
  await world.commit({ ...files, [FILE]: `${after}\n` });
  return world.tick("commit");
}

function expectUntouched(world: ReconcileWorld): void {
  expect(world.live(second)).toMatchObject({ oauth_config: { scopes: ["a"] } });
}

/** What a commit may not let through by itself, as it changes the rules. */
const LOOSENED: Readonly<
  Record<
    string,
    { readonly mode: string; readonly change: (rules: string) => string }
  >
> = {
  "the mode": {
    mode: "heal",
    change: (rules) => rules.replace("mode: heal", "mode: enforce"),
  },
  "a limit": {
    mode: "enforce",
    change: (rules) => `${rules}prune: true\n`,
  },
  "the budget": {
    mode: "enforce",
    change: (rules) =>
      rules.replace("mode: enforce", "mode: enforce, max_heals_per_hour: 9999"),
  },
};

describe("a commit on the followed branch", () => {
  it.each(Object.keys(LOOSENED))(
    "that loosens %s rolls nothing out until somebody approves it",
    async (name) => {
      const { mode, change } = LOOSENED[name] ?? { mode: "", change: String };
      const world = await aReconcileWorld({ mode });
      if (mode !== "enforce") await world.approve();
      await world.tick("order");
      expect(await commitRules(world, change)).toMatchObject({
        sync: "pending",
        pending: { isApprovable: true },
      });
      await world.tick();
      expectUntouched(world);
      await world.approve();
      expect(await world.tick("order")).toMatchObject({ sync: "in-sync" });
      expect(world.live(second)).toMatchObject({
        oauth_config: { scopes: ["hostile"] },
      });
    },
  );

  it("that makes an observed environment heal writes nothing to it by itself", async () => {
    const world = await aReconcileWorld({
      mode: "propose",
      settings: ["full_read_every: 1"],
    });
    await world.approve();
    await world.tick("order");
    await commitRules(
      world,
      (rules) => rules.replace("mode: propose", "mode: heal"),
      {},
    );
    await world.move(first, BY_HAND);
    expect(await world.tick()).toMatchObject({
      sync: "drifted",
      pending: { isApprovable: true },
    });
    expect(world.live(first)).toMatchObject(BY_HAND);
  });

  it("that asks nobody any more, and raises its mode, is held to who had to approve before", async () => {
    const world = await aReconcileWorld({
      mode: "propose",
      lines: ["approvals: {count: 1, by: [alex]}"],
    });
    await world.approve();
    await world.tick("order");
    expect(
      await commitRules(world, (rules) =>
        rules
          .replace("mode: propose", "mode: enforce")
          .replace(/^approvals: .*$/mu, ""),
      ),
    ).toMatchObject({ sync: "pending" });
    expectUntouched(world);
    expect((await world.tick()).pending?.waitsFor.join()).toContain("alex");
  });

  it("that names another state is told, and neither rolls out nor takes back anything by itself", async () => {
    const world = await aReconcileWorld({
      mode: "enforce",
      settings: ["full_read_every: 1"],
      lines: ["approvals: {count: 1, by: [alex]}"],
    });
    await world.approve();
    await world.tick("order");
    await world.tick();
    await commitRules(world, (rules) =>
      rules.replace(
        /^approvals: .*$/mu,
        "state: {backend: git, ref: refs/tieline/elsewhere}",
      ),
    );
    await world.move(first, BY_HAND);
    for (let round = 0; round < 2; round += 1) {
      const { pending } = await world.tick();
      expect(pending?.waitsFor.join()).toContain("alex");
    }
    expectUntouched(world);
    expect(world.live(first)).toMatchObject(BY_HAND);
    // Whoever had to approve before lets it in, and from then on that state is the one.
    await world.approve();
    expect((await world.tick("order")).problems).toEqual([]);
    expect(world.live(second)).toMatchObject({
      oauth_config: { scopes: ["hostile"] },
    });
    expect(await world.tick()).toMatchObject({ sync: "in-sync" });
  });

  it("that sends an environment to another host gets no credentials that are bound to none", async () => {
    const world = await aReconcileWorld({ mode: "enforce" });
    await world.tick("start");
    const other = await aClient();
    const { origin } = other.api;
    world.env["TIELINE_ALLOWED_HOSTS"] = [world.platform.api.origin, origin]
      .map((each) => new URL(each).host)
      .join();
    const status = await commitRules(world, (rules) =>
      rules
        .replace(/^target: .*$/mu, `target: "${origin}"`)
        .concat("state: {backend: git, ref: refs/tieline/elsewhere}\n"),
    );
    expect(status).toMatchObject({ problems: [{ code: "DRV080" }] });
    expect(other.api.requests()).toEqual([]);
  });
});
