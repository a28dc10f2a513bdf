import type { JsonObject } from "../domain/json.ts";
import type { Notice } from "../domain/reconcile/notice.ts";
import type { WebhookKey } from "../domain/webhook-signature.ts";
import { signatureOf } from "../domain/webhook-signature.ts";
import type { Clock } from "../ports/clock.ts";
import type { Notifier } from "../ports/notifier.ts";
import { openReceiver, type ReceiverOptions } from "./receiver.ts";

/** What a webhook is reached with. */
export interface WebhookOptions extends ReceiverOptions {
  /** Each signs, so that a receiver can go from one to the next. */
  readonly keys: readonly WebhookKey[];
  readonly clock: Clock;
}

/**
 * Posts notices as JSON, signed as Standard Webhooks say. @remarks Source: the Standard Webhooks
 * specification, "Webhook headers" and "Signature scheme".
 */
export function openWebhook(options: WebhookOptions): Notifier {
  const { keys, clock } = options;
  const receiver = openReceiver(options);
  return {
    name: receiver.name,
    takes: () => true,
    send(notice, signal) {
      const body = JSON.stringify(webhookPayload(notice));
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signed = { id: notice.id, timestamp, body };
      const headers = {
        "webhook-id": notice.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": keys
          .map((key) => signatureOf(key, signed))
          .join(" "),
      };
      // Receivers know by the id what they have already.
      return receiver.post({ body, headers, isIdempotent: true }, signal);
    },
    close: () => receiver.close(),
  };
}

/** A notice as the body of a webhook. */
export function webhookPayload(notice: Notice): JsonObject {
  const { id, kind, environment, isProduction, level, title, lines } = notice;
  return {
    type: `tieline.${kind.replaceAll("-", "_")}`,
    timestamp: notice.at,
    data: {
      id,
      kind,
      environment,
      production: isProduction,
      level,
      title,
      lines: [...lines],
      commit: notice.commit,
      at: notice.at,
    },
  };
}
