import { promisify } from "node:util";

/** The body a reply had before it was compressed, or why there is none. */
type Content = Uint8Array | "too-large" | "unreadable";

type Decoder = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

/**
 * Gateways compress what nobody asked them to compress; more than these few layers is an attack.
 */
const MAX_CODINGS = 3;

/**
 * Undoes the `Content-Encoding` of a reply. We ask for none, but whoever stands between here and
 * the API may use one all the same.
 * @remarks Source: RFC 9110 section 8.4; `deflate` is meant to have a zlib header and often has
 * none.
 */
export async function decodeContent(
  bytes: Uint8Array,
  header: string | undefined,
  maxBytes: number,
): Promise<Content> {
  const codings = codingsOf(header);
  if (codings.length === 0) return bytes;
  if (codings.length > MAX_CODINGS) return "unreadable";
  let content = bytes;
  // The coding that was applied last stands last.
  for (const coding of [...codings].reverse()) {
    const decode = DECODERS.get(coding);
    if (decode === undefined) return "unreadable";
    try {
      content = await decode(content, maxBytes);
    } catch (error) {
      return isTooLarge(error) ? "too-large" : "unreadable";
    }
  }
  return content;
}

/**
 * The name of a coding that no reply can be read in, for a message; `undefined` where every coding
 * is known. Never the header's own text.
 */
export function unknownCoding(header: string | undefined): string | undefined {
  const strange = codingsOf(header).find((coding) => !DECODERS.has(coding));
  if (strange === undefined) return undefined;
  return REGISTERED.has(strange) ? strange : "an unknown coding";
}

function codingsOf(header: string | undefined): readonly string[] {
  return (header ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
}

/** @remarks Source: IANA HTTP Content Coding Registry. */
const REGISTERED: ReadonlySet<string> = new Set([
  "aes128gcm",
  "compress",
  "dcb",
  "dcz",
  "exi",
  "pack200-gzip",
  "x-compress",
  "zstd",
]);

const gunzip: Decoder = async (bytes, maxBytes) => {
  const zlib = await import("node:zlib");
  return promisify(zlib.gunzip)(bytes, { maxOutputLength: maxBytes });
};

const inflate: Decoder = async (bytes, maxBytes) => {
  const zlib = await import("node:zlib");
  // A zlib header is a multiple of 31; a raw stream begins with other bits.
  const [first = 0, second = 0] = bytes;
  const hasHeader = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
  const decode = promisify(hasHeader ? zlib.inflate : zlib.inflateRaw);
  return decode(bytes, { maxOutputLength: maxBytes });
};

const decompressBrotli: Decoder = async (bytes, maxBytes) => {
  const zlib = await import("node:zlib");
  return promisify(zlib.brotliDecompress)(bytes, { maxOutputLength: maxBytes });
};

const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", inflate],
  ["br", decompressBrotli],
]);

function isTooLarge(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "ERR_BUFFER_TOO_LARGE"
  );
}
