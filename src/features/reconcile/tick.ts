import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { isSuspended, type Orders } from "../../domain/reconcile/orders.ts";
import type {
  EnvironmentStatus,
  TickReason,
} from "../../domain/reconcile/status.ts";
import type { DriftProposal } from "../../domain/reconcile/proposal.ts";
import type { Scrubber } from "../../domain/secret/scrubber.ts";
import { invalidDocuments } from "../../environment/documents/documents.ts";
import { openEnvironment, type Environment } from "../../environment/open.ts";
import type { Paces, RequestFact } from "../../ports/http-client.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ReconcileStore } from "../../ports/reconcile-store.ts";
import type { TokenShelf } from "../../ports/driver.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import type { Adoption } from "../import/adopt-drift.ts";
import { applyIn } from "../apply/apply-in.ts";
import { wishOf } from "./wish.ts";
import type { Followed, Revision } from "./followed.ts";
import type { KnownHosts } from "./known-hosts.ts";
import {
  inputOf,
  inspect,
  type InspectContext,
  type Inspection,
} from "./inspect.ts";
import { propose, type ProposalPlace, type Wish } from "./propose.ts";
import { beginTick, forgetLive, type LiveMemory } from "./remembered-reader.ts";
import {
  outcomeOfApply,
  outcomeOfLook,
  problemOf,
  withProposal,
  type LookOutcome,
  type TickOutcome,
} from "./tick-outcome.ts";

/** Somebody says that there is something new: what was asked before that does not know it. */
const HEARD_OF: ReadonlySet<TickReason> = new Set(["commit", "order"]);

/** What ticks of every environment share. */
export interface TickSetup {
  readonly workspace: DocumentSource;
  readonly followed: Followed;
  /** Rules held to what the process was started for. */
  readonly limit: (rules: EnvironmentRules) => EnvironmentRules;
  /** How old what is known of the followed branch may be, where nobody heard of something new. */
  readonly lookAgeMs: number;
  readonly env: ProcessEnv;
  readonly scrubber: Scrubber;
  readonly clock: Clock;
  readonly store: ReconcileStore;
  readonly paces: Paces;
  readonly tokens: TokenShelf;
  readonly hosts: KnownHosts;
  /** Where drift is proposed to people; `null` where it is not. */
  readonly proposals: ProposalPlace | null;
}

/** One tick, and what it may use. */
export interface TickRequest {
  readonly name: string;
  readonly reason: TickReason;
  readonly memory: LiveMemory;
  readonly orders: Orders;
  readonly before: EnvironmentStatus | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** True once the tick is asked to end: what is in flight is finished, nothing is started. */
  readonly shouldStop: () => boolean;
  /** Cuts requests short. */
  readonly signal: AbortSignal;
  readonly observe: (fact: RequestFact) => void;
}

/**
 * Looks at an environment and carries out what its mode and people allow. Whatever goes wrong is an
 * outcome.
 */
export async function lookAndAct(
  request: TickRequest,
  setup: TickSetup,
): Promise<TickOutcome> {
  if (isSuspended(request.orders, request.startedAt))
    return { kind: "suspended" };
  let rules: EnvironmentRules | null = null;
  let revision: Revision | null = null;
  try {
    revision = await setup.followed.look(
      HEARD_OF.has(request.reason) ? 0 : setup.lookAgeMs,
    );
    const context = contextOf(request, setup);
    const input = await inputOf(revision, context);
    rules = input.rules === null ? null : setup.limit(input.rules);
    if (rules === null || hasErrors(input.diagnostics))
      throw invalidDocuments(input.diagnostics);
    if (isNothingNew(request, input.digest)) {
      const { commit, subject } = revision;
      return { kind: "nothing-new", commit, subject };
    }
    beginTick(request.memory, rules.reconcile.fullReadEvery);
    const found = await inspect(revision, context);
    const looked = outcomeOfLook(found, {
      revision,
      inputDigest: input.digest,
      before: request.before,
      now: request.startedAt,
    });
    const { apply } = found.decision;
    if (request.shouldStop()) return looked;
    if (apply === null)
      return await proposed(found, looked, { revision, request, setup });
    const environment = await context.open(found.applyWith);
    try {
      const result = await applyIn(environment, apply.plan, {
        ...(apply.approvedBy === null
          ? {}
          : { expect: apply.plan.intent_digest }),
        approval: {
          digest: apply.plan.intent_digest,
          rules: found.given.met,
        },
        shouldStop: request.shouldStop,
      });
      return outcomeOfApply(looked, {
        apply,
        result,
        at: new Date(setup.clock.now()).toISOString(),
      });
    } finally {
      await environment.close();
      forgetLive(
        request.memory,
        apply.plan.changes.flatMap(({ key, previous_key: previous }) =>
          previous == null ? [key] : [key, previous],
        ),
      );
    }
  } catch (error) {
    return {
      kind: "failed",
      error: problemOf(error),
      rules,
      commit: revision?.commit ?? null,
      subject: revision?.subject ?? null,
    };
  }
}

/** Brings the pull request about drift to what was found. */
async function proposed(
  found: Inspection,
  looked: LookOutcome,
  {
    revision,
    request,
    setup,
  }: {
    readonly revision: Revision;
    readonly request: TickRequest;
    readonly setup: TickSetup;
  },
): Promise<TickOutcome> {
  const { adoption, proposes, drift } = found;
  const before = request.before?.proposal ?? null;
  if (setup.proposals === null)
    return proposes && drift.length > 0
      ? withProposal(looked, told("off", before), null)
      : looked;
  const wish = await wishIn(adoption, revision, setup);
  const { proposal, problem } = await propose(wish, {
    environment: request.name,
    place: setup.proposals,
    before,
    signal: request.signal,
  });
  const isUnsayable =
    wish === null && adoption !== null && adoption.left.length > 0;
  return isUnsayable && problem === null
    ? withProposal(looked, told("nothing", proposal), null)
    : withProposal(looked, proposal, problem);
}

async function wishIn(
  adoption: Adoption | null,
  { commit }: Revision,
  { followed, scrubber }: TickSetup,
): Promise<Wish | null> {
  if (adoption === null || commit === null) return null;
  return wishOf(adoption, {
    base: commit,
    prefix: await followed.prefix(),
    scrub: (text) => scrubber.scrub(text),
  });
}

const NO_PROPOSAL = {
  off: "no pull request asks to take what is live into the documents: this process has no TIELINE_PROPOSE",
  nothing: "no pull request asks for it: no document can say what is live",
};

/** Why there is none; what is known of one from before is kept. */
function told(
  state: keyof typeof NO_PROPOSAL,
  before: DriftProposal | null,
): DriftProposal {
  const known = before ?? {
    headCommit: null,
    digest: null,
    number: null,
    url: null,
  };
  return { ...known, state, message: NO_PROPOSAL[state] };
}

/** A commit that changes nothing an environment is made from asks nothing of its platform. */
function isNothingNew(
  { reason, before }: TickRequest,
  digest: string | null,
): boolean {
  return (
    reason === "commit" &&
    digest !== null &&
    before?.inputDigest === digest &&
    before.failureCount === 0
  );
}

function contextOf(request: TickRequest, setup: TickSetup): InspectContext {
  const { name, memory, orders, before, startedAt } = request;
  return {
    name,
    memory,
    orders,
    before,
    now: startedAt,
    env: setup.env,
    followed: setup.followed,
    canPropose: setup.proposals !== null,
    open: async (revision: Revision): Promise<Environment> => {
      const { rules } = await inputOf(revision, {
        name,
        env: setup.env,
        memory,
      });
      const environment = await openEnvironment({
        ...revision.choice,
        name,
        workspace: setup.workspace,
        env: setup.env,
        scrubber: setup.scrubber,
        sink: { emit: () => undefined },
        signal: request.signal,
        observe: request.observe,
        paces: setup.paces,
        tokens: setup.tokens,
        clock: setup.clock,
        isOneOfSeveral: rules !== null && setup.hosts.reach(rules),
      });
      return { ...environment, rules: setup.limit(environment.rules) };
    },
  };
}
