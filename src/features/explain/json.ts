/** The machine form of an explanation: the same facts as the text, members in snake_case. */
import type { ExplainedField, Explanation, LayerSaying } from "./report.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import { segmentsOf } from "../../domain/field/pointer.ts";
import type { WirePlace } from "../../domain/field/wire-place.ts";
import { behaviourOf } from "./text.ts";
import { diagnosticJson } from "../../output/diagnostics.ts";

/** An explanation as JSON. */
export function explanationJson(explanation: Explanation): JsonObject {
  return {
    kind: "explanation",
    environment: explanation.environment,
    connection: explanation.connection,
    provider: explanation.provider,
    auth_type: explanation.authType,
    layers: explanation.layers.map(({ layer, location }) => ({
      layer,
      file: location.file,
    })),
    field: explanation.asked,
    unrepresentable: explanation.unrepresentable,
    fields: explanation.fields.map(fieldJson),
    diagnostics: explanation.diagnostics.map(diagnosticJson),
  };
}

function fieldJson(field: ExplainedField): JsonObject {
  const { rule, location } = field;
  return {
    field: segmentsOf(rule.pointer).join("."),
    pointer: rule.pointer,
    status: field.status,
    ...given("value", field.value),
    ...given("written", field.written),
    ...(location === undefined ? {} : { location: placeJson(location) }),
    hides: field.hides.map(sayingJson),
    items: field.items.map((item) => ({
      ...(item.member === null ? {} : { member: item.member }),
      value: item.value,
      location: placeJson(item.location),
      hides: item.hides.map(sayingJson),
    })),
    variables: field.variables.map((variable) => ({
      name: variable.name,
      ...given("value", variable.value),
      ...(variable.location === undefined
        ? {}
        : { location: placeJson(variable.location) }),
    })),
    machine_variables: field.machineVariables,
    meaning: rule.description,
    behaviour: behaviourOf(rule),
    wire: wireJson(field.wire),
  };
}

function sayingJson({ kind, value, location }: LayerSaying): JsonObject {
  return { kind, ...given("value", value), location: placeJson(location) };
}

function wireJson(wire: WirePlace): JsonObject {
  switch (wire.kind) {
    case "sent":
      return {
        kind: wire.kind,
        route: wire.route,
        member: wire.member,
        ...given("value", wire.value),
      };
    case "compared":
      return { kind: wire.kind, member: wire.member };
    case "kept":
      return { kind: wire.kind, is_remembered: wire.isRemembered };
    case "nowhere":
      return {
        kind: wire.kind,
        why: wire.why,
        fix: wire.fix,
        ...given("instead", wire.instead),
      };
  }
}

function given(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

function placeJson({ file, line, column, layer }: SourceLocation): JsonObject {
  return { file, line, column, ...(layer === undefined ? {} : { layer }) };
}
