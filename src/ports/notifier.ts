import type { Notice } from "../domain/reconcile/notice.ts";

/**
 * One place that notices are sent to.
 *
 * Obligations: sends to one origin, with bounded waits; shows its credentials nowhere; sending the
 * same notice twice does no harm where the place allows it. Throws `TransientError` for what is
 * worth another attempt, `RemoteError` for what is not.
 */
export interface Notifier {
  /** Stable name for records and messages; holds no address. */
  readonly name: string;
  /** False for what is not told here. */
  takes(notice: Notice): boolean;
  send(notice: Notice, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
