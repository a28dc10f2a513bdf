import { describe, expect, it } from "vitest";
import {
  checkClockSkew,
  checkRateHeadroom,
} from "../../../../src/features/checks/api-checks.ts";
import { checkKeys } from "../../../../src/features/checks/stored-checks.ts";
import {
  checkGit,
  checkNode,
} from "../../../../src/features/checks/machine-checks.ts";
import { UserError } from "../../../../src/domain/problem/error.ts";
import { checkState } from "../../../../src/features/checks/stored-checks.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const LEASE = {
  id: "l1",
  actor: "ci",
  host: "runner",
  pid: 1,
  runId: "r1",
  expiresAt: new Date(NOW + 60_000).toISOString(),
};
const RUN = {
  runId: "r1",
  planDigest: "sha256:0",
  startedAt: "2026-01-01T11:59:00Z",
  finishedCount: 1,
  openKeys: ["a"],
};

describe("the clock", () => {
  const date = new Date(NOW).toUTCString();
  it.each([
    [0, "ok"],
    [59_000, "ok"],
    [61_000, "bad"],
    [-61_000, "bad"],
  ])("off by %d ms is %s", (skew, expected) => {
    const facts = { headers: { date }, receivedAt: NOW + skew };
    expect(checkClockSkew(facts).result).toBe(expected);
  });

  it("cannot be told without a date", () => {
    expect(checkClockSkew(undefined).result).toBe("unknown");
    expect(checkClockSkew({ headers: {}, receivedAt: NOW }).result).toBe(
      "unknown",
    );
  });
});

describe("the request budget", () => {
  const headroom = (headers: Record<string, string>) =>
    checkRateHeadroom({ headers, receivedAt: NOW }).result;

  it("is told by either spelling of the headers", () => {
    expect(
      headroom({ "ratelimit-limit": "100", "ratelimit-remaining": "90" }),
    ).toBe("ok");
    expect(
      headroom({
        "x-ratelimit-limit": "100, 100;w=60",
        "x-ratelimit-remaining": "9",
      }),
    ).toBe("bad");
  });

  it("is unknown where the API says nothing usable", () => {
    expect(headroom({})).toBe("unknown");
    expect(
      headroom({ "ratelimit-limit": "0", "ratelimit-remaining": "0" }),
    ).toBe("unknown");
  });
});

describe("keys", () => {
  const file = "environments/prod/secrets.enc.yaml";
  const recipients = ["age1abcdefghijklmnopqrstuvwxyz"];
  const fitting = [{ from: "keys.txt", recipient: recipients[0] ?? "" }];

  it("that open a file are named by their public half", () => {
    const found = checkKeys({ file, state: "opens", recipients, fitting });
    expect(found).toMatchObject({ check: "secrets", result: "ok" });
    expect(found.message).toContain("age1abcdef…uvwxyz from keys.txt");
  });

  it("that are missing are named by what the file is encrypted to", () => {
    const found = checkKeys({
      file,
      state: "closed",
      recipients,
      fitting: [],
      code: "SEC008",
    });
    expect(found.result).toBe("bad");
    expect(found.message).toContain("age1abcdef…uvwxyz");
  });

  it("that fit a file which does not open point at the file", () => {
    const found = checkKeys({ file, state: "closed", recipients, fitting });
    expect(found.fix).toContain("version control");
  });

  it("are no question for a file that is not there, and one that is damaged is bad", () => {
    const nothing = { file, recipients: [], fitting: [] };
    expect(checkKeys({ ...nothing, state: "missing" }).result).toBe("unknown");
    expect(checkKeys({ ...nothing, state: "damaged" }).result).toBe("bad");
  });
});

describe("state", () => {
  const facts = {
    environment: "prod",
    place: ".tieline/state/prod",
    inventory: null,
    receiptCount: 0,
    lease: null,
    openRun: null,
    now: NOW,
  };
  const results = (more: Partial<Parameters<typeof checkState>[0]>) =>
    checkState({ ...facts, ...more }).map(({ result }) => result);

  it("is fine before the first apply", () => {
    expect(results({})).toEqual(["ok", "ok", "ok"]);
  });

  it("with a run that was cut off needs an apply, unless it may be at work", () => {
    expect(results({ openRun: RUN })).toEqual(["ok", "ok", "bad"]);
    expect(results({ openRun: RUN, lease: LEASE })).toEqual([
      "ok",
      "unknown",
      "unknown",
    ]);
  });

  it("with a lease that has ended is fine", () => {
    expect(results({ lease: LEASE, now: NOW + 120_000 })[1]).toBe("ok");
  });
});

describe("the machine", () => {
  it.each([
    ["20.18.3", "bad"],
    ["18.20.0", "bad"],
    ["20.19.0", "ok"],
    ["22.0.0", "ok"],
  ])("with Node.js %s is %s", (version, expected) => {
    expect(checkNode(version).result).toBe(expected);
  });

  it("tells a clean commit from changes and from no repository", () => {
    const commit = "a".repeat(40);
    expect(checkGit({ commit, dirty: false }).result).toBe("ok");
    expect(checkGit({ commit, dirty: true }).result).toBe("unknown");
    expect(checkGit({ commit: null, dirty: null }).result).toBe("unknown");
    expect(checkGit({ commit, dirty: null }).result).toBe("unknown");
    expect(
      checkGit({
        commit: null,
        dirty: null,
        problem: new UserError("STA011", "git refuses", {
          why: "it is not yours",
          fix: "trust it",
        }),
      }),
    ).toMatchObject({
      result: "bad",
      message: expect.stringContaining("it is not yours") as unknown,
      fix: "trust it",
    });
  });
});
