import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { EnvironmentDocument } from "../../domain/generated/environment.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { SCOPE_CLASSES } from "../../domain/catalogue/scope-tiers.ts";
import { nearest } from "../../util/nearest.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { Part, Place } from "../read/document.ts";
import { didYouMean, report } from "../read/report.ts";
import { quoted, quotedList } from "../read/safe-text.ts";
import { checkRules, type Refuse } from "./rule-checks.ts";
import { urlProblem } from "./url-rules.ts";

/**
 * What the schema of an environment cannot say: the name of the folder, the target, paths that stay
 * inside, the demo key.
 */
export function checkEnvironmentValues(
  values: EnvironmentDocument,
  folder: string,
  place: (pointer: Pointer, part?: Part) => Place,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const refuse: Refuse = (pointer, problem) => {
    diagnostics.push(report(place(pointer), { code: "CFG029", ...problem }));
  };
  if (values.environment !== folder)
    refuse("/environment", {
      message: `the folder is ${quoted(folder)}, but its environment.yaml says ${quoted(values.environment)}`,
      why: "a copied file would otherwise apply one environment's connections to another",
      fix: `write environment: ${folder}, or rename the folder`,
    });
  const problem =
    values.target === "embedded:" ? undefined : urlProblem(values.target);
  if (problem !== undefined)
    refuse("/target", {
      message: `the target is refused: ${problem}`,
      why: "credentials are sent to the target",
      fix: "write an https origin; http is for this machine only",
    });
  const { files = [], demo_key_file: demoKey } = values.secrets ?? {};
  const paths: readonly (readonly [Pointer, string])[] = [
    ...files.map(
      (file, index) => [pointerOf(["secrets", "files", index]), file] as const,
    ),
    ...(demoKey === undefined
      ? []
      : [["/secrets/demo_key_file", demoKey] as const]),
  ];
  for (const [pointer, path] of paths)
    if (path.split("/").some((name) => name === "." || name === ".."))
      refuse(pointer, {
        message: "a path leaves the folder of the environment",
        why: "an environment reads only files in its own folder",
        fix: "move the file there",
      });
  if (demoKey !== undefined && values.target !== "embedded:")
    refuse("/secrets/demo_key_file", {
      message: "a demo key is used with a real target",
      why: "whoever can read the repository has a demo key; it protects nothing",
      fix: `write target: "embedded:" here again, and make a real environment with a key of its own: ${realEnvironment(folder, values.target)}`,
    });
  checkState(values.state, refuse);
  checkCeiling(values.scope_ceiling ?? [], refuse);
  checkRules(values, refuse);
  return [...diagnostics, ...checkVariables(values, place)];
}

/** The command that makes a real environment beside one with a demo key. */
function realEnvironment(demo: string, target: string): string {
  const name = demo === "prod" ? "production" : "prod";
  return `tieline init --environment ${shellWord(name)} --target ${shellWord(target)}`;
}

function checkVariables(
  { variables = {} }: EnvironmentDocument,
  place: (pointer: Pointer) => Place,
): Diagnostic[] {
  return Object.entries(variables)
    .filter(
      ([, value]) =>
        typeof value === "string" &&
        (value.includes("${") || value.startsWith("var://")),
    )
    .map(([name]) =>
      report(place(pointerOf(["variables", name])), {
        code: "CFG018",
        message: `the variable ${quoted(name)} refers to another variable`,
        why: "variables are replaced in one pass",
        fix: "write the value out",
      }),
    );
}

function checkState(state: EnvironmentDocument["state"], refuse: Refuse): void {
  if (state === undefined) return;
  for (const backend of ["git", "postgres"] as const)
    for (const name of STATE_SETTINGS[backend])
      if (backend !== state.backend && state[name] !== undefined)
        refuse(`/state/${name}`, {
          message: `${name} is set for state that is kept in ${PLACES[state.backend]}`,
          why: `it says something about state in ${PLACES[backend]}, and would have no effect`,
          fix: `write backend: ${backend}, or remove ${name}`,
        });
}

type Backend = NonNullable<EnvironmentDocument["state"]>["backend"];

/** What is said about each backend alone. */
const STATE_SETTINGS = {
  git: ["remote", "ref"],
  postgres: ["schema"],
} as const;

/** Backends in words. */
const PLACES: Readonly<Record<Backend, string>> = {
  file: "files",
  git: "a git ref",
  postgres: "PostgreSQL",
};

/**
 * A tier that does not exist would allow nothing, and whoever wrote it would look for the reason in
 * the connections.
 */
function checkCeiling(ceiling: readonly string[], refuse: Refuse): void {
  for (const [index, entry] of ceiling.entries()) {
    const tier = /^tier:(.*)$/su.exec(entry)?.[1];
    if (tier === undefined || SCOPE_CLASSES.some((each) => each === tier))
      continue;
    const near = nearest(tier, SCOPE_CLASSES);
    refuse(pointerOf(["scope_ceiling", index]), {
      message: `there is no tier ${quoted(tier)}${didYouMean(near)}`,
      why: `tiers are ${quotedList(SCOPE_CLASSES, "and")}`,
      fix: near === undefined ? "name one of them" : `write tier:${near}`,
    });
  }
}
