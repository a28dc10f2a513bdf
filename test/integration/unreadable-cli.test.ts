import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { connectionText, writeFiles } from "../support/cli.ts";
import { aDamagingProxy } from "../support/damaging-proxy.ts";
import {
  aPlace,
  CREDENTIALS,
  runTidily,
  startApi,
} from "../support/hostile.ts";

/**
 * A folder with two connections that were applied, through a proxy that spoils one of them from now
 * on.
 */
async function aSpoiltPlace(): Promise<{
  readonly run: (...args: readonly string[]) => ReturnType<typeof runTidily>;
  readonly proxy: ReturnType<typeof aDamagingProxy>;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
}> {
  const outer = await mkdtemp(join(tmpdir(), "tieline-unreadable-"));
  onTestFinished(() => rm(outer, { recursive: true, force: true }));
  const api = await startApi();
  onTestFinished(() => api.close());
  const proxy = aDamagingProxy();
  const origin = await proxy.start(api.origin);
  const { root } = await aPlace(outer);
  const write = (files: Readonly<Record<string, string>>): Promise<void> =>
    writeFiles(root, files);
  await write({
    "environments/dev/environment.yaml": `environment: dev\ntarget: "embedded:"\n`,
    "connections/bad.yaml": connectionText("bad", ["a"]),
    "connections/good.yaml": connectionText("good", ["a"]),
  });
  const run = (...args: readonly string[]): ReturnType<typeof runTidily> =>
    runTidily([...args, "--target", origin], { cwd: root, env: CREDENTIALS });
  const first = await run("apply", "dev", "--yes");
  expect(first.status, first.stderr).toBe(0);
  proxy.set({
    target: "bad",
    where: "list",
    damage: (object) => `{"note":"\\ud800",${JSON.stringify(object).slice(1)}`,
  });
  return { run, proxy, write };
}

const json = (text: string): unknown => JSON.parse(text);

describe("a connection with half a character in its answer", () => {
  it("is named by every command, and the others go on", async () => {
    const { run, proxy, write } = await aSpoiltPlace();
    const quiet = await run("plan", "dev");
    expect(quiet.status).toBe(1);
    expect(quiet.stdout).toContain("No changes in what can be read of dev.");
    await write({
      "connections/bad.yaml": connectionText("bad", ["b"]),
      "connections/good.yaml": connectionText("good", ["b"]),
    });

    const plan = await run("plan", "dev", "--json");
    expect(plan.status).toBe(1);
    expect(json(plan.stdout)).toMatchObject({
      changes: [{ key: "good", action: "update" }],
      findings: [{ code: "DRV062", level: "warn", key: "bad" }],
    });

    const drift = await run("drift", "dev", "--json");
    expect(drift.status).toBe(1);
    expect(json(drift.stdout)).toMatchObject({
      drifted: [],
      missing: [],
      unreadable: [{ key: "bad" }],
    });
    expect((await run("drift", "dev")).stdout).toMatch(
      /No drift in what can be read[\s\S]*\? bad\n {4}cannot be read/u,
    );

    expect((await run("status", "dev")).stdout).toMatch(/bad.*cannot be read/u);

    const apply = await run("apply", "dev", "--yes", "--json");
    expect(apply.status).toBe(4);
    expect(json(apply.stdout)).toMatchObject({
      outcomes: [{ key: "good", status: "applied" }],
      unreadable: ["bad"],
      exit_code: 4,
    });
    const again = await run("apply", "dev", "--yes");
    expect(again.status).toBe(4);
    expect(again.stdout).toMatch(
      /^Nothing to apply to what can be read of dev\.\nLeft alone.*: bad\.$/mu,
    );

    const imported = await run("import", "dev", "--dry-run");
    expect(imported.stdout + imported.stderr).toMatch(
      /bad[\s\S]*cannot be read/u,
    );

    proxy.set(undefined);
    expect((await run("apply", "dev", "--yes")).status).toBe(0);
    expect((await run("plan", "dev", "--detailed-exitcode")).status).toBe(0);
  });

  it("is not written to where it turns bad after the plan was made", async () => {
    const { run, proxy, write } = await aSpoiltPlace();
    proxy.set(undefined);
    await write({
      "connections/bad.yaml": connectionText("bad", ["b"]),
      "connections/good.yaml": connectionText("good", ["b"]),
    });
    const plan = await run("plan", "dev", "--out", "p.json");
    expect(plan.status, plan.stderr).toBe(0);
    proxy.set({
      target: "bad",
      where: "get",
      damage: (object) =>
        `{"note":"\\ud800",${JSON.stringify(object).slice(1)}`,
    });
    const apply = await run("apply", "p.json", "--yes", "--json");
    expect(apply.status).toBe(4);
    expect(json(apply.stdout)).toMatchObject({
      outcomes: expect.arrayContaining([
        expect.objectContaining({ key: "good", status: "applied" }),
        expect.objectContaining({ key: "bad", status: "failed" }),
      ]) as unknown,
    });
  });
});
