/**
 * What a set-up page says in words that can be recognised for sure. What it says in other words
 * stays unknown.
 */

/** Labels of connection fields, per connection type, in lower case. */
const LABELS = {
  OAUTH: {
    "client id": field("oauth_config.client_id"),
    "client key": field("oauth_config.client_id"),
    "client secret": secret("oauth_config.client_secret"),
    permissions: field("oauth_config.scopes"),
    scopes: field("oauth_config.scopes"),
  },
  TRELLO_OAUTH1: {
    "api key": field("oauth_config.client_id"),
    "application name": field("oauth_config.app_name"),
  },
  GOOGLE_DWD: {
    "service account json": secret("google_dwd_config.service_account_json"),
    scopes: field("google_dwd_config.scopes"),
  },
};

/**
 * Whether a new connection works with the platform's own client: `default`, `own_option`, or
 * `undefined` when the page does not say.
 */
export function platformCredentials(page) {
  if (/By default,[^.]*Scalekit[^.]*\bcredentials\b/iu.test(page))
    return "default";
  return /\*\*Use your own credentials\*\*/iu.test(page)
    ? "own_option"
    : undefined;
}

/**
 * The fields under a line such as "Enter your credentials:". `undefined` when there is no such
 * list; `unknown` has the labels that nobody has mapped, and then the list is not to be used.
 */
export function connectionFields(page, connectionType) {
  const labels = LABELS[connectionType];
  if (labels === undefined) return undefined;
  const found = listUnderEnter(page);
  if (found.length === 0) return undefined;
  const unknown = found.filter((label) => labels[label.toLowerCase()] === undefined);
  const fields = [...new Set(found)].map((label) => ({
    label,
    ...labels[label.toLowerCase()],
  }));
  return { fields, unknown };
}

/** A line such as "and enter:"; one that ends in "for example:" lists values, not fields. */
const ENTER =
  /^(\s*)(?:[-*]\s+)?.*\benter\b(?![^:]*\bfor example\b)[^:]*:\s*$/iu;
const BULLET = /^(\s*)[-*]\s+(.*)$/u;

/**
 * Labels of the bullets nested under the first line that asks to enter something, up to the part
 * about accounts.
 */
function listUnderEnter(page) {
  const lines = page.split(/\r?\n/u);
  const end = lines.findIndex((line) => /^\s*(?:\d+\.\s+)?#+.*connected account/iu.test(line));
  const part = end < 0 ? lines : lines.slice(0, end);
  const start = part.findIndex((line) => ENTER.test(line));
  if (start < 0) return [];
  const depth = ENTER.exec(part[start])[1].length;
  const labels = [];
  for (const line of part.slice(start + 1)) {
    if (line.trim() === "") continue;
    const bullet = BULLET.exec(line);
    if (bullet === null || bullet[1].length <= depth) break;
    labels.push(labelOf(bullet[2]));
  }
  return labels;
}

/**
 * `**Client ID** — from Box`, `Client ID (from above)` and `Client ID` are all the label Client ID.
 */
function labelOf(text) {
  const bold = /^\*\*([^*]+)\*\*/u.exec(text);
  return (bold?.[1] ?? text.split(/\s*(?:\(|—|–|:| - )/u)[0]).replace(/:$/u, "").trim();
}

function field(apiField) {
  return { secret: false, api_field: apiField };
}

function secret(apiField) {
  return { secret: true, api_field: apiField };
}
