import {
  openEnvironment,
  type Environment,
  type OpenRequest,
  type PlannableEnvironment,
} from "../environment/open.ts";
import { openFromSnapshot } from "../environment/snapshot/open-snapshot.ts";
import { systemClock } from "../environment/system-clock.ts";
import type { CommonInput } from "./input.ts";
import type { Io } from "./io.ts";
import { createEventStream, createProgress } from "./progress.ts";
import { saidBeside } from "./runtime-options.ts";
import { maxAgeOf } from "./max-age.ts";
import { openWorkspace, readSnapshot } from "./workspace.ts";

/** What a command asks of an environment beside its name. */
export type EnvironmentChoice = Pick<
  OpenRequest,
  "ref" | "changes" | "reads" | "keepsSecrets" | "isOneOfSeveral"
>;

/**
 * Opens an environment as the command line asks for it, runs something with it, and closes it
 * whatever happens.
 */
export async function withEnvironment<T>(
  name: string,
  { input, io }: { readonly input: CommonInput; readonly io: Io },
  work: (environment: Environment) => Promise<T>,
  choice: EnvironmentChoice = {},
): Promise<T> {
  const environment = await openEnvironment(
    await requestOf(name, { input, io }, choice),
  );
  try {
    return await work(environment);
  } finally {
    await environment.close();
  }
}

/** Where a snapshot is, and how old it may be. */
export interface SnapshotOptions {
  readonly file: string;
  /** A period such as `24h`. */
  readonly maxAge: string | undefined;
}

/**
 * As {@link withEnvironment}, for planning alone: with a snapshot, neither the platform nor the
 * state is asked, and no key is looked for.
 */
export async function withPlannable<T>(
  name: string,
  { input, io }: { readonly input: CommonInput; readonly io: Io },
  work: (environment: PlannableEnvironment) => Promise<T>,
  {
    snapshot,
    ...choice
  }: EnvironmentChoice & { readonly snapshot?: SnapshotOptions | undefined },
): Promise<T> {
  if (snapshot === undefined)
    return withEnvironment(name, { input, io }, work, {
      reads: "late",
      ...choice,
    });
  const maxAgeMs = maxAgeOf(snapshot.maxAge);
  return work(
    await openFromSnapshot({
      ...(await requestOf(name, { input, io }, choice)),
      snapshot: readSnapshot(io.cwd, snapshot.file),
      maxAgeMs,
    }),
  );
}

async function requestOf(
  name: string,
  { input, io }: { readonly input: CommonInput; readonly io: Io },
  choice: EnvironmentChoice,
): Promise<OpenRequest> {
  return {
    ...choice,
    name,
    workspace: await openWorkspace(input, io),
    ...saidBeside(input, io),
    sink:
      input.options.jsonEvents === true
        ? createEventStream(io)
        : createProgress(io, () => systemClock.now()),
    signal: io.interrupt.signal,
  };
}
