/** Servers that answer a plan with anything but the API's answers. */
import type { ServerResponse } from "node:http";
import { sendJson } from "../support/raw-server.ts";

/** One request as a case sees it. */
export interface Asked {
  readonly response: ServerResponse;
  /** Path and query. */
  readonly url: URL;
  /** Origin of a server that must never hear from the program. */
  readonly elsewhere: string;
}

/** One way to answer. */
export interface ServerCase {
  readonly name: string;
  /** What is answered instead of the ordinary; by default the ordinary is answered. */
  readonly token?: (asked: Asked) => void;
  readonly list?: (asked: Asked) => void;
  readonly get?: (asked: Asked) => void;
  readonly status: number;
  /** What is said; a plan that leaves something alone says so itself, with DRV062. */
  readonly says?: RegExp;
}

export const CONNECTION = {
  id: "conn_1",
  key_id: "good",
  provider_key: "GMAIL",
  type: "OAUTH",
  enabled: true,
  status: "COMPLETED",
  oauth_config: { client_id: "1.apps.example", scopes: ["a"] },
};

type Answer = (asked: Asked) => void;

const json =
  (
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Answer =>
  ({ response }) => {
    sendJson(response, status, body, headers);
  };
const text =
  (body: string, type = "application/json", status = 200): Answer =>
  ({ response }) => {
    response.writeHead(status, { "content-type": type });
    response.end(body);
  };
const page = (connections: unknown, more: object = {}): Answer =>
  json(200, { connections, ...more });
const HTML = text("<!doctype html><h1>Sign in</h1>", "text/html");
const RESET: Answer = ({ response }) => {
  response.destroy();
};
const HANG: Answer = () => undefined;
const redirect =
  (status: number): Answer =>
  ({ response, elsewhere, url }) => {
    response.writeHead(status, { location: `${elsewhere}${url.pathname}` });
    response.end();
  };
const CUT: Answer = ({ response }) => {
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": "5000",
  });
  response.write('{"connections":[{"id":"conn_1"');
  setImmediate(() => response.destroy());
};
/** A body without an end; it stops when nobody listens any more. */
const ENDLESS: Answer = ({ response }) => {
  response.writeHead(200, { "content-type": "application/json" });
  const chunk = Buffer.alloc(256 * 1024, 0x20);
  const pour = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", pour).on("error", () => undefined);
  pour();
};
const deep = (value: string): string =>
  `${"[".repeat(50_000)}${value}${"]".repeat(50_000)}`;
const one = (member: string, value: string): string =>
  JSON.stringify({ connection: CONNECTION }).replace(
    '"key_id"',
    `${JSON.stringify(member)}:${value},"key_id"`,
  );

/** What the token endpoint is tried with as well; each costs a few seconds of retries. */
const TOKEN_TOO: ReadonlySet<string> = new Set([
  "hangs",
  "fails for ever",
  "redirects and keeps the method",
  "sends a body without an end",
]);

const REACH: readonly ServerCase[] = (
  [
    ["answers HTML", HTML, /DRV020/u],
    ["resets", RESET, /DRV002/u],
    ["hangs", HANG, /DRV002/u],
    [
      "answers 429 for ever",
      json(429, { code: 8, message: "slow down" }),
      /DRV010/u,
    ],
    [
      "answers 429 for ever and says when",
      json(429, {}, { "retry-after": "0" }),
      /DRV010/u,
    ],
    [
      "asks to wait an hour",
      json(429, {}, { "retry-after": "3600" }),
      /DRV010[\s\S]*3600 s/u,
    ],
    ["fails for ever", json(500, { code: 13, message: "broken" }), /DRV005/u],
    [
      "answers 503 as a page",
      text("<h1>down</h1>", "text/html", 503),
      /DRV005|DRV020/u,
    ],
    ["redirects for good", redirect(301), /DRV009/u],
    ["redirects and keeps the method", redirect(307), /DRV009/u],
    ["cuts its body", CUT, /DRV002/u],
    [
      "sends half of a JSON text",
      text('{"connections": [{"id": "co'),
      /DRV020/u,
    ],
    ["sends a body without an end", ENDLESS, /DRV009/u],
    [
      "sends JSON as a web page",
      text('{"connections":[],"access_token":"x"}', "text/html"),
      /DRV020/u,
    ],
    ["sends a JSON string", text('"hello"'), /DRV020/u],
    ["sends a JSON list", text("[]"), /DRV020/u],
    ["sends null", text("null"), /DRV020/u],
    [
      "sends bytes that are no text",
      ({ response }: Asked): void => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
      },
      /DRV020/u,
    ],
    ["sends an empty body", text(""), /DRV020/u],
  ] as const
).flatMap(([name, answer, says]): ServerCase[] => [
  { name: `the list ${name}`, list: answer, status: 1, says },
  ...(TOKEN_TOO.has(name)
    ? [{ name: `the token endpoint ${name}`, token: answer, status: 1, says }]
    : []),
]);

const AUTH: readonly ServerCase[] = [
  {
    name: "the token endpoint answers 401",
    token: json(401, { error: "invalid_client" }),
    status: 7,
    says: /DRV007/u,
  },
  {
    name: "the token endpoint answers 401 as a page",
    token: text("<h1>no</h1>", "text/html", 401),
    status: 7,
    says: /DRV007/u,
  },
  {
    name: "the token endpoint answers 403",
    token: json(403, { error: "unauthorized_client" }),
    status: 7,
    says: /DRV008/u,
  },
  {
    name: "the token endpoint gives no token",
    token: json(200, { token_type: "Bearer" }),
    status: 1,
    says: /DRV020/u,
  },
  {
    name: "the token is a number",
    token: json(200, { access_token: 1 }),
    status: 1,
    says: /DRV020/u,
  },
  {
    name: "the token holds a line feed",
    token: json(200, { access_token: "a\r\nx-evil: 1" }),
    status: 1,
    says: /DRV020/u,
  },
  {
    name: "the token lasts a negative time",
    token: json(200, { access_token: "t", expires_in: -1 }),
    status: 0,
  },
  {
    name: "the token lasts for ever",
    token: text('{"access_token":"t","expires_in":1e999}'),
    status: 1,
    says: /DRV020/u,
  },
  {
    name: "the list answers 401 for ever",
    list: json(401, {}),
    status: 7,
    says: /DRV007/u,
  },
  {
    name: "the list answers 403",
    list: json(403, {}),
    status: 7,
    says: /DRV008/u,
  },
];

const SHAPES: readonly ServerCase[] = [
  {
    name: "a list without connections that counts some",
    list: json(200, { connections: null, total_size: 3 }),
    status: 1,
    says: /DRV020/u,
  },
  {
    name: "another object in place of a list",
    list: json(200, { error: "maintenance" }),
    status: 1,
    says: /DRV020/u,
  },
  {
    name: "connections that are a mapping",
    list: page({ a: 1 }),
    status: 1,
    says: /DRV020/u,
  },
  {
    name: "connections that are numbers",
    list: page([1, 2]),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "a connection without an id",
    list: page([{ ...CONNECTION, id: "" }]),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "an id that is a path",
    list: page([{ ...CONNECTION, id: "../../../oauth/token?x=" }]),
    get: json(404, { code: 5 }),
    status: 0,
  },
  {
    name: "an answer about another connection",
    get: json(200, { connection: { ...CONNECTION, id: "conn_2" } }),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "an answer without a connection",
    get: json(200, {}),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "page tokens that lead in a circle",
    list: ({ response, url }) => {
      const token = url.searchParams.get("page_token") === "a" ? "b" : "a";
      sendJson(response, 200, {
        connections: [CONNECTION],
        next_page_token: token,
      });
    },
    status: 1,
    says: /DRV020[\s\S]*circle/u,
  },
  {
    name: "pages that move while they are read",
    list: ({ response, url }) => {
      const isSecond = url.searchParams.get("page_token") === "next";
      sendJson(response, 200, {
        connections: [
          CONNECTION,
          { ...CONNECTION, id: "conn_2", key_id: "two" },
        ].slice(isSecond ? 0 : 1),
        ...(isSecond ? {} : { next_page_token: "next" }),
      });
    },
    status: 0,
  },
  {
    name: "two connections of one name",
    list: page([CONNECTION, { ...CONNECTION, id: "conn_2" }]),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "members named __proto__",
    get: text(one("__proto__", '{"polluted":true}')),
    status: 0,
  },
  {
    name: "a list of connections named __proto__",
    list: page([
      { ...CONNECTION, key_id: "__proto__" },
      { ...CONNECTION, id: "conn_2", key_id: "constructor" },
    ]),
    status: 0,
  },
  {
    name: "half a character in an answer",
    get: text(one("ui_button_title", String.raw`"\ud800"`)),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "an infinite number in an answer",
    get: text(one("debug_enabled", "1e999")),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "an answer of 50,000 levels",
    get: text(one("attribute_mapping", deep("1"))),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "a list of 50,000 levels",
    list: text(
      `{"connections":[${JSON.stringify(CONNECTION).slice(0, -1)},"x":${deep("1")}}]}`,
    ),
    status: 1,
    says: /DRV062/u,
  },
  {
    name: "terminal escapes in every text of a connection",
    get: json(200, {
      connection: {
        ...CONNECTION,
        provider_key: "\u001B[2J\u202E",
        status: "\u001B]0;x\u0007",
        oauth_config: { client_id: "\u001B[31m\u2066", scopes: ["\u001B[0m"] },
      },
    }),
    list: page([
      CONNECTION,
      { ...CONNECTION, id: "conn_9", key_id: "\u001B[2Jevil\u202E" },
    ]),
    status: 6,
  },
  {
    name: "terminal escapes in an error",
    list: json(400, {
      code: 3,
      message: "\u001B[2Jbad\u202E\r\nfaked line",
      details: [
        { error_code: "\u001B[31m", request_info: { request_id: "\u001B[1m" } },
      ],
    }),
    status: 1,
    says: /DRV004/u,
  },
  {
    name: "credentials in an error",
    list: json(400, {
      code: 3,
      message: "the client test with test-only-secret is wrong",
    }),
    status: 1,
    says: /DRV004/u,
  },
];

export const SERVER_CASES: readonly ServerCase[] = [
  ...REACH,
  ...AUTH,
  ...SHAPES,
];
