import type { ProcessEnv } from "../../../domain/environment-access.ts";
import {
  BASE_FOLDER,
  ENVIRONMENTS_FOLDER,
} from "../../../domain/document-folders.ts";
import type { AuthoredConnection } from "../../../documents/layers/authored.ts";
import type { DesiredConnection } from "../../../domain/connection.ts";
import {
  hasErrors,
  type Diagnostic,
} from "../../../domain/problem/diagnostic.ts";
import type { EnvironmentRules } from "../../../domain/environment.ts";
import type { FileChange } from "../../../domain/source-file.ts";
import type { DocumentSource } from "../../../ports/document-source.ts";
import { ChangedSource } from "../../../environment/documents/changed-source.ts";
import { assertEnvironments } from "../../../environment/documents/known-names.ts";
import {
  invalidDocuments,
  resolveDocuments,
} from "../../../environment/documents/documents.ts";

/** One environment of a draft, resolved. */
export interface DraftEnvironment {
  readonly name: string;
  readonly rules: EnvironmentRules | null;
  readonly authored: ReadonlyMap<string, AuthoredConnection>;
  readonly desired: ReadonlyMap<string, DesiredConnection>;
  /**
   * Without the one that says there are no connections at all: an import is how there come to be
   * some.
   */
  readonly errors: readonly Diagnostic[];
}

const NO_CONNECTIONS = "CFG020";

/** All environments of a workspace over a draft of its files. */
export class WorkspaceDraft {
  readonly names: readonly string[];
  readonly #draft: ChangedSource;
  readonly #env: ProcessEnv;
  /** Which connections each changed file was changed for. */
  readonly #owners = new Map<string, Set<string>>();

  private constructor(
    draft: ChangedSource,
    names: readonly string[],
    env: ProcessEnv,
  ) {
    this.#draft = draft;
    this.names = names;
    this.#env = env;
  }

  static async open(
    source: DocumentSource,
    env: ProcessEnv,
  ): Promise<WorkspaceDraft> {
    const draft = new ChangedSource(source);
    const folders = await draft.listFolders(ENVIRONMENTS_FOLDER);
    const names: string[] = [];
    for (const name of folders) {
      const file = `${ENVIRONMENTS_FOLDER}/${name}/environment.yaml`;
      if ((await draft.readFile(file)) !== null) names.push(name);
    }
    return new WorkspaceDraft(draft, names, env);
  }

  async resolve(): Promise<ReadonlyMap<string, DraftEnvironment>> {
    const resolved = new Map<string, DraftEnvironment>();
    for (const name of this.names)
      resolved.set(name, await this.resolveOne(name));
    return resolved;
  }

  async resolveOne(name: string): Promise<DraftEnvironment> {
    const { rules, authored, connections, diagnostics } =
      await resolveDocuments(this.#draft, name, this.#env);
    return {
      name,
      rules,
      authored,
      desired: new Map(connections.map((each) => [each.key, each])),
      errors: diagnostics.filter(
        ({ severity, code }) => severity === "error" && code !== NO_CONNECTIONS,
      ),
    };
  }

  /**
   * The rules of an environment whose documents are in order.
   * @throws UserError CLI041 when there is none of this name; InvalidDocumentsError when its
   * documents have errors.
   */
  async rulesOf(name: string): Promise<EnvironmentRules> {
    const file = `${ENVIRONMENTS_FOLDER}/${name}/environment.yaml`;
    assertEnvironments([name], this.names, {
      fix: `write ${file} with the lines "environment: ${name}" and "target: https://…" (tieline init makes a whole configuration to copy from), and import again`,
      notDone: "nothing was read or written",
    });
    const { rules, errors } = await this.resolveOne(name);
    if (rules === null || hasErrors(errors)) throw invalidDocuments(errors);
    return rules;
  }

  apply(key: string, changes: readonly FileChange[]): void {
    this.#draft.apply(changes);
    for (const { path } of changes) {
      const owners = this.#owners.get(path) ?? new Set<string>();
      this.#owners.set(path, owners.add(key));
    }
  }

  revert(path: string): void {
    this.#draft.revert(path);
    this.#owners.delete(path);
  }

  changes(): FileChange[] {
    return this.#draft.changes();
  }

  /** Connections a changed file was changed for, sorted. */
  ownersOf(path: string): readonly string[] {
    return [...(this.#owners.get(path) ?? [])].sort();
  }

  /** Paths of every document there is, of the base and of one environment or of all. */
  async documentPaths(): Promise<readonly string[]> {
    const folders = [BASE_FOLDER, ...this.names.map(overlayFolder)];
    const listings = await Promise.all(
      folders.map((folder) => this.#draft.readFolder(folder)),
    );
    return listings.flatMap(({ files, refused }) =>
      [...files, ...refused].map(({ path }) => path),
    );
  }
}

/** Folder of the documents that are an environment's own. */
export function overlayFolder(environment: string): string {
  return `${ENVIRONMENTS_FOLDER}/${environment}/connections`;
}
