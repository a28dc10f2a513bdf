import type { ApprovalRules } from "../../domain/environment.ts";
import type { Io } from "../../command/io.ts";
import type { ApprovalSource } from "../../ports/approval-source.ts";
import type { Git } from "../../ports/git.ts";
import type { ReviewPlace } from "../review/place.ts";
import type { ApprovalEvent } from "./event.ts";

/** For which environment, and what is known of it here. */
export interface ApprovalRequest {
  readonly environment: string;
  /** As the documents of the checkout and the last apply have them. */
  readonly required: readonly ApprovalRules[];
  /** Whether anything was recorded with the last apply. */
  readonly isRecorded: boolean;
  readonly reviewName: string | undefined;
}

/** Where an approval is looked for. */
export interface Search extends ApprovalRequest {
  readonly event: ApprovalEvent;
  readonly place: ReviewPlace;
  readonly source: ApprovalSource;
  readonly git: Git;
  readonly root: string;
  readonly prefix: string;
  readonly headCommit: string;
  readonly io: Io;
}
