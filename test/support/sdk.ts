import type { DescMessage } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { ScalekitClient } from "@scalekit-sdk/node";
import type CoreClient from "@scalekit-sdk/node/lib/core.js";
import type { ConnectedAccountService } from "@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/connected_accounts/connected_accounts_pb.js";
import type { ConnectionService } from "@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/connections/connections_pb.js";

/*
 * The vendor's SDK, unmodified, and its generated files: the vendor's own descriptors. This is the
 * one place that knows where they are.
 */
export * as accountsFile from "@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/connected_accounts/connected_accounts_pb.js";
export * as connectionsFile from "@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/connections/connections_pb.js";
export { ErrorInfoSchema } from "@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/errdetails/errdetails_pb.js";

/**
 * A message of the SDK for use with the library as we load it: the SDK loads its CommonJS form,
 * whose descriptors are the same.
 */
export function described(message: { readonly typeName: string }): DescMessage {
  return message as unknown as DescMessage;
}

/**
 * What the SDK's own methods do not reach, through its generated clients on its own transport, with
 * its retries and errors.
 */
export interface Sdk {
  readonly sdk: ScalekitClient;
  readonly connections: Client<typeof ConnectionService>;
  readonly accounts: Client<typeof ConnectedAccountService>;
  readonly core: CoreClient.default;
}

/** The SDK as an application makes it. */
export function anSdk(
  origin: string,
  { secret = "client-secret", timeoutMs = 5_000 } = {},
): Sdk {
  const sdk = new ScalekitClient(origin, "id", secret, { timeoutMs });
  return {
    sdk,
    connections: sdk.connection["client"],
    accounts: sdk.connectedAccounts["client"],
    core: sdk.connection["coreClient"],
  };
}
