import { describe, expect, it } from "vitest";
import { blame } from "../../../../src/features/ledger/blame.ts";
import { aDesired, someRules } from "../../../support/engine-builders.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../../../support/environment.ts";

const SECRET = "/credentials/client_secret";

async function after(
  ...steps: readonly (readonly Parameters<typeof aDesired>[0][])[]
): Promise<{ environment: TestEnvironment; digests: string[] }> {
  const environment = aTestEnvironment(someRules({ prunes: true }));
  const digests: string[] = [];
  for (const step of steps) {
    const plan = await environment.plan(step.map((one) => aDesired(one)));
    await environment.apply(plan);
    digests.push(plan.digest);
  }
  return { environment, digests };
}

/** What every connection has. */
const KIND = new Set(["/provider", "/auth_type"]);
const query = { environment: "dev", connection: "mail" };

describe("blame", () => {
  it("names the run that last set each field and secret", async () => {
    const { environment, digests } = await after(
      [
        {
          key: "mail",
          fields: { "/scopes": ["a"], "/credentials/client_id": "x" },
          secrets: { [SECRET]: "secret://mail/client_secret" },
        },
      ],
      [
        {
          key: "mail",
          fields: { "/scopes": ["b"], "/credentials/client_id": "x" },
          secrets: { [SECRET]: "secret://mail/client_secret" },
        },
      ],
    );
    const { lines, unknown, doubtful } = await blame(environment.state, query);
    expect(
      lines
        .filter(({ path }) => !KIND.has(path))
        .map(({ path, kind, value, origin }) => [
          path,
          kind,
          value,
          digests.indexOf(origin.planDigest),
        ]),
    ).toEqual([
      ["/credentials/client_id", "field", "x", 0],
      [SECRET, "secret", undefined, 0],
      ["/scopes", "field", ["b"], 1],
    ]);
    expect([unknown, doubtful]).toEqual([[], []]);
    const one = await blame(environment.state, { ...query, field: "scopes" });
    expect(one.lines.map(({ path }) => path)).toEqual(["/scopes"]);
  });

  it("forgets what was before a connection was deleted and made again", async () => {
    const { environment, digests } = await after(
      [{ key: "mail", fields: { "/scopes": ["a"] } }, { key: "chat" }],
      [{ key: "chat" }],
      [
        { key: "mail", fields: { "/credentials/client_id": "y" } },
        { key: "chat" },
      ],
    );
    const { lines } = await blame(environment.state, query);
    expect(lines.map(({ path }) => path)).toEqual([
      "/auth_type",
      "/credentials/client_id",
      "/provider",
    ]);
    for (const { origin } of lines) expect(origin.planDigest).toBe(digests[2]);
  });

  it("says where a plan is not stored instead of leaving it out", async () => {
    const { environment } = await after([
      { key: "mail", fields: { "/scopes": ["a"] } },
    ]);
    const report = await blame(
      {
        readLedger: () => environment.state.readLedger(),
        readPlan: () => Promise.resolve(null),
      },
      query,
    );
    expect(report.lines).toEqual([]);
    expect(report.unknown).toHaveLength(1);
  });

  it("knows nothing of a connection no run touched", async () => {
    const { environment } = await after([{ key: "mail" }]);
    const report = await blame(environment.state, {
      ...query,
      connection: "nobody",
    });
    expect(report).toMatchObject({ lines: [], unknown: [], doubtful: [] });
  });
});
