import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  anyNumber,
  choice,
  flag,
  list,
  text,
  type InputOf,
} from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: anyNumber(
      "environments to reconcile, with * as wildcard (default: all of the configuration)",
    ),
  },
  options: {
    once: flag("look once at each environment, and end"),
    follow: text(
      "branch",
      "reconcile what a branch of a remote holds, such as origin/main (default: the documents in this folder)",
    ),
    poll: text(
      "duration",
      "how often a followed branch is asked for new commits, such as 30s (default: 1m)",
    ),
    fleet: flag(
      "share the environments with other processes through PostgreSQL, where their state is",
    ),
    fleetFile: text(
      "file",
      "reconcile the environments that a fleet file names, as carefully as it says",
    ),
    label: list(
      "name=value",
      "with --fleet-file: only environments with this label; may be repeated",
    ),
    listen: text(
      "address",
      "serve the status page, health and metrics there, such as 127.0.0.1:8080 (default: not served)",
    ),
    publicHost: list(
      "name",
      "name by which people reach the page, with its port where they type one; may be repeated",
    ),
    logFormat: choice(
      "form",
      ["text", "json"],
      "how each tick is logged (default: text)",
    ),
    detailedExitcode: flag(
      "with --once: exit 2 when an environment has drift or a plan that waits",
    ),
  },
};

/** What it was given. */
export type ReconcileInput = InputOf<typeof INPUT>;

/** `tieline reconcile [environment…]` */
export const reconcileCommand: CommandDefinition = defineCommand({
  name: "reconcile",
  place: 205,
  summary:
    "Keep environments as their documents say: find drift, take it back, roll out, as far as each environment's mode allows.",
  examples: [
    ["reconcile", "every environment of this folder, until interrupted"],
    ["reconcile prod --once", "look once: for cron and Kubernetes jobs"],
    [
      "reconcile 'prod-*' --follow origin/main --fleet",
      "one of several processes that share these environments",
    ],
    [
      "reconcile --fleet-file fleet.yaml --label team=crm",
      "the environments of one team",
    ],
    [
      "reconcile --follow origin/main --listen 127.0.0.1:8080",
      "what is merged, with a page to look at",
    ],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
