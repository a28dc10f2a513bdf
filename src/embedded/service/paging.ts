import type { JsonObject } from "../../domain/json.ts";
import { numberOf, textOf } from "../wire/members.ts";
import { invalidArgument, validationError } from "../wire/status.ts";

/** Page sizes of a listing. */
export interface PageLimits {
  readonly defaultSize: number;
  readonly maxSize: number;
}

/** One page and the way to its neighbours. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly links: {
    readonly next_page_token: string;
    readonly prev_page_token: string;
    readonly total_size: number;
  };
}

/**
 * Cuts a page out of a whole listing. Tokens are opaque to callers; inside they are offsets, so
 * pages move when something is created or deleted meanwhile, as they do on most platforms.
 * @throws StatusError INVALID_ARGUMENT for a page size above the limit or a token nobody gave out.
 */
export function cutPage<Item>(
  all: readonly Item[],
  request: JsonObject,
  limits: PageLimits,
): Page<Item> {
  const asked = numberOf(request, "page_size");
  if (asked > limits.maxSize) {
    throw validationError([
      {
        field: "page_size",
        description: "value is too large",
        constraint: "uint32.lte",
      },
    ]);
  }
  const size = asked === 0 ? limits.defaultSize : asked;
  const start = decodeToken(textOf(request, "page_token"));
  const end = start + size;
  return {
    items: all.slice(start, end),
    links: {
      next_page_token: end < all.length ? encodeToken(end) : "",
      prev_page_token: start > 0 ? encodeToken(Math.max(0, start - size)) : "",
      total_size: all.length,
    },
  };
}

/** The links as a reply spells them: empty ones only where zero values are spelled out. */
export function encodeLinks(
  links: Page<unknown>["links"],
  zeroValues: "present" | "absent",
): JsonObject {
  return Object.fromEntries(
    Object.entries(links).filter(
      ([, value]) => zeroValues === "present" || (value !== "" && value !== 0),
    ),
  );
}

/** A repeated member of a reply: an empty one is left out where zero values are. */
export function encodeItems(
  name: string,
  items: readonly JsonObject[],
  zeroValues: "present" | "absent",
): JsonObject {
  return items.length === 0 && zeroValues === "absent" ? {} : { [name]: items };
}

function encodeToken(offset: number): string {
  return Buffer.from(`after:${String(offset)}`, "utf8").toString("base64url");
}

function decodeToken(token: string): number {
  if (token === "") return 0;
  const text = Buffer.from(token, "base64url").toString("utf8");
  const offset = /^after:(\d{1,9})$/.exec(text)?.[1];
  if (offset === undefined) throw invalidArgument("page_token is not valid");
  return Number(offset);
}
