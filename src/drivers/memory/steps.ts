import {
  ConflictError,
  InternalError,
  UserError,
} from "../../domain/problem/error.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { StepRequest } from "../../ports/connections-api.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import {
  overlayFields,
  type MemoryStore,
  type StoredConnection,
} from "./store.ts";

/** Carries out one step. @returns the handle after it. */
export function executeStep(
  store: MemoryStore,
  request: StepRequest,
): string | null {
  switch (request.step) {
    case "create_provider":
      return createProvider(store, request);
    case "update_provider":
      return writeProvider(store, request);
    case "create":
      return create(store, request);
    case "configure":
      return configure(store, request);
    case "enable":
    case "disable":
      return replace(store, request, { isEnabled: request.step === "enable" });
    case "delete":
      if (request.remoteId !== null) store.connections.delete(request.remoteId);
      return null;
    case "delete_provider":
      if (!isProviderUsed(store, request.provider))
        store.providers.delete(request.provider);
      return request.remoteId;
  }
}

/** The connection that has this name. */
export function findByKey(
  store: MemoryStore,
  key: string,
): StoredConnection | undefined {
  return [...store.connections.values()].find((stored) => stored.key === key);
}

function createProvider(
  store: MemoryStore,
  request: StepRequest,
): string | null {
  const live = store.providers.get(request.provider);
  const declared = overlayFields({}, request.fields, isProviderField);
  const differs = Object.entries(declared).some(
    ([pointer, value]) =>
      canonicalJson(live?.[pointer] ?? null) !== canonicalJson(value),
  );
  if (live !== undefined && differs)
    throw new ConflictError(
      "DRV021",
      `the custom provider "${request.provider}" exists with other settings`,
    );
  if (live === undefined) store.providers.set(request.provider, declared);
  return request.remoteId;
}

function writeProvider(
  store: MemoryStore,
  request: StepRequest,
): string | null {
  const live = store.providers.get(request.provider) ?? {};
  store.providers.set(
    request.provider,
    overlayFields(live, request.fields, isProviderField),
  );
  return request.remoteId;
}

function create(store: MemoryStore, request: StepRequest): string {
  if (findByKey(store, request.key) !== undefined)
    throw new ConflictError(
      "DRV021",
      `the name "${request.key}" is taken by another connection`,
    );
  if (request.authType === "custom" && !store.providers.has(request.provider))
    throw new UserError(
      "DRV024",
      `the custom provider "${request.provider}" of "${request.key}" does not exist`,
    );
  const remoteId = `mem_${String(store.nextId)}`;
  store.nextId += 1;
  store.connections.set(remoteId, {
    remoteId,
    key: request.key,
    provider: request.provider,
    authType: request.authType,
    isEnabled: true,
    fields: {},
    secrets: [],
    version: 1,
  });
  return remoteId;
}

function configure(store: MemoryStore, request: StepRequest): string {
  const stored = existing(store, request);
  const other = findByKey(store, request.key);
  if (other !== undefined && other.remoteId !== stored.remoteId)
    throw new ConflictError(
      "DRV021",
      `the name "${request.key}" is taken by another connection`,
    );
  return replace(store, request, {
    key: request.key,
    fields: overlayFields(stored.fields, request.fields, isSettingsField),
    secrets: [
      ...new Set([...stored.secrets, ...request.secrets.keys()]),
    ].sort(),
  });
}

function replace(
  store: MemoryStore,
  request: StepRequest,
  change: Partial<StoredConnection>,
): string {
  const stored = existing(store, request);
  store.connections.set(stored.remoteId, {
    ...stored,
    ...change,
    version: stored.version + 1,
  });
  return stored.remoteId;
}

function existing(store: MemoryStore, request: StepRequest): StoredConnection {
  if (request.remoteId === null)
    throw new InternalError(
      "INT001",
      `step "${request.step}" of "${request.key}" was asked for without a handle`,
    );
  const stored = store.connections.get(request.remoteId);
  if (stored === undefined)
    throw new ConflictError(
      "DRV021",
      `"${request.key}" cannot be written: it no longer exists`,
    );
  return stored;
}

function isProviderUsed(store: MemoryStore, slug: string): boolean {
  return [...store.connections.values()].some(
    (stored) => stored.authType === "custom" && stored.provider === slug,
  );
}

function isProviderField(pointer: Pointer): boolean {
  return pointer.startsWith("/custom_provider/");
}

/** Identity, state and recorded fields are not settings: each has a step or a keeper of its own. */
function isSettingsField(pointer: Pointer): boolean {
  const isElsewhere =
    pointer === "/provider" ||
    pointer === "/auth_type" ||
    pointer === "/state" ||
    pointer.startsWith("/lifecycle/");
  return !isElsewhere && !isProviderField(pointer);
}
