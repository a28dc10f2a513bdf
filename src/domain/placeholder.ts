const NAMES = new Set(
  `changeme changeit changethis pleasechange todo fixme tbd tba placeholder dummy example sample replaceme fillme fillmein
  insertme notset unset none null nil undefined na redacted hidden masked removed secrethere keyhere tokenhere`.split(
    /\s+/u,
  ),
);
const LEADS = new Set(
  "your my the some insert enter put add paste replace set change use fill example sample dummy fake".split(
    " ",
  ),
);
const NOUNS = new Set(
  `your my the a an with this that it me here in actual real own new goes client app application api oauth oauth2 access refresh
  bearer auth signing private public shared webhook bot service account user consumer secret secrets key keys token tokens id
  identifier tenant organization org domain username workspace
  password passwd pass credential credentials value string name goes`.split(
    /\s+/u,
  ),
);

/**
 * Words before a noun that nobody begins a name of their own with: `your-client-id`,
 * `insert_tenant_here`.
 */
const STRICT_LEADS = new Set(
  "your insert enter put paste replace change fill example sample dummy fake placeholder".split(
    " ",
  ),
);
/** Words that stand for a value wherever they stand alone. */
const STRICT_NAMES = new Set(
  `changeme changeit changethis pleasechange fixme tbd tba placeholder replaceme fillme fillmein insertme notset
  undefined redacted yourdomain yourcompany yourtenant yourinstance yoursubdomain yourorg yourorganization yourworkspace`.split(
    /\s+/u,
  ),
);

interface Rule {
  readonly reason: string;
  readonly matches: (value: string) => boolean;
}

// A certificate or key in PEM ends in a line break by its own rules (RFC 7468).
const PEM_END = /-----END [A-Z0-9 ]+-----\r?\n$/u;

const UNFINISHED: readonly Rule[] = [
  {
    reason: "it is still encrypted",
    matches: (value) => /^ENC\[|ENC\[AES256_GCM,/u.test(value),
  },
  {
    reason: "it is an unresolved reference",
    matches: (value) => /^(?:secret|env|var):\/\//u.test(value),
  },
  {
    reason: "it holds an unresolved template",
    matches: (value) =>
      /\$\{[^{}]*\}|\{\{[^{}]*\}\}|^##.*##$|^<.*>$|^\$\(.*\)$|^%[A-Za-z_]\w*%$|^__[A-Z][A-Z0-9_]*__$|^\[\[.*\]\]$|^\$[A-Z][A-Z0-9_]*$/u.test(
        value,
      ),
  },
  { reason: "it is a mask", matches: isMask },
];

const RULES: readonly Rule[] = [
  { reason: "it is empty", matches: (value) => value.trim() === "" },
  {
    reason: "it begins or ends with white space",
    matches: (value) =>
      value.trim() !== value.replace(PEM_END, (end) => end.trimEnd()),
  },
  ...UNFINISHED,
  { reason: "it is a placeholder", matches: isPlaceholderWord },
];

/**
 * Tells why a value cannot be a real secret; `undefined` when nothing speaks against it. Pure, and
 * the reason never holds the value. Sending a placeholder would replace a working credential, so
 * these are refused before any request.
 */
export function placeholderReason(value: string): string | undefined {
  return RULES.find((rule) => rule.matches(value))?.reason;
}

/**
 * The same for what an application shows openly, such as a client id or a tenant. People choose
 * such names (`my-app`, `sample`), so only what nobody would choose is told; white space at an edge
 * is another mistake.
 */
export function identifierPlaceholder(value: string): string | undefined {
  return (
    UNFINISHED.find((rule) => rule.matches(value))?.reason ??
    (isStrictPlaceholder(value) ? "it is a placeholder" : undefined)
  );
}

/**
 * What stands in an address for a name that nobody filled in; `undefined` where there is nothing of
 * the kind. `{{name}}` is filled in by accounts.
 */
export function addressPlaceholder(value: string): string | undefined {
  // Braces by themselves and angle brackets are in no address, plain or escaped.
  const [bracket] =
    /(?<!\{)\{(?!\{)[^}]*\}?|<[^>]*>?|%7b.*?(?:%7d|$)|%3c.*?(?:%3e|$)/iu.exec(
      value,
    ) ?? [];
  const [, host = "", path = ""] =
    /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)([^?#]*)/iu.exec(value) ?? [];
  const isUnfilled = (part: string): boolean =>
    /^(?::[a-z][a-z0-9_]*|\$\{?\w+\}?|%[a-z_]+%|__[a-z0-9_]+__)$/iu.test(
      part,
    ) ||
    (!part.includes("{{") && isStrictPlaceholder(part));
  return bracket ?? [...host.split("."), ...path.split("/")].find(isUnfilled);
}

/** Whether a name is what a page of instructions writes where the reader's own belongs. */
export function isStrictPlaceholder(value: string): boolean {
  const bare = value.toLowerCase().replace(/^[[(<{]+|[\])>}]+$/gu, "");
  const words = bare.split(/[^a-z0-9]+/u).filter((word) => word !== "");
  const joined = words.join("");
  if (STRICT_NAMES.has(joined) || /^x{3,}$/u.test(joined)) return true;
  const [first = "", ...rest] = words;
  return (
    STRICT_LEADS.has(first) &&
    rest.length > 0 &&
    rest.every((word) => NOUNS.has(word) || NAMES.has(word))
  );
}

/**
 * Runs of `*` or `•`, as APIs show secrets: alone, before a visible tail, or long enough that no
 * real secret has them.
 */
function isMask(value: string): boolean {
  return (
    /^[*•●]+$/u.test(value) ||
    /^[*•●]{2,}[^*•●]{0,8}$/u.test(value) ||
    /[•●]{3,}|\*{4,}/u.test(value)
  );
}

function isPlaceholderWord(value: string): boolean {
  const bare = value.toLowerCase().replace(/^[[(]+|[\])]+$/gu, "");
  const joined = bare.replace(/[^a-z0-9]+/gu, "");
  const isFiller =
    /^x{3,}$/u.test(joined) || /^(?:\.{2,}|-{2,}|_{2,}|\?{2,}|…+)$/u.test(bare);
  if (NAMES.has(joined) || isFiller) return true;
  const words = bare.split(/[^a-z0-9]+/u).filter((word) => word !== "");
  const [first = "", ...rest] = words;
  if (/^x{3,}$/u.test(first) || NAMES.has(first))
    return rest.every((word) => NOUNS.has(word) || NAMES.has(word));
  if (words.length > 1 && words.at(-1) === "here")
    return words.every((word) => NOUNS.has(word) || LEADS.has(word));
  return (
    LEADS.has(first) &&
    rest.length > 0 &&
    rest.every((word) => NOUNS.has(word) || LEADS.has(word))
  );
}
