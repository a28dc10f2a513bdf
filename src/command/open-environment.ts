import {
  openEnvironment,
  type Environment,
  type OpenRequest,
} from "../environment/open.ts";
import { systemClock } from "../environment/system-clock.ts";
import type { CommonInput } from "./input.ts";
import type { Io } from "./io.ts";
import { createEventStream, createProgress } from "./progress.ts";
import { saidBeside } from "./runtime-options.ts";
import { openWorkspace } from "./workspace.ts";

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
  const environment = await openEnvironment({
    ...choice,
    name,
    workspace: await openWorkspace(input, io),
    ...saidBeside(input, io),
    sink:
      input.options.jsonEvents === true
        ? createEventStream(io)
        : createProgress(io, () => systemClock.now()),
    signal: io.interrupt.signal,
  });
  try {
    return await work(environment);
  } finally {
    await environment.close();
  }
}
