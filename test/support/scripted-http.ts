import type {
  HttpClient,
  HttpReply,
  HttpRequest,
} from "../../src/ports/http-client.ts";

/** What the nth call of a route gets: a body, or an error to throw. */
export type ScriptedAnswer = Readonly<Record<string, unknown>> | Error;

/**
 * An HTTP client without a network: it answers by route from a script and remembers what it was
 * asked.
 */
export interface ScriptedHttp extends HttpClient {
  readonly sent: readonly HttpRequest[];
  /** Requests of one route. */
  of(route: string): readonly HttpRequest[];
}

/** The last answer of a route is given again and again; `POST /oauth/token` has one by default. */
export function scriptHttp(
  script: Readonly<Record<string, readonly ScriptedAnswer[]>>,
): ScriptedHttp {
  const sent: HttpRequest[] = [];
  const answers: Readonly<Record<string, readonly ScriptedAnswer[]>> = {
    "POST /oauth/token": [{ access_token: "token-1", expires_in: 3600 }],
    ...script,
  };
  const of = (route: string): HttpRequest[] =>
    sent.filter((request) => request.route === route);
  return {
    origin: "http://127.0.0.1:1",
    sent,
    of,
    send(request) {
      sent.push(request);
      const list = answers[request.route] ?? [];
      const answer = list[Math.min(of(request.route).length, list.length) - 1];
      if (answer === undefined)
        return Promise.reject(new Error(`no answer for ${request.route}`));
      if (answer instanceof Error) return Promise.reject(answer);
      const reply: HttpReply = {
        status: 200,
        headers: {},
        body: answer,
        requestId: "req-1",
      };
      return Promise.resolve(reply);
    },
    close: () => Promise.resolve(),
  };
}
