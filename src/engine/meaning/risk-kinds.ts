/** Where the sentence of a risk comes from. */
interface RiskKind {
  /**
   * `plan`: what is compared shows it. `documented`: a vendor or standard says so. `inferred`:
   * nobody says so, and it is likely.
   */
  readonly evidence: "plan" | "documented" | "inferred";
  /** What it rests on, in words; for documents, where it stands. */
  readonly source: string;
}

/**
 * Every code a risk may have. Policies name them: one is added, never renamed. docs/guides/risks.md
 * is the same list for people.
 */
export const RISK_KINDS = {
  "connection.adopted": plan("the inventory has no entry for it"),
  "connection.deleted": inferred(
    "docs/drivers/scalekit-api.md section 23.9 leaves it open",
  ),
  "connection.looks-renamed": plan(
    "provider, auth type and client or most fields of both are equal",
  ),
  "connection.recreated": inferred(
    "docs/drivers/scalekit-api.md section 9 for the redirect URI; docs/drivers/scalekit-api.md section 23.9 leaves open what becomes of accounts",
  ),
  "connection.renamed": inferred(
    "docs/drivers/scalekit-api.md section 10 for the name; docs/drivers/scalekit-api.md section 23.6 leaves open what becomes of accounts",
  ),
  "connection.replaced": inferred(
    "docs/drivers/scalekit-api.md section 9 for the redirect URI; docs/drivers/scalekit-api.md section 23.9 leaves open what becomes of accounts",
  ),
  "credential.changed": documented(
    "docs/drivers/scalekit-api.md section 10, Scopes",
  ),
  "credential.half-changed": documented("RFC 6749 section 2.3.1"),
  "credential.platform": documented(
    "docs/drivers/scalekit-api.md section 10, Platform credentials",
  ),
  "destination.cleared": plan("the schema says that it is a destination"),
  "destination.host-changed": plan("the schema says what goes there"),
  "destination.path-changed": plan("the schema says that it is a destination"),
  "destination.restored": plan(
    "the last apply left what the documents say, and the platform has something else",
  ),
  "destination.route-changed": plan("the schema says what hangs on it"),
  "destination.set": plan("the schema says what goes there"),
  "drift.overwritten": plan(
    "documents and platform both differ from the last apply",
  ),
  "drift.reverted": plan("only the platform differs from the last apply"),
  "field.unmanaged": plan("the last apply wrote it, and no document has it"),
  "offline-access.lost": documented(
    "the page of the provider, in src/domain/catalogue/offline-access.ts",
  ),
  "proof-key.disabled": documented("RFC 7636 section 1"),
  "protection.removed": plan("the inventory remembers the protection"),
  "provider.removed": plan("no connection uses it afterwards"),
  "provider.shared": plan("the documents name the provider more than once"),
  "scope.added": documented(
    "docs/drivers/scalekit-api.md section 10, Scopes; catalogue/scopes",
  ),
  "scope.cleared": documented(
    "docs/drivers/scalekit-api.md section 10, Scopes",
  ),
  "scope.removed": documented(
    "docs/drivers/scalekit-api.md section 10, Scopes; catalogue/scopes",
  ),
  "scope.requested": documented("catalogue/scopes"),
  "secret.borrowed": plan("the reference names another connection"),
  "secret.borrowed-to-host": plan(
    "the reference names another connection, and the document names the host",
  ),
  "secret.pipeline": documented(
    "the pages of the pipelines, in src/domain/environment-access.ts",
  ),
  "secret.unknown": plan("no fingerprints of one key to compare"),
  "state.disabled": inferred(
    "docs/drivers/scalekit-api.md section 10, Enable and disable",
  ),
  "state.enabled": plan("only the platform differs from the last apply"),
  "text.look-alike": documented("Unicode Technical Standard 39"),
} as const satisfies Readonly<Record<string, RiskKind>>;

/** A code of a risk. */
export type RiskCode = keyof typeof RISK_KINDS;

function plan(source: string): RiskKind {
  return { evidence: "plan", source };
}

function documented(source: string): RiskKind {
  return { evidence: "documented", source };
}

function inferred(source: string): RiskKind {
  return { evidence: "inferred", source };
}

/**
 * Codes of what changes mean beside each other: a plan alone does not hold what they are derived
 * from.
 */
const RELATIONS: readonly RiskCode[] = [
  "connection.looks-renamed",
  "provider.shared",
];

/** True for the code of a risk that more than its own change is needed for. */
export function isRelation(code: string): boolean {
  return RELATIONS.some((relation) => relation === code);
}
