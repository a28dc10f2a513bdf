import { createServer, type IncomingMessage, type Server } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { Secret } from "../../../src/domain/secret/secret.ts";
import { createTokenProbe } from "../../../src/http/token-probe.ts";
import type { ProbeRequest } from "../../../src/ports/secret-probe.ts";
import { createFakeClock } from "../../support/clock.ts";

const RIGHT = "right-secret-91ab";
const signal = new AbortController().signal;

/** How a provider answers a client it knows or does not know; the code is always a bad one. */
interface Provider {
  readonly title: string;
  readonly known: Answer;
  readonly unknown: Answer;
  readonly expected: { readonly right: string; readonly wrong: string };
}
type Answer = readonly [status: number, contentType: string, body: string];

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const error = (code: string): string => JSON.stringify({ error: code });

const PROVIDERS: readonly Provider[] = [
  {
    title: "by the standard",
    known: [400, JSON_TYPE, error("invalid_grant")],
    unknown: [401, JSON_TYPE, error("invalid_client")],
    expected: { right: "accepted", wrong: "refused" },
  },
  {
    title: "errors with status 200, as a form",
    known: [200, FORM_TYPE, "error=bad_verification_code"],
    unknown: [200, FORM_TYPE, "error=incorrect_client_credentials"],
    expected: { right: "accepted", wrong: "refused" },
  },
  {
    title: "errors with status 200, with an ok member",
    known: [200, JSON_TYPE, '{"ok":false,"error":"invalid_code"}'],
    unknown: [200, JSON_TYPE, '{"ok":false,"error":"bad_client_secret"}'],
    expected: { right: "accepted", wrong: "refused" },
  },
  {
    title: "looks at the code before the client",
    known: [400, JSON_TYPE, error("invalid_grant")],
    unknown: [400, JSON_TYPE, error("invalid_grant")],
    expected: { right: "unclear", wrong: "unclear" },
  },
  {
    title: "looks at the redirect URI first",
    known: [400, JSON_TYPE, error("redirect_uri_mismatch")],
    unknown: [400, JSON_TYPE, error("redirect_uri_mismatch")],
    expected: { right: "unclear", wrong: "unclear" },
  },
  {
    title: "answers with a web page",
    known: [200, "text/html", "<html>sign in</html>"],
    unknown: [200, "text/html", "<html>sign in</html>"],
    expected: { right: "unclear", wrong: "unclear" },
  },
  {
    title: "fails",
    known: [503, JSON_TYPE, error("invalid_client")],
    unknown: [503, JSON_TYPE, error("invalid_client")],
    expected: { right: "unclear", wrong: "unclear" },
  },
];

interface Emulated {
  readonly tokenUrl: string;
  /** Bodies and authorization headers, in order. */
  readonly sent: { readonly form: URLSearchParams; readonly basic: string }[];
}

async function emulate(
  answer: (isKnown: boolean) => Answer,
  location?: string,
): Promise<Emulated> {
  const sent: Emulated["sent"] = [];
  const server: Server = createServer((request, response) => {
    void readText(request).then((text) => {
      const form = new URLSearchParams(text);
      const basic = Buffer.from(
        (request.headers.authorization ?? "").replace("Basic ", ""),
        "base64",
      ).toString();
      sent.push({ form, basic });
      const isKnown =
        form.get("client_secret") === RIGHT || basic.endsWith(`:${RIGHT}`);
      const [status, contentType, body] = answer(isKnown);
      response.writeHead(status, {
        "content-type": contentType,
        ...(location === undefined ? {} : { location }),
      });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return { tokenUrl: `http://127.0.0.1:${String(port)}/token`, sent };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return text;
}

function ask(
  tokenUrl: string,
  secret: string,
  more: Partial<ProbeRequest> = {},
  allowsLoopback = true,
) {
  return createTokenProbe({
    clock: createFakeClock(),
    userAgent: "tieline/test",
    proxy: {},
    allowsLoopback,
  }).probe(
    {
      tokenUrl,
      clientId: "client-1",
      clientSecret: new Secret(secret),
      redirectUri: "https://acme.example/callback",
      authMethod: "client_secret_post",
      ...more,
    },
    signal,
  );
}

describe("the probe of a client secret", () => {
  it.each(PROVIDERS.map((each) => [each.title, each] as const))(
    "tells what can be told: %s",
    async (_title, { known, unknown, expected }) => {
      const { tokenUrl } = await emulate((isKnown) =>
        isKnown ? known : unknown,
      );
      expect((await ask(tokenUrl, RIGHT)).kind).toBe(expected.right);
      expect((await ask(tokenUrl, "wrong")).kind).toBe(expected.wrong);
    },
  );

  it("sends a made-up code, and for the control a made-up secret", async () => {
    const { tokenUrl, sent } = await emulate((isKnown) =>
      isKnown
        ? [400, JSON_TYPE, error("invalid_grant")]
        : [401, JSON_TYPE, error("invalid_client")],
    );
    await ask(tokenUrl, RIGHT);
    expect(sent).toHaveLength(2);
    for (const { form } of sent) {
      expect(form.get("grant_type")).toBe("authorization_code");
      expect(form.get("code")).toMatch(/^tieline-probe-/u);
    }
    expect(sent[1]?.form.get("client_secret")).toMatch(/^tieline-probe-/u);
  });

  it("asks once when the first answer settles it", async () => {
    const { tokenUrl, sent } = await emulate(() => [
      401,
      JSON_TYPE,
      error("invalid_client"),
    ]);
    await ask(tokenUrl, "wrong");
    expect(sent).toHaveLength(1);
  });

  it("can send the client in a header", async () => {
    const { tokenUrl, sent } = await emulate((isKnown) =>
      isKnown
        ? [400, JSON_TYPE, error("invalid_grant")]
        : [401, JSON_TYPE, error("invalid_client")],
    );
    const verdict = await ask(tokenUrl, RIGHT, {
      authMethod: "client_secret_basic",
    });
    expect(verdict.kind).toBe("accepted");
    expect(sent[0]?.basic).toBe(`client-1:${RIGHT}`);
    expect(sent[0]?.form.has("client_secret")).toBe(false);
  });

  it("follows no redirect", async () => {
    const other = await emulate(() => [200, JSON_TYPE, "{}"]);
    const { tokenUrl } = await emulate(
      () => [307, JSON_TYPE, "{}"],
      other.tokenUrl,
    );
    expect((await ask(tokenUrl, RIGHT)).kind).toBe("unclear");
    expect(other.sent).toHaveLength(0);
  });

  it.each([
    "http://provider.example/token",
    "https://10.0.0.1/token",
    "https://[fe80::1]/token",
    "https://user@provider.example/token",
    "file:///etc/passwd",
    "not an address",
  ])("sends nothing to %s", async (tokenUrl) => {
    expect(await ask(tokenUrl, RIGHT)).toMatchObject({
      kind: "unclear",
      reason: "its token address is not https",
    });
  });

  it("sends nothing to this machine unless the environment lives here", async () => {
    const { tokenUrl, sent } = await emulate(() => [200, JSON_TYPE, "{}"]);
    expect((await ask(tokenUrl, RIGHT, {}, false)).kind).toBe("unclear");
    expect(sent).toHaveLength(0);
  });
});
