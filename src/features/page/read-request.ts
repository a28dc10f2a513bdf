import type { IncomingMessage } from "node:http";
import { ReplyError, type PageRequest } from "./exchange.ts";

const MAX_TARGET = 4_096;
const MAX_BODY_BYTES = 16_384;
const BASE = "http://page.invalid";

/** What a request says before its body. @throws ReplyError 400, 404, 405 */
export function readHead(message: IncomingMessage): Omit<PageRequest, "body"> {
  const { method = "", url = "", headersDistinct } = message;
  if (method !== "GET" && method !== "HEAD" && method !== "POST")
    throw new ReplyError(405, "this takes GET, HEAD and POST", {
      allow: "GET, HEAD, POST",
    });
  if (url.length > MAX_TARGET)
    throw new ReplyError(414, "the address is too long");
  const [path = "", query = ""] = splitOnce(url, "?");
  return {
    method: method === "POST" ? "POST" : "GET",
    path: pathOf(path),
    query: new URL(`${BASE}/?${query}`).searchParams,
    headers: headersDistinct,
  };
}

/** Nothing is resolved: what leads elsewhere leads nowhere. */
function pathOf(path: string): readonly string[] {
  if (!path.startsWith("/")) throw new ReplyError(400, "that is no path");
  if (path === "/") return [];
  const parts = path.slice(1).split("/").map(decoded);
  if (parts.some((part) => !isName(part)))
    throw new ReplyError(404, "there is no such page");
  return parts;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ReplyError(400, "that is no path");
  }
}

function isName(part: string): boolean {
  return (
    part !== "" && part !== "." && part !== ".." && !/[/\\\p{Cc}]/u.test(part)
  );
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** The body as text. @throws ReplyError 413 as soon as it is too large */
export async function readBody(message: IncomingMessage): Promise<string> {
  const bytes = await readBytes(message, MAX_BODY_BYTES);
  return bytes.toString("utf8");
}

/** The body as it came. @throws ReplyError 413 as soon as it is larger than so many bytes */
export async function readBytes(
  message: IncomingMessage,
  most: number,
): Promise<Buffer> {
  const length = Number(message.headers["content-length"] ?? 0);
  if (length > most) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // What is left of it must not take the connection along before the answer is sent.
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    // Without an encoding a message gives bytes.
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.byteLength;
    if (size > most) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): ReplyError {
  return new ReplyError(413, "the body is too large");
}
