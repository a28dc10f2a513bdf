import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/domain/problem/error.ts";
import { createScrubber } from "../../../src/domain/secret/scrubber.ts";
import { openWakeProof } from "../../../src/environment/wake-secret.ts";

const WORD = "a-made-up-word-of-the-hook";

describe("the secret for wake-ups", () => {
  it("is none where no variable gives one", async () => {
    const scrubber = createScrubber();
    expect(await openWakeProof({ env: {}, scrubber })).toBeNull();
  });

  it("may be several, each of which counts and none of which is shown", async () => {
    const scrubber = createScrubber();
    const env = { TIELINE_WAKE_SECRET: `${WORD} ${WORD}-next` };
    const proof = await openWakeProof({ env, scrubber });
    for (const word of [WORD, `${WORD}-next`]) {
      const body = proof?.begin({ "x-gitlab-token": [word] }, 0);
      expect(body?.(new Uint8Array())).toBe(true);
      expect(scrubber.scrub(`it is ${word}`)).not.toContain(WORD);
    }
  });

  it.each([
    { TIELINE_WAKE_SECRET: "a-short-word" },
    { TIELINE_WAKE_SECRET: `${WORD} a-short-word` },
    { TIELINE_WAKE_SECRET: ` ${WORD}` },
    { TIELINE_WAKE_SECRET: WORD, TIELINE_WAKE_SECRET_FILE: "/x" },
    { TIELINE_WAKE_SECRET_FILE: "a-short-word" },
    { TIELINE_WAKE_SECRET_FILE: "/nowhere/a-short-word" },
  ])("is refused before anything starts: %j", async (env) => {
    const scrubber = createScrubber();
    const error: unknown = await openWakeProof({ env, scrubber }).catch(
      (found: unknown) => found,
    );
    expect(error).toBeInstanceOf(UserError);
    const { message, why, fix } = error as UserError;
    expect([message, why, fix].join()).not.toMatch(/a-short-word|a-made-up/u);
  });
});
