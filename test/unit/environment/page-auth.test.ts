import { describe, expect, it } from "vitest";
import { createScrubber } from "../../../src/domain/secret/scrubber.ts";
import { readPageSignIn } from "../../../src/environment/page-auth.ts";

const WORD = "demo-word-of-a-test-0123456789";

const read = (env: Readonly<Record<string, string>>) =>
  readPageSignIn({ env, scrubber: createScrubber() });

describe("who is let in on the status page", () => {
  it("is nobody in particular where nothing is set", async () => {
    expect(await read({})).toBeNull();
  });

  it("is whoever knows a token, with what it is for", async () => {
    const signIn = await read({
      TIELINE_PAGE_TOKEN: WORD,
      TIELINE_PAGE_VIEW_TOKEN: `${WORD}-view`,
    });
    expect(signIn?.proxy).toBeNull();
    expect(
      signIn?.tokens.map(({ name, word, rights }) => [
        name,
        word.reveal(),
        rights,
      ]),
    ).toEqual([
      ["token", WORD, ["view", "operate", "approve"]],
      ["view-token", `${WORD}-view`, ["view"]],
    ]);
  });

  it("is whom a proxy signed in, by groups", async () => {
    const signIn = await read({
      TIELINE_PAGE_PROXY_WORD: WORD,
      TIELINE_PAGE_VIEW_GROUPS: "*",
      TIELINE_PAGE_APPROVE_GROUPS: "leads, owners",
    });
    expect(signIn?.proxy?.groups).toEqual({
      view: ["*"],
      operate: [],
      approve: ["leads", "owners"],
    });
  });

  it("is not left open by groups without a proxy", async () => {
    await expect(read({ TIELINE_PAGE_VIEW_GROUPS: "*" })).rejects.toMatchObject(
      { code: "CLI110" },
    );
  });

  it("is told to the scrubber", async () => {
    const scrubber = createScrubber();
    await readPageSignIn({ env: { TIELINE_PAGE_TOKEN: WORD }, scrubber });
    expect(scrubber.scrub(`x ${WORD} y`)).not.toContain(WORD);
  });
});
