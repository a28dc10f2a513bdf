import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { UserError } from "../../domain/problem/error.ts";
import { readEnvironment } from "../../documents/layers/environment.ts";
import {
  ownForm,
  variablePart,
} from "../../environment/api/credential-form.ts";
import { invalidDocuments } from "../../environment/documents/documents.ts";
import type { DocumentSource } from "../../ports/document-source.ts";

/** An environment as far as a pipeline has to know it. */
export interface CiEnvironment {
  readonly name: string;
  readonly isProduction: boolean;
  /** Variables with a value that everybody may read: which host the credentials belong to. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Variables that come from the secrets of the pipeline. */
  readonly secrets: readonly string[];
}

/** What a pipeline's files are made from. */
export type CiFacts = Pick<EnvironmentRules, "name" | "target" | "driver"> & {
  readonly isProduction: boolean;
};

/** As the schema of environments has it: no such name acts in a shell or in YAML. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/u;
/** An address in which no system of pipelines finds an expression or a variable. */
const ADDRESS = /^https?:\/\/[A-Za-z0-9.:[\]-]+\/?$/u;

/**
 * The environments of a workspace, in the order in which a change goes through them.
 * @throws InvalidDocumentsError where the settings of one cannot be read, UserError CLI001 for one
 * that a pipeline cannot name.
 */
export async function environmentsFor(
  source: DocumentSource,
  more: readonly CiFacts[] = [],
): Promise<readonly CiEnvironment[]> {
  const facts: CiFacts[] = [...more];
  for (const name of await source.listFolders(ENVIRONMENTS_FOLDER)) {
    const path = `${ENVIRONMENTS_FOLDER}/${name}/environment.yaml`;
    const environmentFile = await source.readFile(path);
    const { rules, diagnostics } = readEnvironment({ name, environmentFile });
    if (rules === null) throw invalidDocuments(diagnostics);
    const { target, driver, isProduction } = rules;
    facts.push({ name, target, driver, isProduction });
  }
  return inOrder(facts.map(ciEnvironment));
}

/** As people name them; production comes last, however it is called. */
function inOrder(environments: readonly CiEnvironment[]): CiEnvironment[] {
  const rank = ({ name, isProduction }: CiEnvironment): number => {
    if (isProduction) return 3;
    if (/stag|^pre|uat/u.test(name)) return 1;
    return /prod|live/u.test(name) ? 2 : 0;
  };
  return [...environments].sort(
    (a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1),
  );
}

/** @throws UserError CLI001 for what could act in the files of a pipeline. */
export function ciEnvironment(facts: CiFacts): CiEnvironment {
  const { name, target, driver, isProduction } = facts;
  if (!NAME.test(name)) throw unusable(name, "its name");
  if (target === "embedded:")
    return { name, isProduction, settings: [], secrets: [] };
  if (!ADDRESS.test(target)) throw unusable(name, "its target");
  const { id, secret, boundBy } = ownForm(driver, variablePart(name));
  return {
    name,
    isProduction,
    settings: boundBy.map((variable) => [variable, target]),
    secrets: [...(id === null ? [] : [id]), secret.value],
  };
}

function unusable(name: string, what: string): UserError {
  return new UserError(
    "CLI001",
    `no pipeline can be written for the environment "${name}"`,
    {
      why: `${what} holds characters that could act in the pipeline's files`,
      fix: "use letters, digits, dots and dashes only",
      notDone: "nothing was written",
    },
  );
}
