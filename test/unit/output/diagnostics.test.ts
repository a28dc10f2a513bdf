import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/domain/problem/diagnostic.ts";
import {
  ConflictError,
  InternalError,
  RemoteError,
  TransientError,
} from "../../../src/domain/problem/error.ts";
import {
  diagnosticJson,
  errorJson,
  renderDiagnostics,
  renderError,
} from "../../../src/output/diagnostics.ts";
import { aFullDiagnostic, friendly } from "../../support/render-samples.ts";

const STYLE = { color: false, width: 80 };

function aDiagnostic(parts: Partial<Diagnostic>): Diagnostic {
  return { code: "INT001", severity: "error", message: "wrong", ...parts };
}

describe("renderDiagnostics", () => {
  it("prints nothing for none", () => {
    expect(renderDiagnostics([], STYLE)).toBe("");
  });

  it("follows the anatomy of a message", () => {
    expect(renderDiagnostics([aFullDiagnostic(friendly)], STYLE)).toBe(
      `error INT001: unknown field "clientID" in connection "acme-crm"
  environments/prod/acme-crm.yaml:14:7
   14 |       clientID: abc123
      |       ^^^^^^^^
  why: fields are checked against the schema
  fix: rename it to "client_id"
  docs: tieline explain INT001

1 error in 1 file
`,
    );
  });

  it("shows every error, and of warnings of one code the first twenty with how many more there are", () => {
    const many = (
      severity: Diagnostic["severity"],
      code: "INT001" | "CFG015",
    ) =>
      Array.from({ length: 1_200 }, (_, index) =>
        aDiagnostic({ severity, code, message: `${code}-${String(index)}` }),
      );
    const warnings = renderDiagnostics(
      [...many("warning", "INT001"), ...many("note", "CFG015")],
      STYLE,
    );
    expect(warnings.match(/INT001-\d+/gu)).toHaveLength(20);
    expect(warnings).toContain("1,180 more of warning INT001");
    expect(warnings).toContain("1,180 more of note CFG015");
    expect(warnings).toContain("1,200 warnings, 1,200 notes");
    const errors = renderDiagnostics(many("error", "INT001"), STYLE);
    expect(errors.match(/INT001-\d+/gu)).toHaveLength(1_200);
  });

  it("counts each severity and each file once", () => {
    const at = (file: string): NonNullable<Diagnostic["location"]> => ({
      file,
      line: 1,
      column: 1,
    });
    const text = renderDiagnostics(
      [
        aDiagnostic({ location: at("a") }),
        aDiagnostic({ location: at("a") }),
        aDiagnostic({ severity: "warning", location: at("b") }),
      ],
      STYLE,
    );
    expect(text).toMatch(/\n2 errors, 1 warning in 2 files\n$/u);
  });

  it("names no file where there is none", () => {
    const text = renderDiagnostics([aDiagnostic({ severity: "note" })], STYLE);
    expect(text).toMatch(/\n1 note\n$/u);
  });

  it.each([
    ["base", "a.yaml:1:2\n"],
    ["overlay", "a.yaml:1:2 (overlay)\n"],
  ] as const)("names the layer unless it is base: %s", (layer, place) => {
    const location = { file: "a.yaml", line: 1, column: 2, layer };
    expect(renderDiagnostics([aDiagnostic({ location })], STYLE)).toContain(
      place,
    );
  });
});

describe("renderError", () => {
  it("tells route, status, vendor code and request id", () => {
    const error = new RemoteError("INT001", "refused", {
      status: 400,
      vendorCode: "DUPLICATE_IDENTIFIER",
      requestId: "req-1",
      route: "POST /api/v1/connections",
    });
    expect(renderError(error, STYLE)).toBe(
      `error INT001: refused
  POST /api/v1/connections: status 400, DUPLICATE_IDENTIFIER, request id req-1
  docs: tieline explain INT001
`,
    );
  });

  it("says when there was no answer, and that the request may count", () => {
    const error = new TransientError("INT001", "cut off", {
      status: null,
      mayHaveCommitted: true,
    });
    const text = renderError(error, STYLE);
    expect(text).toContain("\n  no usable answer\n");
    expect(text).toContain("may have taken effect");
  });

  it("does not say so of a request that cannot count", () => {
    const error = new TransientError("INT001", "cut off", {
      status: 503,
      mayHaveCommitted: false,
    });
    expect(renderError(error, STYLE)).not.toContain("taken effect");
  });

  it("says what was left undone", () => {
    const error = new ConflictError("STA003", "another run is applying", {
      notDone: "nothing was changed",
      fix: "wait for it",
    });
    expect(renderError(error, STYLE)).toBe(
      `error STA003: another run is applying
  fix: wait for it
  result: nothing was changed
  docs: tieline explain STA003
`,
    );
  });

  it("asks for a report of a bug, unless the bug has its own advice", () => {
    const bug = new InternalError("INT001", "it broke");
    const advised = new InternalError("INT001", "it broke", { fix: "do this" });
    expect(renderError(bug, STYLE)).toContain("fix: this is a bug of tieline");
    expect(renderError(advised, STYLE)).toContain("fix: do this\n");
  });
});

describe("machine forms", () => {
  it("gives a diagnostic the fields of its text", () => {
    expect(diagnosticJson(aFullDiagnostic(friendly))).toEqual({
      severity: "error",
      code: "INT001",
      message: 'unknown field "clientID" in connection "acme-crm"',
      location: {
        file: "environments/prod/acme-crm.yaml",
        line: 14,
        column: 7,
      },
      frame: {
        line: 14,
        text: "      clientID: abc123",
        column: 7,
        length: 8,
      },
      why: "fields are checked against the schema",
      fix: 'rename it to "client_id"',
      docs: "tieline explain INT001",
    });
  });

  it("leaves out what a diagnostic does not have", () => {
    expect(Object.keys(diagnosticJson(aDiagnostic({})))).toEqual([
      "severity",
      "code",
      "message",
      "docs",
    ]);
  });

  it("gives an error its remote detail, also a status that never came", () => {
    const error = new TransientError("INT001", "cut off", {
      status: null,
      requestId: "req-1",
      notDone: "nothing was changed",
      mayHaveCommitted: true,
    });
    expect(errorJson(error)).toEqual({
      code: "INT001",
      message: "cut off",
      status: null,
      request_id: "req-1",
      may_have_committed: true,
      not_done: "nothing was changed",
      docs: "tieline explain INT001",
    });
  });

  it("gives other errors no remote detail", () => {
    const error = new ConflictError("STA002", "moved", { why: "because" });
    expect(errorJson(error)).toEqual({
      code: "STA002",
      message: "moved",
      why: "because",
      docs: "tieline explain STA002",
    });
    const refused = new RemoteError("INT001", "no", { status: 400 });
    expect(errorJson(refused)).not.toHaveProperty("may_have_committed");
  });
});

describe("many findings of one rule", () => {
  const findings = Array.from({ length: 30 }, (_, index) =>
    aDiagnostic({
      code: "LNT001",
      severity: "warning",
      message: `"c${String(index)}" has no owner`,
      location: {
        file: `connections/c${String(index)}.yaml`,
        line: 3,
        column: 1,
      },
      why: "nobody answers for it",
      fix: "add owner:",
    }),
  );

  it("are one block: each with its place, and once what is true of all", () => {
    const text = renderDiagnostics(findings.slice(0, 4), STYLE);
    expect(text.match(/why: /gu)).toHaveLength(1);
    expect(text.match(/fix: add owner:/gu)).toHaveLength(1);
    for (const { message, location } of findings.slice(0, 4))
      expect(text).toContain(`${location?.file ?? "?"}:3:1  ${message}`);
  });

  it("are counted from the twentieth on, and single ones stand alone", () => {
    const text = renderDiagnostics(findings, STYLE);
    expect(text).toContain("LNT001: 30 times");
    expect(text).toContain("and 10 more of warning LNT001 not shown here");
    const three = renderDiagnostics(findings.slice(0, 3), STYLE);
    expect(three.match(/why: /gu)).toHaveLength(3);
  });

  it("are errors never, each of which has its own code frame", () => {
    const errors = findings.map((each) =>
      aDiagnostic({ ...each, severity: "error" }),
    );
    const text = renderDiagnostics(errors, STYLE);
    expect(text.match(/why: /gu)).toHaveLength(30);
  });

  it("name files from where the user stands", () => {
    const style = {
      ...STYLE,
      fileFrom: (file: string) => `../${file}`,
    };
    expect(renderDiagnostics(findings.slice(0, 1), style)).toContain(
      "../connections/c0.yaml:3:1",
    );
  });
});
