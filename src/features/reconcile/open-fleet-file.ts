import { readFleetFile } from "../../documents/check/fleet-file.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { UserError } from "../../domain/problem/error.ts";
import { readNamedText } from "../../command/named-files.ts";
import type { Io } from "../../command/io.ts";
import {
  fleetOf,
  type ChosenLabel,
  type Fleet,
} from "../../engine/reconcile/fleet.ts";
import type { ReconcileInput } from "./command.ts";

const MAX_BYTES = 1024 * 1024;

/** Which environments a process is for, and how far it goes in them. */
export interface FleetChoice {
  /** Those of these names that it is for. */
  choose(environments: readonly string[]): readonly string[];
  limit(rules: EnvironmentRules): EnvironmentRules;
}

/**
 * What `--fleet-file` and `--label` say. The file is read once, where the process is started: what
 * is followed decides nothing about it. @throws UserError CLI105, CLI001.
 */
export function openFleetFile(
  { options }: Pick<ReconcileInput, "options">,
  io: Io,
): FleetChoice {
  const { fleetFile, label } = options;
  const labels = label.map(labelOf);
  if (fleetFile === undefined) {
    if (labels.length === 0)
      return { choose: (names) => names, limit: (rules) => rules };
    throw new UserError("CLI001", "--label takes a --fleet-file", {
      why: "the labels of environments stand there",
      fix: "name it, or name environments: tieline reconcile 'prod-*'",
      notDone: "nothing was planned or changed",
    });
  }
  const text = readNamedText(io.cwd, fleetFile, {
    kind: "the fleet file",
    maxBytes: MAX_BYTES,
    code: "CLI105",
    fix: "name the file that lists the environments",
    notDone: "nothing was planned or changed",
  });
  return choiceOf(fleetOf(readFleetFile(text, fleetFile)), labels, io);
}

function choiceOf(
  fleet: Fleet,
  labels: readonly ChosenLabel[],
  io: Io,
): FleetChoice {
  let isTold = false;
  return {
    choose(names) {
      const unused = isTold ? [] : fleet.unused(names);
      isTold = true;
      for (const name of unused.slice(0, MOST_TOLD))
        io.err(
          `warning: the fleet file names ${name}, and no environment is called like it\n`,
        );
      return names.filter((name) => fleet.includes(name, labels));
    },
    limit: (rules) => ({
      ...rules,
      reconcile: fleet.limit(rules.name, rules.reconcile),
    }),
  };
}

const MOST_TOLD = 20;

/** @throws UserError CLI001 */
function labelOf(text: string): ChosenLabel {
  const at = text.indexOf("=");
  if (at > 0) return { name: text.slice(0, at), value: text.slice(at + 1) };
  throw new UserError("CLI001", `--label takes name=value, not "${text}"`, {
    fix: "write it like --label team=crm",
    notDone: "nothing was planned or changed",
  });
}
