import type { Plan } from "../../domain/generated/plan.ts";
import {
  planParts,
  type PlanPart,
  type PlanParts,
} from "../../engine/approvals/parts.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";
import type { ReviewedEnvironment, ReviewReport } from "./report.ts";

/** Name of a review that is given none. */
export const REVIEW_NAME = "tieline";

/** Environments that a mark names. */
const MAX_NAMED = 100;
/** Characters of the second line. */
const MAX_PARTS = 12_000;

/** What finds a comment again, and what it says to programs. Anybody can write one. */
export interface CommentMark {
  /** Of the review among several of one pull request. */
  readonly key: string;
  /** That was planned; it may be the merge of the proposed one. */
  readonly commit: string | null;
  /** That was proposed; `null` in comments of earlier versions. */
  readonly headCommit: string | null;
  /** Digest of what each plan would do, by environment; `null` for one that was not planned. */
  readonly digests: ReadonlyMap<string, string | null>;
  /** What each plan consists of, for messages only. */
  readonly parts: ReadonlyMap<string, PlanParts>;
}

const MARK =
  /^<!-- tieline-review:v1 key=([0-9a-f]{16}) commit=([0-9a-f]{40,64}|none)((?: [^\n> ]+)*) -->/u;
const PARTS = /^<!-- tieline-parts:v1((?: [^\n> ]+)*) -->$/u;
const DIGEST = /^([\w.-]{1,64})=(sha256:[0-9a-f]{64}|failed)$/u;
const HEAD = /^head=([0-9a-f]{40}|[0-9a-f]{64})$/u;
const ENVIRONMENT = /^@([\w.-]{1,64})\+(\d{1,9})$/u;
const PART = /^(~?[\w.-]{1,100})=([a-z]{1,12})\.([0-9a-f]{12})$/u;

/**
 * Tells the comment of a review from those of others on the same pull request: by its name, by the
 * folder in the repository, and where each environment has a comment by that.
 */
export function reviewKey(of: {
  readonly name: string;
  /** Folder in the repository; empty, or with a slash at its end. */
  readonly prefix: string;
  readonly environment?: string;
}): string {
  const { name, prefix, environment } = of;
  const parts = environment === undefined ? {} : { environment };
  return sha256(canonicalJson({ name, prefix, ...parts }))
    .slice("sha256:".length)
    .slice(0, 16);
}

/** The mark of a comment that begins with one. */
export function markOf(body: string): CommentMark | undefined {
  const [, key, commit, rest = ""] = MARK.exec(body) ?? [];
  if (key === undefined || commit === undefined) return undefined;
  const words = rest.split(" ");
  const [, second = ""] = body.split("\n", 2);
  return {
    key,
    commit: commit === "none" ? null : commit,
    headCommit: words.flatMap((word) => HEAD.exec(word)?.[1] ?? [])[0] ?? null,
    digests: digestsOf(words),
    parts: partsOf(PARTS.exec(second.trimEnd())?.[1] ?? ""),
  };
}

/** The two lines that a comment of ours begins with. */
export function markLines(
  report: Pick<ReviewReport, "environments" | "commit">,
  {
    key,
    headCommit,
  }: { readonly key: string; readonly headCommit: string | null },
): string {
  const named = report.environments
    .filter(({ name }) => /^[\w.-]{1,64}$/u.test(name))
    .slice(0, MAX_NAMED);
  const mark = [
    `<!-- tieline-review:v1 key=${key} commit=${report.commit ?? "none"}`,
    ...(headCommit === null ? [] : [`head=${headCommit}`]),
    ...named.map((each) => `${each.name}=${digestOf(each)}`),
    "-->",
  ].join(" ");
  return `${mark}\n${partsLine(named)}`;
}

/** The digest of one environment's plan that a mark says; one that is said twice is not said. */
function digestsOf(
  words: readonly string[],
): ReadonlyMap<string, string | null> {
  const digests = new Map<string, string | null>();
  for (const word of words) {
    const [, name, digest] = DIGEST.exec(word) ?? [];
    if (name === undefined || digest === undefined) continue;
    const isTwice = digests.has(name);
    digests.set(name, isTwice || digest === "failed" ? null : digest);
  }
  return digests;
}

function partsOf(text: string): ReadonlyMap<string, PlanParts> {
  const found = new Map<string, PlanParts>();
  let parts: PlanPart[] = [];
  for (const word of text.split(" ")) {
    const [, environment, omitted] = ENVIRONMENT.exec(word) ?? [];
    if (environment !== undefined) {
      parts = [];
      found.set(environment, { parts, omitted: Number(omitted) });
      continue;
    }
    const [, name, action, digest] = PART.exec(word) ?? [];
    if (name !== undefined && action !== undefined && digest !== undefined)
      parts.push({ name, action, digest });
  }
  return found;
}

function digestOf(each: ReviewedEnvironment): string {
  return each.kind === "planned" ? each.plan.intent_digest : "failed";
}

/** What each plan consists of, each within its share of the room there is. */
function partsLine(environments: readonly ReviewedEnvironment[]): string {
  const plans = environments.flatMap((each) =>
    each.kind === "planned" ? [{ name: each.name, plan: each.plan }] : [],
  );
  const share = Math.floor(MAX_PARTS / Math.max(plans.length, 1));
  const words = plans.flatMap(({ name, plan }) => partWords(name, plan, share));
  return ["<!-- tieline-parts:v1", ...words, "-->"].join(" ");
}

function partWords(name: string, plan: Plan, most: number): readonly string[] {
  const all = planParts(plan).map(
    (part) => `${part.name}=${part.action}.${part.digest}`,
  );
  let left = most - 100;
  const kept = all.filter((word) => {
    if (!PART.test(word)) return false;
    left -= word.length + 1;
    return left >= 0;
  });
  return [`@${name}+${String(all.length - kept.length)}`, ...kept];
}
