import type { CommandDefinition } from "../../command/command.ts";

/** `tieline explain <environment> <connection> [field]` and `tieline explain <code>` */
export const explainCommand: CommandDefinition = {
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
  args: [
    {
      name: "environment",
      description: "environment to look at, or the code of a message",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connection to explain",
      isRequired: false,
    },
    {
      name: "field",
      description: "field or group, such as scopes or settings.timeout",
      isRequired: false,
    },
  ],
  options: [],
  run: () => import("./run.ts"),
};
