import { describe, expect, it } from "vitest";
import {
  compareEnvironments,
  resolvePair,
} from "../../../../src/features/compare/compare.ts";
import {
  hasDifferences,
  undeclared,
  type Comparison,
} from "../../../../src/features/compare/report.ts";
import { renderComparison } from "../../../../src/features/compare/text.ts";
import { textSource } from "../../../support/text-source.ts";

const STYLE = { color: false, width: 80 };
const environment = (name: string, more = ""): string =>
  `environment: ${name}\ntarget: "embedded:"\n${more}`;
const GMAIL = `connection_id: gmail
provider: gmail
auth_type: oauth2
credentials: {client_id: 1.apps.example}
scopes: [a, b]
settings: {timeout: 30}
`;

async function compare(
  files: Readonly<Record<string, string>>,
  keys: readonly string[] = [],
): Promise<Comparison> {
  const source = textSource({
    "environments/staging/environment.yaml": environment("staging"),
    "environments/prod/environment.yaml": environment("prod"),
    "connections/gmail.yaml": GMAIL,
    ...files,
  });
  const pair = await resolvePair(source, ["staging", "prod"], {});
  return compareEnvironments(pair, keys);
}

const overlay = (name: string): string =>
  `environments/${name}/connections/gmail.yaml`;

describe("comparing two environments", () => {
  it("finds nothing where both ask for the same", async () => {
    const comparison = await compare({});
    expect(hasDifferences(comparison)).toBe(false);
    expect(renderComparison(comparison, STYLE)).toBe(
      "staging and prod ask for the same: 1 connection.\n",
    );
  });

  it("tells what only the first asks for, and where that is written", async () => {
    const comparison = await compare({
      [overlay("staging")]: "scopes: [b, a, c]\nsettings: {pkce: true}\n",
    });
    const [gmail] = comparison.both;
    expect(gmail?.fields).toEqual([
      {
        path: "/scopes",
        semantics: "set",
        declared: null,
        left: {
          value: ["b", "a", "c"],
          location: expect.objectContaining({
            file: overlay("staging"),
            line: 1,
          }) as unknown,
        },
        right: {
          value: ["a", "b"],
          location: expect.objectContaining({
            file: "connections/gmail.yaml",
            line: 5,
          }) as unknown,
        },
      },
      expect.objectContaining({ path: "/settings/pkce", right: {} }),
    ]);
    const text = renderComparison(comparison, STYLE);
    expect(text).toContain(`- "c"  ${overlay("staging")}:1`);
    expect(text).not.toContain('"a"');
    expect(text).toContain("+ not managed");
    expect(text).toContain("tieline promote staging prod");
  });

  it("takes sets without order, and absent and null for two things", async () => {
    const same = await compare({ [overlay("staging")]: "scopes: [b, a]\n" });
    expect(hasDifferences(same)).toBe(false);
    const empty = await compare({
      [overlay("staging")]:
        "$patch: [{op: replace, path: /settings/timeout, value: null}]\n",
    });
    expect(undeclared(empty.both[0] ?? { key: "", fields: [] })).toHaveLength(
      1,
    );
  });

  it.each([
    [
      "variable",
      {
        "environments/staging/environment.yaml": environment(
          "staging",
          "variables: {client: s.apps.example}\n",
        ),
        "environments/prod/environment.yaml": environment(
          "prod",
          "variables: {client: p.apps.example}\n",
        ),
        "connections/gmail.yaml": GMAIL.replace(
          "1.apps.example",
          "var://client",
        ),
      },
    ],
    [
      "varies",
      {
        "connections/gmail.yaml": `${GMAIL}lifecycle: {varies: [settings]}\n`,
        [overlay("staging")]: "settings: {timeout: 5}\n",
      },
    ],
    ["override", { [overlay("prod")]: "settings: {timeout: 60}\n" }],
    [
      "override",
      {
        [overlay("prod")]: "$patch: [{op: remove, path: /settings/timeout}]\n",
      },
    ],
    ["override", { [overlay("prod")]: "settings: {timeout: null}\n" }],
  ])("leaves out what is meant to differ: %s", async (declared, files) => {
    const comparison = await compare(files);
    expect(hasDifferences(comparison)).toBe(false);
    expect(comparison.both[0]?.fields).toMatchObject([{ declared }]);
    expect(renderComparison(comparison, STYLE)).toContain("--all");
    expect(
      renderComparison(comparison, { ...STYLE, showsDeclared: true }),
    ).toContain("meant to differ");
  });

  it("does not take the first environment's own file for a declaration", async () => {
    const comparison = await compare({
      [overlay("staging")]: "settings: {timeout: 5}\n",
    });
    expect(hasDifferences(comparison)).toBe(true);
  });

  it("names connections that only one of them has", async () => {
    const comparison = await compare({
      "environments/prod/environment.yaml": environment(
        "prod",
        "connections: {exclude: [gmail]}\n",
      ),
      "environments/prod/connections/slack.yaml":
        "provider: slack\nauth_type: oauth2\n",
    });
    expect(comparison.onlyLeft.map(({ key }) => key)).toEqual(["gmail"]);
    expect(comparison.onlyRight.map(({ key }) => key)).toEqual(["slack"]);
    expect(hasDifferences(comparison)).toBe(true);
  });

  it("keeps whatever a value holds from acting on a terminal", () => {
    const hostile = "\u001b[31mred\u202e";
    const text = renderComparison(
      {
        left: hostile,
        right: hostile,
        both: [
          {
            key: hostile,
            fields: [
              {
                path: "/owner",
                semantics: "scalar",
                left: { value: hostile },
                right: {},
                declared: null,
              },
            ],
          },
        ],
        onlyLeft: [],
        onlyRight: [],
      },
      STYLE,
    );
    expect(text).not.toMatch(/[\u001b\u202e]/u);
  });

  it("refuses an environment against itself, and names neither has", async () => {
    const source = textSource({});
    await expect(resolvePair(source, ["prod", "prod"], {})).rejects.toThrow(
      expect.objectContaining({ code: "CLI001" }),
    );
    await expect(compare({}, ["gmial"])).rejects.toThrow(
      expect.objectContaining({
        code: "CLI040",
        fix: 'use "gmail"',
      }),
    );
  });
});
