import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { anApi, runIn } from "../support/api.ts";
import { aWorkspace, connectionText, environmentText } from "../support/cli.ts";
import { aRepository } from "../support/repository.ts";

const STATE = ".tieline/state/dev";
const DEV = environmentText();

/** What a command printed in JSON mode. */
function parsed(result: { readonly stdout: string }): Record<string, unknown> {
  return JSON.parse(result.stdout) as Record<string, unknown>;
}

describe("the ledger commands", () => {
  it("list, show and verify runs, and notice any altered receipt or plan", async () => {
    const server = await anApi();
    const root = await aWorkspace({
      "environments/dev/environment.yaml": DEV,
      "connections/mail.yaml": connectionText("mail", ["read"]),
    });
    expect(
      (await runIn(root, null, ["ledger", "log", "dev"])).stdout,
    ).toContain("Nothing was applied yet");
    await runIn(root, server, ["apply", "dev", "--yes"]);
    await writeFile(
      join(root, "connections/mail.yaml"),
      connectionText("mail", ["read", "send"]),
    );
    await runIn(root, server, ["apply", "dev", "--yes"]);

    const log = parsed(
      await runIn(root, null, ["ledger", "log", "dev", "--json"]),
    );
    const receipts = log["receipts"] as { digest: string; actor: string }[];
    expect(receipts).toHaveLength(2);
    const digest = receipts[0]?.digest.slice(7, 19) ?? "";
    const shown = await runIn(root, null, ["ledger", "show", "dev", digest]);
    expect(shown.status, shown.stderr).toBe(0);
    expect(shown.stdout).toContain("applied update mail");
    const unknown = await runIn(root, null, ["ledger", "show", "dev", "ffff"]);
    expect([unknown.status, unknown.stderr]).toEqual([
      64,
      expect.stringContaining("CLI020"),
    ]);

    const sound = await runIn(root, null, ["ledger", "verify", "dev"]);
    expect(sound.status, sound.stdout).toBe(0);
    const path = join(root, STATE, "ledger.jsonl");
    const whole = await readFile(path, "utf8");
    for (const [what, altered] of [
      ["an outcome", whole.replace('"step":"create"', '"step":"enable"')],
      ["a removed receipt", whole.slice(whole.indexOf("\n") + 1)],
      [
        "receipts in another order",
        whole.split("\n").slice(0, 2).reverse().join("\n") + "\n",
      ],
    ] as const) {
      await writeFile(path, altered);
      const found = await runIn(root, null, ["ledger", "verify", "dev"]);
      expect([what, found.status]).toEqual([what, 3]);
      expect(found.stdout).toContain("STA014");
    }
    await writeFile(path, whole);
  });

  it("tell for each field which run set it, with plan and commit", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const root = await repository.clone();
    const first = await repository.commit(root, {
      "environments/dev/environment.yaml": DEV,
      "connections/mail.yaml": connectionText("mail", ["read"]),
    });
    await runIn(root, server, ["apply", "dev", "--yes"]);
    const second = await repository.commit(root, {
      "connections/mail.yaml": connectionText("mail", ["read", "send"]),
    });
    await runIn(root, server, ["apply", "dev", "--yes"]);
    const report = parsed(
      await runIn(root, null, ["ledger", "blame", "dev", "mail", "--json"]),
    );
    const fields = report["fields"] as Record<string, unknown>[];
    const scopes = fields.find(({ path }) => path === "/scopes");
    const client = fields.find(({ path }) => path === "/credentials/client_id");
    expect(scopes).toMatchObject({
      value: ["read", "send"],
      commit: second,
      action: "update",
    });
    expect(client).toMatchObject({ commit: first, action: "create" });
    const one = await runIn(root, null, [
      "ledger",
      "blame",
      "dev",
      "mail",
      "scopes",
    ]);
    expect(one.stdout).toContain(second.slice(0, 12));
    expect(one.stdout).not.toContain("client_id");
  });
});

describe("the state commands", () => {
  it("move a state from files to a ref and back, and never overwrite what is newer", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const root = await repository.clone();
    await repository.commit(root, {
      "environments/dev/environment.yaml": DEV,
      "connections/mail.yaml": connectionText("mail", ["read"]),
    });
    await runIn(root, server, ["apply", "dev", "--yes"]);
    const kept = await runIn(root, null, ["state", "pull", "dev", "old.json"]);
    expect(kept.status, kept.stderr).toBe(0);

    const onGit = environmentText("embedded:", ["state: {backend: git}"]);
    await writeFile(join(root, "environments/dev/environment.yaml"), onGit);
    const push = await runIn(root, null, ["state", "push", "dev", "file"]);
    expect(push.status, push.stderr).toBe(0);
    const again = await runIn(root, null, ["state", "push", "dev", "file"]);
    expect(again.stdout).toContain("the same already");
    const plan = await runIn(root, server, ["plan", "dev", "--json"]);
    // Where the state is kept is said by a document, so it is told; nothing else differs.
    expect(parsed(plan)).toMatchObject({
      changes: [],
      rules: [{ rule: "state.backend", before: "file", after: "git" }],
    });
    expect(
      (await runIn(root, null, ["ledger", "verify", "dev"])).stdout,
    ).toContain("1 compared with the plan");

    await writeFile(
      join(root, "connections/mail.yaml"),
      connectionText("mail", ["send"]),
    );
    await runIn(root, server, ["apply", "dev", "--yes"]);
    for (const where of ["file", "old.json"]) {
      const stale = await runIn(root, null, ["state", "push", "dev", where]);
      expect([where, stale.status]).toEqual([where, 5]);
      expect(stale.stderr).toContain("STA015");
    }
    const back = await runIn(root, null, ["state", "pull", "dev", "file"]);
    expect(back.status, back.stderr).toBe(0);
    await writeFile(join(root, "environments/dev/environment.yaml"), DEV);
    const shown = parsed(
      await runIn(root, null, ["state", "show", "dev", "--json"]),
    );
    expect(shown).toMatchObject({ receipts: 2, inventory: { serial: 4 } });
    const text = await readFile(join(root, "old.json"), "utf8");
    await writeFile(join(root, "old.json"), text.replace("mail", "mall"));
    const altered = await runIn(root, null, [
      "state",
      "push",
      "dev",
      "old.json",
    ]);
    expect([altered.status, altered.stderr]).toEqual([
      3,
      expect.stringContaining("STA001"),
    ]);
  });

  it("rebuild a lost inventory without one write, and leave out what differs", async () => {
    const server = await anApi();
    const root = await aWorkspace({
      "environments/dev/environment.yaml": DEV,
      "connections/mail.yaml": connectionText("mail", ["read"]),
      "connections/chat.yaml": connectionText("chat", ["post"]),
    });
    await runIn(root, server, ["apply", "dev", "--yes"]);
    const refused = await runIn(root, server, [
      "state",
      "rebuild",
      "dev",
      "--yes",
    ]);
    expect([refused.status, refused.stderr]).toEqual([
      5,
      expect.stringContaining("STA015"),
    ]);
    await rm(join(root, ".tieline/state"), { recursive: true });
    await writeFile(
      join(root, "connections/chat.yaml"),
      connectionText("chat", ["post", "read"]),
    );
    const writes = server.requests().filter((r) => r.isWrite).length;
    const unasked = await runIn(root, server, ["state", "rebuild", "dev"]);
    expect([unasked.status, unasked.stderr]).toEqual([
      64,
      expect.stringContaining("CLI005"),
    ]);
    const rebuilt = await runIn(root, server, [
      "state",
      "rebuild",
      "dev",
      "--yes",
      "--json",
    ]);
    expect(rebuilt.status, rebuilt.stderr).toBe(0);
    expect(parsed(rebuilt)).toMatchObject({
      is_stored: true,
      taken: ["mail"],
      left: [{ key: "chat", why: "live differs from the documents" }],
    });
    expect(server.requests().filter((r) => r.isWrite)).toHaveLength(writes);
    const plan = await runIn(root, server, ["plan", "dev", "--json"]);
    expect(parsed(plan)).toMatchObject({ summary: { adopt: 1, create: 0 } });
  });

  it("name an altered inventory as such, and plan and apply nothing from it", async () => {
    const server = await anApi();
    const root = await aWorkspace({
      "environments/dev/environment.yaml": DEV,
      "connections/mail.yaml": connectionText("mail", ["read"]),
    });
    await runIn(root, server, ["apply", "dev", "--yes"]);
    const path = join(root, STATE, "inventory.json");
    const text = await readFile(path, "utf8");
    await writeFile(
      path,
      text.replace('"isProtected": false', '"isProtected": true '),
    );
    const writes = server.requests().filter((r) => r.isWrite).length;
    for (const command of [
      ["plan", "dev"],
      ["apply", "dev", "--yes"],
    ]) {
      const result = await runIn(root, server, command);
      expect([result.status, result.stderr]).toEqual([
        3,
        expect.stringContaining("STA001"),
      ]);
    }
    expect(server.requests().filter((r) => r.isWrite)).toHaveLength(writes);
    await appendFile(path, " ");
  });
});

describe("plan --ref", () => {
  it("plans from another commit and leaves the working tree alone", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const root = await repository.clone();
    const first = await repository.commit(root, {
      "environments/dev/environment.yaml": DEV,
      "connections/mail.yaml": connectionText("mail", ["read"]),
    });
    await repository.commit(root, {
      "connections/mail.yaml": connectionText("mail", ["send"]),
      "connections/chat.yaml": connectionText("chat", ["post"]),
    });
    await writeFile(join(root, "connections/broken.yaml"), "{");
    const plan = await runIn(root, server, [
      "plan",
      "dev",
      "--ref",
      first.slice(0, 10),
      "--json",
    ]);
    expect(plan.status, plan.stderr).toBe(0);
    expect(parsed(plan)).toMatchObject({
      source: { commit: first, dirty: false },
      changes: [{ key: "mail", desired: { fields: { "/scopes": ["read"] } } }],
    });
    for (const ref of ["nowhere", "--all", "HEAD:connections"]) {
      const result = await runIn(root, server, ["plan", "dev", `--ref=${ref}`]);
      expect([ref, result.status, result.stderr]).toEqual([
        ref,
        64,
        expect.stringContaining("CLI023"),
      ]);
    }
  });
});

describe("rollback", () => {
  it("shows the plan and what cannot be undone, writes only files, and only when all is committed", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const root = await repository.clone();
    const first = await repository.commit(root, {
      "environments/dev/environment.yaml": DEV,
      "connections/mail.yaml": connectionText("mail", ["read"]),
      "connections/gone.yaml": connectionText("gone", ["x"]),
    });
    await runIn(root, server, ["apply", "dev", "--yes"]);
    await rm(join(root, "connections/gone.yaml"));
    await repository.commit(root, {
      "connections/mail.yaml": connectionText("mail", ["send"]),
      "connections/chat.yaml": connectionText("chat", ["post"]),
    });
    await runIn(root, server, ["apply", "dev", "--yes"]);
    const log = parsed(
      await runIn(root, null, ["ledger", "log", "dev", "--json"]),
    );
    const [, target] = log["receipts"] as { digest: string; commit: string }[];
    expect(target?.commit).toBe(first);
    const to = ["--to", target?.digest.slice(7, 15) ?? ""];
    const writes = server.requests().filter((r) => r.isWrite).length;

    const shown = await runIn(root, server, ["rollback", "dev", ...to]);
    expect(shown.status, shown.stderr).toBe(0);
    expect(shown.stdout).toContain('"gone" was deleted since');
    expect(shown.stdout).toContain('"chat" did not exist then');
    expect(repository.git(root, "status", "--porcelain")).toBe("");

    await writeFile(join(root, "connections/wip.yaml"), "x: 1\n");
    const dirty = await runIn(root, server, [
      "rollback",
      "dev",
      ...to,
      "--write",
    ]);
    expect([dirty.status, dirty.stderr]).toEqual([
      64,
      expect.stringContaining("CLI022"),
    ]);
    await rm(join(root, "connections/wip.yaml"));

    const written = await runIn(root, server, [
      "rollback",
      "dev",
      ...to,
      "--write",
      "--json",
    ]);
    expect(written.status, written.stderr).toBe(0);
    expect(parsed(written)).toMatchObject({
      is_written: true,
      commit: first,
      files: [
        { path: "connections/chat.yaml", kind: "remove" },
        { path: "connections/gone.yaml", kind: "add" },
        { path: "connections/mail.yaml", kind: "change" },
      ],
    });
    expect(server.requests().filter((r) => r.isWrite)).toHaveLength(writes);
    await repository.commit(root, {});
    expect(repository.git(root, "diff", "--stat", first)).toBe("");
    const applied = await runIn(root, server, ["apply", "dev", "--yes"]);
    expect(applied.status, applied.stderr).toBe(0);
  });
});
