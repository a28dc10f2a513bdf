/** Values of environment variables, as the caller allows documents to see them. */
export type ProcessEnv = Readonly<Record<string, string | undefined>>;

const SECRET_LOOKING =
  /SECRET|TOKEN|KEY|PASS|PWD|CREDENTIAL|AUTH|PRIVATE|WEBHOOK|COOKIE|SESSION|DSN|DATABASE/u;
// What a run was given for itself, often with credentials in it; GITHUB_CLIENT_ID is what people call the client of a connection.
const TOOL_PREFIXES =
  /^(?:SOPS_|AWS_|TIELINE_|SCALEKIT_|NPM_|GITHUB_(?!CLIENT_ID$)|VAULT_|KUBE|DOCKER_|SSH_|GNUPG|GPG_|HTTPS?_PROXY$|ALL_PROXY$)/u;
const OWN_PREFIXES = /^(?:SOPS_|TIELINE_|SCALEKIT_)/u;
// Source: POSIX.1-2017, XBD chapter 8, the variables that shells and the system give to every process, and Node's own.
const SYSTEM_NAMES =
  /^(?:PATH|HOME|PWD|OLDPWD|USER|LOGNAME|SHELL|HOSTNAME|TERM|TMPDIR|TZ|LANG|LC_[A-Z]+|SHLVL|NODE_OPTIONS|NODE_PATH)$/u;

/** A name that `env://` can spell. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,199}$/u.test(name);
}

/**
 * Why an ordinary field may not take this variable, or `undefined`. Whoever can edit a document could otherwise have any credential of the
 * machine sent to an API or printed in a plan.
 */
export function refusalForField(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (TOOL_PREFIXES.test(upper))
    return "variables of tools and platforms are not given to documents";
  if (SYSTEM_NAMES.test(upper))
    return "the system gives it to every program; it tells about the machine, not about a connection";
  if (SECRET_LOOKING.test(upper))
    return "its name says that it holds a secret, and this field is not a secret one";
  return undefined;
}

/** Why a secret field may not take this variable, or `undefined`: our own credentials never become somebody else's. */
export function refusalForSecret(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (OWN_PREFIXES.test(upper))
    return "the keys and credentials of this program are not given to documents";
  if (SYSTEM_NAMES.test(upper))
    return "the system gives it to every program, so it holds no secret; it would be sent as one";
  return undefined;
}
