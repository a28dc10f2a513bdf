/**
 * Reads from the schema of environments what each of its rules is: its form, its default, and which
 * way of changing it loosens it. Nothing is left out: what a reviewer must be told of follows from
 * the schema alone.
 */

/** Ways to be looser that a word stands for; `domain/field/looseness.ts` says what each means. */
const WORDS = ["higher", "lower", "more", "fewer", "absent", "present"];

/** The rules of an object schema, in its order; an object whose members are declared is a group. */
export function rulesOf(schema, path = []) {
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const at = [...path, name];
    // A value that can only be one thing says nothing.
    if (property.const !== undefined) return [];
    if (property.properties !== undefined) return rulesOf(property, at);
    return [ruleOf(property, at)];
  });
}

function ruleOf(property, path) {
  const mark = property["x-tieline"] ?? {};
  const name = path.join(".");
  return {
    name,
    pointer: `/${path.join("/")}`,
    ...formOf(property, name),
    ...(property.default === undefined ? {} : { default: property.default }),
    ...looserOf(mark, name),
    ...(mark.absent === "all" ? { isAllWhenAbsent: true } : {}),
  };
}

function formOf(property, name) {
  if (property.type === "object") return { form: "map" };
  if (property.type !== "array") return { form: "value" };
  const keys = property["x-tieline"]?.keys;
  if (keys === undefined) return { form: "set" };
  const members = Object.entries(property.items.properties)
    .filter(([member]) => !keys.includes(member))
    .map(([member, of]) => [
      member,
      looserOf(of["x-tieline"] ?? {}, `${name}.${member}`),
    ]);
  return { form: "items", keys, members: Object.fromEntries(members) };
}

/** The annotation of a node, checked: a word nobody knows would silently tell nothing. */
export function looserOf({ looser }, name) {
  if (looser === undefined) return {};
  if (!Array.isArray(looser) && !WORDS.includes(looser))
    throw new Error(`${name}: x-tieline.looser is none of ${WORDS.join()}`);
  return { looser };
}
