import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret, secretRefText } from "../../../../src/domain/secret/secret.ts";
import type { SecretRef } from "../../../../src/domain/secret/secret.ts";
import { probeClient } from "../../../../src/features/checks/probe.ts";
import type { CheckResult } from "../../../../src/features/checks/report.ts";
import type { ProbeRequest } from "../../../../src/ports/secret-probe.ts";
import type { SecretPlace } from "../../../../src/ports/secret-store.ts";
import { PROPERTY_RUNS } from "../../../support/arbitraries.ts";
import { aDesired, aLive, anEntry } from "../../../support/engine-builders.ts";

const POINTER = "/credentials/client_secret";
const TOKEN_URL = "/settings/token_url";
const HOME = "https://login.example/token";
const AWAY = "https://elsewhere.example/token";

/** What may differ between what was applied and what is declared now. */
interface Situation {
  readonly reference: string;
  readonly appliedReference: string;
  readonly declaredUrl?: string | undefined;
  readonly appliedUrl?: string | undefined;
  readonly liveUrl: string;
  readonly isOwned: boolean;
  readonly isPending: boolean;
  readonly isReplaced: boolean;
}

const SOUND: Situation = {
  reference: "secret://mail/client_secret",
  appliedReference: "secret://mail/client_secret",
  declaredUrl: HOME,
  appliedUrl: HOME,
  liveUrl: HOME,
  isOwned: true,
  isPending: false,
  isReplaced: false,
};

const fingerprintOf = (
  ref: string,
  { connection, pointer }: SecretPlace,
): string => `${ref}|${connection}|${pointer}`;

async function probed(situation: Situation): Promise<{
  readonly sent: readonly ProbeRequest[];
  readonly results: readonly CheckResult[];
}> {
  const sent: ProbeRequest[] = [];
  const client = { "/credentials/client_id": "id" };
  const urlOf = (url: string | undefined) =>
    url === undefined ? {} : { [TOKEN_URL]: url };
  const place = { connection: "mail", pointer: POINTER };
  const entry = anEntry({
    remoteId: situation.isReplaced ? "id-former" : "id-mail",
    phase: situation.isPending ? "pending" : "applied",
    lastApplied: { ...client, ...urlOf(situation.appliedUrl) },
    secrets: {
      [POINTER]: {
        fingerprint: fingerprintOf(situation.appliedReference, place),
        appliedAt: "2026-01-01T00:00:00.000Z",
      },
    },
  });
  const results = await probeClient(
    {
      desired: aDesired({
        fields: { ...client, ...urlOf(situation.declaredUrl) },
        secrets: { [POINTER]: situation.reference },
      }),
      live: aLive({ fields: { ...client, ...urlOf(situation.liveUrl) } }),
      accounts: "unknown",
    },
    {
      applied: situation.isOwned ? entry : undefined,
      secrets: {
        describe: (ref: SecretRef, at: SecretPlace) =>
          Promise.resolve({
            ref,
            fingerprint: fingerprintOf(secretRefText(ref), at),
          }),
        resolve: (ref: SecretRef) =>
          Promise.resolve(new Secret(`value of ${secretRefText(ref)}`)),
      },
      probe: {
        probe: (request) => {
          sent.push(request);
          return Promise.resolve({ kind: "accepted" });
        },
      },
      signal: new AbortController().signal,
    },
  );
  return { sent, results };
}

const anySituation: fc.Arbitrary<Situation> = fc.record({
  reference: fc.constantFrom(
    "secret://mail/client_secret",
    "secret://payroll/client_secret",
  ),
  appliedReference: fc.constantFrom(
    "secret://mail/client_secret",
    "secret://payroll/client_secret",
  ),
  declaredUrl: fc.constantFrom(HOME, AWAY, undefined),
  appliedUrl: fc.constantFrom(HOME, AWAY, undefined),
  liveUrl: fc.constantFrom(HOME, AWAY),
  isOwned: fc.boolean(),
  isPending: fc.boolean(),
  isReplaced: fc.boolean(),
});

describe("a probe", () => {
  it("tries what was applied together", async () => {
    const { sent, results } = await probed(SOUND);
    expect(sent.map(({ tokenUrl }) => tokenUrl)).toEqual([HOME]);
    expect(results).toMatchObject([{ result: "ok" }]);
  });

  it.each<readonly [string, Partial<Situation>]>([
    [
      "the secret of another connection",
      { reference: "secret://payroll/client_secret" },
    ],
    ["an address that is only declared", { declaredUrl: AWAY }],
    [
      "an address that the platform got elsewhere",
      { liveUrl: AWAY, declaredUrl: AWAY },
    ],
    ["an object that is not ours", { isOwned: false }],
    ["an object that took the place of ours", { isReplaced: true }],
    ["a run that did not end", { isPending: true }],
  ])("sends nothing for %s", async (_title, parts) => {
    const { sent, results } = await probed({ ...SOUND, ...parts });
    expect(sent).toEqual([]);
    expect(results).toMatchObject([{ result: "unknown" }]);
  });

  it("never sends a value to an address that it was not applied with, whatever documents say", async () => {
    await fc.assert(
      fc.asyncProperty(anySituation, async (situation) => {
        const { sent } = await probed(situation);
        for (const { tokenUrl, clientSecret } of sent) {
          expect(situation.isOwned && !situation.isPending).toBe(true);
          expect(situation.isReplaced).toBe(false);
          expect(clientSecret.reveal()).toBe(
            `value of ${situation.appliedReference}`,
          );
          expect(tokenUrl).toBe(situation.liveUrl);
          expect([tokenUrl, undefined]).toContain(situation.appliedUrl);
          expect(situation.declaredUrl).toBe(situation.appliedUrl);
        }
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
