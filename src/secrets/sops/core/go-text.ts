import { assertNever } from "../../../util/assert-never.ts";
import { normalizeRfc3339 } from "./go-time.ts";
import type { SopsScalar } from "./tree.ts";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** True when Go's `int64` holds it; SOPS writes no other integers. */
export function isInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX;
}

/**
 * A float the way Go's `FormatFloat(x, 'f', -1, 64)` writes it: the shortest digits that read back
 * equal, never an exponent.
 * @remarks Source: Go strconv; both languages define "shortest" the same way, so only the layout
 * differs.
 */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponent = "0"] = Math.abs(value)
    .toExponential()
    .split("e");
  const digits = mantissa.replace(".", "");
  const point = Number(exponent) + 1;
  const sign = value < 0 ? "-" : "";
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The text form of a leaf as the format writes and hashes it; empty for null. */
export function goText(scalar: SopsScalar): string {
  switch (scalar.kind) {
    case "str":
    case "time":
      return scalar.text;
    case "int":
      return scalar.value.toString();
    case "float":
      return formatGoFloat(scalar.value);
    case "bool":
      return scalar.value ? "True" : "False";
    case "null":
      return "";
    default:
      return assertNever(scalar);
  }
}

/** What a leaf adds to the MAC. Bytes, not text: a value need not be UTF-8. */
export function macBytes(scalar: SopsScalar): Uint8Array {
  if (scalar.kind === "str" && scalar.bytes !== undefined) return scalar.bytes;
  return Buffer.from(goText(scalar), "utf8");
}

/** A decimal `int64` as Go's `Atoi` reads it; `undefined` for anything else. */
export function parseGoInt(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,40}$/u.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/u, ""));
  return isInt64(value) ? value : undefined;
}

/**
 * A decimal float or one of Go's names for the special values; `undefined` where Go reports an
 * error, overflow included.
 */
export function parseGoFloat(text: string): number | undefined {
  const special = /^([+-]?)(?:(inf|infinity)|nan)$/iu.exec(text);
  if (special !== null) {
    if (special[2] === undefined) return special[1] === "" ? NaN : undefined;
    return special[1] === "-" ? -Infinity : Infinity;
  }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text))
    return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The spellings Go's `ParseBool` takes; `undefined` for anything else. */
export function parseGoBool(text: string): boolean | undefined {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  return undefined;
}

/**
 * Reads decrypted bytes by the type label of their ciphertext; `undefined` when they do not fit it.
 */
export function scalarFromBytes(
  label: string,
  bytes: Buffer,
): SopsScalar | undefined {
  const text = bytes.toString("utf8");
  switch (label) {
    case "str":
    case "bytes":
      return Buffer.from(text, "utf8").equals(bytes)
        ? { kind: "str", text }
        : { kind: "str", text, bytes: Uint8Array.from(bytes) };
    case "int": {
      const value = parseGoInt(text);
      return value === undefined ? undefined : { kind: "int", value };
    }
    case "float": {
      const value = parseGoFloat(text);
      return value === undefined ? undefined : { kind: "float", value };
    }
    case "bool": {
      const value = parseGoBool(text);
      return value === undefined ? undefined : { kind: "bool", value };
    }
    case "time": {
      const time = normalizeRfc3339(text);
      return time === undefined ? undefined : { kind: "time", text: time };
    }
    default:
      return undefined;
  }
}
