/**
 * The RFC 8785 canonical form: members sorted by UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them. Two values have equal canonical texts exactly when they are
 * equal as JSON, so digests are taken over it.
 * @remarks Source: RFC 8785 sections 3.2.2 and 3.2.3. ECMAScript's `JSON.stringify` already gives
 * the number and string forms the RFC asks for; lone surrogates and non-finite numbers are refused
 * there and here.
 * @throws TypeError for `undefined`, functions, symbols, bigint, non-finite numbers and lone
 * surrogates.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean")
    return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value))
      throw new TypeError("a non-finite number has no canonical JSON form");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed())
      throw new TypeError("a lone surrogate has no canonical JSON form");
    return JSON.stringify(value);
  }
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(
        ([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`,
      );
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`a ${typeof value} has no canonical JSON form`);
}
