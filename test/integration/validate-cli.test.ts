import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
} from "../support/cli.ts";

describe("validate refuses what a plan would refuse, without network and key", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      "a provider the catalogue does not have",
      connectionText("a", ["s"]).replace("provider: gmail", "provider: gmial"),
      "DRV031",
    ],
    [
      "an auth type the catalogue contradicts",
      connectionText("a", ["s"]).replace(
        "auth_type: oauth2",
        "auth_type: basic",
      ),
      "DRV031",
    ],
    [
      "a field the API has no place for",
      connectionText("a", ["s"], ["settings: {timeout: 5}"]),
      "DRV030",
    ],
    [
      "a secret that leads nowhere",
      connectionText("a", ["s"]).replace(
        "credentials: {",
        "credentials: {client_secret: secret://a/client_secret, ",
      ),
      "SEC001",
    ],
  ];
  it.each(cases)("%s", async (_, text, code) => {
    const root = await aWorkspace({
      "environments/dev/environment.yaml": environmentText(),
      "connections/a.yaml": text,
    });
    for (const command of [["validate"], ["plan", "dev"]]) {
      const result = await tieline(command, { cwd: root });
      expect([result.status, result.stderr]).toEqual([
        3,
        expect.stringMatching(
          new RegExp(`error ${code}[^]*connections/a\\.yaml:\\d+:\\d+`, "u"),
        ),
      ]);
    }
  });
});

describe("a name that is no environment's", () => {
  it.each(["../dev", "dev/../dev", "..", ""])(
    "reads nothing: %j",
    async (name) => {
      const root = await aWorkspace({
        "environments/dev/environment.yaml": environmentText(),
        "connections/a.yaml": connectionText("a", ["s"]),
      });
      const result = await tieline(["plan", name], { cwd: root });
      expect([result.status, result.stderr]).toEqual([
        64,
        expect.stringContaining("there is no environment"),
      ]);
    },
  );
});
