import type { ProcessEnv } from "../domain/environment-access.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import type { Provenance } from "../domain/provenance.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import type { PlanSource } from "../domain/generated/plan.ts";
import type { Checkout } from "../ports/checkout.ts";
import type { ConnectionsReader } from "../ports/connections-api.ts";
import type { TokenShelf } from "../ports/driver.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import type { Paces, RequestFact } from "../ports/http-client.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { StateStore } from "../ports/state-store.ts";
import {
  lastApplied,
  openAppliedFiles,
  type AppliedCommit,
} from "./documents/applied-files.ts";
import { openCheckout } from "./documents/checkout.ts";
import {
  openOrigin,
  type DocumentChoice,
  type DocumentOrigin,
} from "./documents/document-origin.ts";
import {
  invalidDocuments,
  loadDesired,
  readRules,
  resolveDocuments,
  type Desired,
} from "./documents/documents.ts";
import { openRuntime, type Runtime } from "./runtime.ts";

/**
 * One environment, opened: its rules and documents, its API, state and secrets, and who listens.
 * The command line, the library and tests all work with this one value; a use case takes of it what
 * its context names.
 */
export interface Environment extends Runtime {
  readonly name: string;
  readonly rules: EnvironmentRules;
  /** Where the documents are read. */
  readonly source: DocumentSource;
  readonly env: ProcessEnv;
  readonly sink: EventSink;
  /** Ends waits and requests. */
  readonly signal: AbortSignal;
  /** The documents, resolved once. @throws InvalidDocumentsError with every problem. */
  documents(): Promise<Desired>;
  /** Which commit they are of. */
  provenance(): Promise<Provenance>;
  /** What is checked out now, which a plan is held against before it is applied. */
  checkout(): Promise<Checkout>;
  /** The files of the commit that was applied last, where there is one. */
  appliedFiles(): Promise<AppliedCommit | undefined>;
}

/**
 * As much of an environment as planning needs: it can ask, and has no way to write. What stands in
 * for the platform and the state is named where they are not asked.
 */
export interface PlannableEnvironment
  extends
    Omit<Environment, keyof Runtime | "checkout">,
    Pick<Runtime, "secrets" | "clock" | "toolVersion"> {
  readonly api: ConnectionsReader;
  readonly state: Pick<StateStore, "readInventory" | "place" | "setAside">;
  readonly snapshot?: PlanSource["snapshot"];
}

/** What an environment is opened with. */
export interface OpenRequest extends DocumentChoice {
  readonly name: string;
  readonly workspace: DocumentSource;
  readonly env: ProcessEnv;
  readonly scrubber: Scrubber;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  /** Replaces the target of the environment; comes from outside the repository. */
  readonly target?: string | undefined;
  /** Takes one scrubbed line per request. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Takes what every request told of the API. */
  readonly observe?: (fact: RequestFact) => void;
  /** Paces that several environments share, by host. */
  readonly paces?: Paces;
  /** Where tokens are kept that outlive this environment. */
  readonly tokens?: TokenShelf;
  readonly clock?: Clock;
  /**
   * `rules`: of the documents only the environment's own file has to be valid, until the others are
   * asked for. `late`: the same without looking at them before, so that the API can be read
   * meanwhile; what is wrong with them is said before what is wrong with the API all the same.
   */
  readonly reads?: "documents" | "rules" | "late";
  /** With `ref`: secrets are those of the working tree all the same. */
  readonly keepsSecrets?: boolean;
  /**
   * True when the run reaches several hosts: then credentials that are bound to none serve none.
   */
  readonly isOneOfSeveral?: boolean;
}

/**
 * Reads the documents of an environment and connects to its API; close it afterwards. Asks the API
 * nothing.
 * @throws InvalidDocumentsError with every problem; UserError CLI041 for an environment there is
 * none of, DRV080 and DRV081 for a target that is not allowed or has no credentials.
 */
export async function openEnvironment(
  request: OpenRequest,
): Promise<Environment> {
  const { name, workspace, env, sink, signal, target, trace } = request;
  const origin = await openOrigin(workspace, env, request);
  const { source } = origin;
  const documents = await openDocuments(request, origin);
  const { rules } = documents;
  const opening = openRuntime({
    root: source.root,
    source: request.keepsSecrets === true ? workspace : source,
    rules,
    env,
    scrubber: request.scrubber,
    isOneOfSeveral: request.isOneOfSeveral ?? false,
    ...(target === undefined ? {} : { target }),
    ...(trace === undefined ? {} : { trace }),
    ...(request.observe === undefined ? {} : { observe: request.observe }),
    ...(request.paces === undefined ? {} : { paces: request.paces }),
    ...(request.tokens === undefined ? {} : { tokens: request.tokens }),
    ...(request.clock === undefined ? {} : { clock: request.clock }),
  });
  const runtime = await opening.catch(async (error: unknown) => {
    if (request.reads === "late") await documents.all();
    throw error;
  });
  return {
    ...runtime,
    name,
    rules,
    source,
    env,
    sink,
    signal,
    documents: () => documents.all(),
    provenance: () => origin.provenance(),
    checkout: () =>
      openCheckout(
        source.root,
        name,
        env,
        request.follows === undefined ? undefined : request.ref,
      ),
    appliedFiles: async () =>
      openAppliedFiles(
        lastApplied(await runtime.state.readLedger()),
        source.root,
        env,
      ),
  };
}

/** The documents of an environment, read as early as the request wants them. */
async function openDocuments(
  { name, env, reads = "documents" }: OpenRequest,
  origin: DocumentOrigin,
): Promise<{
  readonly rules: EnvironmentRules;
  readonly all: () => Promise<Desired>;
}> {
  const { source } = origin;
  // The file that says which API is meant is read once, whatever happens to it meanwhile.
  const early = reads === "late" ? await readRules(source, name) : undefined;
  let desired: Desired | undefined;
  const all = async (): Promise<Desired> =>
    (desired ??= await loadDesired(source, name, env, {
      environmentFile: early?.environmentFile,
    }));
  if (reads === "rules")
    return {
      rules: await origin.present(await rulesOf(source, name, env)),
      all,
    };
  return {
    rules: await origin.present(early?.rules ?? (await all()).rules),
    all,
  };
}

async function rulesOf(
  source: DocumentSource,
  name: string,
  env: ProcessEnv,
): Promise<EnvironmentRules> {
  const { rules, diagnostics } = await resolveDocuments(source, name, env);
  if (rules === null) throw invalidDocuments(diagnostics);
  return rules;
}
