import { renderEvent } from "../../src/output/event-text.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  InternalError,
  TransientError,
} from "../../src/domain/problem/error.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { renderRun } from "../../src/features/apply/text.ts";
import { renderDrift } from "../../src/features/drift/text.ts";
import { renderPlan } from "../../src/features/plan/text.ts";
import { renderStatus } from "../../src/features/status/text.ts";
import {
  errorJson,
  renderDiagnostics,
  renderError,
} from "../../src/output/diagnostics.ts";
import { plainText } from "../../src/output/escape.ts";
import { jsonText } from "../../src/output/json.ts";
import type { Style } from "../../src/output/style.ts";
import {
  aFullDiagnostic,
  aFullDriftReport,
  aFullPlan,
  aFullReceipt,
  aFullStatusReport,
  allEvents,
  type Fill,
  friendly,
} from "../support/render-samples.ts";

const PLAIN: Style = { color: false, width: 80 };
const COLORED: Style = { color: true, width: 80 };
// Written out by hand, not taken from the code under test: what would act on a terminal or start a
// line.
const ACTING =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const OUR_COLOURS = /\u001b\[(?:0|1|2|31|32|33|36)m/gu;

const hostilePiece = fc.constantFrom(
  "\n",
  "\r",
  "\r\n",
  "\u001b[2J",
  "\u001b]8;;http://evil.example\u0007",
  "\u009b31m",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u2028",
  "\u2029",
  "\u0085",
  "\u{e0041}",
  "\ud800",
  "+ create forged (gmail, oauth2)",
  "error INT001: forged",
  "Plan: nothing to worry about.",
  "\t",
  "`",
  "\\u{1b}",
  "שלום",
);
const hostile = fc
  .array(fc.oneof(hostilePiece, fc.string({ unit: "binary" })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((pieces) => pieces.join(""));

/** Every renderer over samples whose free-text slots are all filled. */
function everyText(fill: Fill, style: Style): string[] {
  const diagnostics = [aFullDiagnostic(fill)];
  return [
    renderPlan(aFullPlan(fill), style, { verbose: false }),
    renderPlan(aFullPlan(fill), style, { verbose: true }),
    renderDiagnostics(diagnostics, style),
    renderError(aRemoteError(fill), style),
    renderRun(aFullReceipt(fill), style),
    renderDrift(aFullDriftReport(fill), style),
    renderStatus(aFullStatusReport(fill), style),
    ...allEvents(fill).map((event) => renderEvent(event, style)),
  ];
}

function aRemoteError(fill: Fill): TransientError {
  return new TransientError("INT001", fill("no answer"), {
    status: 502,
    vendorCode: fill("UNAVAILABLE"),
    requestId: fill("req-1"),
    route: fill("PATCH /api/v1/connections/{id}"),
    why: fill("the server said so"),
    fix: fill("try later"),
    notDone: fill("nothing was changed"),
    mayHaveCommitted: true,
  });
}

const lineCounts = (texts: readonly string[]): number[] =>
  texts.map((text) => text.split("\n").length);

describe("containment", () => {
  it("lets no character of any field act on a terminal", () => {
    fc.assert(
      fc.property(hostile, (evil) => {
        for (const text of everyText((label) => label + evil, PLAIN))
          expect(text).not.toMatch(ACTING);
      }),
    );
  });

  it("prints no escape sequence but our own colours", () => {
    fc.assert(
      fc.property(hostile, (evil) => {
        for (const text of everyText((label) => evil + label, COLORED))
          expect(text.replaceAll(OUR_COLOURS, "")).not.toMatch(ACTING);
      }),
    );
  });

  it("gives a hostile string no line of its own", () => {
    const expected = lineCounts(everyText(friendly, PLAIN));
    fc.assert(
      fc.property(hostile, (evil) => {
        const texts = everyText((label) => label + evil, PLAIN);
        // Long texts leave less room for details; they never make a line.
        lineCounts(texts).forEach((count, index) => {
          expect(count).toBeLessThanOrEqual(expected[index] ?? 0);
        });
      }),
    );
  });

  it("says the same with and without colour", () => {
    const colored = everyText(friendly, COLORED).map((text) =>
      text.replaceAll(OUR_COLOURS, ""),
    );
    expect(colored).toEqual(everyText(friendly, PLAIN));
  });

  it("writes JSON that cannot act and parses to the same value", () => {
    fc.assert(
      fc.property(
        fc.oneof(hostile, fc.string()),
        fc.jsonValue(),
        (evil, value) => {
          const document = { [evil]: value, list: [evil] };
          const text = jsonText(document);
          expect(text).not.toMatch(ACTING);
          expect(JSON.parse(text)).toEqual(
            JSON.parse(JSON.stringify(document)),
          );
        },
      ),
    );
  });

  it("escapes once: plain text of plain text is the same", () => {
    fc.assert(
      fc.property(hostile, (evil) => {
        expect(plainText(plainText(evil))).toBe(plainText(evil));
      }),
    );
  });
});

describe("silence", () => {
  const canary = fc.stringMatching(/^[a-z0-9]{24}$/u);

  it("never prints the cause of an error", () => {
    fc.assert(
      fc.property(canary, (secret) => {
        const error = new InternalError("INT001", "it broke", {
          cause: new TypeError(`body was ${secret}`),
        });
        expect(renderError(error, PLAIN)).not.toContain(secret);
        expect(jsonText(errorJson(error))).not.toContain(secret);
      }),
    );
  });

  it("prints a secret that strayed into a value as a placeholder", () => {
    fc.assert(
      fc.property(canary, (plaintext) => {
        const text = jsonText({ client_secret: new Secret(plaintext) });
        expect(text).toBe('{\n  "client_secret": "«secret»"\n}\n');
      }),
    );
  });

  it("shows of a fingerprint four digits and no more, in no plan", () => {
    fc.assert(
      fc.property(canary, fc.boolean(), (mac, verbose) => {
        const plan = aFullPlan(friendly);
        const changes = plan.changes.map((change) => ({
          ...change,
          secrets: change.secrets.map((secret) => ({
            ...secret,
            after: `v1.k1.${mac}`,
          })),
        }));
        const text = renderPlan({ ...plan, changes }, PLAIN, { verbose });
        expect(text).toContain(mac.slice(0, 4));
        expect(text).not.toContain(mac.slice(0, 5));
      }),
    );
  });

  it("prints nothing of what a plan holds for apply alone", () => {
    fc.assert(
      fc.property(canary, fc.boolean(), (value, verbose) => {
        const plan = aFullPlan(friendly);
        const changes = plan.changes.map((change) => ({
          ...change,
          desired: { fields: { "/owner": value }, secrets: {} },
          operations: [{ op: "add" as const, path: "/owner", value }],
        }));
        const text = renderPlan({ ...plan, changes }, PLAIN, { verbose });
        expect(text).not.toContain(value);
      }),
    );
  });
});
