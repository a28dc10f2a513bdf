import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScrubber } from "../../src/domain/secret/scrubber.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createHttpClient } from "../../src/http/client.ts";
import { createTokenProbe } from "../../src/http/token-probe.ts";
import type { HttpRequest } from "../../src/ports/http-client.ts";
import { errorJson, renderError } from "../../src/output/diagnostics.ts";
import { AppError } from "../../src/domain/problem/error.ts";
import { createFakeClock } from "../support/clock.ts";
import { ENCODINGS, type Encoding } from "../support/encodings.ts";
import { startRawServer, type RawServer } from "../support/raw-server.ts";

/*
 * The law: whoever had a secret in a request may repeat it in any spelling in any part of the
 * answer, and nothing of that is shown or kept.
 */

const SECRET = "Canary-7788+swordfish/XYZ==q";
const signal = new AbortController().signal;

/** How an answer is dressed. */
interface Dress {
  readonly status: number;
  readonly contentType: string;
  readonly body: (echo: string) => string;
}

function status(echo: string, code: number): string {
  const field = {
    field: echo,
    description: echo,
    constraint: echo,
    [echo]: echo,
  };
  return JSON.stringify({
    code,
    message: echo,
    error: echo,
    error_description: echo,
    [echo]: echo,
    details: [
      {
        "@type": echo,
        error_code: echo,
        debug_info: { stack_entries: [echo], detail: echo },
        help_info: { links: [{ description: echo, url: `https://${echo}/` }] },
        localized_message_info: { locale: echo, message: echo },
        resource_info: {
          resource_name: echo,
          owner: echo,
          description: echo,
          required_permissions: [echo],
          user: echo,
        },
        request_info: { request_id: echo, serving_data: echo },
        validation_error_info: {
          field_violations: [
            field,
            { ...field, field: `connection.${echo}` },
            { ...field, field: "connection.key_id" },
          ],
        },
        tool_error_info: {
          execution_id: echo,
          tool_error_message: echo,
          tool_error_code: echo,
        },
      },
    ],
  });
}

const JSON_TYPE = "application/json";
const DRESSES: readonly Dress[] = [
  ...[
    200, 302, 400, 401, 403, 404, 407, 409, 412, 422, 429, 499, 500, 501, 502,
    503,
  ].map((code) => ({
    status: code,
    contentType: JSON_TYPE,
    body: (echo: string) =>
      code === 200
        ? `{"${"x".repeat(3)}": ${JSON.stringify(echo)}`
        : status(echo, 3),
  })),
  {
    status: 400,
    contentType: "text/html",
    body: (echo) => `<title>${echo}</title>`,
  },
  { status: 400, contentType: "text/plain", body: (echo) => echo },
  { status: 400, contentType: JSON_TYPE, body: (echo) => JSON.stringify(echo) },
  {
    status: 400,
    contentType: JSON_TYPE,
    body: (echo) => JSON.stringify([{ message: echo }]),
  },
  {
    status: 400,
    contentType: JSON_TYPE,
    body: (echo) =>
      JSON.stringify({ message: JSON.stringify({ message: echo }) }),
  },
  {
    status: 401,
    contentType: "application/x-www-form-urlencoded",
    body: (echo) => `error=${echo}`,
  },
  { status: 200, contentType: "application/grpc", body: (echo) => echo },
];

const REQUESTS: readonly HttpRequest[] = (
  ["GET", "POST", "PATCH", "PUT", "DELETE"] as const
).map((method) => ({
  method,
  path: "/api/v1/connections",
  route: `${method} /api/v1/connections/{id}`,
  headers: { authorization: `Bearer ${SECRET}` },
  ...(method === "GET" || method === "DELETE"
    ? {}
    : {
        body: {
          contentType: JSON_TYPE,
          text: JSON.stringify({ oauth_config: { client_secret: SECRET } }),
        },
      }),
  isIdempotent: false,
}));
const TOKEN: HttpRequest = {
  method: "POST",
  path: "/oauth/token",
  route: "POST /oauth/token",
  body: {
    contentType: "application/x-www-form-urlencoded",
    text: new URLSearchParams({ client_secret: SECRET }).toString(),
  },
  isIdempotent: true,
};

let server: RawServer;
let answer: { readonly dress: Dress; readonly echo: string };

beforeAll(async () => {
  server = await startRawServer((_index, _request, response) => {
    const { dress, echo } = answer;
    // What a header cannot carry cannot come in one.
    const inHeader = /^[\u0021-\u007e\u00a0-\u00ff]+$/u.test(echo)
      ? echo
      : "none";
    response.writeHead(dress.status, {
      "content-type": dress.contentType,
      "x-request-id": inHeader,
      location: `https://elsewhere.example/${inHeader}`,
      "www-authenticate": `Bearer error="${inHeader}"`,
      "retry-after": inHeader,
      "grpc-message": inHeader,
      "grpc-status": "3",
      server: inHeader,
      "set-cookie": inHeader,
    });
    response.end(dress.body(echo));
  });
});
afterAll(() => server.close());

/** Everything that a failed request leaves: the error in all its forms, and the traces. */
async function leftBy(request: HttpRequest): Promise<string> {
  const scrubber = createScrubber();
  scrubber.register(SECRET, "secret");
  const traces: string[] = [];
  const client = createHttpClient({
    origin: server.origin,
    clock: createFakeClock(),
    limits: { concurrency: 1, requestsPerSecond: 10_000, timeoutMs: 5_000 },
    scrub: (text) => scrubber.scrub(text),
    trace: (line) => traces.push(line),
    userAgent: "tieline/test",
  });
  const result: unknown = await client.send(request, signal).then(
    (reply) => reply.requestId ?? "",
    (error: unknown) => error,
  );
  await client.close();
  if (!(result instanceof AppError))
    return `${String(result)}${traces.join("\n")}`;
  const style = { color: false, width: 100 };
  return [
    inspect(result, { depth: 20, showHidden: true }),
    JSON.stringify(errorJson(result)),
    renderError(result, style),
    ...traces,
  ].join("\n");
}

/** The shortest piece of an echo that gives something away. */
const PIECE = 8;

function expectSilent(text: string, { encode }: Encoding): void {
  const echo = encode(SECRET);
  for (let at = 0; at + PIECE <= echo.length; at += PIECE)
    expect(text).not.toContain(echo.slice(at, at + PIECE));
}

describe("an answer that repeats a secret", () => {
  const runs = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 3);

  it.each(ENCODINGS)("is not repeated: $name", async (encoding) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DRESSES),
        fc.constantFrom(...REQUESTS, TOKEN),
        fc.constantFrom("", "req-", "req_"),
        async (dress, request, before) => {
          answer = { dress, echo: before + encoding.encode(SECRET) };
          expectSilent(await leftBy(request), encoding);
        },
      ),
      { numRuns: runs, seed: 11 },
    );
  });

  it.each(
    DRESSES.map((dress) => [dress.status, dress.contentType, dress] as const),
  )(
    "is not repeated raw whatever was asked: %d %s",
    async (_status, _type, dress) => {
      answer = { dress, echo: SECRET };
      for (const request of [...REQUESTS, TOKEN])
        expect(await leftBy(request)).not.toMatch(/canary|swordfish/iu);
    },
  );

  it("tells a probe no more than its verdict", async () => {
    const probe = createTokenProbe({
      clock: createFakeClock(),
      userAgent: "tieline/test",
      proxy: {},
      allowsLoopback: true,
    });
    for (const encoding of ENCODINGS)
      for (const dress of DRESSES) {
        answer = { dress, echo: encoding.encode(SECRET) };
        const verdict = await probe.probe(
          {
            tokenUrl: `${server.origin}/token`,
            clientId: "client",
            clientSecret: new Secret(SECRET),
            redirectUri: "",
            authMethod: "client_secret_post",
          },
          signal,
        );
        expectSilent(JSON.stringify(verdict), encoding);
      }
  });
});
