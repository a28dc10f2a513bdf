/** What proves that a request to wake the reconciler comes from somebody who knows the secret. */
import { hmacSha256, utf8Equal } from "../util/hash.ts";
import { isSignedBy, webhookKey } from "./webhook-signature.ts";

/** Each line of each header, by its name in lower case. */
type Headers = Readonly<Record<string, readonly string[] | undefined>>;

/** Holds requests against the secrets that were given. */
export interface WakeProof {
  /**
   * Judges by the headers whether a request can be proven at all.
   * @returns what judges its body; `null` where nothing in the body could make it right.
   */
  begin(headers: Headers, now: number): ((body: Uint8Array) => boolean) | null;
}

const GITHUB = "x-hub-signature-256";
const GITLAB = "x-gitlab-token";
const STANDARD = "webhook-signature";

/**
 * How far the time of a request may be from ours. @remarks Source: the libraries of Standard
 * Webhooks.
 */
const TOLERANCE_MS = 300_000;

/**
 * A proof by any of some secrets: the signature of GitHub, the token of GitLab, or the signature of
 * Standard Webhooks, which takes a secret that begins with `whsec_`.
 */
export function createWakeProof(secrets: readonly string[]): WakeProof {
  return {
    begin(headers, now) {
      const ways = [GITHUB, GITLAB, STANDARD].filter(
        (name) => linesOf(headers, name) !== undefined,
      );
      const [way, ...others] = ways;
      // Who tries several ways, or one of them twice, gets none.
      const value = way === undefined ? undefined : only(headers, way);
      if (value === undefined || others.length > 0) return null;
      if (way === GITHUB) return byGithub(secrets, value);
      if (way === GITLAB) return byGitlab(secrets, value);
      return byStandard(secrets, value, { headers, now });
    },
  };
}

type Judge = ((body: Uint8Array) => boolean) | null;

/** Every secret is compared, so that the time does not tell which of them is right. */
function isAnyOf(candidates: readonly string[], given: string): boolean {
  return candidates.filter((each) => utf8Equal(each, given)).length > 0;
}

/** @remarks Source: GitHub, "Validating webhook deliveries". */
function byGithub(secrets: readonly string[], value: string): Judge {
  if (!/^sha256=[0-9a-f]{64}$/u.test(value)) return null;
  return (body) =>
    isAnyOf(
      secrets.map((secret) => {
        const mac = hmacSha256(Buffer.from(secret), body);
        return `sha256=${Buffer.from(mac).toString("hex")}`;
      }),
      value,
    );
}

/** @remarks Source: GitLab, "Webhooks": the secret token comes as it is. */
function byGitlab(secrets: readonly string[], value: string): Judge {
  return isAnyOf(secrets, value) ? () => true : null;
}

function byStandard(
  secrets: readonly string[],
  signatures: string,
  { headers, now }: { readonly headers: Headers; readonly now: number },
): Judge {
  const id = only(headers, "webhook-id");
  const timestamp = only(headers, "webhook-timestamp");
  if (id === undefined || id === "" || timestamp === undefined) return null;
  const isTime = /^\d{1,12}$/u.test(timestamp);
  if (!isTime || Math.abs(Number(timestamp) * 1000 - now) > TOLERANCE_MS)
    return null;
  const keys = secrets.map(webhookKey).filter((key) => key !== undefined);
  return (body) => isSignedBy(keys, { id, timestamp, body }, signatures);
}

function linesOf(
  headers: Headers,
  name: string,
): readonly string[] | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

function only(headers: Headers, name: string): string | undefined {
  const lines = linesOf(headers, name);
  return lines?.length === 1 ? lines[0] : undefined;
}
