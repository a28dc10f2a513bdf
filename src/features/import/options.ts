import { UserError } from "../../domain/problem/error.ts";
import type { ImportInput } from "./command.ts";

/** An option of the command, by its key. */
type Name = keyof ImportInput["options"];

/** Options that mean something only where a live environment is read. */
const LIVE_ONLY: readonly (readonly [name: Name, flag: string])[] = [
  ["adopt", "--adopt"],
  ["manageAll", "--manage-all"],
  ["target", "--target"],
  ["connection", "--connection"],
  ["share", "--share"],
];

/** Those that say how a live environment is read, and so need the name of one. */
const READS_LIVE = LIVE_ONLY.filter(([name]) => name !== "share");

/** @throws UserError CLI001 for options that contradict each other. */
export function assertImportOptions(
  names: readonly string[],
  { options }: ImportInput,
): void {
  const isGiven = (name: Name): boolean => {
    const value = options[name];
    return typeof value === "object"
      ? value.length > 0
      : value !== undefined && value !== false;
  };
  const refusal = isGiven("from")
    ? refusalOfExport(names, isGiven)
    : refusalOfLive(names, isGiven);
  if (refusal === undefined) return;
  const [message, why, fix] = refusal;
  throw new UserError("CLI001", message, {
    why,
    fix,
    notDone: "nothing was read or written",
  });
}

type Refusal = readonly [message: string, why: string, fix: string];

function refusalOfExport(
  names: readonly string[],
  isGiven: (name: Name) => boolean,
): Refusal | undefined {
  if (names.length !== 1)
    return [
      "--from needs exactly one file",
      "with --from the argument is the file that holds the export",
      "write it like: tieline import --from composio auth-configs.json --environment dev",
    ];
  const stray = LIVE_ONLY.find(([name]) => isGiven(name));
  return stray === undefined
    ? undefined
    : [
        `${stray[1]} cannot be used with --from`,
        "an export is not a live environment",
        `leave ${stray[1]} out`,
      ];
}

function refusalOfLive(
  names: readonly string[],
  isGiven: (name: Name) => boolean,
): Refusal | undefined {
  if (names.length === 0 && !isGiven("share"))
    return [
      "there is nothing to import from",
      "an import reads what is live in environments, or with --from an export",
      "name the environments: tieline import dev staging prod",
    ];
  const stray =
    names.length === 0 ? READS_LIVE.find(([name]) => isGiven(name)) : undefined;
  if (stray !== undefined)
    return [
      `${stray[1]} needs an environment to read`,
      "--share without an environment works on the documents alone",
      `leave ${stray[1]} out, or name the environments`,
    ];
  if (isGiven("environment"))
    return [
      "--environment is for --from alone",
      "what is imported from live becomes the documents of the environments it was read from",
      "name the environments as arguments: tieline import dev",
    ];
  if (isGiven("target") && names.length > 1)
    return [
      "--target cannot be used with several environments",
      "all of them would be read from one API",
      "import them one after the other",
    ];
  if (isGiven("adopt") && isGiven("dryRun"))
    return [
      "--adopt cannot be used with --dry-run",
      "nothing can be adopted from documents that were not written",
      "leave one of the two out",
    ];
  return undefined;
}
