import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { DriverVariables } from "../../ports/driver.ts";
import { DRIVERS } from "../generated/drivers.ts";
import { UserError } from "../../domain/problem/error.ts";

/**
 * Where a secret of ours may come from: the value, a file that holds it, or a command that prints
 * it.
 */
export interface SecretVariables {
  readonly value: string;
  readonly file: string;
  readonly command: string;
}

/** The variables that credentials are read from. */
export interface CredentialForm {
  /** `null` where a token needs none. */
  readonly id: string | null;
  readonly secret: SecretVariables;
  /** Variables that say which host they belong to. */
  readonly boundBy: readonly string[];
  /** True when they are of one environment alone. */
  readonly isOwn: boolean;
}

/** What decides which credentials an environment gets. */
export interface CredentialRequest {
  readonly environment: string;
  readonly driver: EnvironmentRules["driver"];
  readonly env: ProcessEnv;
  /** Names of all environments, for telling whose variables are meant. */
  readonly environments: readonly string[];
}

/**
 * The variables of one environment's credentials where any of them is set, else those that serve
 * whichever environment is named. The two are never mixed, so the key of one environment opens no
 * other.
 * @throws UserError DRV080 when two environments would have the same variables.
 */
export function credentialForm(request: CredentialRequest): CredentialForm {
  const { environment, driver, env } = request;
  const own = ownForm(driver, variablePart(environment));
  const isSet = namesOf(own).some((name) => (env[name] ?? "") !== "");
  if (!isSet)
    return { ...formOf(DRIVERS[driver].variables(null)), isOwn: false };
  assertAlone(request);
  return own;
}

/** The form of one environment, for messages that name what could be set. */
export function ownForm(
  driver: EnvironmentRules["driver"],
  part: string,
): CredentialForm {
  return { ...formOf(DRIVERS[driver].variables(part)), isOwn: true };
}

/** An environment's name inside the name of a variable: `eu-prod` gives `EU_PROD`. */
export function variablePart(environment: string): string {
  return environment.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_");
}

function formOf({
  id,
  secret: value,
  boundBy,
}: DriverVariables): Omit<CredentialForm, "isOwn"> {
  const secret = { value, file: `${value}_FILE`, command: `${value}_COMMAND` };
  return { id, secret, boundBy };
}

function namesOf({ id, secret, boundBy }: CredentialForm): readonly string[] {
  const { value, file, command } = secret;
  return [...(id === null ? [] : [id]), value, file, command, ...boundBy];
}

/**
 * Whoever adds an environment could otherwise choose a name that gets another one's credentials.
 */
function assertAlone({ environment, environments }: CredentialRequest): void {
  const part = variablePart(environment);
  const other = environments.find(
    (name) => name !== environment && variablePart(name) === part,
  );
  if (other === undefined) return;
  throw new UserError(
    "DRV080",
    `the environments "${environment}" and "${other}" would have the same credentials`,
    {
      why: `both names give ${part} in the names of variables, so nobody can tell whose they are`,
      fix: "rename one of the two environments",
      notDone: "nothing was sent",
    },
  );
}
