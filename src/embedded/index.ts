/*
 * An HTTP server of the vendor's API on loopback: a service core over a store, and transports that
 * call it. Must never hold a secret in plain, listen beyond 127.0.0.1, or know anything of drivers,
 * plans or documents.
 */
export { startEmbedded } from "./start.ts";
export { parseFault } from "./faults/parse-fault.ts";
export { parseAccounts, parseSwitch } from "./parse-switch.ts";
export type { AccountSeed } from "./parse-switch.ts";
export { DEFAULT_SWITCHES } from "./switches.ts";
export { PERMISSIONS } from "./service/service.ts";
export type { RpcName } from "./service/service.ts";
export type { Switches } from "./switches.ts";
export type { FaultKind, FaultRule, RetryAfter } from "./faults/faults.ts";
export type {
  EmbeddedApi,
  EmbeddedOptions,
  RequestRecord,
  SeedConnection,
  Snapshot,
} from "./options.ts";
