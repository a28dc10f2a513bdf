import { hmacSha256, utf8Equal } from "../../util/hash.ts";
import type { PageAuth } from "./options.ts";

/** For whom and for what a form was made. */
export interface FormPurpose {
  readonly by: string;
  readonly environment: string;
}

/** Makes and judges what proves that a form is ours. */
export interface FormTokens {
  make(purpose: FormPurpose, now: number): string;
  isValid(token: string, purpose: FormPurpose, now: number): boolean;
}

const VALID_MS = 12 * 3_600_000;

/**
 * Nothing is kept, and nothing but what lets people in is needed: every process that shares the
 * words takes the forms of the others.
 */
export function createFormTokens({ tokens, proxy }: PageAuth): FormTokens {
  const words = [
    ...tokens.map(({ word }) => word.reveal()),
    proxy?.word.reveal() ?? "",
  ];
  const key = hmacSha256(
    Buffer.from(JSON.stringify(words)),
    Buffer.from("forms of the status page, 1"),
  );
  const make: FormTokens["make"] = ({ by, environment }, now) => {
    const text = JSON.stringify([by, environment, now]);
    const mark = Buffer.from(hmacSha256(key, Buffer.from(text)));
    return `${String(now)}.${mark.toString("base64url")}`;
  };
  return {
    make,
    isValid(token, purpose, now) {
      const [, text = ""] = /^(\d{1,15})\./u.exec(token) ?? [];
      if (text === "") return false;
      const madeAt = Number(text);
      const age = now - madeAt;
      return (
        age >= 0 && age <= VALID_MS && utf8Equal(token, make(purpose, madeAt))
      );
    },
  };
}
