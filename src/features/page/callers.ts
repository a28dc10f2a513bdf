import { Secret } from "../../domain/secret/secret.ts";
import { hasHeader, onlyHeader, type PageRequest } from "./exchange.ts";
import type { PageAuth, PageProxy, PageToken, Right } from "./options.ts";

/** Who asks. */
export interface Caller {
  /** As records say it; `null` where nobody has to say who they are. */
  readonly by: string | null;
  readonly rights: readonly Right[];
  /** True where a browser sends along by itself what lets it in, whoever made it ask. */
  readonly isAmbient: boolean;
}

/** Without any `auth`: everybody reads. */
const ANYBODY: Caller = { by: null, rights: ["view"], isAmbient: true };

const RIGHTS: readonly Right[] = ["view", "operate", "approve"];
const MAX_GROUPS = 500;
/** What sign-on services call people: no blank, no comma, nothing that could look like a token. */
const USER = /^[\w.@+|:/=~-]{1,200}$/u;

/** Finds out who asks. @returns `null` for somebody who is not let in. */
export function callerOf(
  auth: PageAuth | null,
  request: Pick<PageRequest, "headers">,
): Caller | null {
  if (auth === null) return ANYBODY;
  const { proxy, tokens } = auth;
  // Who tries to be the proxy and is not gets no second chance.
  if (proxy !== null && hasHeader(request, "x-tieline-proxy"))
    return proxied(proxy, request);
  return bearer(tokens, onlyHeader(request, "authorization"));
}

/**
 * A header of which there are two lines is none: a proxy that adds its own beside one of the
 * caller's would leave the choice to the caller.
 */
function proxied(
  proxy: PageProxy,
  request: Pick<PageRequest, "headers">,
): Caller | null {
  const word = onlyHeader(request, "x-tieline-proxy");
  if (word === undefined || !proxy.word.equals(new Secret(word))) return null;
  const user = onlyHeader(request, "x-forwarded-user");
  if (user === undefined || !USER.test(user)) return null;
  const hasGroups = hasHeader(request, "x-forwarded-groups");
  const line = onlyHeader(request, "x-forwarded-groups");
  if (hasGroups && line === undefined) return null;
  const groups = new Set(
    (line ?? "")
      .split(",", MAX_GROUPS)
      .map((group) => group.trim())
      .filter((group) => group !== "" && group !== "*"),
  );
  const rights = RIGHTS.filter((right) =>
    proxy.groups[right].some((group) => group === "*" || groups.has(group)),
  );
  return { by: user, rights, isAmbient: true };
}

/** Programs send the word as a bearer, browsers as the password of whatever name is typed. */
function bearer(
  tokens: readonly PageToken[],
  authorization: string | undefined,
): Caller | null {
  const [, scheme = "", value = ""] =
    /^(Bearer|Basic) +([\w.~+/=-]+)$/iu.exec(authorization ?? "") ?? [];
  const isAmbient = scheme.toLowerCase() === "basic";
  const given = new Secret(isAmbient ? passwordOf(value) : value);
  // Every one is compared, so that the time does not tell which of them is right.
  const found = tokens.filter(({ word }) => word.equals(given));
  const [token] = found;
  return token === undefined
    ? null
    : { by: `token "${token.name}"`, rights: token.rights, isAmbient };
}

function passwordOf(encoded: string): string {
  const text = Buffer.from(encoded, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}
