import { expect } from "vitest";
import type { EmbeddedApi } from "../../src/embedded/index.ts";

/**
 * A person changes the scopes of a connection in a dashboard: an independent client of the same
 * API.
 */
export async function changeByHand(
  server: EmbeddedApi,
  key: string,
  scopes: readonly string[],
  credentials: Readonly<
    Record<"SCALEKIT_CLIENT_ID" | "SCALEKIT_CLIENT_SECRET", string>
  >,
): Promise<void> {
  const token = await fetch(`${server.origin}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: credentials.SCALEKIT_CLIENT_ID,
      client_secret: credentials.SCALEKIT_CLIENT_SECRET,
    }),
  });
  const answer = (await token.json()) as { readonly access_token: string };
  const stored = server
    .snapshot()
    .connections.find((each) => each["key_id"] === key) as
    { readonly id: string } | undefined;
  const reply = await fetch(
    `${server.origin}/api/v1/connections/${stored?.id ?? ""}`,
    {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${answer.access_token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        key_id: key,
        provider_key: "GMAIL",
        type: "OAUTH",
        oauth_config: { scopes },
      }),
    },
  );
  expect(reply.status, await reply.text()).toBe(200);
}
