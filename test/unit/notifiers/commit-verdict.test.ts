import { describe, expect, it } from "vitest";
import { NOTICE_KINDS } from "../../../src/domain/reconcile/notice.ts";
import { openCommitStatus } from "../../../src/notifiers/commit-verdict.ts";
import type { CommitVerdict } from "../../../src/ports/forge.ts";
import type { Notifier } from "../../../src/ports/notifier.ts";
import { aNotice } from "../../support/notices.ts";

const { signal } = new AbortController();

function opened(): {
  readonly notifier: Notifier;
  readonly set: readonly CommitVerdict[];
} {
  const set: CommitVerdict[] = [];
  const notifier = openCommitStatus({
    name: "github-status",
    forge: {
      setVerdict(verdict) {
        set.push(verdict);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
  });
  return { notifier, set };
}

describe("a status at a commit", () => {
  it.each([
    ["drift-found", false],
    ["drift-ended", true],
    ["healed", true],
    ["rolled-out", true],
    ["approval-needed", false],
    ["fighting", false],
    ["failed", false],
    ["recovered", true],
  ] as const)("is set for %s: success %s", async (kind, isSuccess) => {
    const { notifier, set } = opened();
    expect(notifier.takes(aNotice({ kind }))).toBe(true);
    await notifier.send(aNotice({ kind }), signal);
    expect(set).toEqual([
      {
        commit: aNotice().commit,
        name: "tieline/reconcile/prod",
        isSuccess,
        description: "1 connection changed on the platform",
      },
    ]);
  });

  it("is not set without a commit, nor for what people decided", () => {
    const { notifier } = opened();
    for (const kind of NOTICE_KINDS)
      expect(notifier.takes(aNotice({ kind, commit: null }))).toBe(false);
    expect(notifier.takes(aNotice({ kind: "suspended" }))).toBe(false);
    expect(notifier.takes(aNotice({ kind: "resumed" }))).toBe(false);
  });

  it("is the newest of a commit and environment, in whatever order notices come", async () => {
    const { notifier, set } = opened();
    const late = aNotice({ kind: "failed", at: "2026-01-01T12:00:00.000Z" });
    const new_ = aNotice({ kind: "recovered", at: "2026-01-01T12:05:00.000Z" });
    await notifier.send(new_, signal);
    await notifier.send(late, signal);
    await notifier.send({ ...late, environment: "dev" }, signal);
    await notifier.send({ ...late, commit: "f".repeat(40) }, signal);
    expect(set.map(({ name, isSuccess }) => [name, isSuccess])).toEqual([
      ["tieline/reconcile/prod", true],
      ["tieline/reconcile/dev", false],
      ["tieline/reconcile/prod", false],
    ]);
  });

  it("has one name for each environment", async () => {
    const { notifier, set } = opened();
    for (const environment of ["dev", "prod", "eu-prod"])
      await notifier.send(aNotice({ environment }), signal);
    expect(new Set(set.map(({ name }) => name)).size).toBe(3);
  });
});
