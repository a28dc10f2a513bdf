import { UserError } from "../domain/problem/error.ts";
import { DEFAULT_SWITCHES } from "./switches.ts";
import type { Switches } from "./switches.ts";

/** What a switch takes: one of some words, a whole number up to a limit, or a list of names. */
type Kind =
  readonly string[] | { readonly min: number; readonly max: number } | "names";

const KINDS: Readonly<Record<keyof Switches, Kind>> = {
  maskStyle: ["omitted", "full", "last4"],
  zeroValues: ["present", "absent"],
  patch: ["merge", "replace"],
  emptyScopes: ["clear", "keep"],
  deleteWithAccounts: ["refuse", "cascade", "orphan"],
  reservedNames: "names",
  typeChange: ["convert", "refuse"],
  unknownFields: ["refuse", "ignore"],
  fieldSet: ["current", "older"],
  completedOn: ["create", "credentials", "never"],
  apiVersion: ["ignored", "echoed", "required"],
  pageSizeMax: { min: 1, max: 1000 },
  readLagMs: { min: 0, max: 3_600_000 },
};

/**
 * Reads a switch as the command line writes it: `maskStyle=last4`, `readLagMs=900`,
 * `reservedNames=scalekit,admin`.
 * @throws UserError CLI001, with the place of what is not understood.
 */
export function parseSwitch(text: string): Partial<Switches> {
  const at = text.indexOf("=");
  const name = at === -1 ? text : text.slice(0, at);
  if (!isSwitchName(name)) {
    const known = Object.keys(DEFAULT_SWITCHES).join(", ");
    throw misread(
      text,
      1,
      `"${name}" is not a switch; the switches are ${known}`,
    );
  }
  if (at === -1) throw misread(text, text.length + 1, '"=" and a value follow');
  const value = readValue(KINDS[name], text.slice(at + 1));
  if (value === undefined) {
    throw misread(text, at + 2, `"${name}" takes ${describe(KINDS[name])}`);
  }
  return { [name]: value };
}

function isSwitchName(name: string): name is keyof Switches {
  return Object.hasOwn(DEFAULT_SWITCHES, name);
}

function readValue(
  kind: Kind,
  text: string,
): string | number | readonly string[] | undefined {
  if (kind === "names") return text === "" ? [] : text.split(",");
  if (!("max" in kind)) return kind.includes(text) ? text : undefined;
  const value = Number(text);
  const isInRange = value >= kind.min && value <= kind.max;
  return /^\d{1,9}$/.test(text) && isInRange ? value : undefined;
}

function describe(kind: Kind): string {
  if (kind === "names") return "names with commas between them";
  if (!("max" in kind)) return kind.join(", ");
  return `a whole number from ${String(kind.min)} to ${String(kind.max)}`;
}

/** Accounts to give a connection. */
export interface AccountSeed {
  readonly keyId: string;
  readonly count: number;
}

const ACCOUNTS: Kind = { min: 0, max: 100_000 };

/**
 * Reads accounts to seed as the command line writes them: `gmail-support=12`.
 * @throws UserError CLI001.
 */
export function parseAccounts(text: string): AccountSeed {
  const at = text.lastIndexOf("=");
  const keyId = text.slice(0, Math.max(at, 0));
  if (keyId === "") {
    throw misread(text, 1, "it starts with the name of a connection and '='");
  }
  const count = readValue(ACCOUNTS, text.slice(at + 1));
  if (typeof count !== "number") {
    const range = describe(ACCOUNTS);
    throw misread(text, at + 2, `the number of accounts is ${range}`);
  }
  return { keyId, count };
}

function misread(text: string, column: number, why: string): UserError {
  return new UserError(
    "CLI001",
    `${JSON.stringify(text)} is not understood at character ${String(column)}`,
    {
      why,
      fix: 'write it as in docs/embedded-api.md, for example "maskStyle=last4" or "gmail-support=12"',
      notDone: "the embedded API was not started",
    },
  );
}
