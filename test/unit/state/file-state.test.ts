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
import type { Processes, ProcessMark } from "../../../src/ports/processes.ts";
import type {
  LeaseHolder,
  StateStore,
} from "../../../src/ports/state-store.ts";
import { decodeInventory, encodeInventory } from "../../../src/state/codec.ts";
import { createFileState } from "../../../src/state/file/index.ts";
import { LEASE_TTL_MS } from "../../../src/state/file/lease.ts";
import {
  aReceipt,
  aStoredPlan,
  anInventory,
} from "../../contract/state-contract.ts";
import { createFakeClock } from "../../support/clock.ts";

const HOLDER: LeaseHolder = {
  actor: "alex",
  host: "here",
  pid: 4711,
  runId: "run-1",
};

const MARK: ProcessMark = {
  boot: "boot",
  pidNamespace: "pid:[1]",
  started: "12345",
};

let folder = "";
const clock = createFakeClock();
const open = (isGone: Processes["isGone"] = () => false) =>
  createFileState({
    folder,
    place: "state/dev",
    clock,
    processes: { self: null, isGone },
  });

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "tieline-state-")), "dev");
});
afterEach(async () => {
  await rm(join(folder, ".."), { recursive: true, force: true });
});

function expectSameOrRefused(bytes: Uint8Array): void {
  let read;
  try {
    read = decodeInventory(Buffer.from(bytes).toString("utf8"), "here");
  } catch (error) {
    expect(error).toMatchObject({ code: "STA001" });
    return;
  }
  expect(read).toEqual(anInventory(1));
}

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
    // The second is the turn of the next writer.
    expect(await readdir(folder)).toEqual(["inventory.json", "writer.1"]);
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

  it("still takes an inventory from before there was a digest", async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, "inventory.json"),
      JSON.stringify(anInventory(3)),
    );
    expect(await open().readInventory()).toEqual(anInventory(3));
    await open().writeInventory(anInventory(4));
    expect(
      JSON.parse(await readFile(join(folder, "inventory.json"), "utf8")),
    ).toMatchObject({ formatVersion: "1.1", serial: 4 });
  });

  it("with any byte altered is an error, or means exactly the same", () => {
    const whole = Buffer.from(encodeInventory(anInventory(1)));
    for (let at = 0; at < whole.length; at += 1)
      for (const flip of [0x01, 0x02, 0x10, 0x20, 0x80, 0xff]) {
        const altered = Buffer.from(whole);
        altered[at] = (whole[at] ?? 0) ^ flip;
        expectSameOrRefused(altered);
      }
  });

  it("cut short anywhere is an error, or means exactly the same", () => {
    const whole = Buffer.from(encodeInventory(anInventory(1)));
    for (let length = 0; length < whole.length; length += 1)
      expectSameOrRefused(whole.subarray(0, length));
  });

  it("refuses a stored plan that was altered", async () => {
    const plan = aStoredPlan();
    await open().storePlan(plan);
    const [name = ""] = await readdir(join(folder, "plans"));
    const path = join(folder, "plans", name);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("memory", "memorx"));
    await expect(open().readPlan(plan.digest)).rejects.toMatchObject({
      code: "STA001",
    });
  });

  it.each<readonly [string, (state: StateStore) => Promise<unknown>, string]>([
    [
      "inventory.json",
      (state) => state.readInventory(),
      encodeInventory(anInventory(1)),
    ],
    [
      "ledger.jsonl",
      (state) => state.readLedger(),
      `${JSON.stringify(aReceipt("sha256:a", null))}\n`,
    ],
    [
      "journal.jsonl",
      (state) => state.readJournal(),
      '{"kind":"step","key":"a","action":"create","step":"create","at":"t"}\n',
    ],
    [
      `plans/${aStoredPlan().digest.slice(7)}.json`,
      (state) => state.readPlan(aStoredPlan().digest),
      `${JSON.stringify(aStoredPlan())}\n`,
    ],
  ])(
    "refuses %s when it names any member twice, even with the same value",
    async (file, read, text) => {
      await mkdir(join(folder, "plans"), { recursive: true });
      const path = join(folder, file);
      await writeFile(path, text);
      await read(open());
      // Every member of every object in turn.
      for (const { index, 0: member } of text.matchAll(
        /"\w+": ?(?:"[^"]*"|\d+|null)/gu,
      )) {
        await writeFile(
          path,
          `${text.slice(0, index)}${member},${text.slice(index)}`,
        );
        await expect(read(open()), member).rejects.toMatchObject({
          code: "STA001",
        });
      }
    },
  );

  it.each([
    ["inventory.json", "an entry that is there twice"],
    ["ledger.jsonl", "a receipt without outcomes that are outcomes"],
    ["journal.jsonl", "a step without its key"],
  ])("refuses %s with %s", async (file) => {
    const [entry] = anInventory(1).entries;
    const texts: Record<string, string> = {
      "inventory.json": JSON.stringify({
        ...anInventory(1),
        entries: [entry, entry],
      }),
      "ledger.jsonl": `${JSON.stringify({ ...aReceipt("sha256:a", null), outcomes: [null] })}\n`,
      "journal.jsonl": '{"kind":"step","at":"t"}\n',
    };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, file), texts[file] ?? "");
    const state = open();
    const reads: Record<string, () => Promise<unknown>> = {
      "inventory.json": () => state.readInventory(),
      "ledger.jsonl": () => state.readLedger(),
      "journal.jsonl": () => state.readJournal(),
    };
    await expect(reads[file]?.()).rejects.toMatchObject({ code: "STA001" });
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

  it("passes on at once when its process is known to be gone", async () => {
    await open().acquireLease({ ...HOLDER, mark: MARK });
    const next = await open(
      (pid, mark) => pid === HOLDER.pid && mark?.started === MARK.started,
    ).acquireLease({ ...HOLDER, pid: 1 });
    await next.renew();
  });

  it("goes to one of two that find the same dead holder, however they meet", async () => {
    for (let round = 0; round < 20; round += 1) {
      await open().acquireLease({ ...HOLDER, pid: 1000 + round });
      clock.advance(LEASE_TTL_MS);
      const taken = await Promise.allSettled(
        Array.from({ length: 6 }, (_, i) =>
          open().acquireLease({ ...HOLDER, runId: String(i) }),
        ),
      );
      expect(taken.filter((t) => t.status === "fulfilled")).toHaveLength(1);
      clock.advance(LEASE_TTL_MS);
    }
  });

  it("reads no line that a process wrote late, after another run had begun or ended", async () => {
    const late = await open().acquireLease(HOLDER);
    await late.release();
    const lease = await open().acquireLease({ ...HOLDER, runId: "run-2" });
    const begin = {
      kind: "begin",
      runId: "run-2",
      planDigest: "d",
      commit: null,
      actor: "alex",
      at: "t",
    } as const;
    const step = {
      kind: "step",
      key: "mail",
      action: "create",
      step: "create",
      at: "t",
    } as const;
    const writeLate = (): Promise<void> =>
      appendFile(
        join(folder, "journal.jsonl"),
        `${JSON.stringify({ ...step, fence: late.fence })}\n`,
      );
    await open().appendJournal(begin, lease);
    await writeLate();
    await open().appendJournal(step, lease);
    expect(await open().readJournal()).toEqual([begin, step]);
    await open().clearJournal(lease);
    await writeLate();
    expect(await open().readJournal()).toEqual([]);
  });

  it("takes over a damaged lease file", async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "lease.7"), "{");
    await (await open().acquireLease(HOLDER)).release();
  });
});
