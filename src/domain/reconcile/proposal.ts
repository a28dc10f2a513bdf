/**
 * How a pull request stands that asks to take drift into the documents. `open`: it asks for what is
 * live. `ended`: there is nothing to ask for any more. `nothing`: no document can say what drifted.
 * `blocked`: the branch holds what others committed. `failed`: the forge did not do it. `off`: this
 * process opens none.
 */
export const PROPOSAL_STATES = [
  "open",
  "ended",
  "nothing",
  "blocked",
  "failed",
  "off",
] as const;

/** What is known of the one pull request of an environment. Holds no secret. */
export interface DriftProposal {
  readonly state: (typeof PROPOSAL_STATES)[number];
  /** In a sentence. */
  readonly message: string;
  /** The commit that we left the branch at; `null` before there was one. */
  readonly headCommit: string | null;
  /** Digest of what was proposed last; `null` where that is not there as a whole. */
  readonly digest: string | null;
  readonly number: number | null;
  readonly url: string | null;
}

/**
 * The branch that an environment's drift is proposed on. Names of environments are letters, digits
 * and hyphens, so that each is a name of a branch.
 */
export function proposalBranch(environment: string): string {
  return `tieline/drift-${environment}`;
}
