const PLACEHOLDER = /\{\{[A-Za-z0-9_]+\}\}/gu;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** Whether a host is this machine. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host.toLowerCase());
}

/**
 * Why an address in a document is refused, or `undefined`. An address decides where credentials and users are sent, so what a person
 * reads must be what a program makes of it. `{{name}}` stands for a parameter that accounts fill in.
 */
export function urlProblem(text: string): string | undefined {
  const plain = text.replace(PLACEHOLDER, "parameter");
  // Parsers drop or rewrite these, so that the address would lead elsewhere than it seems to.
  if (/[\s\\]|\p{Cc}|\p{Cf}/u.test(plain))
    return "it holds a space, a backslash or an invisible character";
  const parts = /^(https?):\/\/([^/?#]*)/iu.exec(plain);
  if (parts === null) return "it does not start with https://";
  const authority = parts[2] ?? "";
  if (authority.includes("@"))
    return "it holds user information before an @ sign";
  if (/[^\x21-\x7e]/u.test(authority))
    return "its host holds letters outside ASCII, which can look like others";
  if (!URL.canParse(plain)) return "it cannot be parsed";
  const { protocol, hostname } = new URL(plain);
  if (protocol !== "https:" && !isLoopbackHost(hostname))
    return "it is not https";
  return undefined;
}
