import { describe, expect, it } from "vitest";
import { withChanges } from "../../../../src/environment/documents/changed-source.ts";
import {
  compareEnvironments,
  resolvePair,
} from "../../../../src/features/compare/compare.ts";
import {
  promote,
  type PromotionChoice,
} from "../../../../src/features/promote/promote.ts";
import type { Promotion } from "../../../../src/features/promote/report.ts";
import { hasDifferences } from "../../../../src/features/compare/report.ts";
import { applied, textSource } from "../../../support/text-source.ts";

type Files = Readonly<Record<string, string>>;

const environment = (name: string, more = ""): string =>
  `environment: ${name}\ntarget: "embedded:"\n${more}`;
const STAGING = "environments/staging/connections/gmail.yaml";
const PROD = "environments/prod/connections/gmail.yaml";
const PROD_RULES = "environments/prod/environment.yaml";
const BASE: Files = {
  "environments/staging/environment.yaml": environment("staging"),
  [PROD_RULES]: environment("prod"),
  "connections/gmail.yaml": `connection_id: gmail
provider: gmail
auth_type: oauth2
credentials: {client_id: 1.apps.example}
scopes: [a, b]
settings: {timeout: 30}
lifecycle: {varies: [/settings/user_agent]}
`,
};

async function run(
  more: Files,
  choice: Partial<PromotionChoice> = {},
): Promise<{ promotion: Promotion; after: Files }> {
  const files = { ...BASE, ...more };
  const source = textSource(files);
  const pair = await resolvePair(source, ["staging", "prod"], {});
  const promotion = await promote(source, pair, {
    keys: [],
    fields: [],
    env: {},
    ...choice,
  });
  return { promotion, after: applied(files, promotion.changes) };
}

async function stillDiffers(files: Files): Promise<boolean> {
  const pair = await resolvePair(textSource(files), ["staging", "prod"], {});
  return hasDifferences(compareEnvironments(pair));
}

describe("promoting", () => {
  it("writes nothing where nothing differs", async () => {
    const { promotion } = await run({});
    expect(promotion).toMatchObject({ changes: [], carried: [], added: [] });
  });

  it("gives connections whose names are alike files of their own", async () => {
    const shared = (key: string): string =>
      `connection_id: "${key}"\nprovider: gmail\nauth_type: oauth2\nscopes: [a]\n`;
    const own = (key: string): string =>
      `connection_id: "${key}"\nowner: "${key}"\n`;
    const { after } = await run({
      "connections/1.yaml": shared("a:b"),
      "connections/2.yaml": shared("a b"),
      "environments/staging/connections/1.yaml": own("a:b"),
      "environments/staging/connections/2.yaml": own("a b"),
    });
    expect(await stillDiffers(after)).toBe(false);
  });

  it("carries a field over into the target's own file, and the two then ask for the same", async () => {
    const { promotion, after } = await run({
      [STAGING]: "scopes: [a, b, c]\n",
    });
    expect(promotion.changes.map(({ path }) => path)).toEqual([PROD]);
    expect(after[PROD]).toContain("c");
    expect(after[PROD]).not.toContain("timeout");
    expect(await stillDiffers(after)).toBe(false);
  });

  it("keeps what the target's file says besides, comments and all", async () => {
    const { after } = await run({
      [STAGING]: "scopes: [a, c]\n",
      [PROD]:
        "# prod is slower\nsettings:\n  timeout: 90 # measured\nowner: team-prod\n",
    });
    expect(after[PROD]).toContain(
      "# prod is slower\nsettings:\n  timeout: 90 # measured\n",
    );
    expect(after[PROD]).toContain("owner: team-prod");
    expect(await stillDiffers(after)).toBe(false);
  });

  it("leaves what is meant to differ: varying fields, variables, and what the target sets itself", async () => {
    const { promotion } = await run({
      "environments/staging/environment.yaml": environment(
        "staging",
        "variables: {client: s.apps.example}\n",
      ),
      [PROD_RULES]: environment(
        "prod",
        "variables: {client: p.apps.example}\n",
      ),
      "connections/gmail.yaml":
        BASE["connections/gmail.yaml"]?.replace(
          "1.apps.example",
          "var://client",
        ) ?? "",
      [STAGING]: "settings: {user_agent: staging, timeout: 5}\n",
      [PROD]: "settings: {timeout: 90}\n",
    });
    expect(promotion.changes).toEqual([]);
  });

  it("carries a named field over although the target sets it", async () => {
    const { promotion, after } = await run(
      {
        [STAGING]: "settings: {timeout: 5}\nowner: x\n",
        [PROD]: "settings: {timeout: 90}\n",
      },
      { fields: ["/settings/timeout"] },
    );
    expect(promotion.carried).toMatchObject([
      { key: "gmail", fields: [{ path: "/settings/timeout" }] },
    ]);
    expect(after[PROD]).toContain("timeout: 5");
    expect(after[PROD]).not.toContain("owner");
  });

  it("drops from the target's file what is then said below it already", async () => {
    const { after } = await run(
      { [PROD]: "settings: {timeout: 90}\nowner: prod\n" },
      { fields: ["/settings/timeout"] },
    );
    expect(after[PROD]).not.toContain("timeout");
    expect(after[PROD]).toContain("owner: prod");
  });

  it("carries a variable over as a variable", async () => {
    const { after } = await run({
      [STAGING]: "settings: {timeout: 30}\nowner: team-${var.region}\n",
      "environments/staging/environment.yaml": environment(
        "staging",
        "variables: {region: eu}\n",
      ),
      [PROD_RULES]: environment("prod", "variables: {region: us}\n"),
    });
    expect(after[PROD]).toContain("team-${var.region}");
  });

  it("unmanages a field the source does not manage", async () => {
    const { after } = await run({ [STAGING]: "settings: {timeout: null}\n" });
    expect(await stillDiffers(after)).toBe(false);
    expect(after[PROD]).toContain("null");
  });

  it("takes a connection out of exclude or into include, with the source's own file", async () => {
    const files = {
      [STAGING]: "owner: x\nsettings: {user_agent: staging}\n",
      [PROD_RULES]: environment(
        "prod",
        "connections:\n  include: [slack] # for now\n  exclude: [gmail]\n",
      ),
      "connections/slack.yaml": "provider: slack\nauth_type: oauth2\n",
    };
    const { promotion, after } = await run(files);
    expect(promotion.added).toEqual(["gmail"]);
    expect(after[PROD_RULES]).toMatch(/include: \[slack, gmail\] # for now/u);
    expect(after[PROD_RULES]).not.toContain("exclude");
    expect(after[PROD]).toContain("owner: x");
    expect(after[PROD], "what varies is the source's own").not.toContain(
      "user_agent",
    );
  });

  it("copies a connection that only the source declares", async () => {
    const path = "environments/staging/connections/jira.yaml";
    const text = "# tickets\nprovider: jira\nauth_type: oauth2\n";
    const { promotion, after } = await run({ [path]: text });
    expect(promotion.added).toEqual(["jira"]);
    expect(after[path.replace("staging", "prod")]).toBe(text);
    expect(await stillDiffers(after)).toBe(false);
  });

  it("does not touch a wildcard that leaves a connection out, and refuses when it was named", async () => {
    const files = {
      [PROD_RULES]: environment("prod", 'connections: {exclude: ["gm*"]}\n'),
      "connections/slack.yaml": "provider: slack\nauth_type: oauth2\n",
    };
    const { promotion } = await run(files);
    expect(promotion.changes).toEqual([]);
    expect(promotion.kept).toMatchObject([{ key: "gmail" }]);
    expect(promotion.kept[0]?.why).toContain('"gm*"');
    await expect(run(files, { keys: ["gmail"] })).rejects.toThrow(
      expect.objectContaining({ code: "CLI072" }),
    );
  });

  it("removes nothing from the target", async () => {
    const own = "environments/prod/connections/jira.yaml";
    const { promotion } = await run({
      [own]: "provider: jira\nauth_type: oauth2\n",
    });
    expect(promotion.changes).toEqual([]);
    expect(promotion.kept).toMatchObject([{ key: "jira" }]);
  });

  it("edits two connections of one file one after the other", async () => {
    const both = "environments/prod/connections/both.yaml";
    const { promotion, after } = await run({
      "connections/slack.yaml":
        "connection_id: slack\nprovider: slack\nauth_type: oauth2\n",
      "environments/staging/connections/gmail.yaml": "owner: x\n",
      "environments/staging/connections/slack.yaml": "owner: y\n",
      [both]:
        "connection_id: gmail\ndescription: one\n---\nconnection_id: slack\ndescription: two\n",
    });
    expect(promotion.changes.map(({ path }) => path)).toEqual([both]);
    expect(after[both]).toContain("owner: x");
    expect(after[both]).toContain("owner: y");
    expect(await stillDiffers(after)).toBe(false);
  });

  it("leaves it to each environment whether a connection is protected, unless that is asked for by name", async () => {
    const files = { [STAGING]: "lifecycle: {protected: true}\n" };
    const { promotion } = await run(files, { keys: ["gmail"] });
    expect(promotion).toMatchObject({ changes: [], kept: [{ key: "gmail" }] });
    const asked = await run(files, { fields: ["/lifecycle/protected"] });
    expect(asked.after[PROD]).toContain("protected: true");
  });

  it("can be looked at before anything is written", async () => {
    const files = { ...BASE, [STAGING]: "owner: x\n" };
    const source = textSource(files);
    const { promotion } = await run({ [STAGING]: "owner: x\n" });
    const changed = withChanges(source, promotion.changes);
    const pair = await resolvePair(changed, ["staging", "prod"], {});
    expect(hasDifferences(compareEnvironments(pair))).toBe(false);
  });
});
