const SHAPE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})?)?$/u;

/**
 * Reads a plain YAML scalar as go-yaml reads timestamps and gives it in the form Go writes them
 * (RFC 3339 with as much fraction as needed). `undefined` when go-yaml would see text: no such
 * date, a time without a zone after `T`, a zone after a space.
 * @remarks Source: go-yaml v3 resolve.go (allowedTimestampFormats); Go time.Time.MarshalText.
 */
export function normalizeTimestamp(text: string): string | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", day = "", separator] = match;
  if (!isRealDate(Number(year), Number(month), Number(day))) return undefined;
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (separator === undefined) return `${date}T00:00:00Z`;
  const time = normalizeTime(match.slice(5, 8), match[8]);
  const zone = normalizeZone(separator, match[9]);
  return time === undefined || zone === undefined
    ? undefined
    : `${date}T${time}${zone}`;
}

/**
 * Reads strict RFC 3339 and gives it in Go's form; `undefined` for anything else.
 * @remarks Source: Go time.Parse with time.RFC3339.
 */
export function normalizeRfc3339(text: string): string | undefined {
  const isShape =
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:\d{2})$/u;
  return isShape.test(text) ? normalizeTimestamp(text) : undefined;
}

/**
 * {@link normalizeRfc3339} without the fraction: the form `lastmodified` has as additional data of
 * the MAC.
 */
export function normalizeLastModified(text: string): string | undefined {
  return normalizeRfc3339(text)?.replace(/\.\d+/u, "");
}

function normalizeTime(
  parts: readonly (string | undefined)[],
  fraction: string | undefined,
): string | undefined {
  const [hour = "", minute = "", second = ""] = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined;
  const clock = [hour, minute, second]
    .map((part) => part.padStart(2, "0"))
    .join(":");
  // Go keeps nanoseconds: digits past the ninth are dropped, trailing zeros are not written.
  const digits = (fraction ?? "").slice(0, 9).replace(/0+$/u, "");
  return digits === "" ? clock : `${clock}.${digits}`;
}

function normalizeZone(
  separator: string,
  zone: string | undefined,
): string | undefined {
  if (separator === " ") return zone === undefined ? "Z" : undefined;
  if (zone === undefined) return undefined;
  if (zone === "Z" || zone === "+00:00" || zone === "-00:00") return "Z";
  const [hours, minutes] = zone.slice(1).split(":").map(Number);
  return (hours ?? 99) <= 24 && (minutes ?? 99) <= 60 ? zone : undefined;
}

function isRealDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}
