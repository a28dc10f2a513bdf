/**
 * Machine forms of what tests and the doctor found: members in snake_case, the same facts as the
 * text.
 */
import type { CheckResult, DoctorReport, TestReport } from "./report.ts";
import type { JsonObject } from "../../domain/json.ts";

/** The result of a test. */
export function testJson(report: TestReport): JsonObject {
  return {
    kind: "test",
    environment: report.environment,
    api_host: report.apiHost,
    api: report.api.map(resultJson),
    connections: report.connections.map((test) => ({
      key: test.key,
      provider: test.provider,
      auth_type: test.authType,
      lifecycle: test.lifecycle,
      results: test.results.map(resultJson),
    })),
  };
}

/** The result of a visit to the doctor. */
export function doctorJson(report: DoctorReport): JsonObject {
  return {
    kind: "doctor",
    general: report.general.map(resultJson),
    environments: report.environments.map(({ name, results }) => ({
      name,
      results: results.map(resultJson),
    })),
  };
}

function resultJson({ check, result, message, fix }: CheckResult): JsonObject {
  return { check, result, message, fix: fix ?? null };
}
