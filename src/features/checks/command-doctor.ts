import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { anyNumber, text, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: anyNumber("environments to look at (default: all)") },
  options: {
    target: text("origin", "use another API than the environments name"),
  },
};

/** What it was given. */
export type DoctorInput = InputOf<typeof INPUT>;

/** `tieline doctor [environment…]` */
export const doctorCommand: CommandDefinition = defineCommand({
  name: "doctor",
  place: 210,
  summary:
    "Look at everything a run needs: Node.js, documents, keys, API, clock, state, git. Each finding with its fix; changes nothing.",
  examples: [
    ["doctor", "this machine and every environment"],
    ["doctor prod --json", "one environment, for machines"],
  ],
  ...INPUT,
  load: () => import("./run-doctor.ts"),
});
