import type { AppError } from "../../domain/problem/error.ts";
import {
  proposalBranch,
  type DriftProposal,
} from "../../domain/reconcile/proposal.ts";
import type {
  BranchContent,
  OpenProposal,
  ProposalForge,
  ProposalText,
} from "../../ports/proposal-forge.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";
import { problemOf } from "./tick-outcome.ts";

/** Where changes are proposed. */
export interface ProposalPlace {
  readonly forge: ProposalForge;
  /** The branch that they are to be merged into: the one that is followed. */
  readonly into: string;
}

/** What is to be proposed. */
export interface Wish extends ProposalText, BranchContent {
  readonly message: string;
}

/** How it stands, and what kept it from being done. */
export interface Proposed {
  readonly proposal: DriftProposal | null;
  readonly problem: AppError | null;
}

/** What proposing works with. */
export interface ProposeContext {
  readonly environment: string;
  readonly place: ProposalPlace;
  readonly before: DriftProposal | null;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that one pull request asks for what is wished, and for nothing where nothing is. While
 * it stays the same the forge is not asked. A branch that holds what others committed is left
 * alone, and so is a pull request that people closed, until something else is wished.
 */
export async function propose(
  wish: Wish | null,
  context: ProposeContext,
): Promise<Proposed> {
  const { before, signal } = context;
  if (wish === null) return ended(context);
  const digest = digestOf(wish, context);
  if (before?.state === "open" && before.digest === digest)
    return { proposal: before, problem: null };
  let headCommit = before?.headCommit ?? null;
  const { forge, into } = context.place;
  const branch = proposalBranch(context.environment);
  try {
    const written = await writeBranch(wish, context);
    if (written === null)
      return {
        proposal: undone("blocked", before, {
          message: `the branch ${branch} holds what others committed, so the drift is not proposed there: merge or delete it`,
          headCommit,
        }),
        problem: null,
      };
    headCommit = written;
    const open = await forge.findOpen(branch, into, signal);
    if (open !== null) await forge.update(open.number, wish, signal);
    const proposal = open ?? (await forge.open(branch, into, wish, signal));
    return {
      proposal: {
        ...proposal,
        state: "open",
        message: openSentence(proposal),
        headCommit,
        digest,
      },
      problem: null,
    };
  } catch (error) {
    return failed(before, headCommit, error);
  }
}

function openSentence({ number, url }: OpenProposal): string {
  const where = url === null ? "" : `: ${url}`;
  return `pull request ${String(number)} asks to take what is live into the documents${where}`;
}

/** The commit of the branch that holds what is wished; `null` where it is others'. */
async function writeBranch(
  wish: Wish,
  { environment, place, before, signal }: ProposeContext,
): Promise<string | null> {
  const { forge } = place;
  const branch = proposalBranch(environment);
  const head = await forge.headOf(branch, signal);
  // One that a process wrote which died before it could say so, too.
  if (head !== null && (await forge.holds(head, wish, signal))) return head;
  if (head !== null && head !== before?.headCommit) return null;
  return forge.write(branch, head, wish, signal);
}

async function ended(context: ProposeContext): Promise<Proposed> {
  const { environment, place, before, signal } = context;
  const isOver =
    before === null || before.state === "ended" || before.state === "nothing";
  if (isOver) return { proposal: before, problem: null };
  const { headCommit } = before;
  const branch = proposalBranch(environment);
  const over = (message: string): Proposed => ({
    proposal: { ...before, state: "ended", message, digest: null },
    problem: null,
  });
  try {
    const open = await place.forge.findOpen(branch, place.into, signal);
    if (open === null) return over("nothing is proposed any more");
    const head = await place.forge.headOf(branch, signal);
    if (headCommit === null || head !== headCommit)
      return over(
        `pull request ${String(open.number)} is left open: its branch holds what others committed`,
      );
    await place.forge.closeProposal(open.number, signal);
    return over(
      `pull request ${String(open.number)} is closed: the drift it was about is over`,
    );
  } catch (error) {
    return failed(before, headCommit, error);
  }
}

function failed(
  before: DriftProposal | null,
  headCommit: string | null,
  error: unknown,
): Proposed {
  const problem = problemOf(error);
  const message = `the pull request is not as it should be: ${problem.code}: ${problem.message}`;
  return {
    proposal: undone("failed", before, { message, headCommit }),
    problem,
  };
}

/** The pull request that is known, where it does not ask for what is wished. */
function undone(
  state: DriftProposal["state"],
  before: DriftProposal | null,
  now: Pick<DriftProposal, "message" | "headCommit">,
): DriftProposal {
  return {
    state,
    ...now,
    digest: null,
    number: before?.number ?? null,
    url: before?.url ?? null,
  };
}

/** Equal while the same is proposed to the same; which commit it is based on says nothing. */
function digestOf(
  { title, body, changes }: Wish,
  { place }: ProposeContext,
): string {
  return sha256(
    canonicalJson({
      into: place.into,
      title,
      body,
      changes: changes.map(({ path, after }) => ({ path, after })),
    }),
  );
}
