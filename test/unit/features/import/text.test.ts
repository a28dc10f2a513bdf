import { describe, expect, it } from "vitest";
import type { ImportReport } from "../../../../src/features/import/report.ts";
import { renderImport } from "../../../../src/features/import/text.ts";

const STYLE = { color: false, width: 80 };
const HOSTILE = "a\u001b[2Jb\u202e\nc";

const NOTHING: ImportReport = {
  source: "live",
  isDryRun: false,
  environments: [
    {
      name: "dev",
      adoptable: [],
      missing: [],
      unchangedCount: 3,
      sendsSecrets: [],
      leftToPlatform: [],
    },
  ],
  files: [],
  skipped: [],
  notes: [],
  secrets: [],
  gaps: [],
};

describe("the text of an import", () => {
  it("is one line where there was nothing to write", () => {
    expect(renderImport(NOTHING, STYLE)).toBe(
      "Nothing to write from dev; 3 connections agreed with the documents already\n",
    );
  });

  it("lets nothing from outside act on the terminal or start a line", () => {
    const text = renderImport(
      {
        ...NOTHING,
        skipped: [{ environment: HOSTILE, name: HOSTILE, why: HOSTILE }],
        notes: [
          {
            environment: null,
            connection: HOSTILE,
            pointer: `/${HOSTILE}`,
            message: HOSTILE,
          },
        ],
        secrets: [
          { environment: HOSTILE, connection: HOSTILE, pointer: "/a/b" },
        ],
        files: [{ path: HOSTILE, fate: "created", connections: [HOSTILE] }],
      },
      STYLE,
    );
    expect(text).not.toMatch(/[\u001b\u202e]/u);
    expect(text.split("\n").filter((line) => line.startsWith("c"))).toEqual([]);
  });

  it("ends with the next command", () => {
    const [environment] = NOTHING.environments;
    const text = renderImport(
      {
        ...NOTHING,
        environments:
          environment === undefined
            ? []
            : [{ ...environment, adoptable: ["mail"] }],
      },
      STYLE,
    );
    expect(text).toContain("tieline adopt dev  (1 connection)");
    expect(text).not.toContain("Beyond that");
    expect(text).not.toContain("secrets");
  });

  it("says what a plan would do all the same: create what is not there, send secrets once", () => {
    const [environment] = NOTHING.environments;
    const text = renderImport(
      {
        ...NOTHING,
        environments:
          environment === undefined
            ? []
            : [
                {
                  ...environment,
                  adoptable: ["mail"],
                  sendsSecrets: ["mail"],
                  missing: ["chat"],
                },
              ],
      },
      STYLE,
    );
    expect(text).toContain("An apply creates them");
    expect(text).toContain("Beyond that, a plan of these documents changes no");
    expect(text).toContain("adopting in dev sends them once: mail");
  });

  it("shows the command that stores each secret, quoted where a shell would split it", () => {
    const text = renderImport(
      {
        ...NOTHING,
        secrets: [
          {
            environment: "dev",
            connection: "my mail",
            pointer: "/credentials/client_secret",
          },
        ],
      },
      STYLE,
    );
    expect(text).toContain("tieline secrets set dev 'my mail/client_secret'");
  });
});
