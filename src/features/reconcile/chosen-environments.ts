import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { UserError } from "../../domain/problem/error.ts";
import {
  invalidDocuments,
  resolveDocuments,
} from "../../environment/documents/documents.ts";
import { assertEnvironments } from "../../environment/documents/known-names.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { globOf } from "../../util/glob.ts";
import type { FleetChoice } from "./open-fleet-file.ts";

/**
 * The rules of the environments that are asked for, by name or with `*` as wildcard; of all without
 * any. Of them those of the fleet, as far as it lets them go.
 * @throws UserError CLI041 for a name there is none of, CLI001 where nothing fits.
 */
export async function chosenEnvironments(
  source: DocumentSource,
  asked: readonly string[],
  env: ProcessEnv,
  fleet: FleetChoice,
): Promise<readonly EnvironmentRules[]> {
  const known = await source.listFolders(ENVIRONMENTS_FOLDER);
  const plain = asked.filter((name) => !name.includes("*"));
  assertEnvironments(plain, known, {
    fix: "name one of these",
    notDone: "nothing was planned or changed",
  });
  const fits = asked.map(globOf);
  const named =
    asked.length === 0
      ? known
      : known.filter((name) => fits.some((isFit) => isFit(name)));
  const inFleet = new Set(fleet.choose(known));
  const names = named.filter((name) => inFleet.has(name));
  if (names.length === 0) throw nothingChosen(known, asked, named.length > 0);
  const found: EnvironmentRules[] = [];
  for (const name of names) {
    const { rules, diagnostics } = await resolveDocuments(source, name, env);
    if (rules === null) throw invalidDocuments(diagnostics);
    found.push(fleet.limit(rules));
  }
  return found;
}

function nothingChosen(
  known: readonly string[],
  asked: readonly string[],
  isHeldBack: boolean,
): UserError {
  const all = known.join(", ");
  const [why, fix] = isHeldBack
    ? [
        `the environments that are asked for are not in the fleet file, or have other labels there; there are ${all}`,
        "name one of them in the fleet file, or correct --label",
      ]
    : known.length === 0
      ? ["the configuration has none", "make one with: tieline init"]
      : [`none of ${all} is called like ${asked.join(" or ")}`, "name one"];
  return new UserError("CLI001", "there is no environment to reconcile", {
    why,
    fix,
    notDone: "nothing was planned or changed",
  });
}
