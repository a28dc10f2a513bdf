import type { Notice, NoticeKind } from "../../domain/reconcile/notice.ts";
import type {
  DriftLine,
  EnvironmentStatus,
} from "../../domain/reconcile/status.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";
import { sha256 } from "../../util/hash.ts";

/** Lines of one notice before the rest is only counted. */
const MAX_LINES = 8;
/** Names can be long, and many fields of one connection can change. */
const MAX_LINE = 500;
const MAX_TITLE = 200;

/** A notice without what all of an environment share. */
interface Draft {
  readonly kind: NoticeKind;
  readonly level: Notice["level"];
  readonly title: string;
  readonly lines: readonly string[];
  /** What makes it the same notice again. */
  readonly identity: unknown;
}

/** The tick before and this one, with what was carried out. */
interface Ticks {
  readonly before: EnvironmentStatus | null;
  readonly after: EnvironmentStatus;
  /** In sentences; empty where nothing was carried out. */
  readonly done: readonly string[];
}

/**
 * What people are told after a tick: what is new against the tick before. As long as something
 * stays the same it is told once, and once more when it ends; failures are told like successes.
 */
export function noticesOf(
  before: EnvironmentStatus | null,
  after: EnvironmentStatus,
  done: readonly string[],
): Notice[] {
  const ticks = { before, after, done };
  const { environment, isProduction, commit, lastTick } = after;
  return TELLERS.flatMap((tell) => tell(ticks)).map(
    ({ identity, lines, kind, level, title }) => ({
      id: sha256(canonicalJson({ environment, kind, identity: [identity] })),
      kind,
      environment,
      isProduction,
      level,
      title: clip(`${environment}: ${title}`, MAX_TITLE),
      lines: boundedLines(lines),
      commit,
      at: lastTick?.finishedAt ?? "",
    }),
  );
}

const TELLERS: readonly ((ticks: Ticks) => readonly Draft[])[] = [
  tellDone,
  tellDrift,
  tellPending,
  tellFights,
  tellProblems,
  tellRecovery,
  tellSuspension,
];

function tellDone({ after, done }: Ticks): Draft[] {
  const result = after.lastTick?.result;
  if (result !== "healed" && result !== "rolled-out") return [];
  return [
    {
      kind: result,
      level: "info",
      title:
        result === "healed" ? "drift was taken back" : "a plan was carried out",
      lines: done,
      identity: after.lastTick?.finishedAt,
    },
  ];
}

function tellDrift({ before, after }: Ticks): Draft[] {
  const result = after.lastTick?.result ?? "failed";
  // Nobody looked, or what was found is told as done.
  if (["suspended", "failed", "held", "healed"].includes(result)) return [];
  const then = new Set((before?.drift ?? []).map(driftId));
  const now = after.drift;
  if (now.some((line) => !then.has(driftId(line))))
    return [
      {
        kind: "drift-found",
        level: "warning",
        title: `${countOf(now.length, "connection")} changed on the platform`,
        lines: [
          ...(after.proposal?.state === "open" ? [after.proposal.message] : []),
          ...now.map(({ key, paths, isMissing }) =>
            isMissing ? `${key} is gone` : `${key}: ${paths.join(", ")}`,
          ),
        ],
        identity: now.map(driftId),
      },
    ];
  if (now.length > 0 || then.size === 0) return [];
  return [
    {
      kind: "drift-ended",
      level: "info",
      title: "what was changed on the platform is as it was",
      lines: [],
      identity: [...then],
    },
  ];
}

/** A drift that ended and came back is another one. */
function driftId({ key, paths, isMissing, since }: DriftLine): string {
  return [key, isMissing ? "gone" : paths.join(" "), since].join(" ");
}

function tellPending({ before, after }: Ticks): Draft[] {
  const { pending } = after;
  if (pending?.isApprovable !== true) return [];
  if (pending.intentDigest === before?.pending?.intentDigest) return [];
  return [
    {
      kind: "approval-needed",
      level: "warning",
      title: "a plan waits for approval",
      lines: [...pending.waitsFor, `approve ${pending.intentDigest}`],
      identity: [pending.intentDigest, pending.since],
    },
  ];
}

function tellFights({ before, after }: Ticks): Draft[] {
  const known = new Set(before?.fights.map(({ key, path }) => key + path));
  return after.fights
    .filter(({ key, path }) => !known.has(key + path))
    .map(({ key, path, healCount, since }) => ({
      kind: "fighting",
      level: "alert",
      title: `somebody else keeps writing ${key} ${path}`.trimEnd(),
      lines: [
        `it was taken back ${countOf(healCount, "time")} since ${since} and is left alone now`,
      ],
      identity: [key, path, since],
    }));
}

function tellProblems({ before, after }: Ticks): Draft[] {
  const known = new Set(before?.problems.map(({ code }) => code));
  const found = after.problems.filter(({ code }) => !known.has(code));
  const [first] = found;
  if (first === undefined) return [];
  return [
    {
      kind: "failed",
      level: "alert",
      title: first.message,
      lines: found.map(({ code, message, fix }) =>
        fix === undefined
          ? `${code}: ${message}`
          : `${code}: ${message} (fix: ${fix})`,
      ),
      identity: found.map(({ code, since }) => [code, since]),
    },
  ];
}

function tellRecovery({ before, after }: Ticks): Draft[] {
  if (before === null || before.problems.length === 0) return [];
  if (after.problems.length > 0) return [];
  return [
    {
      kind: "recovered",
      level: "info",
      title: "it can be reconciled again",
      lines: before.problems.map(({ code }) => `${code} is over`),
      identity: before.problems.map(({ code, since }) => [code, since]),
    },
  ];
}

function tellSuspension({ before, after }: Ticks): Draft[] {
  const was = before?.suspension ?? null;
  const is = after.suspension;
  if (is !== null && is.at !== was?.at)
    return [
      {
        kind: "suspended",
        level: "warning",
        title: `suspended by ${is.by}`,
        lines: [
          is.why,
          is.until === null ? "until somebody resumes it" : `until ${is.until}`,
        ],
        identity: is.at,
      },
    ];
  if (is !== null || was === null) return [];
  return [
    {
      kind: "resumed",
      level: "info",
      title: "reconciled again",
      lines: [],
      identity: was.at,
    },
  ];
}

function boundedLines(lines: readonly string[]): readonly string[] {
  const bounded = lines.slice(0, MAX_LINES).map((line) => clip(line, MAX_LINE));
  if (lines.length <= MAX_LINES) return bounded;
  return [...bounded, `and ${countOf(lines.length - MAX_LINES, "more line")}`];
}
