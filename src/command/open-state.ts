import {
  invalidDocuments,
  resolveDocuments,
} from "../environment/documents/documents.ts";
import { openState, thisHolder } from "../environment/state.ts";
import { systemClock } from "../environment/system-clock.ts";
import { assertUntracked } from "../environment/documents/untracked.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import type { StateSettings } from "../domain/state/state.ts";
import type { Clock } from "../ports/clock.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import type { LeaseHolder, StateStore } from "../ports/state-store.ts";
import type { CommonInput } from "./input.ts";
import type { Io } from "./io.ts";
import { openWorkspace } from "./workspace.ts";

/** The state of one environment, opened without its API: no credentials and no request. */
export interface OpenedState {
  readonly rules: EnvironmentRules;
  readonly source: DocumentSource;
  /** The backend the environment names. */
  readonly state: StateStore;
  readonly holder: LeaseHolder;
  readonly clock: Clock;
  /** Another backend of the same environment. */
  open(settings: StateSettings): StateStore;
}

/**
 * Reads the rules of an environment and opens its state. @throws InvalidDocumentsError when its
 * environment.yaml cannot be used.
 */
export async function openStateOf(
  environment: string,
  input: CommonInput,
  io: Io,
): Promise<OpenedState> {
  const source = await openWorkspace(input, io);
  const { rules, diagnostics } = await resolveDocuments(
    source,
    environment,
    io.env,
  );
  if (rules === null) throw invalidDocuments(diagnostics);
  await assertUntracked(source.root, io.env);
  const open = (settings: StateSettings): StateStore =>
    openState({
      root: source.root,
      environment,
      settings,
      env: io.env,
      scrubber: io.scrubber,
      clock: systemClock,
    });
  return {
    rules,
    source,
    state: open(rules.state),
    holder: thisHolder(io.env),
    clock: systemClock,
    open,
  };
}
