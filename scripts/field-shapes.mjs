/**
 * Reads from a schema what every part of a field's value is: how its text is taken, whether it
 * decides where credentials go, what it decides otherwise. Stops the build where a text that is
 * sent does not say so, so that a new field cannot be forgotten.
 */

/** How a text may be taken; `domain/field.ts` says what each means. */
const TEXTS = ["address", "token", "parameter", "scope", "prose", "verbatim"];

/** Names of members that hold an address or a host, whatever their description says. */
const ADDRESS_NAME =
  /(?:^|_)(?:ur[il]s?|endpoints?|hosts?|domains?|origins?|src|href|aud|audience|issuer|link|webhook)$/u;

/** The shape of a field's value. `root` is the schema that local references lead into. */
export function shapeOf(schema, root, at) {
  const node = resolved(schema, root);
  const mark = { ...node["x-tieline"], ...schema["x-tieline"] };
  const shape = {
    ...(mark.text === undefined ? {} : { text: mark.text }),
    ...(mark.destination === true ? { isDestination: true } : {}),
    ...(mark.destination === "address" ? { mayBeAddress: true } : {}),
    ...(mark.host === true ? { isHost: true } : {}),
    ...(mark.title === undefined ? {} : { title: mark.title }),
    ...(mark.carries === undefined ? {} : { carries: mark.carries }),
    ...(mark.decides === undefined ? {} : { decides: mark.decides }),
    ...(mark.undocumented === true ? { isUndocumented: true } : {}),
    ...(mark.credential === true ? { isCredential: true } : {}),
    ...(mark.risk === undefined ? {} : { risk: mark.risk }),
    ...(mark.name === undefined ? {} : { name: mark.name }),
    ...(mark.item_key === undefined ? {} : { itemKey: mark.item_key }),
    ...(mark.semantics === "set" ? { isSet: true } : {}),
    ...inside(node, root, at),
  };
  return shape;
}

function inside(node, root, at) {
  const name = node["x-tieline"]?.names;
  const of = (child, below) =>
    shapeOf(
      name === undefined ? child : named(child, name),
      root,
      `${at}/${below}`,
    );
  const free = [
    ...Object.values(node.patternProperties ?? {}),
    ...(typeof node.additionalProperties === "object"
      ? [node.additionalProperties]
      : []),
  ];
  if (free.length > 1)
    refuse(at, "has two kinds of free members; shapes know one");
  return {
    ...(node.properties === undefined
      ? {}
      : {
          members: Object.fromEntries(
            Object.entries(node.properties).map(([name, child]) => [
              name,
              of(child, name),
            ]),
          ),
        }),
    ...(free.length === 0
      ? {}
      : { others: { ...of(free[0], "*"), isFree: true } }),
    ...(node.items === undefined ? {} : { items: of(node.items, "*") }),
  };
}

/** A member whose own name is one of the kind that its mapping says. */
function named(child, name) {
  return { ...child, "x-tieline": { ...child["x-tieline"], name } };
}

/** What a local reference stands for; any other schema as it is. */
export function resolved(schema, root) {
  const name = /^#\/definitions\/(\w+)$/u.exec(schema.$ref ?? "")?.[1];
  return name === undefined ? schema : root.definitions[name];
}

/**
 * Holds a schema of documents to what shapes are made from.
 * @throws Error naming the first part that does not say what it is: a text that is sent without
 * `text`, an address that does not say whether it is a `destination`, a destination that plans
 * cannot call by a name, a mapping that takes members nobody declared.
 */
export function checkShapes(root) {
  for (const part of partsOf(root, root, { at: "", isKept: false }))
    checkPart(part);
}

/**
 * Every part of a schema, with what the parts around it say about it; `*` stands for a free member,
 * `0` for an item.
 */
export function* partsOf(schema, root, { at, isKept }) {
  const node = resolved(schema, root);
  const mark = { ...node["x-tieline"], ...schema["x-tieline"] };
  const kept = isKept || mark.local === true || mark.recorded === true;
  yield { at, node, mark, isKept: kept };
  const below = (child, name) =>
    partsOf(child, root, { at: `${at}/${name}`, isKept: kept });
  for (const [name, child] of Object.entries(node.properties ?? {}))
    yield* below(child, name);
  for (const child of Object.values(node.patternProperties ?? {}))
    yield* below(child, "*");
  if (typeof node.additionalProperties === "object")
    yield* below(node.additionalProperties, "*");
  if (node.items !== undefined) yield* below(node.items, "0");
}

function checkPart({ at, node, mark, isKept }) {
  const isOpen = typeof node.additionalProperties !== "object";
  if (node.properties && isOpen && node.additionalProperties !== false)
    refuse(at, "has declared members and takes any others; close it");
  if (node.additionalProperties === true && !isKept)
    refuse(at, "takes any member; declare them, or the kind they are of");
  if (isKept) return;
  if (mark.destination && mark.title === undefined)
    refuse(at, "is a destination: say x-tieline.title, what plans call it");
  if (!isText(node) || mark.secret === true) return;
  if (mark.text === undefined)
    refuse(at, `is a text that is sent: say x-tieline.text (${TEXTS.join()})`);
  if (!TEXTS.includes(mark.text)) refuse(at, `has no such text: ${mark.text}`);
  const isDecided = mark.destination !== undefined || mark.read_only === true;
  if (looksLikeAddress(at, node, mark) && !isDecided)
    refuse(at, "looks like an address: say x-tieline.destination, true or not");
}

function isText(node) {
  const choices = [node, ...(node.anyOf ?? [])];
  return choices.some(({ type }) => [type].flat().includes("string"));
}

function looksLikeAddress(at, node, mark) {
  return (
    mark.text === "address" ||
    mark.semantics === "url" ||
    node.format === "uri" ||
    /https?/u.test(node.pattern ?? "") ||
    at.split("/").some((name) => ADDRESS_NAME.test(name))
  );
}

function refuse(at, why) {
  throw new Error(`schemas/connection.schema.json: ${at || "/"} ${why}`);
}
