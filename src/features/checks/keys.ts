import type { CheckResult } from "./report.ts";

/** What is known about one file of secrets. Holds no key and no value. */
export interface KeyFacts {
  readonly file: string;
  readonly state: "opens" | "closed" | "missing" | "damaged";
  readonly recipients: readonly string[];
  readonly fitting: readonly {
    readonly from: string;
    readonly recipient: string;
  }[];
  readonly code?: string;
  /** Gets the file as it was committed. */
  readonly restore?: string;
}

/** Whether the keys at hand open the environment's secrets, and which key is missing where they do not. */
export function checkKeys(facts: KeyFacts): CheckResult {
  const check = "secrets";
  const { file } = facts;
  const encryptedTo = facts.recipients.map(shortRecipient).join(", ");
  switch (facts.state) {
    case "opens":
      return {
        check,
        result: "ok",
        message:
          facts.fitting.length === 0
            ? `${file} opens`
            : `${file} opens with ${facts.fitting.map(({ from, recipient }) => `${shortRecipient(recipient)} from ${from}`).join(", ")}`,
      };
    case "missing":
      return {
        check,
        result: "unknown",
        message: `${file} does not exist`,
        fix: "make it with tieline secrets or sops when a connection refers to it",
      };
    case "damaged":
      return {
        check,
        result: "bad",
        message: `${file} cannot be read${codeText(facts)}`,
        fix: restored(facts),
      };
    case "closed":
      return facts.fitting.length > 0
        ? {
            check,
            result: "bad",
            message: `${file} does not open although ${facts.fitting.map(({ from }) => from).join(", ")} has a key for it${codeText(facts)}`,
            fix: `it was changed or damaged: ${restored(facts)}`,
          }
        : {
            check,
            result: "bad",
            message: `no key at hand opens ${file}${encryptedTo === "" ? "" : `; it is encrypted to ${encryptedTo}`}${codeText(facts)}`,
            fix: "planning works without; to apply, put the private key of one of its recipients into SOPS_AGE_KEY_FILE or SOPS_AGE_KEY",
          };
  }
}

function restored({ restore }: KeyFacts): string {
  return `restore it from version control${restore === undefined ? "" : `: ${restore}`}`;
}

function codeText({ code }: KeyFacts): string {
  return code === undefined ? "" : ` (${code})`;
}

/** Enough of a public key to recognise it by. */
function shortRecipient(recipient: string): string {
  return recipient.length <= 20
    ? recipient
    : `${recipient.slice(0, 10)}…${recipient.slice(-6)}`;
}
