import { generateKeyPairSync, verify } from "node:crypto";
import type { Answer, FakeForge, TokenRight } from "./fake-forge.ts";
import { githubReply, requestProblem } from "./github-schema.ts";

/** A GitHub App as a fake knows it. */
export interface FakeApp {
  readonly id: number;
  readonly privateKey: string;
  readonly publicKey: string;
  /** Who its comments are by. */
  readonly bot: string;
  isInstalled: boolean;
  isSuspended: boolean;
  /** What the installation gives. */
  permissions: Record<string, string>;
  /** What each token was asked for. */
  readonly asked: Readonly<Record<string, unknown>>[];
  /** Seconds that the clock of the forge is ahead. */
  ahead: number;
}

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

/** An App that is installed, with everything that a review needs. */
export function anApp(): FakeApp {
  return {
    id: 4711,
    ...keys,
    bot: "tieline-app[bot]",
    isInstalled: true,
    isSuspended: false,
    permissions: {
      metadata: "read",
      contents: "read",
      checks: "write",
      pull_requests: "write",
      statuses: "write",
      administration: "write",
    },
    asked: [],
    ahead: 0,
  };
}

const INSTALLATION = 77;
const RIGHTS: Readonly<Record<string, TokenRight>> = {
  checks: "checks",
  statuses: "statuses",
  pull_requests: "comments",
};

const status = (code: number, message: string): Answer => ({
  status: code,
  body: { message },
});

/**
 * What the App itself may ask. `undefined` for every other address.
 * @remarks Source: GitHub REST "Get a repository installation for the authenticated app", "Create
 * an installation access token for an app", "Generating a JSON Web Token for a GitHub App".
 */
export function githubAppAnswer(
  request: {
    readonly method: string;
    readonly path: string;
    readonly jwt: string;
    readonly body: Record<string, unknown>;
  },
  forge: FakeForge,
): Answer | undefined {
  const { method, path, jwt, body } = request;
  const isInstallation = path === `/repos/${forge.repository}/installation`;
  const isToken =
    path === `/app/installations/${String(INSTALLATION)}/access_tokens`;
  if (!isInstallation && !isToken) return undefined;
  const app = forge.app;
  const problem = app === undefined ? "no App" : jwtProblem(jwt, app);
  if (app === undefined || problem !== undefined)
    return status(401, problem ?? "");
  if (!app.isInstalled) return status(404, "Not Found");
  if (isInstallation && method === "GET") {
    const reply = githubReply("GET /repos/{owner}/{repo}/installation", {
      id: INSTALLATION,
      app_id: app.id,
      permissions: app.permissions,
      ...(app.isSuspended
        ? { suspended_at: "2026-01-01T00:00:00Z", suspended_by: null }
        : {}),
    });
    // The example that it is made from gives permissions of its own.
    Object.assign(Object(reply.body), { permissions: app.permissions });
    return reply;
  }
  if (!isToken || method !== "POST") return undefined;
  return newToken(body, app, forge);
}

function newToken(
  body: Record<string, unknown>,
  app: FakeApp,
  forge: FakeForge,
): Answer {
  const name = "POST /app/installations/{installation_id}/access_tokens";
  const wrong = requestProblem(name, new URLSearchParams(), body);
  if (wrong !== undefined) return status(422, wrong);
  app.asked.push(body);
  const asked = Object.entries(body["permissions"] ?? app.permissions);
  const isGiven = asked.every(
    ([key, level]) =>
      app.permissions[key] === level ||
      (level === "read" && app.permissions[key] === "write"),
  );
  if (!isGiven)
    return status(
      422,
      "The permissions requested are not granted to this installation.",
    );
  const token = `ghs_made_for_a_test_${String(app.asked.length)}_${"x".repeat(12)}`;
  forge.tokens.set(token, {
    user: app.bot,
    app: app.id,
    rights: new Set(
      asked.flatMap(([key, level]) => {
        const right = RIGHTS[key];
        return right === undefined || level !== "write" ? [] : [right];
      }),
    ),
  });
  return githubReply(name, {
    token,
    expires_at: new Date(timeOf(app) + 3_600_000).toISOString(),
    permissions: Object.fromEntries(asked),
  });
}

/** What the clock of the forge shows. */
export function timeOf({ ahead }: Pick<FakeApp, "ahead">): number {
  return Date.now() + ahead * 1000;
}

function jwtProblem(jwt: string, app: FakeApp): string | undefined {
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  const isSigned = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${claims}`),
    app.publicKey,
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) return "A JSON web token could not be decoded";
  const { iat, exp, iss } = JSON.parse(
    Buffer.from(claims, "base64url").toString(),
  ) as { iat: number; exp: number; iss: string };
  const now = timeOf(app) / 1000;
  if (iss !== String(app.id)) return "Integration not found";
  if (iat > now)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  if (exp <= now)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  return exp > now + 600
    ? "'Expiration time' claim ('exp') is too far in the future"
    : undefined;
}
