import { describe, expect, it } from "vitest";
import { auditConnections } from "../../../../src/environment/documents/audit.ts";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import { createScalekitAudit } from "../../../../src/drivers/scalekit/index.ts";
import { someRules } from "../../../support/engine-builders.ts";
import { resolveTexts } from "../../../support/documents.ts";

const HALF =
  "connection_id: a\nprovider: hubspot\nauth_type: oauth2\ncredentials:\n  client_id: x\n";
const KNOWN = "# credentials.client_secret is not managed: set by hand\n";

function codesOf(base: Record<string, string>): string[] {
  const audit = createScalekitAudit(CATALOGUE);
  const { connections } = resolveTexts({ base });
  return auditConnections(
    { audit },
    someRules({}),
    connections,
  ).diagnostics.map(({ code }) => code);
}

describe("a comment that says a field is not managed", () => {
  it("is taken as said, wherever in the document it stands", () => {
    expect(codesOf({ "a.yaml": HALF })).toEqual(["DRV042"]);
    expect(codesOf({ "a.yaml": KNOWN + HALF })).toEqual([]);
    expect(codesOf({ "a.yaml": `${HALF}  ${KNOWN}` })).toEqual([]);
    expect(codesOf({ "a.yaml": `${KNOWN}---\n${HALF}` })).toEqual([]);
  });

  it.each([
    ["a field there is not", KNOWN.replace("secret", "secrets")],
    ["another field", KNOWN.replace("client_secret", "api_key")],
    [
      "a value, no comment",
      "description: |\n  # credentials.client_secret is not managed\n",
    ],
  ])("says nothing about the secret when it is about %s", (_, text) => {
    const file = text.startsWith("#") ? text + HALF : HALF + text;
    expect(codesOf({ "a.yaml": file })).toEqual(["DRV042"]);
  });

  it("is about its own document of several", () => {
    const other = HALF.replace("connection_id: a", "connection_id: b");
    expect(codesOf({ "all.yaml": `${HALF}---\n${KNOWN}${other}` })).toEqual([
      "DRV042",
    ]);
  });
});
