import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  flag,
  list,
  optional,
  text,
  type InputOf,
} from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: optional(
      "serve this environment's embedded data (default: empty, in memory)",
    ),
  },
  options: {
    port: text("number", "port on 127.0.0.1 (default: a free one)"),
    clientId: text("id", "client id to accept (default: embedded)"),
    clientSecretEnv: text(
      "name",
      "variable that holds the client secret to accept (default: a new random one, printed)",
    ),
    fault: list(
      "rule",
      "misbehave on request, such as reset-after:PATCH*:p=0.2; may be repeated",
    ),
    switch: list(
      "setting",
      "be the vendor one way or another, such as maskStyle=last4; may be repeated",
    ),
    accounts: list(
      "count",
      "connected accounts of a connection, such as gmail-support=12; may be repeated",
    ),
    apiTokenEnv: text(
      "name",
      "variable that holds the token of the older dialect (default: not served)",
    ),
    permissions: text(
      "names",
      "what the client may do, such as sso:read,agent_connectors:read (default: everything)",
    ),
    tls: flag(
      "speak TLS; the certificate to trust is written to a file, which is printed",
    ),
    seed: text("number", "seed of everything random in faults"),
  },
};

/** What it was given. */
export type EmulateInput = InputOf<typeof INPUT>;

/** `tieline emulate [environment]` */
export const emulateCommand: CommandDefinition = defineCommand({
  name: "emulate",
  place: 290,
  summary: "Run the embedded API by itself on loopback, until interrupted.",
  examples: [
    ["emulate dev", "with the data of dev's embedded API"],
    [
      "emulate --port 8080 --fault 'latency:*:ms=50'",
      "empty, in memory, slow on purpose",
    ],
    [
      "emulate --tls --permissions sso:read,agent_connectors:read",
      "over TLS, with a client that may only read",
    ],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
