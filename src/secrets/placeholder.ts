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
  password passwd pass credential credentials value string name goes`.split(
    /\s+/u,
  ),
);

interface Rule {
  readonly reason: string;
  readonly matches: (value: string) => boolean;
}

// A certificate or key in PEM ends in a line break by its own rules (RFC 7468).
const PEM_END = /-----END [A-Z0-9 ]+-----\r?\n$/u;

const RULES: readonly Rule[] = [
  { reason: "it is empty", matches: (value) => value.trim() === "" },
  {
    reason: "it begins or ends with white space",
    matches: (value) =>
      value.trim() !== value.replace(PEM_END, (end) => end.trimEnd()),
  },
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
      /\$\{[^}]*\}|\{\{[^}]*\}\}|^##.*##$|^<.*>$|^\$\(.*\)$|^%[A-Za-z_]\w*%$|^__[A-Z][A-Z0-9_]*__$|^\[\[.*\]\]$|^\$[A-Z][A-Z0-9_]*$/u.test(
        value,
      ),
  },
  { reason: "it is a mask", matches: isMask },
  { reason: "it is a placeholder", matches: isPlaceholderWord },
];

/**
 * Tells why a value cannot be a real secret; `undefined` when nothing speaks against it. Pure, and the reason never holds the value.
 * Sending a placeholder would replace a working credential, so these are refused before any request.
 */
export function placeholderReason(value: string): string | undefined {
  return RULES.find((rule) => rule.matches(value))?.reason;
}

/** Runs of `*` or `•`, as APIs show secrets: alone, before a visible tail, or long enough that no real secret has them. */
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
