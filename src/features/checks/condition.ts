import type { CheckResult } from "./report.ts";
import type { CheckSubject, ConnectionCheck } from "./subject.ts";

/** Switched on or off as declared, and complete in the platform's own words. */
export const checkCondition: ConnectionCheck = (subject) => [
  checkSwitch(subject),
  checkStatus(subject),
];

function checkSwitch({ desired, live }: CheckSubject): CheckResult {
  const check = "enabled";
  const declared = desired.fields["/state"];
  const actual = live.isEnabled ? "on" : "off";
  if (declared === undefined || declared === null)
    return live.isEnabled
      ? { check, result: "ok", message: "it is switched on" }
      : {
          check,
          result: "unknown",
          message: "it is switched off, and no document says whether it should",
          fix: "declare state: active or state: inactive",
        };
  const shouldBeOn = declared === "active";
  return shouldBeOn === live.isEnabled
    ? { check, result: "ok", message: `it is switched ${actual}, as declared` }
    : {
        check,
        result: "bad",
        message: `it is switched ${actual}, declared is state: ${JSON.stringify(declared)}`,
        fix: "plan and apply, or change the document",
      };
}

/**
 * What the platforms' words mean for use.
 * @remarks Source: docs/drivers/scalekit-api.md section 7 for today's API,
 * docs/drivers/scalekit-api.md section 21 for the older dialect.
 */
const MEANINGS: ReadonlyMap<string, CheckResult["result"]> = new Map([
  ["COMPLETED", "ok"],
  ["ACTIVE", "ok"],
  ["INACTIVE", "ok"],
  ["DRAFT", "bad"],
  ["IN_PROGRESS", "bad"],
  ["ERROR", "bad"],
]);

function checkStatus({ desired, live }: CheckSubject): CheckResult {
  const check = "status";
  const wanted = desired.fields["/state"] === "draft";
  const result = MEANINGS.get(live.status.toUpperCase()) ?? "unknown";
  if (result === "ok" || wanted)
    return { check, result: "ok", message: `the platform says ${live.status}` };
  return {
    check,
    result,
    message: `the platform says ${live.status}`,
    fix:
      result === "bad"
        ? "complete its credentials and settings, apply, and look at it in the platform's dashboard when that does not help"
        : "look at it in the platform's dashboard",
  };
}
