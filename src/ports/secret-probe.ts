import type { Secret } from "../domain/secret/secret.ts";

/** What a token endpoint says about a client. */
export type ProbeVerdict =
  /** The client is accepted: only the code, which is made up, was refused. */
  | { readonly kind: "accepted" }
  /** The client itself is refused. */
  | { readonly kind: "refused" }
  /**
   * Nothing can be concluded. `reason` completes "cannot be told: …" and holds nothing from the
   * answer's body.
   */
  | { readonly kind: "unclear"; readonly reason: string };

/** A client to try. */
export interface ProbeRequest {
  /** An https address that the connection declares or the platform shows. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly redirectUri: string;
  readonly authMethod: "client_secret_post" | "client_secret_basic";
}

/**
 * Asks a provider whether it knows a client.
 *
 * Obligations: sends a made-up code that cannot be a real one, so nothing is ever exchanged; sends
 * to https only, follows no redirect, bounds wait and body, tries once; neither logs nor returns
 * anything of what was sent or answered.
 */
export interface SecretProbe {
  probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeVerdict>;
}
