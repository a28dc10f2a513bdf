import { MANDATORY_GUARDS } from "../../domain/environment.ts";
import type { EnvironmentDocument } from "../../domain/generated/environment.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { freezeProblem } from "./freeze.ts";
import type { Report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";

/** Takes a problem of an environment's setting. */
export type Refuse = (
  pointer: Pointer,
  problem: Omit<Report, "code"> & Partial<Report>,
) => void;

/** What the schema cannot say about freeze windows, guard levels and policies. */
export function checkRules(values: EnvironmentDocument, refuse: Refuse): void {
  values.freeze?.forEach((window, index) => {
    const wrong = freezeProblem(window);
    if (wrong !== undefined)
      refuse(pointerOf(["freeze", index]), {
        message: `the freeze window cannot be used: ${wrong}`,
        why: "a window that is misread would let through what it was written to stop",
        fix: "write from and until with date and time, or days with times of day; all in UTC",
      });
  });
  for (const [code, level] of Object.entries(values.guards ?? {}))
    if (level !== "refuse" && MANDATORY_GUARDS.includes(code))
      refuse(pointerOf(["guards", code]), {
        message: `the guard ${quoted(code)} cannot be set to ${quoted(level)}`,
        why: "it stands between a mistake and the loss of connections; there is no way to switch it off for everything",
        fix: "remove the line, and let it pass by name where it must: an override with a reason and a last day",
      });
  const ids = values.policies?.map(({ id }) => id) ?? [];
  ids.forEach((id, index) => {
    if (ids.indexOf(id) !== index)
      refuse(pointerOf(["policies", index, "id"]), {
        message: `two policies are named ${quoted(id)}`,
        why: "an override names a policy, so a name stands for one",
        fix: "give one of them another id",
      });
  });
}
