import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { ReconcileInput } from "./command.ts";

/** What has no effect without the option that it is about. */
const PAGE_VARIABLES: readonly string[] = [
  "TIELINE_WAKE_SECRET",
  "TIELINE_PAGE_TOKEN",
  "TIELINE_PAGE_VIEW_TOKEN",
  "TIELINE_PAGE_PROXY_WORD",
];
const RECEIVERS: readonly string[] = [
  "TIELINE_NOTIFY_SLACK_URL",
  "TIELINE_NOTIFY_WEBHOOK_URL",
  "TIELINE_NOTIFY_STATUS",
];

/**
 * What was set and does nothing, in sentences: whoever set it counts on it. Names variables, never
 * what is in them.
 */
export function unusedSettings(
  options: Pick<
    ReconcileInput["options"],
    "listen" | "once" | "follow" | "poll" | "publicHost" | "fleet"
  >,
  env: ProcessEnv,
): readonly string[] {
  const isSet = (name: string): boolean =>
    (env[name] ?? "") !== "" || (env[`${name}_FILE`] ?? "") !== "";
  const { once, listen, follow, poll, publicHost, fleet } = options;
  const noPage =
    listen === undefined
      ? "no page is served without --listen"
      : once
        ? "with --once nothing is served"
        : null;
  const noPoll =
    follow === undefined
      ? "no branch is followed without --follow"
      : once
        ? "with --once the branch is asked once"
        : null;
  const table: readonly (readonly [string, boolean, string | null])[] = [
    ...PAGE_VARIABLES.map((name) => [name, isSet(name), noPage] as const),
    ["--public-host", publicHost.length > 0, noPage],
    ["--listen", listen !== undefined, noPage],
    ["--fleet", fleet, once ? "with --once no work is shared" : null],
    ["--poll", poll !== undefined, noPoll],
    [
      "TIELINE_NOTIFY_KINDS",
      isSet("TIELINE_NOTIFY_KINDS"),
      RECEIVERS.some(isSet) ? null : "there is no receiver of notices",
    ],
  ];
  return table.flatMap(([name, isGiven, why]) =>
    isGiven && why !== null ? [`warning: ${name} has no effect: ${why}`] : [],
  );
}
