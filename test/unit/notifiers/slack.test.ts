import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slackMessage } from "../../../src/notifiers/slack.ts";
import { aNotice, HOSTILE_TEXTS } from "../../support/notices.ts";

/** Every text of a message, with the most characters that Slack takes there. */
function textsOf(message: unknown): { text: string; type: string }[] {
  if (typeof message !== "object" || message === null) return [];
  const { type, text } = message as { type?: unknown; text?: unknown };
  const own =
    typeof text === "string"
      ? [{ text, type: typeof type === "string" ? type : "fallback" }]
      : [];
  return [...own, ...Object.values(message).flatMap(textsOf)];
}

const text = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: "binary" }),
);

describe("a message for Slack", () => {
  it("is within Slack's limits and acts on nothing, whatever a notice says", () => {
    fc.assert(
      fc.property(
        text,
        fc.array(text, { maxLength: 30 }),
        text,
        (title, lines, environment) => {
          const message = slackMessage(aNotice({ title, lines, environment }));
          const { blocks } = message as { blocks: { type: string }[] };
          expect(blocks.length).toBeLessThanOrEqual(50);
          const [head, ...rest] = blocks;
          expect(textsOf(head)[0]?.text.length).toBeLessThanOrEqual(150);
          for (const each of textsOf(rest)) {
            expect(each.text.length).toBeLessThanOrEqual(3_000);
            expect(each.text.length).toBeGreaterThan(0);
          }
          for (const each of textsOf(message)) {
            // What is left of the control characters are whole escapes.
            expect(each.text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/u);
            expect(each.text.isWellFormed()).toBe(true);
            expect(["plain_text", "fallback"]).toContain(each.type);
          }
        },
      ),
    );
  });

  it("says what happened, where, at which commit and when", () => {
    const message = JSON.stringify(slackMessage(aNotice()));
    for (const part of [
      "warning: prod: 1 connection changed on the platform",
      "gmail: scopes",
      "production",
      "1a2b3c4d5e6f",
      "2026-01-01T12:00:00.000Z",
    ])
      expect(message).toContain(part);
  });

  it("keeps every line that there is room for, in order", () => {
    const lines = Array.from({ length: 9 }, (_, at) => `line ${String(at)}`);
    const { blocks } = slackMessage(aNotice({ lines })) as {
      blocks: { text?: { text: string } }[];
    };
    expect(blocks[1]?.text?.text).toBe(lines.join("\n"));
  });
});
