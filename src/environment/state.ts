import type { ProcessEnv } from "../domain/environment-access.ts";
import { hostname, userInfo } from "node:os";
import { randomUUID } from "node:crypto";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import type { StateSettings } from "../domain/state/state.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaseHolder, StateStore } from "../ports/state-store.ts";
import { createGit } from "../platform/git/index.ts";
import { createFileState } from "../state/file/index.ts";
import { createGitState } from "../state/git/index.ts";
import { createPostgresState } from "../state/postgres/index.ts";
import { LOCAL_FOLDER } from "../platform/files/index.ts";
import { databaseFor } from "./database.ts";
import { localPath } from "./local-folder.ts";
import { systemProcesses } from "./processes.ts";
import { systemClock } from "./system-clock.ts";

/** What a state is opened with. */
export interface StateOptions {
  /** Absolute folder of the workspace. */
  readonly root: string;
  readonly environment: string;
  readonly settings: StateSettings;
  readonly env: ProcessEnv;
  /** Learns what is secret about where the state is. */
  readonly scrubber: Scrubber;
  readonly clock?: Clock;
}

/** Opens the state of an environment. Reads nothing yet, and needs no credentials of the API. */
export function openState(options: StateOptions): StateStore {
  const { root, environment, settings, env } = options;
  const clock = options.clock ?? systemClock;
  const folder = localPath(root, "state", environment);
  const place = `${LOCAL_FOLDER}/state/${environment}`;
  if (settings.backend === "file")
    return createFileState({
      folder,
      place,
      clock,
      processes: systemProcesses,
    });
  if (settings.backend === "postgres")
    return createPostgresState({
      database: databaseFor({ ...options, schema: settings.schema, clock }),
      environment,
      schema: settings.schema,
      processes: systemProcesses,
    });
  const { ref, remote } = settings;
  return createGitState({
    git: createGit(root, env),
    ref,
    remote,
    place: remote === null ? ref : `${ref} on ${remote}`,
    localFolder: folder,
    localPlace: place,
    clock,
    processes: systemProcesses,
  });
}

/** This run, as the next one reads it on a lease. */
export function thisHolder(env: ProcessEnv): LeaseHolder {
  const { self } = systemProcesses;
  return {
    actor: actorOf(env),
    host: hostname(),
    pid: process.pid,
    ...(self === null ? {} : { mark: self }),
    runId: randomUUID(),
  };
}

/**
 * Who applies: the CI job's own name for it where there is one, else the account of the machine.
 */
function actorOf(env: ProcessEnv): string {
  const ci = env["GITHUB_ACTOR"] ?? env["GITLAB_USER_LOGIN"];
  if (ci !== undefined && ci !== "") return ci;
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return "unknown";
  }
}
