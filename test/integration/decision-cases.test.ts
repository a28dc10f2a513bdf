import { describe, expect, it } from "vitest";
import type { AssembleInput } from "../../src/engine/diff/input.ts";
import type { FieldValues } from "../../src/domain/connection.ts";
import type { SecretDescription } from "../../src/domain/secret/secret.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { renderPlan } from "../../src/features/plan/text.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anInventory,
  planOf,
  recordedOf,
  someRules,
  type DesiredParts,
} from "../support/engine-builders.ts";

/** What somebody in a hurry reads. */
const FIRST_LINES = 25;

/** A pull request, and what stands in the first lines of its plan. */
interface DecisionCase {
  readonly does: string;
  readonly input: Partial<AssembleInput>;
  /** Parts of lines, each under the section that it belongs to. */
  readonly says: readonly (readonly [section: string, text: string])[];
  /** What would mislead. */
  readonly never?: readonly string[];
}

const MAIL = "https://www.googleapis.com/auth/gmail.";
const SECRET = { "/credentials/client_secret": "secret://mail/client_secret" };

const CRM: Pick<SecretDescription, "ref"> = {
  ref: { kind: "secret", path: "crm/client_secret" },
};

interface Side extends DesiredParts {
  readonly last?: FieldValues;
}

/** A connection that stands and changes. */
function changes(
  live: FieldValues,
  desired: FieldValues,
  { last = live, ...more }: Side = {},
): Partial<AssembleInput> {
  const provider = more.provider ?? "gmail";
  return {
    desired: [aDesired({ ...more, fields: desired })],
    live: [aLive({ provider, fields: live })],
    inventory: anInventory([anAppliedEntry(last, { provider })]),
    accounts: new Map([["mail", 140]]),
  };
}

function documented(more: JsonObject): AssembleInput["rules"]["declared"] {
  const { declared } = someRules();
  return { ...declared, document: { ...declared.document, ...more } };
}

/** Connections with one custom provider. */
function billing(host: string): Partial<AssembleInput> {
  const keys = ["billing-apac", "billing-eu", "billing-uk", "billing-us"];
  const kind = { provider: "acme", authType: "custom" };
  const fields = (of: string): FieldValues => ({
    "/custom_provider/proxy_url": `https://${of}/api`,
  });
  return {
    rules: someRules({ isProduction: true }),
    desired: keys.map((key) =>
      aDesired({ key, ...kind, fields: fields(host) }),
    ),
    live: keys.map((key) =>
      aLive({ key, ...kind, fields: fields("a.example") }),
    ),
    inventory: anInventory(
      keys.map((key) => anAppliedEntry(fields("a.example"), { key, ...kind })),
    ),
    accounts: new Map(keys.map((key, index) => [key, 100 + index])),
  };
}

/** 150 equal changes, and one that is not. */
function many(): Partial<AssembleInput> {
  const keys = Array.from(
    { length: 150 },
    (_, index) => `m-${String(index).padStart(3, "0")}`,
  );
  const before = { "/scopes": [`${MAIL}labels`] };
  return {
    desired: keys.map((key) =>
      aDesired({
        key,
        fields: {
          "/scopes":
            key === "m-077" ? ["https://mail.google.com/"] : [`${MAIL}send`],
        },
      }),
    ),
    live: keys.map((key) => aLive({ key, fields: before })),
    inventory: anInventory(keys.map((key) => anAppliedEntry(before, { key }))),
  };
}

function raisesDeletes(): Partial<AssembleInput> {
  const keys = ["a", "b", "c"];
  const rules = (most: number): AssembleInput["rules"] =>
    someRules({
      limits: { ...someRules().limits, maxDeletes: most, maxChangeRatio: 1 },
      declared: documented({ limits: { max_deletes: most } }),
    });
  return {
    rules: rules(20),
    live: keys.map((key) => aLive({ key })),
    inventory: {
      ...anInventory(keys.map((key) => anAppliedEntry({}, { key }))),
      rules: recordedOf(rules(2)),
    },
    accounts: new Map(keys.map((key) => [key, 10])),
  };
}

function lowersGuard(): Partial<AssembleInput> {
  const rules = (guards: JsonObject): AssembleInput["rules"] =>
    someRules({
      isProduction: true,
      guardLevels: "PLN107" in guards ? { PLN107: "warn" } : {},
      declared: documented({ production: true, guards }),
    });
  const url = (host: string): FieldValues => ({
    "/settings/token_url": `https://${host}/token`,
  });
  const input = changes(url("a.example"), url("b.example"));
  return {
    ...input,
    rules: rules({ PLN107: "warn" }),
    inventory: {
      ...anInventory([anAppliedEntry(url("a.example"))]),
      rules: recordedOf(rules({})),
    },
  };
}

const CASES: readonly DecisionCase[] = [
  {
    does: "replaces the client and keeps the secret",
    input: changes(
      { "/credentials/client_id": "old" },
      { "/credentials/client_id": "new" },
    ),
    says: [
      [
        "DECIDE",
        'HIGH mail  The OAuth client becomes "new" instead of "old". 140 accounts stay on the old client until they consent again: keep it alive.',
      ],
      ["DECIDE", "unless both belong together, consent and refresh fail."],
    ],
  },
  {
    does: "deletes a connection that 140 accounts use",
    input: {
      live: [aLive()],
      inventory: anInventory([anAppliedEntry({})]),
      accounts: new Map([["mail", 140]]),
    },
    says: [
      [
        "DECIDE",
        "CRITICAL mail  Deletes the connection. 140 accounts probably stop working",
      ],
    ],
  },
  {
    does: "deletes a connection that nobody uses",
    input: {
      live: [aLive()],
      inventory: anInventory([anAppliedEntry({})]),
      accounts: new Map([["mail", 0]]),
    },
    says: [["DECIDE", "HIGH mail  Deletes the connection"]],
  },
  {
    does: "takes a far-reaching scope away",
    input: changes(
      { "/scopes": [`${MAIL}readonly`, `${MAIL}labels`] },
      { "/scopes": [`${MAIL}labels`] },
    ),
    says: [
      [
        "LOOK AT",
        "mail  Loses: read all mail and settings (sensitive). 140 accounts keep what was granted",
      ],
    ],
    never: ["ROUTINE"],
  },
  {
    does: "puts back a host that somebody changed by hand",
    input: changes(
      { "/settings/token_url": "https://evil.example/token" },
      { "/settings/token_url": "https://a.example/token" },
      { last: { "/settings/token_url": "https://a.example/token" } },
    ),
    says: [
      [
        "TAKES BACK CHANGES MADE BY HAND",
        'Puts back the reviewed host "a.example" of the token address; somebody changed it to "evil.example"',
      ],
    ],
    never: ["DECIDE", "ROUTINE", "LOOK AT"],
  },
  {
    does: "puts back scopes that somebody added by hand",
    input: changes(
      { "/scopes": [`${MAIL}labels`, `${MAIL}send`] },
      { "/scopes": [`${MAIL}labels`] },
      { last: { "/scopes": [`${MAIL}labels`] } },
    ),
    says: [
      [
        "TAKES BACK CHANGES MADE BY HAND",
        `mail  scopes: ${MAIL}send removed again`,
      ],
    ],
    never: ["DECIDE", "ROUTINE"],
  },
  {
    does: "stops to manage what asks for refresh tokens",
    input: {
      ...changes({ "/settings/access_type": "offline" }, {}),
      notices: [
        {
          code: "DRV044",
          level: "warning",
          key: "mail",
          message:
            '"mail" does not say access_type: offline, so its accounts may expire',
        },
      ],
    },
    says: [
      [
        "LOOK AT",
        'access_type, which stays "offline" on the platform. New accounts get refresh tokens by it',
      ],
    ],
  },
  {
    does: "asks for a far-reaching scope with a new connection",
    input: {
      desired: [
        aDesired({ fields: { "/scopes": ["https://mail.google.com/"] } }),
      ],
    },
    says: [
      [
        "LOOK AT",
        "mail  Asks for: read, write, send and permanently delete all mail (sensitive).",
      ],
    ],
    never: ["ROUTINE"],
  },
  {
    does: "borrows a secret and leads it to a host of its own",
    input: {
      desired: [
        aDesired({
          fields: { "/settings/token_url": "https://own.example/token" },
          secrets: {
            "/credentials/client_secret": "secret://crm/client_secret",
          },
        }),
      ],
    },
    says: [
      [
        "DECIDE",
        'CRITICAL mail  "secret://crm/client_secret", which is not kept under this connection\'s name, goes to "own.example"',
      ],
    ],
    never: ['Sends "secret://crm'],
  },
  {
    does: "encrypts a file anew, planned without its key",
    input: {
      ...changes(
        {},
        {},
        {
          secrets: {
            "/credentials/client_secret": "secret://crm/client_secret",
          },
        },
      ),
      secrets: new Map([
        [
          "mail",
          new Map([
            ["/credentials/client_secret", { ...CRM, cipherDigest: "b" }],
          ]),
        ],
      ]),
      inventory: anInventory([
        anAppliedEntry(
          {},
          {
            secrets: {
              "/credentials/client_secret": {
                cipherDigest: "a",
                appliedAt: "2026-01-01T00:00:00.000Z",
              },
            },
            local: {
              "/credentials/client_secret": "secret://crm/client_secret",
            },
          },
        ),
      ]),
    },
    says: [
      [
        "LOOK AT",
        "Without a key nobody can tell whether the client secret is another one or its file was only encrypted anew",
      ],
    ],
    never: ["DECIDE", "HIGH"],
  },
  {
    does: "renames with previous_ids",
    input: {
      desired: [
        aDesired({
          key: "post",
          secrets: SECRET,
          lifecycle: { previous_ids: ["mail"] },
        }),
      ],
      live: [aLive()],
      inventory: anInventory([
        anAppliedEntry(
          {},
          {
            secrets: {
              "/credentials/client_secret": {
                fingerprint: "v1.k.a",
                appliedAt: "2026-01-01T00:00:00.000Z",
              },
            },
          },
        ),
      ]),
      secrets: new Map([
        [
          "post",
          new Map([
            ["/credentials/client_secret", { ...CRM, fingerprint: "v1.k.b" }],
          ]),
        ],
      ]),
      accounts: new Map([["post", 23]]),
    },
    says: [
      ["LOOK AT", 'post  Changes the name from "mail"'],
      ["LOOK AT", "cannot be told under a new name"],
    ],
    never: ["Sends another client secret"],
  },
  {
    does: "moves the host of a custom provider that four connections share",
    input: billing("b.example"),
    says: [
      [
        "REFUSED",
        '4 × (billing-apac, billing-eu, billing-uk, billing-us)  The proxy address would move from "a.example" to "b.example".',
      ],
      [
        "DECIDE",
        'CRITICAL 4 × (billing-apac, billing-eu, billing-uk, billing-us, 406 accounts)  API calls and their credentials of their accounts go to "b.example" (new)',
      ],
    ],
  },
  {
    does: "changes 150 connections alike and one otherwise",
    input: many(),
    says: [
      [
        "DECIDE",
        "HIGH m-077  Gains: read, write, send and permanently delete all mail",
      ],
      ["DECIDE", "HIGH 149 × ("],
    ],
  },
  {
    does: "declares a redirect URI that is not the platform's",
    input: {
      ...changes(
        {},
        {},
        {
          expected: { "/credentials/redirect_uri": "https://evil.example/cb" },
        },
      ),
      live: [
        aLive({
          computed: { "/credentials/redirect_uri": "https://real.example/cb" },
        }),
      ],
    },
    says: [
      [
        "REFUSED",
        "mail  Nothing can be planned, as it declares a value of credentials.redirect_uri that is not the platform's",
      ],
    ],
    never: ["ROUTINE", "ONLY APPLICATIONS SEE", "matches the documents"],
  },
  {
    does: "raises a limit for its own deletions",
    input: raisesDeletes(),
    says: [
      [
        "DECIDE",
        "CRITICAL 3 × (a, b, c, 30 accounts)  Deletes the connection. Their accounts probably stop working",
      ],
      [
        "DECIDE",
        "HIGH Passes only because THIS change loosens limits.max_deletes",
      ],
      ["RULES THIS CHANGE LOOSENS", "limits.max_deletes 2 -> 20"],
    ],
  },
  {
    does: "lowers the guard of what it does",
    input: lowersGuard(),
    says: [
      [
        "DECIDE",
        "CRITICAL mail  Client secret, sign-in codes and refresh tokens of 140 accounts go to",
      ],
      ["DECIDE", "HIGH mail  Passes only because THIS change loosens guards"],
    ],
    never: ["let it pass by name"],
  },
  {
    does: "changes nothing, where somebody switched a connection off",
    input: { ...changes({}, {}), live: [aLive({ isEnabled: false })] },
    says: [
      [
        "LOOK AT",
        "mail  Is switched off on the platform, and no document says whether it should be.",
      ],
    ],
  },
  {
    does: "lacks the commit that was applied last",
    input: {
      ...changes({ "/scopes": [`${MAIL}labels`] }, { "/scopes": [] }),
      notices: [
        {
          code: "PLN118",
          level: "warning",
          message:
            "this commit lacks 5e0f1a2b3c4d, which was applied 3 hours ago (2026-03-01T10:00Z): it takes that commit back",
        },
      ],
    },
    says: [
      [
        "DECIDE",
        "HIGH This commit lacks 5e0f1a2b3c4d, which was applied 3 hours ago",
      ],
    ],
  },
];

/** The first lines of a plan, by the section they stand in. */
function firstScreen(input: Partial<AssembleInput>): Map<string, string> {
  const text = renderPlan(
    planOf(input),
    { color: false, width: 200 },
    { verbose: false },
  );
  const sections = new Map<string, string>();
  let title = "";
  for (const line of text.split("\n").slice(0, FIRST_LINES)) {
    if (line === "") title = "details";
    else if (/^[A-Z][A-Z ]+$/u.test(line)) title = line;
    sections.set(title, `${sections.get(title) ?? ""}${line}\n`);
  }
  return sections;
}

describe("the first lines of the plan of a pull request that", () => {
  it.each(CASES.map((each) => [each.does, each] as const))(
    "%s say so",
    (_does, { input, says, never = [] }) => {
      const sections = firstScreen(input);
      for (const [section, text] of says)
        expect(
          sections.get(section),
          [...sections.values()].join(""),
        ).toContain(text);
      sections.delete("details");
      const sheet = [...sections.values()].join("");
      for (const text of never) expect(sheet).not.toContain(text);
    },
  );
});
