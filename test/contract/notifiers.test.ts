import { openGithub } from "../../src/forges/github.ts";
import { openGitlab } from "../../src/forges/gitlab.ts";
import { webhookKey } from "../../src/domain/webhook-signature.ts";
import { openCommitStatus } from "../../src/notifiers/commit-verdict.ts";
import { openSlack } from "../../src/notifiers/slack.ts";
import { openWebhook } from "../../src/notifiers/webhook.ts";
import { systemClock } from "../../src/environment/system-clock.ts";
import { describeNotifier } from "./notifier-contract.ts";

const OK = { status: 200, type: "text/html", body: "ok" };
const PATH = "/services/made-up/word-of-the-channel";
const SECRET = `whsec_${Buffer.from("a made-up secret of 32 bytes xxx").toString("base64")}`;

describeNotifier("Slack", {
  open: (origin, connect) =>
    openSlack({ name: "slack", address: new URL(`${origin}${PATH}`), connect }),
  secrets: [PATH, "word-of-the-channel"],
  yes: OK,
});

describeNotifier("a webhook", {
  open: (origin, connect) => {
    const key = webhookKey(SECRET);
    if (key === undefined) throw new Error("the secret of the test is none");
    return openWebhook({
      name: "webhook",
      address: new URL(`${origin}${PATH}?key=made-up-key`),
      connect,
      keys: [key],
      clock: systemClock,
    });
  },
  secrets: [PATH, "made-up-key", SECRET],
  yes: OK,
});

const TOKEN = "made-up-token-of-the-process";
const forgeOptions = { token: TOKEN, repository: "acme/app", pullRequest: 0 };

describeNotifier("statuses of commits on GitHub", {
  open: (origin, connect) =>
    openCommitStatus({
      name: "github-status",
      forge: openGithub({ ...forgeOptions, apiUrl: origin, connect }),
    }),
  secrets: [TOKEN],
  yes: { status: 201, type: "application/json", body: '{"id": 1}' },
});

describeNotifier("statuses of commits on GitLab", {
  open: (origin, connect) =>
    openCommitStatus({
      name: "gitlab-status",
      forge: openGitlab({
        ...forgeOptions,
        apiUrl: origin,
        connect,
        isJobToken: false,
      }),
    }),
  secrets: [TOKEN],
  yes: { status: 201, type: "application/json", body: '{"id": 1}' },
});
