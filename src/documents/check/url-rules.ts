import { isLoopbackHost } from "../../domain/address.ts";
import { letterMarks } from "../../domain/look-alike.ts";
import { addressPlaceholder } from "../../domain/placeholder.ts";

const PARAMETER = /\{\{[A-Za-z0-9_]+\}\}/gu;
/** @remarks Source: RFC 1035 section 2.3.4, less the length octets and the root label. */
const MAX_HOST = 253;

/**
 * Why an address in a document is refused, or `undefined`. An address decides where credentials and
 * users are sent, so what a person reads must be what a program makes of it. `{{name}}` stands for
 * a parameter that accounts fill in.
 */
export function urlProblem(text: string): string | undefined {
  const plain = text.replace(PARAMETER, "parameter");
  // Parsers drop or rewrite these, so that the address would lead elsewhere than it seems to.
  if (/[\s\\]|\p{Cc}|\p{Cf}/u.test(plain))
    return "it holds a space, a backslash or an invisible character";
  const parts = /^(https?):\/\/([^/?#]*)([^?#]*)/iu.exec(plain);
  if (parts === null) return "it does not start with https://";
  const [, , authority = "", path = ""] = parts;
  if (authority.includes("@"))
    return "it holds user information before an @ sign";
  if (/[^\x21-\x7e]/u.test(authority))
    return `its host holds letters outside ASCII, which can look like others${letterMarks(authority)}`;
  const placeholder = addressPlaceholder(text);
  if (placeholder !== undefined)
    return `${JSON.stringify(placeholder.slice(0, 60))} stands for something that nobody filled in`;
  return parsedProblem(plain, authority, path);
}

function parsedProblem(
  plain: string,
  authority: string,
  path: string,
): string | undefined {
  if (!URL.canParse(plain)) return "it cannot be parsed";
  const { protocol, hostname } = new URL(plain);
  const written = authority.replace(/:\d*$/u, "").toLowerCase();
  if (written.length > MAX_HOST) return "its host is longer than a host can be";
  // Numbers and escapes that a program takes for another host than a person does.
  if (hostname !== written)
    return `a program reads its host as ${JSON.stringify(hostname)}`;
  if (!/^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])$/u.test(written))
    return "its host holds what no host has";
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/iu.test(path))
    return "its path holds . or .., which programs take away";
  if (protocol !== "https:" && !isLoopbackHost(hostname))
    return "it is not https";
  return undefined;
}
