import type { Notice, NoticeKind } from "../domain/reconcile/notice.ts";
import type { Forge } from "../ports/forge.ts";
import type { Notifier } from "../ports/notifier.ts";
import { plainText } from "../util/plain-text.ts";

/** What each kind says of a commit; `null`: nothing, it is about what people decided. */
const SUCCESS: Readonly<Record<NoticeKind, boolean | null>> = {
  "drift-found": false,
  "drift-ended": true,
  healed: true,
  "rolled-out": true,
  "approval-needed": false,
  fighting: false,
  failed: false,
  recovered: true,
  suspended: null,
  resumed: null,
};

/** What statuses are set with. */
export interface CommitStatusOptions {
  readonly name: string;
  readonly forge: Pick<Forge, "setVerdict" | "close">;
}

/**
 * Sets a status at the commit of a notice, one for each environment. A notice that comes late,
 * after a newer one of the same commit, sets none: the newest one counts.
 */
export function openCommitStatus({
  name,
  forge,
}: CommitStatusOptions): Notifier {
  const newest = new Map<string, { readonly commit: string; at: string }>();
  return {
    name,
    takes: ({ commit, kind }) => commit !== null && SUCCESS[kind] !== null,
    async send(notice, signal) {
      const { environment, commit, kind, at } = notice;
      const isSuccess = SUCCESS[kind];
      if (commit === null || isSuccess === null) return;
      const last = newest.get(environment);
      if (last?.commit === commit && last.at > at) return;
      const verdict = {
        commit,
        name: `tieline/reconcile/${environment}`,
        isSuccess,
        description: descriptionOf(notice),
      };
      await forge.setVerdict(verdict, signal);
      newest.set(environment, { commit, at });
    },
    close: () => forge.close(),
  };
}

/** The status names the environment already. */
function descriptionOf({ environment, title }: Notice): string {
  const own = `${environment}: `;
  return plainText(title.startsWith(own) ? title.slice(own.length) : title);
}
