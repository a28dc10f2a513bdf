import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, optional, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: optional("whose rules to show as well") },
  options: {
    showOrigin: flag("say of each where it comes from"),
  },
};

/** What it was given. */
export type ViewInput = InputOf<typeof INPUT>;

/** `tieline config view [environment]` */
export const viewCommand: CommandDefinition = defineCommand({
  name: "view",
  summary:
    "Show how commands run here, and every rule of an environment with its default. Needs no network and no key.",
  examples: [
    ["config view", "where the configuration is, who may be asked"],
    ["config view prod", "every rule of prod, written or not"],
    ["config view prod --show-origin", "with the file and line, or default"],
  ],
  ...INPUT,
  load: () => import("./run-view.ts"),
});
