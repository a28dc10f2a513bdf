import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { optional, required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment to look at, or the code of a message"),
    connection: optional("connection to explain"),
    field: optional("field or group, such as scopes or settings.timeout"),
  },
  options: {},
};

/** What it was given. */
export type ExplainInput = InputOf<typeof INPUT>;

/** `tieline explain <environment> <connection> [field]` and `tieline explain <code>` */
export const explainCommand: CommandDefinition = defineCommand({
  name: "explain",
  place: 80,
  summary:
    "Tell where each value of a connection was written, what it hides, what it means, and what the API will receive; or what an error code means.",
  examples: [
    ["explain prod gmail-support", "every field that is set"],
    ["explain prod gmail-support scopes", "one field in full"],
    ["explain prod gmail-support settings", "a group of fields"],
    ["explain SCH001", "the page of an error: causes, and how to fix it"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
