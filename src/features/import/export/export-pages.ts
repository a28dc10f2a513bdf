import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../domain/json.ts";

/** Where a list call says that there is more; a service's own and its SDK's spelling. */
const CURSORS = ["next_cursor", "nextCursor", "next_page", "nextPage", "next"];
const TOTALS = [
  "total_items",
  "totalItems",
  "total_count",
  "totalCount",
  "total",
];
const PAGES = ["total_pages", "totalPages"];
const CURRENT = ["current_page", "currentPage", "page"];
const MORE = ["has_more", "hasMore"];
/** The lists themselves. */
const LISTS = ["items", "data", "configs"];
/** Of a hostile name, enough to recognise it. */
const MAX_NAME = 80;
/** Objects in which services put these. */
const WRAPPERS = ["pagination", "paging", "page_info", "pageInfo", "meta"];

/** What the answer around a list says is missing from it. */
export function gapsOf(
  answer: JsonValue,
  items: readonly JsonValue[],
  call: string,
): readonly string[] {
  if (!isJsonObject(answer) || items.includes(answer)) return [];
  const places = [answer, ...WRAPPERS.map((name) => answer[name])].filter(
    isObject,
  );
  const first = (names: readonly string[]): JsonValue | undefined =>
    places
      .flatMap((place) => names.map((name) => place[name]))
      .find((value) => value !== undefined && value !== null && value !== "");
  const total = numberOf(first(TOTALS));
  const pages = numberOf(first(PAGES));
  const current = numberOf(first(CURRENT));
  const isPart =
    (total !== undefined && total > items.length) ||
    (pages !== undefined && pages > 1) ||
    first(MORE) === true ||
    (first(CURSORS) !== undefined && first(CURSORS) !== false);
  const others = namesAround(answer);
  const around =
    others.length === 0
      ? []
      : [
          `beside the list the file has what no document can say: ${others.join(", ")}`,
        ];
  if (!isPart) return around;
  const page =
    pages === undefined
      ? "one page"
      : `page ${current === undefined ? "?" : String(current)} of ${String(pages)}`;
  const count =
    total === undefined
      ? "there is more"
      : `it holds ${String(items.length)} of ${String(total)} connections`;
  return [
    `the file is ${page} of the list: ${count}. Get the other pages of ${call} (cursor=<next_cursor>, or a larger limit) and import each file`,
    ...around,
  ];
}

/** Members around the list that hold something and were not looked at. */
function namesAround(answer: JsonObject): string[] {
  const known = [
    ...LISTS,
    ...CURSORS,
    ...TOTALS,
    ...PAGES,
    ...CURRENT,
    ...MORE,
  ];
  return Object.entries(answer).flatMap(([name, value]) => {
    if (value === null || value === "" || known.includes(name)) return [];
    return WRAPPERS.includes(name) && isObject(value)
      ? namesAround(value).map((inner) => `${name}.${inner}`)
      : [name.slice(0, MAX_NAME)];
  });
}

function isObject(value: unknown): value is JsonObject {
  return isJsonObject(value);
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
