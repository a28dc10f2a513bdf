import type { ProcessEnv } from "../domain/environment-access.ts";
import { createScrubber } from "../domain/secret/scrubber.ts";
import { loadDesired } from "../environment/documents/documents.ts";
import { openOfflineChecks } from "../environment/api/offline.ts";
import {
  importEnvironments,
  importService,
  type LiveRequest,
} from "../features/import/import-into.ts";
import type { ImportResult } from "../features/import/import-live.ts";
import { shareImported } from "../features/import/draft/share.ts";
import { WorkspaceDraft } from "../features/import/draft/workspace-draft.ts";
import { lintDocuments } from "../features/lint/lint.ts";
import { preparePromotion } from "../features/promote/prepare-promotion.ts";
import { terraformFiles } from "../features/export/environment-terraform.ts";
import { renderedText } from "../features/export/rendered-text.ts";
import { openSecretKeys } from "../environment/secrets/secret-keys.ts";
import { openState } from "../environment/state.ts";
import { systemClock } from "../environment/system-clock.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { createWorkspaceWriter } from "../sources/workspace-writer.ts";
import { startWork } from "../util/work.ts";
import type { ConfigurationHandle, LibraryOptions } from "./surface.ts";

/** What judges documents and proposes others, and what writes them. */
export function openAuthoring(
  source: DocumentSource,
  env: ProcessEnv,
  options: LibraryOptions,
): Pick<
  ConfigurationHandle,
  "lint" | "promote" | "import" | "importFrom" | "write"
> {
  const imported = async (
    shares: boolean | undefined,
    work: (workspace: WorkspaceDraft) => Promise<ImportResult>,
  ): Promise<ImportResult> => {
    startWork();
    const workspace = await WorkspaceDraft.open(source, env);
    // What does not resolve cannot be compared with what it gave before.
    if (shares === true)
      for (const name of workspace.names) await workspace.rulesOf(name);
    const result = await work(workspace);
    return shares === true ? shareImported(workspace, result) : result;
  };
  return {
    lint: async ({ environments = [], levels = {}, only } = {}) => {
      startWork();
      return lintDocuments(source, {
        names: environments,
        env,
        checksFor: openOfflineChecks(source),
        listSecretKeys: openSecretKeys(source),
        today: new Date(systemClock.now()).toISOString().slice(0, 10),
        levels: new Map(Object.entries(levels)),
        ...(only === undefined ? {} : { only: new Set(only) }),
      });
    },
    promote: async (from, to, { connections = [], fields = [] } = {}) => {
      startWork();
      return preparePromotion(source, [from, to], {
        keys: connections,
        fields,
        env,
      });
    },
    import: (names, { connections = [], managesAll = false, share } = {}) =>
      imported(share, (workspace) =>
        importEnvironments([...new Set(names)].sort(), {
          source,
          workspace,
          keys: connections,
          managesAll,
          isDryRun: true,
          ...opening(env, options),
        }),
      ),
    importFrom: (service, text, { environment = null, share } = {}) =>
      imported(share, (workspace) =>
        importService(service, {
          source,
          workspace,
          text: () => text,
          file: "the export",
          environment,
          isDryRun: true,
        }),
      ),
    write: (changes) => createWorkspaceWriter(source.root).write(changes),
  };
}

/** What writes an environment down for another program. */
export function openExports(
  source: DocumentSource,
  env: ProcessEnv,
): Pick<ConfigurationHandle, "render" | "exportTerraform"> {
  return {
    render: async (environment, form) => {
      startWork();
      return renderedText(
        await loadDesired(source, environment, env),
        form ?? { format: "yaml", asVariables: false },
      );
    },
    exportTerraform: async (
      environment,
      { connections = [], provider = "restapi" } = {},
    ) => {
      startWork();
      const desired = await loadDesired(source, environment, env);
      const state = openState({
        root: source.root,
        environment,
        settings: desired.rules.state,
        env,
        scrubber: createScrubber(),
        clock: systemClock,
      });
      return terraformFiles({
        desired,
        inventory: await state.readInventory(),
        only: connections,
        provider,
      });
    },
  };
}

/** What environments are opened with. */
export function opening(
  env: ProcessEnv,
  { onEvent, signal, target }: LibraryOptions,
): Pick<LiveRequest, "env" | "scrubber" | "sink" | "signal" | "target"> {
  return {
    env,
    scrubber: createScrubber(),
    sink: { emit: onEvent ?? (() => undefined) },
    signal: signal ?? new AbortController().signal,
    ...(target === undefined ? {} : { target }),
  };
}
