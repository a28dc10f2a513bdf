import type { Plan, PlanChange } from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import {
  originOf,
  type BlameLine,
  type BlameReport,
  type Origin,
} from "./report.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { compareText } from "../../util/compare-text.ts";

/** Whose fields are asked about. */
export interface BlameQuery {
  readonly environment: string;
  readonly connection: string;
  /** Only this field and what is below it. */
  readonly field?: string;
}

/**
 * Which run last set each field of a connection, from the ledger and the plans stored beside it.
 * Values of secrets are nowhere in it.
 */
export async function blame(
  state: Pick<StateStore, "readLedger" | "readPlan">,
  query: BlameQuery,
): Promise<BlameReport> {
  const ledger = await state.readLedger();
  const history = new History();
  for (const receipt of ledger) {
    const plan = await state.readPlan(receipt.planDigest);
    for (const outcome of receipt.outcomes)
      if (outcome.status !== "skipped") history.add(receipt, outcome, plan);
  }
  const { environment, connection, field } = query;
  const { lines, unknown, doubtful } = history.of(connection);
  return {
    environment,
    connection,
    lines: [...lines.values()]
      .filter(({ path }) => field === undefined || isAtOrBelow(path, field))
      .sort((a, b) => compareText(a.path, b.path)),
    unknown,
    doubtful,
  };
}

function isAtOrBelow(path: string, field: string): boolean {
  const pointer = field.startsWith("/")
    ? field
    : `/${field.replaceAll(".", "/")}`;
  return path === pointer || path.startsWith(`${pointer}/`);
}

interface Life {
  readonly lines: Map<string, BlameLine>;
  readonly unknown: Origin[];
  readonly doubtful: Origin[];
}

/** What became of every connection, receipt by receipt. */
class History {
  readonly #lives = new Map<string, Life>();

  of(key: string): Life {
    return (
      this.#lives.get(key) ?? { lines: new Map(), unknown: [], doubtful: [] }
    );
  }

  add(receipt: Receipt, outcome: Outcome, plan: Plan | null): void {
    const origin = originOf(receipt, outcome.action);
    const change = plan?.changes.find(({ key }) => key === outcome.key);
    const life = this.#lifeOf(outcome.key, change);
    if (change === undefined) life.unknown.push(origin);
    else if (outcome.status !== "applied") life.doubtful.push(origin);
    else setFields(life, change, origin);
  }

  #lifeOf(key: string, change: PlanChange | undefined): Life {
    const previous = change?.previous_key;
    const life = this.of(previous ?? key);
    if (previous !== undefined) this.#lives.delete(previous);
    this.#lives.set(key, life);
    return life;
  }
}

const WHOLE: ReadonlySet<string> = new Set(["create", "replace", "adopt"]);

function setFields(life: Life, change: PlanChange, origin: Origin): void {
  // What a new or a gone object was before says nothing about what it is now.
  if (change.action !== "update" && change.action !== "rename")
    forget(life, change);
  const { desired } = change;
  if (desired === null) return;
  const set = (path: string, value: JsonValue | undefined): void => {
    const isLetGo = value === undefined;
    const line = { path, kind: "field", isLetGo, origin } as const;
    life.lines.set(path, isLetGo ? line : { ...line, value });
  };
  if (WHOLE.has(change.action))
    for (const [path, value] of Object.entries(desired.fields))
      set(path, value);
  else for (const { path, after } of change.fields) set(path, after);
  const isSent = change.steps.some((s) => s === "configure" || s === "create");
  for (const { path, state } of change.secrets)
    if (isSent && (state !== "unchanged" || WHOLE.has(change.action)))
      life.lines.set(path, { path, kind: "secret", isLetGo: false, origin });
}

function forget(life: Life, change: PlanChange): void {
  if (change.action === "noop") return;
  life.lines.clear();
  life.unknown.length = 0;
  life.doubtful.length = 0;
}
