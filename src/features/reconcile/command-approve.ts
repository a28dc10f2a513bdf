import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment whose plan waits"),
    digest: required("intent digest of the plan, as the status shows it"),
  },
  options: {},
};

/** What it was given. */
export type ApproveInput = InputOf<typeof INPUT>;

/** `tieline approve <environment>` */
export const approveCommand: CommandDefinition = defineCommand({
  name: "approve",
  place: 208,
  summary:
    "Approve the plan that waits in an environment, by its digest, for the reconciler to carry out.",
  examples: [
    [
      "approve prod sha256:3f2a…",
      "what would be done is exactly what that digest names",
    ],
  ],
  ...INPUT,
  load: () => import("./run-approve.ts"),
});
