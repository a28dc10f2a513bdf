/** Shortest line of a multi-line value, and shortest derived form, that is looked for by itself. */
const MIN_FORM = 6;

/**
 * Every spelling in which a value can turn up in output: raw, inside JSON, URLs, forms and HTML, as base64 and base64url wherever it stands in a
 * longer encoded text (so `id:secret` of a Basic header is covered), and each line of a value with several lines.
 * Pure; the list holds no duplicates and nothing shorter than six characters.
 */
export function secretForms(value: string): readonly string[] {
  const lines = value
    .split(/\r\n|\r|\n/u)
    .map((line) => line.trim())
    .filter((line) => line.length >= MIN_FORM);
  const texts = new Set([value, value.trim(), ...lines]);
  const forms = [...texts].flatMap((text) => [
    text,
    ...jsonForms(text),
    ...urlForms(text),
    ...htmlForms(text),
    ...base64Forms(text),
  ]);
  return [...new Set(forms)].filter((form) => form.length >= MIN_FORM);
}

function jsonForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[^\x20-\x7e]/gu, escapeUnit);
  // Some encoders also escape what HTML would read, some escape the slash.
  const html = json.replace(/[<>&\u2028\u2029]/gu, escapeUnit);
  return [json, ascii, html, json.replaceAll("/", "\\/")];
}

function escapeUnit(char: string): string {
  return char
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

function urlForms(text: string): readonly string[] {
  const component = encodeURIComponent(text.toWellFormed());
  const form = new URLSearchParams([["", text]]).toString().slice(1);
  const strict = component.replace(
    /[!'()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const forms = [component, strict, form, form.replaceAll("+", "%20")];
  return [...forms, ...forms.map(withLowerHex)];
}

function withLowerHex(text: string): string {
  return text.replace(/%[0-9A-F]{2}/gu, (escape) => escape.toLowerCase());
}

function htmlForms(text: string): readonly string[] {
  const base = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  return [
    base,
    base.replaceAll('"', "&quot;"),
    base.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    base.replaceAll('"', "&quot;").replaceAll("'", "&#x27;"),
    base.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
  ];
}

/**
 * Base64 works on groups of three bytes, so a value inside a longer text can be encoded in three ways. Of each, the characters that do not
 * depend on the bytes around it are taken.
 */
function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text, "utf8");
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const first = Math.ceil((offset * 8) / 6);
    const end = Math.floor((padded.length * 8) / 6);
    const inner = padded.toString("base64").slice(first, end);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
