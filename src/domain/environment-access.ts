/** Variables of the process. */
export type ProcessEnv = Readonly<Record<string, string | undefined>>;

/**
 * In what a document wants to use a variable: in a field that everybody sees, or in one for a
 * secret.
 */
export type VariableUse = "field" | "secret";

/** Why a document may not read a variable, and what opens it. */
export interface VariableRefusal {
  readonly why: string;
  readonly fix: string;
}

/**
 * How variables are opened to documents: by their names, or by a list of the one who runs the
 * command.
 */
const OPENED: Readonly<
  Record<VariableUse, { readonly prefix: string; readonly list: string }>
> = {
  field: { prefix: "TIELINE_VAR_", list: "TIELINE_ENV_ALLOW" },
  secret: { prefix: "TIELINE_SECRET_", list: "TIELINE_ENV_ALLOW_SECRETS" },
};

/** What this program works with itself: no list opens it. */
const OWN = /^(?:SOPS_|SCALEKIT_|TIELINE_)/u;

/**
 * Variables that pipelines and tools get for themselves, often with credentials in them, and those
 * that the system gives to every process. A pattern in a list does not mean them; whoever wants one
 * writes its name.
 * @remarks Source for the second half: POSIX.1-2017, XBD chapter 8, and Node's own.
 */
const NOT_BY_PATTERN =
  /^(?:ACTIONS_|AWS_|AZURE_|ARM_|BITBUCKET_|BUILDKITE_|CI_|CIRCLE_|DOCKER_|GCP_|GH_|GITHUB_|GITLAB_|GOOGLE_|GNUPG|GPG_|INPUT_|JENKINS_|KUBE|NODE_|NPM_|RUNNER_|SSH_|SYSTEM_|VAULT_|VSS_|.*_PROXY$)|^(?:CI|PATH|HOME|PWD|OLDPWD|USER|LOGNAME|SHELL|HOSTNAME|TERM|TMPDIR|TZ|LANG|LC_[A-Z]+|SHLVL)$/u;

/**
 * Credentials that a pipeline or a machine has for itself. Narrower than the list above: a secret
 * of a connection may well be called `GITHUB_CLIENT_SECRET` or `GOOGLE_ADS_TOKEN`.
 * @remarks Source: "Default environment variables" and "Automatic token authentication" of GitHub,
 * "Predefined CI/CD variables reference" of GitLab, "Predefined variables" of Azure Pipelines,
 * "Project values and variables" of CircleCI, "Variables and secrets" of Bitbucket, "Environment
 * variables" of Buildkite; for the clouds, "Environment variables" of the AWS CLI and "Application
 * Default Credentials" of Google.
 */
const PIPELINE_CREDENTIAL =
  /^(?:ACTIONS_|AWS_|BITBUCKET_STEP_|BUILDKITE_AGENT_|CI_|CIRCLE_|DOCKER_|JENKINS_|KUBE|NPM_|RUNNER_|SSH_|SYSTEM_|VAULT_|VSS_)|^(?:GH|GITHUB|GITLAB|GITEA|FORGEJO)_(?:ENTERPRISE_)?TOKEN$|^(?:GOOGLE_APPLICATION_CREDENTIALS|NODE_AUTH_TOKEN)$/u;

/** True for a variable that a pipeline or a machine has its own credentials in. */
export function isPipelineCredential(name: string): boolean {
  return PIPELINE_CREDENTIAL.test(bare(name.toUpperCase()));
}

/** Names that say what they hold. A pattern does not open them to fields that everybody sees. */
const SECRET_LOOKING =
  /SECRET|TOKEN|KEY|PASS|PWD|CREDENTIAL|AUTH|PRIVATE|WEBHOOK|COOKIE|SESSION|DSN|DATABASE|CERT|SIGN/u;

/** A name that `env://` can spell. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,199}$/u.test(name);
}

/**
 * Why a document may not read a variable, or `undefined` when it may. Whoever can edit a document
 * could otherwise have any credential of the machine printed in a plan, or sent to a host of their
 * choice; so nothing is readable that was not opened outside the repository.
 */
export function variableRefusal(
  name: string,
  use: VariableUse,
  env: ProcessEnv,
): VariableRefusal | undefined {
  const { prefix, list } = OPENED[use];
  if (name.startsWith(prefix) && name.length > prefix.length) return undefined;
  const upper = name.toUpperCase();
  if (OWN.test(upper))
    return {
      why: "what this program is given for itself is never given to documents",
      fix: `use a variable of another name, such as ${prefix}${bare(upper)}`,
    };
  const patterns = (env[list] ?? "").split(/[,\s]+/u);
  if (patterns.includes(name)) return undefined;
  const isSpecial =
    NOT_BY_PATTERN.test(upper) ||
    (use === "field" && SECRET_LOOKING.test(upper));
  if (!isSpecial && patterns.some((pattern) => matches(pattern, name)))
    return undefined;
  return {
    why:
      use === "field"
        ? "documents read only variables that were opened to them outside the repository, and the value of this field is shown in plans"
        : "documents send only variables that were opened to them outside the repository: a proposal could otherwise send the pipeline's own credentials away",
    fix: `name it ${prefix}${bare(upper)}, or open it where the command runs: ${list}=${name}`,
  };
}

/** A name without what opens variables of the other use. */
function bare(name: string): string {
  return name.replace(/^TIELINE_(?:VAR|SECRET)_/u, "");
}

/** A pattern says at least this much, so that a star alone does not open everything. */
const MIN_PATTERN = 3;

/** Patterns hold stars for any characters; one without a star is a name. */
function matches(pattern: string, name: string): boolean {
  if (!/^[A-Za-z0-9_*]+$/u.test(pattern) || !pattern.includes("*"))
    return false;
  if (pattern.replaceAll("*", "").length < MIN_PATTERN) return false;
  const parts = pattern.split(/\*+/u);
  return new RegExp(`^${parts.join(".*")}$`, "u").test(name);
}
