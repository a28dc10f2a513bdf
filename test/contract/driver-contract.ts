import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  ListedConnection,
  LiveConnection,
} from "../../src/domain/connection.ts";
import { ConflictError } from "../../src/domain/problem/error.ts";
import type {
  StepRequest,
  StepResult,
} from "../../src/ports/connections-api.ts";
import type { DriverCase } from "./driver-cases.ts";
import type { DriverHarness, DriverTraits } from "./driver-harness.ts";
import {
  CANARY,
  desiredOf,
  expectDeclared,
  hasSettings,
  keysOf,
  reachState,
  readLive,
  stepOf,
  switchTo,
  withFields,
} from "./driver-steps.ts";

/**
 * Registers the suite every driver must pass. Each case reaches a state by steps and reads it back:
 * nothing may differ from what was declared, so that planning again would find nothing to do.
 */
export function describeDriver(
  name: string,
  makeHarness: () => Promise<DriverHarness>,
  traits: DriverTraits,
): void {
  describe(`driver ${name}`, () => {
    const { subjects } = traits;
    let harness: DriverHarness;
    const signal = new AbortController().signal;
    const reach = (wanted: DriverCase): Promise<string> =>
      reachState(harness.driver, wanted, signal);
    const read = (key: string): Promise<LiveConnection> =>
      readLive(harness.another(), key, signal);

    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(async () => {
      await harness.close();
    });

    describe("states", () => {
      it.each(subjects.cases.map((each) => [each.title, each] as const))(
        "reads back what was declared: %s",
        async (_title, wanted) => {
          const remoteId = await reach(wanted);
          const live = await read(wanted.key);
          expect(live.remoteId).toBe(remoteId);
          expectDeclared(live, wanted);
        },
      );

      it.each(subjects.cases.map((each) => [each.title, each] as const))(
        "has no objection to what it can hold: %s",
        (_title, wanted) => {
          const findings = harness.driver.audit([desiredOf(wanted)]);
          expect(findings.filter(({ kind }) => kind !== "note")).toEqual([]);
        },
      );

      it.each(subjects.cases.map((each) => [each.title, each] as const))(
        "applies the same again without a difference: %s",
        async (_title, wanted) => {
          const remoteId = await reach(wanted);
          const before = await read(wanted.key);
          if (hasSettings(wanted))
            await harness.driver.execute(
              stepOf("configure", wanted, remoteId),
              signal,
            );
          expect((await read(wanted.key)).fields).toEqual(before.fields);
        },
      );
    });

    describe("changes", () => {
      const first = subjects.rich;

      it("changes what is declared and leaves the rest", async () => {
        const remoteId = await reach(first);
        const changed = withFields(first, subjects.changed);
        await harness.driver.execute(
          stepOf("configure", changed, remoteId),
          signal,
        );
        expectDeclared(await read(first.key), changed);
      });

      it("leaves a field nobody declares as it is", async () => {
        const remoteId = await reach(first);
        const before = await read(first.key);
        const bare: DriverCase = {
          ...first,
          fields: subjects.onlyThis,
          secrets: [],
        };
        await harness.driver.execute(
          stepOf("configure", bare, remoteId),
          signal,
        );
        const after = await read(first.key);
        expect(after.fields).toEqual({
          ...before.fields,
          ...subjects.onlyThis,
        });
      });

      it("empties a field that is declared as null", async () => {
        const remoteId = await reach(first);
        const cleared = withFields(
          first,
          Object.fromEntries(
            subjects.emptied.map((pointer) => [pointer, null]),
          ),
        );
        await harness.driver.execute(
          stepOf("configure", cleared, remoteId),
          signal,
        );
        const live = await read(first.key);
        for (const pointer of subjects.emptied)
          expect(live.fields).not.toHaveProperty([pointer]);
      });

      it("switches off and on", async () => {
        const remoteId = await reach(first);
        const subject = { wanted: first, remoteId };
        await switchTo(harness.driver, "inactive", subject, signal);
        const off = await read(first.key);
        expect(off).toMatchObject({ isEnabled: false });
        expect(off.fields["/state"]).toBe("inactive");
        await switchTo(harness.driver, "active", subject, signal);
        expect((await read(first.key)).fields["/state"]).toBe("active");
      });

      it("renames by configuring under the new name", async () => {
        const remoteId = await reach(first);
        const renamed = { ...first, key: "renamed-support" };
        await harness.driver.execute(
          stepOf("configure", renamed, remoteId),
          signal,
        );
        const live = await read("renamed-support");
        expect(live.remoteId === remoteId).toBe(subjects.keepsHandle);
        expectDeclared(live, renamed);
        expect(await harness.another().find(first.key, signal)).toBeNull();
      });

      it("sees the fingerprint's matter change with every kind of write", async () => {
        const remoteId = await reach(first);
        const one = await read(first.key);
        const subject = { wanted: first, remoteId };
        await switchTo(harness.driver, "inactive", subject, signal);
        const two = await read(first.key);
        expect(two.observed).not.toEqual(one.observed);
      });
    });

    describe("identity", () => {
      const first = subjects.plain;

      it("refuses a name that is taken", async () => {
        await reach(first);
        await expect(
          harness.driver.execute(stepOf("create", first, null), signal),
        ).rejects.toBeInstanceOf(ConflictError);
      });

      it("finds by exact name only", async () => {
        await reach({ ...first, key: "affinity" });
        await reach({ ...first, key: "affinity-two" });
        await reach({ ...first, key: "ab" });
        await reach({ ...first, key: "x".repeat(150) });
        for (const key of ["affinity", "affinity-two", "ab", "x".repeat(150)])
          expect((await read(key)).key).toBe(key);
        const other = harness.another();
        expect(await other.find("affin", signal)).toBeNull();
        expect(await other.find("AFFINITY", signal)).toBeNull();
        expect(await other.find("nobody", signal)).toBeNull();
      });

      it("answers null for what does not exist", async () => {
        await reach(first);
        const live = await read(first.key);
        await harness.driver.execute(
          stepOf("delete", first, live.remoteId),
          signal,
        );
        expect(await harness.another().get(live, signal)).toBeNull();
        expect(await harness.another().find(first.key, signal)).toBeNull();
      });

      it("deletes twice without an error", async () => {
        const remoteId = await reach(first);
        const request = stepOf("delete", first, remoteId);
        expect((await harness.driver.execute(request, signal)).remoteId).toBe(
          null,
        );
        expect((await harness.driver.execute(request, signal)).remoteId).toBe(
          null,
        );
      });

      it("asks before each request that writes, and writes nothing when that says no", async () => {
        const wanted = subjects.rich;
        const refusal = new ConflictError("STA004", "not now");
        const refused = async (
          step: StepRequest["step"],
          remoteId: string | null,
        ): Promise<void> => {
          const request = stepOf(step, wanted, remoteId);
          const beforeWrite = (): void => {
            throw refusal;
          };
          await expect(
            harness.driver.execute({ ...request, beforeWrite }, signal),
          ).rejects.toBe(refusal);
        };
        await refused("create", null);
        expect(await harness.another().find(wanted.key, signal)).toBeNull();
        const remoteId = await reach(wanted);
        const before = await read(wanted.key);
        await refused("configure", remoteId);
        await refused("delete", remoteId);
        if (harness.driver.capabilities.hasToggle)
          await refused("disable", remoteId);
        expect(await read(wanted.key)).toEqual(before);
      });

      it("refuses to configure what is gone", async () => {
        const wanted = subjects.rich;
        const remoteId = await reach(wanted);
        await harness
          .another()
          .execute(stepOf("delete", wanted, remoteId), signal);
        await expect(
          harness.driver.execute(stepOf("configure", wanted, remoteId), signal),
        ).rejects.toBeInstanceOf(ConflictError);
      });
    });

    describe("lists", () => {
      it("shows every connection once, in pages of at most 30", async () => {
        const bearer = subjects.plain;
        const keys = Array.from({ length: 65 }, (_, i) => `many-${String(i)}`);
        for (const key of keys)
          await harness.driver.execute(
            stepOf("create", { ...bearer, key }, null),
            signal,
          );
        const pages: (readonly ListedConnection[])[] = [];
        for await (const page of harness.another().listPages(signal))
          pages.push(page);
        expect(pages.every((page) => page.length <= 30)).toBe(true);
        expect(
          pages
            .flat()
            .map(({ key }) => key)
            .sort(),
        ).toEqual([...keys].sort());
      });

      it("shows provider, auth type and state as the full reading does", async () => {
        for (const wanted of subjects.cases) await reach(wanted);
        const other = harness.another();
        for await (const page of other.listPages(signal)) {
          for (const listed of page) {
            const live = await other.get(listed, signal);
            expect(live).toMatchObject(listed);
          }
        }
      });

      it("counts connected accounts", async () => {
        const wanted = subjects.rich;
        await reach(wanted);
        harness.setAccounts(wanted.key, 3);
        const other = harness.another();
        const { countsAccounts } = other.capabilities;
        const { count, listed } =
          (await other.readAccounts([wanted.key], { listUpTo: 3 }, signal)).get(
            wanted.key,
          ) ?? {};
        expect(count).toBe(countsAccounts ? 3 : "unknown");
        if (countsAccounts && typeof listed === "object")
          expect(new Set(listed.map(({ idHash }) => idHash)).size).toBe(3);
        else expect(listed).toBe("unknown");
      });

      it("tells the accounts of each of many connections, however few or many they have", async () => {
        const numbers = [0, 1, 4, 0, 120, 2, ...Array<number>(19).fill(1)];
        const counts = new Map(
          numbers.map((count, i) => [`many-${String(i)}`, count]),
        );
        for (const [key, count] of counts) {
          await reach({ ...subjects.plain, key });
          harness.setAccounts(key, count);
        }
        const other = harness.another();
        const { countsAccounts } = other.capabilities;
        const read = await other.readAccounts(
          [...counts.keys(), "many-0", "nobody"],
          { listUpTo: 100 },
          signal,
        );
        const told = (of: (count: number) => unknown): unknown =>
          Object.fromEntries(
            [...counts, ["nobody", 0] as const].map(([key, count]) => [
              key,
              countsAccounts ? of(count) : "unknown",
            ]),
          );
        expect(
          Object.fromEntries([...read].map(([key, { count }]) => [key, count])),
        ).toEqual(told((count) => count));
        expect(
          Object.fromEntries(
            [...read].map(([key, { listed }]) => [
              key,
              listed === "unknown" ? listed : listed.length,
            ]),
          ),
        ).toEqual(told((count) => (count > 100 ? "unknown" : count)));
      });
    });

    const { custom } = subjects;
    describe.runIf(custom !== null)("custom providers", () => {
      if (custom === null) return;

      it("changes a custom provider and keeps what is not declared", async () => {
        const remoteId = await reach(custom);
        const changed = withFields(custom, {
          "/custom_provider/proxy_url": "https://api.example/v2",
        });
        await harness.driver.execute(
          stepOf("update_provider", changed, remoteId),
          signal,
        );
        expectDeclared(await read(custom.key), changed);
      });

      it("makes one provider for two connections that declare it", async () => {
        const twins = [custom, { ...custom, key: "acme-two" }];
        await Promise.all(twins.map((each) => reach(each)));
        for (const each of twins) expectDeclared(await read(each.key), each);
      });

      it("refuses to make one that is there with other settings", async () => {
        await reach(custom);
        const other = withFields(custom, {
          "/custom_provider/proxy_url": "https://elsewhere.example",
        });
        await expect(
          harness.driver.execute(
            stepOf("create_provider", { ...other, key: "acme-two" }, null),
            signal,
          ),
        ).rejects.toBeInstanceOf(ConflictError);
      });

      it("keeps a provider that others use and deletes it with the last", async () => {
        const twin = { ...custom, key: "acme-two" };
        const [one, two] = [await reach(custom), await reach(twin)];
        for (const [each, remoteId] of [
          [custom, one],
          [twin, two],
        ] as const) {
          await harness.driver.execute(
            stepOf("delete", each, remoteId),
            signal,
          );
          await harness.driver.execute(
            { ...stepOf("delete_provider", each, null), fields: {} },
            signal,
          );
          if (each === custom) expectDeclared(await read(twin.key), twin);
        }
        await expect(
          harness.driver.execute(stepOf("create", custom, null), signal),
        ).rejects.toMatchObject({ code: "DRV024" });
      });
    });

    describe("lost answers", () => {
      it.each(["before", "after"] as const)(
        "never makes a second connection when a create is lost %s its effect",
        async (when) => {
          const wanted = subjects.plain;
          harness.loseNextCreate(when);
          const attempt = harness.driver.execute(
            stepOf("create", wanted, null),
            signal,
          );
          if (traits.settlesLostCreate) {
            const { remoteId } = await attempt;
            expect((await read(wanted.key)).remoteId).toBe(remoteId);
          } else {
            await expect(attempt).rejects.toMatchObject({
              mayHaveCommitted: true,
            });
          }
          expect(await keysOf(harness.another(), signal)).toEqual(
            traits.settlesLostCreate || when === "after" ? [wanted.key] : [],
          );
        },
      );
    });

    it("shows no secret in anything it gives or writes", async () => {
      const given: unknown[] = [];
      for (const wanted of subjects.cases) {
        const remoteId = await reach(wanted);
        if (hasSettings(wanted))
          given.push(
            await harness.driver.execute(
              stepOf("configure", wanted, remoteId),
              signal,
            ),
          );
        given.push(await read(wanted.key));
      }
      const text = JSON.stringify(given) + harness.written();
      expect(text).not.toContain(CANARY);
      // The last four characters, which some masks show.
      expect(text).not.toContain(CANARY.slice(-4));
    });

    it("gives equal digests for equal requests, whatever the secrets are", async () => {
      const wanted = subjects.rich;
      const remoteId = await reach(wanted);
      const configure = async (secret: string): Promise<StepResult> =>
        harness.driver.execute(
          stepOf("configure", wanted, remoteId, secret),
          signal,
        );
      const [one, two] = [await configure("one"), await configure("two")];
      expect(one.requestDigest).toMatch(/^sha256:[0-9a-f]{64}$/u);
      expect(two.requestDigest).toBe(one.requestDigest);
    });
  });
}
