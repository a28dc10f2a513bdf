/** A variable that is read, or a family of them: `…` stands for what differs. */
export interface VariableRow {
  readonly name: string;
  /** `switch` is 1, true, yes or on, and 0, false, no, off or nothing. */
  readonly kind: "switch" | "text" | "secret" | "file" | "command" | "address";
  readonly meaning: string;
}

/** Variables about one thing. */
export interface VariableGroup {
  readonly title: string;
  readonly rows: readonly VariableRow[];
}

type Kind = VariableRow["kind"];

const row = (name: string, kind: Kind, meaning: string): VariableRow => ({
  name,
  kind,
  meaning,
});

/**
 * Every variable that the program reads. `test/unit/features/help` holds the sources to it: what is
 * read stands here, and what stands here is read.
 */
export const VARIABLES: readonly VariableGroup[] = [
  {
    title: "Options",
    rows: [
      row(
        "TIELINE_<OPTION>",
        "text",
        "any option, by its long name: --on-error is TIELINE_ON_ERROR; the command line counts first, empty is not set; -e has none",
      ),
      row(
        "TIELINE_YES",
        "switch",
        "answers a confirmation, and only where CI is set",
      ),
      row("TIELINE_DEBUG", "switch", "shows where a bug is"),
    ],
  },
  {
    title: "Who runs it, and what they see",
    rows: [
      row(
        "CI",
        "switch",
        "a pipeline: nobody is asked; any word but a no is a yes",
      ),
      row("TIELINE_AGENT", "switch", "an agent: JSON, and nobody is asked"),
      ...[
        "CLAUDECODE",
        "CURSOR_AGENT",
        "GITHUB_COPILOT",
        "AMAZON_Q",
        "OPENCODE",
      ].map((name) =>
        row(name, "switch", "the same, where TIELINE_AGENT is not set"),
      ),
      row("NO_COLOR", "text", "anything but nothing: no colour"),
      row("FORCE_COLOR", "text", "anything but nothing and 0: colour"),
      row("TERM", "text", "dumb: no colour"),
      row("VISUAL", "command", "the editor of secrets edit"),
      row("EDITOR", "command", "the same, where VISUAL is not set"),
    ],
  },
  {
    title: "Credentials of the API (docs/guides/credentials.md)",
    rows: [
      row("SCALEKIT_CLIENT_ID", "text", "the client"),
      row("SCALEKIT_CLIENT_SECRET", "secret", "its secret"),
      row("SCALEKIT_CLIENT_SECRET_FILE", "file", "a file that holds it"),
      row("SCALEKIT_CLIENT_SECRET_COMMAND", "command", "what prints it"),
      row(
        "SCALEKIT_ENVIRONMENT_URL",
        "address",
        "the only host that the credentials go to",
      ),
      row("SCALEKIT_ENV_URL", "address", "the same, by its older name"),
      row(
        "SCALEKIT_<ENVIRONMENT>_…",
        "text",
        "each of them, for one environment",
      ),
      row("TIELINE_API_TOKEN", "secret", "the token, with driver: agent-auth"),
      row("TIELINE_API_TOKEN_FILE", "file", "a file that holds it"),
      row("TIELINE_API_TOKEN_COMMAND", "command", "what prints it"),
      row("TIELINE_API_URL", "address", "the only host that the token goes to"),
      row(
        "TIELINE_API_<ENVIRONMENT>_…",
        "text",
        "each of them, for one environment",
      ),
      row(
        "TIELINE_ALLOWED_HOSTS",
        "text",
        "further hosts that credentials may go to, with commas between",
      ),
    ],
  },
  {
    title: "Values that documents name",
    rows: [
      row("TIELINE_VAR_…", "text", "env:// in ordinary fields"),
      row("TIELINE_SECRET_…", "secret", "env:// in secret fields"),
      row("TIELINE_ENV_ALLOW", "text", "further names for ordinary fields"),
      row(
        "TIELINE_ENV_ALLOW_SECRETS",
        "text",
        "further names for secret fields",
      ),
    ],
  },
  {
    title: "Keys of secrets (docs/guides/secrets.md)",
    rows: [
      row("SOPS_AGE_KEY", "secret", "an age identity"),
      row("SOPS_AGE_KEY_FILE", "file", "a file of age identities"),
      row("SOPS_AGE_KEY_CMD", "command", "what prints an age identity"),
      row("SOPS_GPG_EXEC", "command", "the program gpg"),
      row("VAULT_ADDR", "address", "the Vault of keys that name none"),
      row("VAULT_TOKEN", "secret", "the token for Vault"),
      row("VAULT_NAMESPACE", "text", "the namespace in Vault"),
      row("SOPS_HC_VAULT_ALLOWLIST", "text", "Vaults that a file may name"),
      row("AWS_ACCESS_KEY_ID", "text", "credentials for AWS KMS"),
      row("AWS_SECRET_ACCESS_KEY", "secret", "the same"),
      row("AWS_SESSION_TOKEN", "secret", "the same"),
      row("AWS_ENDPOINT_URL", "address", "another endpoint of AWS KMS"),
    ],
  },
  {
    title: "State (docs/guides/state.md)",
    rows: [
      row("TIELINE_DATABASE_URL", "secret", "the address of PostgreSQL"),
      row("TIELINE_DATABASE_URL_FILE", "file", "a file that holds it"),
      row("TIELINE_GIT_ENV", "text", "variables that git is given as well"),
      row(
        "GIT_INDEX_FILE",
        "file",
        "the index that secrets check --staged reads",
      ),
    ],
  },
  {
    title: "Network",
    rows: [
      row("HTTPS_PROXY", "address", "proxy for https; also in small letters"),
      row("HTTP_PROXY", "address", "proxy for http; also in small letters"),
      row("NO_PROXY", "text", "hosts without a proxy; also in small letters"),
      row(
        "NODE_EXTRA_CA_CERTS",
        "file",
        "further authorities, read by Node.js",
      ),
    ],
  },
  {
    title: "Reconciler: page, notices, wake-ups",
    rows: [
      row("TIELINE_PAGE_TOKEN", "secret", "lets in with all rights"),
      row("TIELINE_PAGE_VIEW_TOKEN", "secret", "lets in to look"),
      row(
        "TIELINE_PAGE_PROXY_WORD",
        "secret",
        "proves a proxy that signs people in",
      ),
      row("TIELINE_PAGE_VIEW_GROUPS", "text", "groups that may look"),
      row("TIELINE_PAGE_OPERATE_GROUPS", "text", "groups that may give orders"),
      row("TIELINE_PAGE_APPROVE_GROUPS", "text", "groups that may approve"),
      row("TIELINE_WAKE_SECRET", "secret", "proves a wake-up; also …_FILE"),
      row(
        "TIELINE_NOTIFY_SLACK_URL",
        "secret",
        "an incoming webhook; also …_FILE",
      ),
      row(
        "TIELINE_NOTIFY_WEBHOOK_URL",
        "secret",
        "a receiver of JSON; also …_FILE",
      ),
      row(
        "TIELINE_NOTIFY_WEBHOOK_SECRET",
        "secret",
        "what signs for it; also …_FILE",
      ),
      row(
        "TIELINE_NOTIFY_STATUS",
        "text",
        "github or gitlab: a status at the commit",
      ),
      row("TIELINE_NOTIFY_KINDS", "text", "which kinds of notices"),
      row(
        "TIELINE_PROPOSE",
        "text",
        "github or gitlab: where drift becomes a pull request",
      ),
    ],
  },
  {
    title: "Jobs of GitHub and GitLab",
    rows: [
      row("GITHUB_ACTIONS", "switch", "a job of GitHub"),
      row("GITHUB_TOKEN", "secret", "the token for reviews and statuses"),
      row("GH_TOKEN", "secret", "the same, where GITHUB_TOKEN is not set"),
      row("TIELINE_GITHUB_APP_ID", "text", "an app instead of a token"),
      row("TIELINE_GITHUB_APP_PRIVATE_KEY", "secret", "its private key"),
      row(
        "TIELINE_GITHUB_APP_PRIVATE_KEY_FILE",
        "file",
        "a file that holds it",
      ),
      row("GITHUB_API_URL", "address", "the API"),
      row("GITHUB_REPOSITORY", "text", "the repository"),
      row("GITHUB_ACTOR", "text", "who started the job"),
      row("GITHUB_EVENT_NAME", "text", "what started it"),
      row("GITHUB_EVENT_PATH", "file", "the payload of that"),
      row("GITHUB_OUTPUT", "file", "where the outputs of a step go"),
      row("GITHUB_STEP_SUMMARY", "file", "where the summary of a step goes"),
      row("GITLAB_CI", "switch", "a job of GitLab"),
      row("GITLAB_TOKEN", "secret", "the token for reviews and statuses"),
      row(
        "CI_JOB_TOKEN",
        "secret",
        "the token of the job, where that is enough",
      ),
      row("GITLAB_USER_LOGIN", "text", "who started the job"),
      row("CI_API_V4_URL", "address", "the API"),
      row("CI_PROJECT_ID", "text", "the project"),
      row("CI_PROJECT_PATH", "text", "the project by its path"),
      row("CI_COMMIT_SHA", "text", "the commit"),
      row("CI_COMMIT_BRANCH", "text", "the branch"),
      row("CI_COMMIT_BEFORE_SHA", "text", "the commit before a push"),
      row("CI_MERGE_REQUEST_IID", "text", "the merge request"),
      row("CI_MERGE_REQUEST_PROJECT_ID", "text", "its project"),
      row(
        "CI_MERGE_REQUEST_DIFF_BASE_SHA",
        "text",
        "the commit it starts from",
      ),
      row(
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
        "text",
        "the commit it ends at",
      ),
    ],
  },
  {
    title: "Of the system",
    rows: [
      row("HOME", "file", "where keys and git's own settings lie"),
      row("USERPROFILE", "file", "the same, on Windows"),
      row("AppData", "file", "settings of a user, on Windows"),
      row("XDG_CONFIG_HOME", "file", "where age identities lie by default"),
      row(
        "XDG_RUNTIME_DIR",
        "file",
        "where secrets are laid while an editor runs",
      ),
      row(
        "PATH",
        "text",
        "where git, gpg and editors are looked for; whole paths only",
      ),
    ],
  },
];
