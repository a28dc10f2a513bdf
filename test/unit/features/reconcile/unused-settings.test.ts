import { expect, it } from "vitest";
import { unusedSettings } from "../../../../src/features/reconcile/unused-settings.ts";

const NONE = {
  listen: undefined,
  once: false,
  follow: undefined,
  poll: undefined,
  publicHost: [],
  fleet: false,
};
const PAGE = { ...NONE, listen: "127.0.0.1:1" };

it.each([
  ["TIELINE_WAKE_SECRET", NONE],
  ["TIELINE_WAKE_SECRET_FILE", NONE],
  ["TIELINE_PAGE_TOKEN", NONE],
  ["TIELINE_PAGE_VIEW_TOKEN", NONE],
  ["TIELINE_PAGE_PROXY_WORD_FILE", NONE],
  ["TIELINE_WAKE_SECRET", { ...PAGE, once: true }],
  ["TIELINE_NOTIFY_KINDS", PAGE],
])(
  "says that %s does nothing, and nothing of what is in it",
  (name, options) => {
    const said = unusedSettings(options, { [name]: "a-word-of-its-own" });
    expect(said.join("\n")).toContain(name.replace("_FILE", ""));
    expect(said.join("\n")).not.toContain("a-word-of-its-own");
  },
);

it("says which options do nothing, and nothing where all of them do something", () => {
  const options = { ...NONE, once: true, poll: "1m", fleet: true };
  expect(unusedSettings(options, {})).toHaveLength(2);
  expect(unusedSettings({ ...NONE, publicHost: ["a"] }, {})).toHaveLength(1);
  expect(
    unusedSettings(
      { ...PAGE, follow: "origin/main", poll: "1m", publicHost: ["a"] },
      {
        TIELINE_WAKE_SECRET: "x",
        TIELINE_NOTIFY_KINDS: "failed",
        TIELINE_NOTIFY_STATUS: "github",
      },
    ),
  ).toEqual([]);
});
