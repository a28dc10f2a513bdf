import type { Clock } from "../ports/clock.ts";
import type { StepRequest } from "../ports/connections-api.ts";
import type { HttpReply, HttpRequest } from "../ports/http-client.ts";

/** A call of an API: a request without headers. */
export interface ApiCall extends Pick<
  HttpRequest,
  "method" | "path" | "route" | "query" | "list" | "isIdempotent" | "beforeSend"
> {
  /** JSON body as text; built where secrets are revealed, dropped after the call. */
  readonly bodyText?: string;
}

/** An API behind what proves who we are. */
export interface ApiClient {
  readonly clock: Clock;
  /**
   * The API's own time when it last answered, in milliseconds since 1970, as far as its answers
   * tell; absent where nobody asks.
   */
  readonly lastAnsweredAt?: () => number | undefined;
  call(call: ApiCall, signal: AbortSignal): Promise<HttpReply>;
}

/** The same API, with what is called before each request that writes. */
export function guardWrites<T extends ApiClient>(
  api: T,
  { beforeWrite }: Pick<StepRequest, "beforeWrite">,
): T {
  if (beforeWrite === undefined) return api;
  return {
    ...api,
    call: (call, signal) =>
      api.call(
        call.method === "GET" ? call : { ...call, beforeSend: beforeWrite },
        signal,
      ),
  };
}
