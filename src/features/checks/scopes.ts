import type { JsonValue } from "../../domain/json.ts";
import type { ConnectionCheck } from "./subject.ts";

/** The scopes the platform asks users for are the declared ones. */
export const checkScopes: ConnectionCheck = ({ desired, live }) => {
  const declared = desired.fields["/scopes"];
  if (declared === undefined) return [];
  const wanted = textsOf(declared);
  const actual = textsOf(live.fields["/scopes"]);
  const missing = wanted.filter((scope) => !actual.includes(scope));
  const extra = actual.filter((scope) => !wanted.includes(scope));
  if (missing.length + extra.length === 0)
    return [
      { check: "scopes", result: "ok", message: "the scopes are as declared" },
    ];
  const parts = [
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
    ...(extra.length > 0 ? [`not declared: ${extra.join(", ")}`] : []),
  ];
  return [
    {
      check: "scopes",
      result: "bad",
      message: `the scopes differ; ${parts.join("; ")}`,
      fix: "plan and apply, or change the document",
    },
  ];
};

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === "string")
    : [];
}
