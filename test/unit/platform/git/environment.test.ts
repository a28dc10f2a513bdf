import { describe, expect, it } from "vitest";
import { gitEnvironment } from "../../../../src/platform/git/environment.ts";

const given = (
  env: Readonly<Record<string, string>>,
  protocols: readonly string[],
): readonly string[] => {
  const environment = gitEnvironment({ env, path: "/bin", protocols });
  return Object.keys(env).filter((name) => environment[name] === env[name]);
};

describe("the environment of git", () => {
  const always = [
    "HOME",
    "XDG_CONFIG_HOME",
    "SUDO_UID",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_0",
    "GIT_CONFIG_VALUE_12",
    "GIT_CONFIG_PARAMETERS",
  ];
  const remote = [
    "SSH_AUTH_SOCK",
    "GIT_SSH_COMMAND",
    "GIT_ASKPASS",
    "GIT_SSL_CAINFO",
    "SSL_CERT_FILE",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "all_proxy",
  ];
  const never = [
    "SCALEKIT_CLIENT_SECRET",
    "SCALEKIT_PROD_CLIENT_SECRET",
    "SOPS_AGE_KEY",
    "TIELINE_API_TOKEN",
    "AWS_SESSION_TOKEN",
    "GITHUB_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "PAGER",
    "EDITOR",
    "VISUAL",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_EDITOR",
    "GIT_PROXY_COMMAND",
    "GIT_TRACE",
    "GIT_TRACE2_EVENT",
    "GIT_SSL_NO_VERIFY",
    "GIT_ALLOW_PROTOCOL",
    "GIT_CONFIG",
    "GIT_NAMESPACE",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "NODE_OPTIONS",
    "PATH",
  ];
  const all = Object.fromEntries(
    [...always, ...remote, ...never].map((name) => [name, "canary"]),
  );

  it("holds what is on the list, and more for a command that speaks to a remote", () => {
    expect(given(all, [])).toEqual(always);
    expect(given(all, ["https"])).toEqual([...always, ...remote]);
  });

  it("holds what is named for helpers, for remotes alone", () => {
    const env = { ...all, TIELINE_GIT_ENV: "GITHUB_TOKEN , AWS_SESSION_TOKEN" };
    expect(given(env, [])).toEqual(always);
    expect(given(env, ["ssh"])).toEqual([
      ...always,
      ...remote,
      "AWS_SESSION_TOKEN",
      "GITHUB_TOKEN",
    ]);
  });

  it("allows the transports that are meant, and none without a remote", () => {
    const of = (protocols: readonly string[]) =>
      gitEnvironment({ env: {}, path: "/bin", protocols })[
        "GIT_ALLOW_PROTOCOL"
      ];
    expect([of([]), of(["https"]), of(["file", "https"])]).toEqual([
      "none",
      "https",
      "file:https",
    ]);
  });

  it("has one search path, the one that is given", () => {
    expect(
      gitEnvironment({ env: { PATH: "/evil" }, path: "/bin", protocols: [] })[
        "PATH"
      ],
    ).toBe("/bin");
  });
});
