import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, required, text, type InputOf } from "../../command/input.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to take it of") },
  options: {
    out: text("file", "write it there; without, it is printed"),
    signKeyFile: text("file", "sign it with this private key"),
    onlyKnown: flag(
      "tell nothing but names of connections that nobody declares or owns; a document that declares one later cannot be planned from it",
    ),
    ...TARGET_OPTION,
  },
};

/** What it was given. */
export type SnapshotInput = InputOf<typeof INPUT>;

/** `tieline snapshot <environment>` */
export const snapshotCommand: CommandDefinition = defineCommand({
  name: "snapshot",
  place: 92,
  summary:
    "Keep what planning asks of the platform and the state, without secrets, handles and accounts, for jobs that have no credentials.",
  examples: [
    ["snapshot prod --out prod.snapshot.json", "what is live in prod now"],
    [
      "snapshot prod --out prod.snapshot.json --sign-key-file snapshot-signing.pem",
      "one that plan can prove came from you",
    ],
    [
      "plan prod --snapshot prod.snapshot.json",
      "the plan it gives, without credentials, key and network",
    ],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
