import { isJsonObject, type JsonValue } from "../../domain/json.ts";
import { ruleFor } from "../../engine/diff/field-rules.ts";
import { normalizeValue } from "../../engine/diff/normalize.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { hmacSha256, sha256 } from "../../util/hash.ts";

/** Shorter ones occur in ordinary text by chance. */
const MIN_LENGTH = 6;
const BYTES = 16;

/** Handles of a platform, and what stands for them in one snapshot. */
export interface Handles {
  /** What stands for a handle; equal for equal ones, empty for none. */
  hide(handle: string): string;
  /** A text with every known handle and secret in it replaced. */
  hideIn(text: string): string;
  /** Whether a value holds a known handle or secret in any of its texts. */
  isIn(value: unknown): boolean;
}

/**
 * Hides handles behind a keyed digest. The key is made for one snapshot and kept nowhere, so nobody
 * can try handles against it. @param key - random bytes.
 * @param known - every handle that may occur in a text; names of connections are none, although
 * some platforms use them as handles.
 * @param scrub - takes what is known to be secret out of a text.
 */
export function createHandles(
  key: Uint8Array,
  known: ReadonlySet<string>,
  scrub: (text: string) => string,
): Handles {
  const looked = new Set(
    [...known].filter(({ length }) => length >= MIN_LENGTH),
  );
  const hide = (handle: string): string => {
    if (handle === "") return "";
    const mac = hmacSha256(key, Buffer.from(handle, "utf8"));
    return `id:${Buffer.from(mac.subarray(0, BYTES)).toString("base64url")}`;
  };
  const isInText = (text: string): boolean =>
    scrub(text) !== text ||
    text.match(WORDS)?.some((word) => looked.has(word)) === true;
  return {
    hide,
    hideIn: (text) =>
      scrub(text).replace(WORDS, (word) =>
        looked.has(word) ? hide(word) : word,
      ),
    isIn: (value) => textsIn(value).some(isInText),
  };
}

/** What handles are made of: `conn_123`, a number, a UUID. */
const WORDS = /[\w-]+/gu;

/** Every text of a value, names of members included. */
function textsIn(value: unknown): readonly string[] {
  const texts: string[] = [];
  let level: unknown[] = [value];
  while (level.length > 0) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one === "string") texts.push(one);
      else if (Array.isArray(one)) for (const item of one) next.push(item);
      else if (isJsonObject(one))
        for (const [name, member] of Object.entries(one)) {
          texts.push(name);
          next.push(member);
        }
    }
    level = next;
  }
  return texts;
}

/**
 * Salted digest of a field's value that a snapshot holds only for being compared: the same for
 * every way in which the value can be written.
 */
export function saltedDigest(
  salt: string,
  pointer: string,
  value: JsonValue,
): string {
  const { semantics } = ruleFor(pointer);
  const normal = normalizeValue(semantics, value) ?? null;
  return sha256(canonicalJson({ salt, pointer, value: normal }));
}
