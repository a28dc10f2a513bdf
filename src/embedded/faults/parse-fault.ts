import { UserError } from "../../domain/problem/error.ts";
import { FAULT_KINDS } from "./faults.ts";
import type { FaultKind, FaultRule, RetryAfter } from "./faults.ts";

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };
type Draft = Mutable<Partial<FaultRule>>;

/**
 * Reads one option's value into the rule; returns what the option takes when the value is not of
 * that kind.
 */
type Option = (draft: Draft, value: string) => string | undefined;

function numberOption(
  name: "times" | "after" | "ms" | "spreadMs" | "status" | "perMinute",
  [min, max]: readonly [number, number],
): Option {
  return (draft, value) => {
    const number = Number(value);
    const isInRange = /^\d+$/.test(value) && number >= min && number <= max;
    if (!isInRange)
      return `a whole number from ${String(min)} to ${String(max)}`;
    draft[name] = number;
    return undefined;
  };
}

const LARGEST = 1_000_000_000;

const COMMON = new Map<string, Option>([
  [
    "p",
    (draft, value) => {
      const number = Number(value);
      if (!/^(?:\d+\.?\d*|\.\d+)$/.test(value) || number > 1)
        return "a number from 0 to 1";
      draft.probability = number;
      return undefined;
    },
  ],
  ["times", numberOption("times", [1, LARGEST])],
  ["after", numberOption("after", [0, LARGEST])],
  [
    "method",
    (draft, value) => {
      if (!/^[A-Z]+$/.test(value)) return "an HTTP method in capitals";
      draft.method = value;
      return undefined;
    },
  ],
]);

const MS = ["ms", numberOption("ms", [0, 3_600_000])] as const;
const COMMIT: readonly [string, Option] = [
  "commit",
  (draft, value) => {
    if (value !== "yes" && value !== "no") return `"yes" or "no"`;
    draft.commits = value === "yes";
    return undefined;
  },
];
const RETRY_AFTER: readonly [string, Option] = [
  "retry-after",
  (draft, value) => {
    const parsed = parseRetryAfter(value);
    if (parsed === undefined)
      return `"none", "date", "date+SECONDS" or a number of seconds`;
    draft.retryAfter = parsed;
    return undefined;
  },
];

/** Options a kind has besides the common ones. */
const OPTIONS: Readonly<Record<FaultKind, ReadonlyMap<string, Option>>> = {
  latency: new Map([MS, ["spread", numberOption("spreadMs", [0, 3_600_000])]]),
  "reset-before": new Map(),
  "reset-after": new Map(),
  "429": new Map([RETRY_AFTER, COMMIT]),
  status: new Map([["status", numberOption("status", [400, 599])], COMMIT]),
  truncated: new Map([COMMIT]),
  html: new Map([COMMIT]),
  "slow-body": new Map([MS, COMMIT]),
  hang: new Map([COMMIT]),
  "token-expired": new Map(),
  duplicate: new Map(),
  "rate-budget": new Map([
    RETRY_AFTER,
    ["per-minute", numberOption("perMinute", [0, LARGEST])],
  ]),
};

/**
 * Reads a fault rule as the command line writes it: `kind:matcher:option=value:…`, such as
 * `reset-after:PATCH*:p=0.2` or `503:POST /api/v1/connections:times=2`. A matcher may hold colons
 * itself.
 * @throws UserError CLI001.
 */
export function parseFault(text: string): FaultRule {
  const [name = "", ...pieces] = text.split(":");
  const draft: Draft = {};
  const kind = parseKind(name, draft);
  if (kind === undefined) {
    throw misread(
      text,
      `"${name}" is not a kind of fault; the kinds are ${FAULT_KINDS.join(", ")} and the statuses 500 to 599`,
    );
  }
  const matcher: string[] = [];
  for (const piece of pieces) {
    const [, option, value] = /^([a-z-]+)=(.*)$/.exec(piece) ?? [];
    if (option === undefined || value === undefined) matcher.push(piece);
    else readOption(text, kind, { draft, option, value });
  }
  if (matcher.length > 0) draft.route = parseMatcher(text, matcher.join(":"));
  return { ...draft, kind };
}

function parseKind(name: string, draft: Draft): FaultKind | undefined {
  if (/^5\d\d$/.test(name)) {
    draft.status = Number(name);
    return "status";
  }
  return FAULT_KINDS.find((kind) => kind === name);
}

interface SentOption {
  readonly draft: Draft;
  readonly option: string;
  readonly value: string;
}

function readOption(
  text: string,
  kind: FaultKind,
  { draft, option, value }: SentOption,
): void {
  const read = OPTIONS[kind].get(option) ?? COMMON.get(option);
  if (read === undefined) {
    const known = [...OPTIONS[kind].keys(), ...COMMON.keys()].join(", ");
    throw misread(text, `"${kind}" has no option "${option}"; it has ${known}`);
  }
  const expected = read(draft, value);
  if (expected !== undefined)
    throw misread(text, `"${option}" takes ${expected}`);
}

function parseMatcher(text: string, matcher: string): string {
  const isKnownForm = /^(?:[A-Z]+ ?)?(?:\/|\*)/.test(matcher);
  if (!isKnownForm) {
    throw misread(
      text,
      `"${matcher}" is not a matcher: write "*", "/path*" or "METHOD /path*"`,
    );
  }
  return matcher;
}

function parseRetryAfter(value: string): RetryAfter | undefined {
  if (value === "none") return { kind: "none" };
  const [, date, plus, seconds] = /^(date)?(\+)?(\d{1,6})?$/.exec(value) ?? [];
  if (date !== undefined && plus === undefined && seconds === undefined) {
    return { kind: "date", seconds: 1 };
  }
  if (date !== undefined && plus !== undefined && seconds !== undefined) {
    return { kind: "date", seconds: Number(seconds) };
  }
  return date === undefined && plus === undefined && seconds !== undefined
    ? { kind: "seconds", seconds: Number(seconds) }
    : undefined;
}

function misread(text: string, why: string): UserError {
  return new UserError(
    "CLI001",
    `the fault rule ${JSON.stringify(text)} is not understood`,
    {
      why,
      fix: 'write it as in docs/embedded-api.md, for example "reset-after:PATCH*:p=0.2"',
      notDone: "the embedded API was not started",
    },
  );
}
