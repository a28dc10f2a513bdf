import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LeaseHolder } from "../../../src/ports/state-store.ts";
import { createFileState } from "../../../src/state/file/index.ts";
import { LEASE_TTL_MS } from "../../../src/state/file/lease.ts";
import { aReceipt, anInventory } from "../../contract/state-contract.ts";
import { createFakeClock } from "../../support/clock.ts";

const HOLDER: LeaseHolder = {
  actor: "alex",
  host: "here",
  pid: 4711,
  runId: "run-1",
};

let folder = "";
const clock = createFakeClock();
const open = (isAlive: (pid: number) => boolean = () => true) =>
  createFileState({ folder, place: "state/dev", clock, isAlive });

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "tieline-state-")), "dev");
});
afterEach(async () => {
  await rm(join(folder, ".."), { recursive: true, force: true });
});

describe("file state", () => {
  it("creates nothing by reading", async () => {
    await open().readInventory();
    await open().readLedger();
    await open().readJournal();
    expect(await readdir(join(folder, ".."))).toEqual([]);
  });

  it("is readable by its owner only and leaves no temporary file", async () => {
    await open().writeInventory(anInventory(1));
    expect((await stat(join(folder, "inventory.json"))).mode & 0o777).toBe(
      0o600,
    );
    expect(await readdir(folder)).toEqual(["inventory.json"]);
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '{"formatVersion":"2.0"}',
    '{"formatVersion":"1.0","environment":"dev","apiHost":"x","serial":1,"entries":[{}]}',
  ])(
    "takes a damaged inventory for an error, never for an empty one: %s",
    async (text) => {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "inventory.json"), text);
      await expect(open().readInventory()).rejects.toMatchObject({
        code: "STA001",
      });
      await expect(open().writeInventory(anInventory(1))).rejects.toMatchObject(
        { code: "STA001" },
      );
    },
  );

  it("drops the line a crash tore off, and goes on after it", async () => {
    await open().appendReceipt(aReceipt("sha256:a", null));
    await appendFile(join(folder, "ledger.jsonl"), '{"kind":"rec');
    expect(await open().readLedger()).toHaveLength(1);
    await open().appendReceipt(aReceipt("sha256:b", "sha256:a"));
    expect((await open().readLedger()).map((r) => r.digest)).toEqual([
      "sha256:a",
      "sha256:b",
    ]);
    expect(
      (await readFile(join(folder, "ledger.jsonl"), "utf8")).endsWith("\n"),
    ).toBe(true);
  });

  it("refuses a whole line that is no receipt", async () => {
    await open().appendReceipt(aReceipt("sha256:a", null));
    await appendFile(join(folder, "ledger.jsonl"), "rubbish\n");
    await expect(open().readLedger()).rejects.toMatchObject({ code: "STA001" });
  });
});

describe("the lease of a file state", () => {
  it("names the holder and how long it lasts", async () => {
    await open().acquireLease(HOLDER);
    const refused = await open()
      .acquireLease(HOLDER)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "STA003" });
    expect((refused as Error).message).toContain("alex on here, process 4711");
  });

  it("passes on when it expired, and the old holder is told", async () => {
    const first = await open().acquireLease(HOLDER);
    clock.advance(LEASE_TTL_MS);
    const second = await open().acquireLease({ ...HOLDER, runId: "run-2" });
    await expect(first.renew()).rejects.toMatchObject({ code: "STA004" });
    await first.release();
    await second.renew();
    await second.release();
  });

  it("stays with a holder that renews it", async () => {
    const first = await open().acquireLease(HOLDER);
    clock.advance(LEASE_TTL_MS - 1);
    await first.renew();
    clock.advance(LEASE_TTL_MS - 1);
    await expect(open().acquireLease(HOLDER)).rejects.toMatchObject({
      code: "STA003",
    });
  });

  it("passes on at once when its process on this machine is gone", async () => {
    await open().acquireLease(HOLDER);
    const next = await open((pid) => pid !== HOLDER.pid).acquireLease({
      ...HOLDER,
      pid: 1,
    });
    await next.renew();
  });

  it("does not judge a process of another machine", async () => {
    await open().acquireLease({ ...HOLDER, host: "elsewhere" });
    await expect(open(() => false).acquireLease(HOLDER)).rejects.toMatchObject({
      code: "STA003",
    });
  });

  it("takes over a damaged lease file", async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "lease.json"), "{");
    await (await open().acquireLease(HOLDER)).release();
  });
});
