import type { PlanChange, PlanRisk } from "../../domain/generated/plan.ts";
import { isCustomProviderField } from "../diff/field-rules.ts";
import {
  destinationMoves,
  hostsBefore,
  isRestored,
  type DestinationMove,
} from "./destination.ts";
import { risk } from "./risk.ts";
import { ofAccounts, quoteWhole, titleOf, withinSentence } from "./wording.ts";

/**
 * What a change says about where credentials and users go. Parts that move alike are told in one
 * sentence. Of a new connection only hosts count: how its credentials travel is nobody's habit yet.
 */
export function destinationRisks(change: PlanChange): PlanRisk[] {
  const isNew = change.action === "create";
  const moves = destinationMoves(change.fields).filter(
    ({ host }) => !isNew || host !== undefined,
  );
  if (moves.length === 0) return [];
  const known = hostsBefore(change);
  return groupAlike(moves).map((group) => riskOf(group, { change, known }));
}

/** Moves to one place from one place, told together; never empty. */
interface MoveGroup {
  readonly first: DestinationMove;
  readonly moves: readonly DestinationMove[];
}

function groupAlike(moves: readonly DestinationMove[]): readonly MoveGroup[] {
  const groups = new Map<string, DestinationMove[]>();
  for (const move of moves) {
    const { kind, from, to, host } = move;
    const isHosts = kind === "host" || (kind === "set" && host !== undefined);
    const name = JSON.stringify(
      isHosts
        ? [kind, isRestored(move), from, kind === "set" ? host : to]
        : [kind, move.pointer],
    );
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [move]);
    else group.push(move);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ first, moves: group }];
  });
}

interface Around {
  readonly change: PlanChange;
  /** Hosts that the connection led to before. */
  readonly known: ReadonlySet<string>;
}

function riskOf(group: MoveGroup, around: Around): PlanRisk {
  return isRestored(group.first)
    ? restoredRisk(group)
    : DESTINATION_RISKS[group.first.kind](group, around);
}

function restoredRisk(group: MoveGroup): PlanRisk {
  const { kind, from, to, host } = group.first;
  const title = titlesOf(group);
  const again =
    host !== undefined && kind !== "place"
      ? `host ${quoteWhole(kind === "set" ? host : to)} of the ${title}`
      : `${title} ${quoteWhole(to)}`;
  const messages: Readonly<Record<DestinationMove["kind"], string>> = {
    host: `Puts back the reviewed ${again}; somebody changed it to ${quoteWhole(from)} after the last apply.`,
    place: `Puts back the reviewed ${again}; somebody changed it to ${quoteWhole(from)} after the last apply.`,
    route: `Puts back the reviewed ${again}; somebody changed it to ${quoteWhole(from)} after the last apply.`,
    set: `Puts back the reviewed ${again}; somebody removed it after the last apply.`,
    cleared: `Takes away the ${title} ${quoteWhole(from)}, which somebody set after the last apply.`,
  };
  return risk("destination.restored", "warning", messages[kind], {
    hosts: hostsOf(group),
  });
}

const DESTINATION_RISKS: Readonly<
  Record<
    DestinationMove["kind"],
    (group: MoveGroup, around: Around) => PlanRisk
  >
> = {
  host: (group, { change, known }) => {
    const { from, to, host } = group.first;
    const isNew = host === undefined || !known.has(host);
    return risk(
      "destination.host-changed",
      "critical",
      `${goTo(group, change)} ${quoteWhole(to)}${isNew ? " (new)" : ""} instead of ${quoteWhole(from)}.`,
      { hosts: hostsOf(group) },
    );
  },
  place: (group) => {
    const { host = "", from, to } = group.first;
    return risk(
      "destination.path-changed",
      "high",
      `The ${titlesOf(group)} leads to another place on ${quoteWhole(host)}: ${quoteWhole(to)} instead of ${quoteWhole(from)}. At many providers the path names the tenant that receives users and credentials.`,
      { hosts: hostsOf(group) },
    );
  },
  route: (group) => {
    const { from, to } = group.first;
    return risk(
      "destination.route-changed",
      "high",
      `The ${titlesOf(group)} becomes ${quoteWhole(to)} instead of ${quoteWhole(from)}: it decides ${decidedBy(group)}.`,
    );
  },
  set: (group, around) => {
    const { host, to, shape } = group.first;
    if (host !== undefined) return hostSetRisk(group, host, around);
    return risk(
      "destination.set",
      shape?.decides === undefined ? "warning" : "high",
      `The ${titlesOf(group)} becomes ${quoteWhole(to)}, where nothing was set: it decides ${decidedBy(group)}.`,
    );
  },
  cleared: (group) => {
    const { from, shape } = group.first;
    return risk(
      "destination.cleared",
      shape?.decides === undefined ? "warning" : "high",
      `The ${titlesOf(group)} is no longer ${quoteWhole(from)}: the platform chooses ${decidedBy(group)}.`,
    );
  },
};

/**
 * A host of the document's own choice: as bad as a move where something is in use already, unless
 * the connection led there before.
 */
function hostSetRisk(
  group: MoveGroup,
  host: string,
  { change, known }: Around,
): PlanRisk {
  const more = { hosts: hostsOf(group) };
  const to = `${goTo(group, change)} ${quoteWhole(host)}`;
  if (known.has(host))
    return risk(
      "destination.set",
      "warning",
      `${to}, where other addresses of the connection lead already.`,
      more,
    );
  const isNew = change.action === "create";
  const isCustom = isCustomProviderField(group.first.pointer);
  return risk(
    "destination.set",
    isNew ? "high" : "critical",
    isCustom
      ? `${to} (new), a host of this document's own choice.`
      : `${to} (new), a host of this document's own choice, instead of where the platform sends them.`,
    more,
  );
}

/**
 * What goes to a host, as far as the schema knows:
 * `Client secret, sign-in codes and refresh tokens of 140 accounts go to`.
 */
function goTo({ moves }: MoveGroup, change: PlanChange): string {
  const carried = [
    ...new Set(moves.flatMap(({ shape }) => shape?.carries ?? [])),
  ].sort((a, b) => b.length - a.length);
  const [first, ...rest] = carried;
  if (first === undefined) return `The ${titlesOf({ moves })} leads to`;
  const also =
    rest.length === 0 ? "" : ` (also ${rest.map(withinSentence).join(", ")})`;
  return `${first}${also}${ofAccounts(change)} go to`;
}

function titlesOf({ moves }: Pick<MoveGroup, "moves">): string {
  const titles = moves.map(({ pointer, shape }) => titleOf(pointer, shape));
  return [...new Set(titles)].join(", ");
}

function decidedBy({ first }: MoveGroup): string {
  return (
    first.shape?.decides ?? "where credentials or users go, or how they travel"
  );
}

function hostsOf({ moves }: MoveGroup): string[] {
  return [...new Set(moves.flatMap(({ host }) => host ?? []))].sort();
}
