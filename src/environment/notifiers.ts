import type { ProcessEnv } from "../domain/environment-access.ts";
import type { Notice, NoticeKind } from "../domain/reconcile/notice.ts";
import { NOTICE_KINDS } from "../domain/reconcile/notice.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import { webhookKey, type WebhookKey } from "../domain/webhook-signature.ts";
import { openGithub } from "../forges/github.ts";
import { openGitlab } from "../forges/gitlab.ts";
import { openCommitStatus } from "../notifiers/commit-verdict.ts";
import { receiverAddress } from "../notifiers/receiver.ts";
import { openSlack } from "../notifiers/slack.ts";
import { openWebhook } from "../notifiers/webhook.ts";
import { isForkJob } from "../platform/jobs/fork-job.ts";
import type { Clock } from "../ports/clock.ts";
import type { Notifier } from "../ports/notifier.ts";
import { connectAside, type Connect } from "./connect-aside.ts";
import { forgeSettings } from "./forge-settings.ts";
import {
  readProcessSecret,
  unusable,
  type ProcessSecrets,
} from "./process-secret.ts";

const SLACK = "TIELINE_NOTIFY_SLACK_URL";
const WEBHOOK = "TIELINE_NOTIFY_WEBHOOK_URL";
const WEBHOOK_SECRET = "TIELINE_NOTIFY_WEBHOOK_SECRET";
const STATUS = "TIELINE_NOTIFY_STATUS";
const KINDS = "TIELINE_NOTIFY_KINDS";

/** @remarks Source: Slack, "Rate limits": one message a second to an incoming webhook. */
const LIMITS = { concurrency: 1, requestsPerSecond: 1, timeoutMs: 10_000 };

/**
 * Opens the places that notices are sent to, as the variables of the process name them: addresses
 * hold credentials, so that no document does. Sends nothing. In the job of a fork there are none.
 * @throws UserError CLI110 for a value that cannot be used.
 */
export async function openNotifiers(
  env: ProcessEnv,
  scrubber: Scrubber,
  clock: Clock,
): Promise<readonly Notifier[]> {
  if (isForkJob(env)) return [];
  const secrets = { env, scrubber };
  const kinds = kindsOf(env);
  const connect = connectAside(LIMITS, secrets, clock);
  // Everything is read before anything is opened: what is opened has to be closed.
  const slack = await addressIn(SLACK, secrets);
  const webhook = await addressIn(WEBHOOK, secrets);
  const keys = await keysFor(webhook, secrets);
  const notifiers: readonly Notifier[] = [
    ...(slack === undefined
      ? []
      : [openSlack({ name: "slack", address: slack, connect })]),
    ...(webhook === undefined
      ? []
      : [
          openWebhook({
            name: "webhook",
            address: webhook,
            connect,
            keys,
            clock,
          }),
        ]),
    ...statusNotifiers(secrets, connect),
  ];
  return notifiers.map((notifier) => guarded(notifier, kinds, scrubber));
}

/** Only what was chosen, and nothing that must not be shown. */
function guarded(
  notifier: Notifier,
  kinds: readonly NoticeKind[],
  scrubber: Scrubber,
): Notifier {
  const scrubbed = (notice: Notice): Notice => ({
    ...notice,
    title: scrubber.scrub(notice.title),
    lines: notice.lines.map((line) => scrubber.scrub(line)),
  });
  return {
    name: notifier.name,
    takes: (notice) => kinds.includes(notice.kind) && notifier.takes(notice),
    send: (notice, signal) => notifier.send(scrubbed(notice), signal),
    close: () => notifier.close(),
  };
}

/** @throws UserError CLI110 */
function kindsOf(env: ProcessEnv): readonly NoticeKind[] {
  const text = env[KINDS] ?? "";
  if (text === "") return NOTICE_KINDS;
  return text.split(",").map((part) => {
    const kind = NOTICE_KINDS.find((each) => each === part.trim());
    if (kind !== undefined) return kind;
    throw unusable(
      KINDS,
      "it names a kind of notice that there is not",
      `name of these, with commas between: ${NOTICE_KINDS.join(", ")}`,
    );
  });
}

/** @throws UserError CLI110 */
async function addressIn(
  name: string,
  secrets: ProcessSecrets,
): Promise<URL | undefined> {
  const text = await readProcessSecret(name, secrets);
  if (text === undefined) return undefined;
  const address = receiverAddress(text);
  if (address === undefined)
    throw unusable(
      name,
      "it is no address with https; http goes no further than loopback, and there is no user in it",
    );
  const { href, pathname, search } = address;
  secrets.scrubber.register(href, name);
  // Whoever knows the path can post; a short one is no secret and stands in other texts, too.
  if (pathname.length >= MIN_SECRET_PATH)
    secrets.scrubber.register(`${pathname}${search}`, name);
  return address;
}

const MIN_SECRET_PATH = 16;

/** @throws UserError CLI110 */
async function keysFor(
  address: URL | undefined,
  secrets: ProcessSecrets,
): Promise<readonly WebhookKey[]> {
  const text = await readProcessSecret(WEBHOOK_SECRET, secrets);
  if (address === undefined) {
    if (text === undefined) return [];
    throw unusable(WEBHOOK_SECRET, `${WEBHOOK} is not set`);
  }
  if (text === undefined)
    throw unusable(
      WEBHOOK,
      "nothing is sent unsigned: a receiver could not tell who wrote it",
      `set ${WEBHOOK_SECRET}: echo "whsec_$(openssl rand -base64 32)"`,
    );
  return text.split(/ +/u).map((part) => {
    secrets.scrubber.register(part, WEBHOOK_SECRET);
    const key = webhookKey(part);
    if (key !== undefined) return key;
    throw unusable(
      WEBHOOK_SECRET,
      "it is not whsec_ and 24 to 64 bytes in base64, once or several times with a blank between",
      'make one: echo "whsec_$(openssl rand -base64 32)"',
    );
  });
}

/** @throws UserError CLI110; CLI001 for an address of the API that is not used. */
function statusNotifiers(
  { env, scrubber }: ProcessSecrets,
  connect: Connect,
): readonly Notifier[] {
  const forge = env[STATUS] ?? "";
  if (forge === "") return [];
  if (forge !== "github" && forge !== "gitlab")
    throw unusable(STATUS, "it takes github or gitlab");
  const { apiUrl, token, isJobToken, repository } = forgeSettings(
    forge,
    { variable: STATUS, right: "that may set commit statuses" },
    { env, scrubber },
  );
  const options = {
    apiUrl,
    token,
    repository,
    // Nothing but the status of commits is asked for.
    pullRequest: 0,
    connect,
  };
  const opened =
    forge === "github"
      ? openGithub(options)
      : openGitlab({ ...options, isJobToken });
  return [openCommitStatus({ name: `${forge}-status`, forge: opened })];
}
