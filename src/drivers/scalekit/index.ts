/**
 * The driver for the vendor's API of today, over REST with an environment's client credentials.
 * Wire shapes, provider keys and tokens stay in this folder; nothing outside it knows them.
 */
import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { WirePreview } from "../../domain/field/wire-place.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  ConnectionsWriter,
  StepRequest,
  StepResult,
} from "../../ports/connections-api.ts";
import type { DriverDefinition } from "../../ports/driver.ts";
import type { HttpClient } from "../../ports/http-client.ts";
import { guardWrites } from "../api-client.ts";
import { auditConnections } from "./audit.ts";
import { CAPABILITIES } from "./capabilities.ts";
import { createApiClient, type ApiCredentials } from "./client.ts";
import {
  configureConnection,
  createConnection,
  deleteConnection,
  toggleConnection,
} from "./connection-steps.ts";
import { examinePermissions } from "./permissions.ts";
import { createProviderDirectory } from "./provider-directory.ts";
import {
  createProvider,
  deleteProvider,
  updateProvider,
} from "./provider-steps.ts";
import { createReader } from "./reader.ts";
import type { StepContext } from "./step-context.ts";
import { createProviderNames } from "./vocabulary.ts";
import { createScalekitPreview } from "./wire-places.ts";

/** What the driver is made from. */
export interface ScalekitDriverOptions {
  readonly http: HttpClient;
  readonly credentials: ApiCredentials;
  /** As plans and state record the host: `acme.scalekit.com`, or `embedded`. */
  readonly apiHost: string;
  readonly clock: Clock;
  readonly catalogue: readonly CatalogueEntry[];
}

/** The audit alone, for checking documents without a connection to any API. */
export function createScalekitAudit(
  catalogue: ScalekitDriverOptions["catalogue"],
): ConnectionsWriter["audit"] {
  const names = createProviderNames(catalogue);
  return (connections) => auditConnections(connections, names);
}

/** Where fields of connections go, for explaining documents without a connection to any API. */
export function scalekitPreview(
  catalogue: ScalekitDriverOptions["catalogue"],
): WirePreview {
  return createScalekitPreview(createProviderNames(catalogue));
}

/**
 * The `scalekit` driver; see the obligations of the ports. No request is made before the first
 * call.
 */
export function createScalekitDriver(
  options: ScalekitDriverOptions,
): ConnectionsWriter {
  const api = createApiClient(options);
  const names = createProviderNames(options.catalogue);
  const directory = createProviderDirectory(api, names);
  const reader = createReader(api, directory);
  const context: StepContext = {
    api,
    reader,
    directory,
    names,
    created: new Set(),
  };
  const inTurn = createTurns();

  return {
    driver: "scalekit",
    apiHost: options.apiHost,
    capabilities: CAPABILITIES,
    audit: (connections) => auditConnections(connections, names),
    listPages: (signal) => reader.listPages(signal),
    get: (listed, signal) => reader.get(listed, signal),
    find: (key, signal) => reader.find(key, signal),
    readAccounts: (keys, options, signal) =>
      reader.readAccounts(keys, options, signal),
    examinePermissions: (signal) => examinePermissions(api, signal),
    execute(request, signal) {
      const guarded = { ...context, api: guardWrites(api, request) };
      // Two connections may declare one provider: looking and making must not overlap.
      return isProviderStep(request)
        ? inTurn(() => executeStep(guarded, request, signal))
        : executeStep(guarded, request, signal);
    },
  };
}

/** How environments use it. */
export const driver: DriverDefinition = {
  variables: (part) => ({
    id: `SCALEKIT_${prefixOf(part)}CLIENT_ID`,
    secret: `SCALEKIT_${prefixOf(part)}CLIENT_SECRET`,
    boundBy:
      part === null
        ? ["SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_ENV_URL"]
        : [`SCALEKIT_${part}_ENVIRONMENT_URL`],
  }),
  capabilities: CAPABILITIES,
  audit: createScalekitAudit,
  preview: scalekitPreview,
  create: ({ credentials: { id, secret }, ...options }) =>
    createScalekitDriver({
      ...options,
      credentials: { clientId: id ?? "", clientSecret: secret },
    }),
};

function prefixOf(part: string | null): string {
  return part === null ? "" : `${part}_`;
}

function isProviderStep({ step }: StepRequest): boolean {
  return (
    step === "create_provider" ||
    step === "update_provider" ||
    step === "delete_provider"
  );
}

function executeStep(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  switch (request.step) {
    case "create_provider":
      return createProvider(context, request, signal);
    case "update_provider":
      return updateProvider(context, request, signal);
    case "create":
      return createConnection(context, request, signal);
    case "configure":
      return configureConnection(context, request, signal);
    case "enable":
    case "disable":
      return toggleConnection(context, request, signal);
    case "delete":
      return deleteConnection(context, request, signal);
    case "delete_provider":
      return deleteProvider(context, request, signal);
  }
}

/** Runs work one after the other, in the order it came; a failure does not stop those behind it. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
