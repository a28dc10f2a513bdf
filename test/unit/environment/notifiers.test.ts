import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { UserError } from "../../../src/domain/problem/error.ts";
import { createScrubber } from "../../../src/domain/secret/scrubber.ts";
import type { Notifier } from "../../../src/ports/notifier.ts";
import { openNotifiers } from "../../../src/environment/notifiers.ts";
import { createFakeClock } from "../../support/clock.ts";
import { aNotice } from "../../support/notices.ts";

const SLACK = "https://hooks.example/services/made-up/word-of-the-channel";
const SECRET = `whsec_${Buffer.from("a made-up secret of 32 bytes xxx").toString("base64")}`;
const WEBHOOK = {
  TIELINE_NOTIFY_WEBHOOK_URL: "https://receiver.example/made-up-path",
  TIELINE_NOTIFY_WEBHOOK_SECRET: SECRET,
};
const GITHUB = {
  TIELINE_NOTIFY_STATUS: "github",
  GITHUB_TOKEN: "made-up-token-of-the-process",
  GITHUB_REPOSITORY: "acme/connections",
};

const scrubber = createScrubber();
const open = (
  env: Readonly<Record<string, string>>,
): Promise<readonly Notifier[]> =>
  openNotifiers(env, scrubber, createFakeClock());

function aFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "tieline-notify-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "value");
  writeFileSync(file, text);
  return file;
}

describe("receivers of notices", () => {
  it("are those that variables name, and none without them", async () => {
    expect(await open({})).toEqual([]);
    const all = await open({
      TIELINE_NOTIFY_SLACK_URL: SLACK,
      ...WEBHOOK,
      ...GITHUB,
    });
    expect(all.map(({ name }) => name)).toEqual([
      "slack",
      "webhook",
      "github-status",
    ]);
    const gitlab = await open({
      TIELINE_NOTIFY_STATUS: "gitlab",
      GITLAB_TOKEN: "made-up-token",
      CI_PROJECT_ID: "12",
    });
    expect(gitlab.map(({ name }) => name)).toEqual(["gitlab-status"]);
  });

  it("come from files as well", async () => {
    const all = await open({
      TIELINE_NOTIFY_SLACK_URL_FILE: aFile(`${SLACK}\n`),
      TIELINE_NOTIFY_WEBHOOK_URL_FILE: aFile("http://127.0.0.1:1/x"),
      TIELINE_NOTIFY_WEBHOOK_SECRET_FILE: aFile(`${SECRET} ${SECRET}`),
    });
    expect(all.map(({ name }) => name)).toEqual(["slack", "webhook"]);
  });

  it("are none in the job of a fork", async () => {
    const env = {
      TIELINE_NOTIFY_SLACK_URL: SLACK,
      GITLAB_CI: "true",
      CI_MERGE_REQUEST_IID: "7",
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "2",
      CI_MERGE_REQUEST_PROJECT_ID: "1",
    };
    expect(await open(env)).toEqual([]);
  });

  it("take the kinds that were chosen, and no other", async () => {
    const [slack] = await open({
      TIELINE_NOTIFY_SLACK_URL: SLACK,
      TIELINE_NOTIFY_KINDS: "failed, recovered",
    });
    expect(slack?.takes(aNotice({ kind: "failed" }))).toBe(true);
    expect(slack?.takes(aNotice({ kind: "recovered" }))).toBe(true);
    expect(slack?.takes(aNotice({ kind: "healed" }))).toBe(false);
  });

  it.each<Readonly<Record<string, string>>>([
    {
      TIELINE_NOTIFY_SLACK_URL: "http://hooks.example/services/a-made-up-word",
    },
    { TIELINE_NOTIFY_SLACK_URL: "https://me:a-made-up-word@hooks.example/" },
    { TIELINE_NOTIFY_SLACK_URL: "a-made-up-word" },
    { TIELINE_NOTIFY_SLACK_URL: `${SLACK}\n` },
    { TIELINE_NOTIFY_SLACK_URL: SLACK, TIELINE_NOTIFY_SLACK_URL_FILE: "/x" },
    { TIELINE_NOTIFY_SLACK_URL_FILE: "relative/a-made-up-word" },
    { TIELINE_NOTIFY_SLACK_URL_FILE: "/nowhere/a-made-up-word" },
    { TIELINE_NOTIFY_WEBHOOK_URL: "https://hooks.example/a-made-up-word" },
    { ...WEBHOOK, TIELINE_NOTIFY_WEBHOOK_SECRET: "a-made-up-word" },
    { ...WEBHOOK, TIELINE_NOTIFY_WEBHOOK_SECRET: `${SECRET} a-made-up-word` },
    { TIELINE_NOTIFY_WEBHOOK_SECRET: SECRET },
    { TIELINE_NOTIFY_KINDS: "a-made-up-word" },
    { TIELINE_NOTIFY_STATUS: "a-made-up-word" },
    { ...GITHUB, GITHUB_TOKEN: "" },
    { ...GITHUB, GITHUB_REPOSITORY: "" },
    { ...GITHUB, GITHUB_REPOSITORY: "../a-made-up-word" },
    { ...GITHUB, GITHUB_API_URL: "http://a-made-up-word.example" },
  ])("are refused before anything starts: %j", async (env) => {
    const error: unknown = await open(env).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(UserError);
    const { message, why, fix } = error as UserError;
    const shown = [message, why, fix].join("\n");
    expect(shown).not.toContain("a-made-up-word");
    expect(shown).not.toContain(SECRET);
  });

  it("are told nothing that the scrubber knows, and shown nowhere", async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.setEncoding("utf8");
      request.on("data", (text: string) => bodies.push(text));
      request.on("end", () => response.end("ok"));
    });
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    // A server that listens on a host and port has an address of this kind.
    const { port } = server.address() as AddressInfo;
    const own = createScrubber();
    own.register("made-up-client-secret", "a secret");
    const address = `http://127.0.0.1:${String(port)}/services/word-of-the-channel`;
    const [slack] = await openNotifiers(
      { TIELINE_NOTIFY_SLACK_URL: address },
      own,
      createFakeClock(),
    );
    onTestFinished(async () => slack?.close());
    expect(own.scrub(`see ${address}`)).not.toContain("word-of-the-channel");
    const notice = aNotice({ lines: ["it is made-up-client-secret"] });
    await slack?.send(notice, new AbortController().signal);
    expect(bodies.join("")).toContain("it is");
    expect(bodies.join("")).not.toContain("made-up-client-secret");
  });
});
