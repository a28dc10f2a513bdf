import type { ProcessEnv } from "../../domain/environment-access.ts";
/**
 * What every git command may see: where programs and settings are. Nothing in here is a credential.
 */
const ALWAYS: readonly RegExp[] = [
  /^(?:HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|XDG_CONFIG_HOME|SUDO_UID)$/u,
  // Settings of git that came with the command are the user's, as those of the user's own files
  // are.
  /^GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|PARAMETERS|COUNT|KEY_\d+|VALUE_\d+)$/u,
  /^GIT_(?:EXEC_PATH|ATTR_NOSYSTEM)$/u,
  /^(?:SYSTEMROOT|SYSTEMDRIVE|COMSPEC|PATHEXT|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*)$/u,
];

/**
 * What a command that speaks to a remote may see as well: how to get there, and who helps with the
 * credentials.
 */
const FOR_REMOTES: readonly RegExp[] = [
  /^(?:SSH_AUTH_SOCK|SSH_ASKPASS|SSH_ASKPASS_REQUIRE|DISPLAY|WAYLAND_DISPLAY|DBUS_SESSION_BUS_ADDRESS|XDG_RUNTIME_DIR|XDG_CACHE_HOME|XDG_DATA_HOME|GNUPGHOME|KRB5CCNAME|KRB5_CONFIG)$/u,
  /^GIT_(?:ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|HTTP_USER_AGENT|HTTP_LOW_SPEED_LIMIT|HTTP_LOW_SPEED_TIME)$/u,
  /^GIT_SSL_(?:CAINFO|CAPATH|CERT|KEY|CERT_PASSWORD_PROTECTED|VERSION|CIPHER_LIST)$/u,
  /^(?:SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE)$/u,
  /^(?:HTTPS?_PROXY|ALL_PROXY|NO_PROXY)$/iu,
];

/**
 * Names more of them, separated by commas, for helpers that read a variable. Comes from outside the
 * repository, like every variable.
 */
const MORE = "TIELINE_GIT_ENV";

/**
 * Settings that hold whatever a file says. Programs that reading a repository does not take are
 * switched off.
 */
const SETTINGS: readonly string[] = [
  "safe.bareRepository=explicit",
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.untrackedCache=false",
  "core.alternateRefsCommand=:",
  "core.useReplaceRefs=false",
  "commit.gpgSign=false",
  "push.gpgSign=false",
  "push.followTags=false",
  "push.recurseSubmodules=no",
  "fetch.recurseSubmodules=no",
  "submodule.recurse=false",
  "status.submoduleSummary=false",
  "gc.auto=0",
  "maintenance.auto=false",
];

/** Options that stand before the name of every command. */
export const LEADING_OPTIONS: readonly string[] = [
  "--no-pager",
  ...SETTINGS.flatMap((setting) => ["-c", setting]),
];

/** The variables a git command gets. */
export interface EnvironmentRequest {
  /** Those of the process. */
  readonly env: ProcessEnv;
  /** The search path for programs, cleaned. */
  readonly path: string;
  /** Transports it may use; empty for a command that reaches no other repository. */
  readonly protocols: readonly string[];
}

/** The environment of a git command: what is on the list, and how git is to behave. */
export function gitEnvironment(
  request: EnvironmentRequest,
): Record<string, string> {
  const { env, path, protocols } = request;
  const isRemote = protocols.length > 0;
  const lists = isRemote ? [...ALWAYS, ...FOR_REMOTES] : ALWAYS;
  const more = isRemote ? namesIn(env[MORE] ?? "") : new Set<string>();
  const taken: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const known = process.platform === "win32" ? name.toUpperCase() : name;
    // The search path is given cleaned, and under one name.
    if (value === undefined || known === "PATH") continue;
    if (more.has(name) || lists.some((list) => list.test(known)))
      taken[name] = value;
  }
  return {
    ...taken,
    PATH: path,
    // Also keeps a clone that lacks objects from asking the remote it was made from.
    GIT_ALLOW_PROTOCOL: isRemote ? protocols.join(":") : "none",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_PAGER: "cat",
    GIT_EDITOR: "false",
    GIT_SEQUENCE_EDITOR: "false",
    GIT_TRACE2: "0",
    GIT_TRACE2_EVENT: "0",
    GIT_TRACE2_PERF: "0",
    LC_ALL: "C",
  };
}

function namesIn(list: string): ReadonlySet<string> {
  return new Set(list.split(/[\s,]+/u).filter((name) => name !== ""));
}
