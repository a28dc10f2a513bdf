import { describe, expect, it } from "vitest";
import {
  lifecycleState,
  type LifecycleFacts,
} from "../../../src/domain/lifecycle.ts";

const ON = { status: "COMPLETED", isEnabled: true } as const;

const TABLE: readonly (readonly [string, LifecycleFacts, string])[] = [
  ["scalekit, complete and on", ON, "active"],
  ["scalekit, complete and off", { ...ON, isEnabled: false }, "inactive"],
  ["scalekit, draft", { ...ON, status: "DRAFT" }, "draft"],
  ["scalekit, in progress", { ...ON, status: "IN_PROGRESS" }, "draft"],
  [
    "in progress and off: what is missing comes first",
    { status: "IN_PROGRESS", isEnabled: false },
    "draft",
  ],
  ["a failed test", { ...ON, test: "failed" }, "error"],
  [
    "a failed test of what is off",
    { ...ON, isEnabled: false, test: "failed" },
    "inactive",
  ],
  ["a passed test", { ...ON, test: "passed" }, "active"],
  ["a running test", { ...ON, test: "running" }, "testing"],
  ["accounts, none works", { ...ON, accounts: { EXPIRED: 2 } }, "error"],
  ["some work", { ...ON, accounts: { EXPIRED: 2, ACTIVE: 1 } }, "active"],
  ["no accounts", { ...ON, accounts: {} }, "active"],
  ["agent-auth, draft", { status: "draft", isEnabled: false }, "draft"],
  ["agent-auth, active", { status: "active", isEnabled: true }, "active"],
  ["agent-auth, testing", { status: "testing", isEnabled: true }, "testing"],
  [
    "agent-auth, inactive",
    { status: "inactive", isEnabled: false },
    "inactive",
  ],
  ["agent-auth, error", { status: "error", isEnabled: true }, "error"],
  ["a word of a later version", { status: "NEW", isEnabled: true }, "active"],
];

describe("lifecycle", () => {
  it.each(TABLE)("%s", (_title, facts, expected) => {
    expect(lifecycleState(facts)).toBe(expected);
  });
});
