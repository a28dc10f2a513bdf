import { append } from "../../util/append.ts";
import { countOf } from "../../util/count.ts";
import { joinSafe, safe, type SafeText } from "../../output/escape.ts";
import { paint, type Style } from "../../output/style.ts";
import { nameList } from "../../output/words.ts";
import { changeLines, headline } from "./change-text.ts";
import type { ChangeView, PlanView } from "./view.ts";

/**
 * UTF-16 code units of details before the rest is only counted: about three screens. Everything
 * that somebody must decide stands before them, whatever their size.
 */
const MOST_UNITS = 16_000;

/**
 * Changes that are looked at for details at all: more would never fit, and the sheet has told of
 * each.
 */
const MOST_CHANGES = 500;

/** New connections that have a line each; from one more on, their names do. */
const MOST_NEW = 5;

/** Names in a line of such a list. */
const NAMES_IN_A_LINE = 5;

/** How much of the details to print. */
interface DetailOptions {
  readonly verbose: boolean;
}

/** Lines that tell of one change, or of several that read the same. */
interface DetailBlock {
  readonly lines: readonly SafeText[];
  /** How many changes they tell of. */
  readonly count: number;
  /** New connections are one line each, and together one block. */
  readonly isNew: boolean;
}

/** Changes that read the same but for their names. */
interface DetailGroup {
  readonly first: ChangeView;
  readonly others: readonly string[];
}

/**
 * Each change in full, in the order of the plan, with `verbose`. Otherwise by danger and within
 * bounds: what is equal is shown once, and of what is new only that it is.
 */
export function detailLines(
  view: PlanView,
  style: Style,
  options: DetailOptions,
): SafeText[][] {
  if (options.verbose)
    return view.changes.map((change) => changeLines(change, style, options));
  const sections: SafeText[][] = [];
  let room = MOST_UNITS;
  let wasNew = false;
  const { blocks: all, restCount } = detailBlocks(view, style);
  const blocks = withNamesOfNew(all, view, style);
  let hidden = restCount;
  for (const { lines, count, isNew } of blocks) {
    room -= lines.reduce((sum, line) => sum + line.toString().length, 0);
    const last = sections.at(-1);
    if (room < 0 && last !== undefined) hidden += count;
    else if (last !== undefined && isNew && wasNew) append(last, lines);
    else sections.push([...lines]);
    wasNew = isNew;
  }
  return hidden === 0
    ? sections
    : [
        ...sections,
        [
          safe`${countOf(hidden, "more change")} not shown here; --verbose shows all of them`,
        ],
      ];
}

/** The first changes by danger, those that read the same as one, and how many more there are. */
export function detailBlocks(
  view: PlanView,
  style: Style,
): { readonly blocks: readonly DetailBlock[]; readonly restCount: number } {
  const changes = view.changesByDanger.slice(0, MOST_CHANGES);
  const blocks = groupsOf(changes, style).map(({ first, others }) => ({
    lines: [
      ...briefLines(first, style),
      ...(others.length === 0
        ? []
        : [safe`    the same: ${nameList(others, 10)}`]),
    ],
    count: 1 + others.length,
    isNew: first.action === "create",
  }));
  return {
    blocks,
    restCount: view.changesByDanger.length - changes.length,
  };
}

/** Many new connections are told by name: the sheet says what each of them means. */
function withNamesOfNew(
  blocks: readonly DetailBlock[],
  { changesByDanger }: PlanView,
  style: Style,
): readonly DetailBlock[] {
  const made = changesByDanger
    .slice(0, MOST_CHANGES)
    .filter(({ action }) => action === "create");
  if (made.length <= MOST_NEW) return blocks;
  const names = made.map(({ key }) => key);
  const sign = paint(style, "green", "+ create");
  const rows = Array.from(
    { length: Math.ceil(names.length / NAMES_IN_A_LINE) },
    (_, row) => names.slice(row * NAMES_IN_A_LINE, (row + 1) * NAMES_IN_A_LINE),
  );
  const block: DetailBlock = {
    lines: [
      safe`${sign} ${countOf(made.length, "connection")} (--verbose shows each):`,
      ...rows.map((row) => safe`    ${joinSafe(row, ", ")}`),
    ],
    count: made.length,
    isNew: true,
  };
  const at = blocks.findIndex(({ isNew }) => isNew);
  return [
    ...blocks.slice(0, at),
    block,
    ...blocks.slice(at).filter(({ isNew }) => !isNew),
  ];
}

/** A new connection is told by its document; what it means stands in the sheet. */
function briefLines(change: ChangeView, style: Style): SafeText[] {
  if (change.action !== "create")
    return changeLines(change, style, { verbose: false });
  const parts = [
    countOf(change.fields.length, "field"),
    ...(change.secrets.length === 0
      ? []
      : [countOf(change.secrets.length, "secret")]),
  ];
  return [safe`${headline(change, style)}  ${parts.join(", ")}`];
}

function groupsOf(
  changes: readonly ChangeView[],
  style: Style,
): readonly DetailGroup[] {
  const groups = new Map<string, { first: ChangeView; others: string[] }>();
  for (const change of changes) {
    const mark = markOf(change, style);
    const group = groups.get(mark);
    if (group === undefined) groups.set(mark, { first: change, others: [] });
    else group.others.push(change.key);
  }
  return [...groups.values()];
}

/** Two changes with one mark read the same below their headlines. */
function markOf(change: ChangeView, style: Style): string {
  const { action, provider, authType } = change;
  const [, ...body] = briefLines(change, style);
  return action === "create"
    ? `create ${change.key}`
    : JSON.stringify([
        action,
        provider,
        authType,
        body.map((line) => line.toString()),
      ]);
}
