import type { AuthoredConnection } from "../../documents/layers/authored.ts";
import {
  layerValues,
  placeOfItem,
  type LayerValue,
} from "../../documents/layers/layer-values.ts";
import type { DefinedVariable } from "../../documents/layers/resolve.ts";
import { locationOf } from "../../documents/read/report.ts";
import type {
  ExplainedField,
  ExplainedItem,
  ExplainedVariable,
  LayerSaying,
} from "./report.ts";
import type { FieldRule } from "../../domain/field/field.ts";
import { isJsonObject, type JsonValue, isJsonList } from "../../domain/json.ts";
import { getAt, pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { parseSecretRef } from "../../domain/secret/secret.ts";
import type { WirePlace } from "../../domain/field/wire-place.ts";
import { canonicalJson } from "../../util/canonical-json.ts";

/** What explaining a field starts from. */
export interface FieldSubject {
  readonly connection: AuthoredConnection;
  readonly variables: ReadonlyMap<string, DefinedVariable>;
  readonly wireOf: (pointer: Pointer) => WirePlace;
}

/**
 * Explains one field of a connection. Of a secret field only references are shown: anything else
 * there may be the secret itself.
 */
export function explainField(
  rule: FieldRule,
  subject: FieldSubject,
): ExplainedField {
  const { connection } = subject;
  const { pointer } = rule;
  const value = getAt(connection.resolved, pointer);
  const raw = getAt(connection.raw, pointer);
  const says = layerValues(connection.stack, pointer);
  const isShown = value === undefined || canShow(rule, value);
  const isMap = isJsonObject(value) && hasMembers(rule);
  // Every layer writes the same name; none of them hides another.
  const isName = pointer === "/connection_id";
  const isReplaced =
    isShown &&
    raw !== undefined &&
    value !== undefined &&
    canonicalJson(raw) !== canonicalJson(value);
  return {
    rule,
    status: statusOf(value, says, isShown),
    ...(value === undefined || !isShown ? {} : { value }),
    ...(isReplaced ? { written: raw } : {}),
    ...placeOf(says, connection, value, pointer),
    // The members of a map come from several layers, each with what it hides itself.
    hides: isMap || isName ? [] : hiddenBelow(says, rule),
    items: isShown ? itemsOf(rule, connection, value, raw) : [],
    variables: variablesIn(raw, rule, subject.variables),
    machineVariables: rule.isSecret ? [] : machineVariablesIn(raw),
    wire: subject.wireOf(pointer),
  };
}

function statusOf(
  value: JsonValue | undefined,
  says: readonly LayerValue[],
  isShown: boolean,
): ExplainedField["status"] {
  if (value !== undefined) return isShown ? "set" : "withheld";
  // Only what a lower layer set can be taken away: removing all settings says nothing about each
  // that nobody set.
  return says.some(({ kind }) => kind === "sets") ? "removed" : "unset";
}

function canShow({ isSecret }: FieldRule, value: JsonValue): boolean {
  if (!isSecret) return true;
  return typeof value === "string" && parseSecretRef(value) !== undefined;
}

function placeOf(
  [highest]: readonly LayerValue[],
  connection: AuthoredConnection,
  value: JsonValue | undefined,
  pointer: Pointer,
): Pick<ExplainedField, "location"> {
  if (highest !== undefined) return { location: locationOf(highest.place) };
  // A name that no document writes is that of the file.
  const own = connection.layers.find(({ layer }) => layer !== "template");
  const isFileName = pointer === "/connection_id" && value !== undefined;
  return isFileName && own !== undefined ? { location: startOfFile(own) } : {};
}

function startOfFile({
  layer,
  document,
}: AuthoredConnection["layers"][number]): LayerSaying["location"] {
  return { file: document.source.file, line: 1, column: 1, layer };
}

/**
 * Everything below the layer that decided. A layer that changes a part, as a patch does, lets what
 * is below it show through.
 */
function hiddenBelow(
  says: readonly LayerValue[],
  rule: FieldRule,
): LayerSaying[] {
  const decided = says.findIndex(({ kind }) => kind !== "changes");
  if (decided < 0) return [];
  return says.slice(decided + 1).map((saying) => sayingOf(saying, rule));
}

function sayingOf(
  { kind, value, place }: LayerValue,
  rule: FieldRule,
): LayerSaying {
  return {
    kind,
    ...(value === undefined || !canShow(rule, value) ? {} : { value }),
    location: locationOf(place),
  };
}

/** True for a field whose members may come from several layers. */
function hasMembers({ semantics }: FieldRule): boolean {
  return semantics === "map" || semantics === "object";
}

function itemsOf(
  rule: FieldRule,
  { stack }: AuthoredConnection,
  value: JsonValue | undefined,
  raw: JsonValue | undefined,
): ExplainedItem[] {
  const { pointer } = rule;
  if (isJsonObject(value) && hasMembers(rule))
    return Object.entries(value).flatMap(([member, item]) => {
      const says = layerValues(stack, `${pointer}${pointerOf([member])}`);
      const [highest] = says;
      if (highest === undefined) return [];
      const location = locationOf(highest.place);
      const hides = hiddenBelow(says, rule);
      return [{ member, value: item, location, hides }];
    });
  if (!isJsonList(value) || rule.semantics !== "set") return [];
  const written = isJsonList(raw) ? raw : [];
  return value.flatMap((item, index) => {
    const place = placeOfItem(
      stack,
      `${pointer}/${String(index)}`,
      written[index] ?? item,
    );
    return place === undefined
      ? []
      : [{ member: null, value: item, location: locationOf(place), hides: [] }];
  });
}

function variablesIn(
  raw: JsonValue | undefined,
  rule: FieldRule,
  defined: ReadonlyMap<string, DefinedVariable>,
): ExplainedVariable[] {
  const names = textsIn(raw).flatMap((text) =>
    text.startsWith("var://")
      ? [text.slice("var://".length)]
      : [...text.matchAll(/\$\{var\.([A-Za-z_][A-Za-z0-9_.-]*)\}/gu)].map(
          (match) => match[1] ?? "",
        ),
  );
  return [...new Set(names)].map((name) => {
    const variable = defined.get(name);
    if (variable === undefined) return { name };
    const { value, location } = variable;
    return canShow(rule, value)
      ? { name, value, location }
      : { name, location };
  });
}

function machineVariablesIn(raw: JsonValue | undefined): string[] {
  const names = textsIn(raw).flatMap((text) =>
    text.startsWith("env://") ? [text.slice("env://".length)] : [],
  );
  return [...new Set(names)];
}

function textsIn(value: JsonValue | undefined): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((child: JsonValue) => textsIn(child));
}
