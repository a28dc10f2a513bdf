import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

/** An operation as GitHub describes it; `test/vendor/github-operations.mjs` takes it there. */
interface Operation {
  /** Parameters that it takes in the address. */
  readonly query: readonly string[];
  readonly request?: object;
  readonly status: number;
  readonly reply: object;
  readonly example?: unknown;
}

interface Description {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, object>>;
}

const DESCRIPTION: Description = JSON.parse(
  readFileSync(
    new URL("../vendor/github-operations.json", import.meta.url),
    "utf8",
  ),
  nullable,
);

/** OpenAPI's `nullable` beside alternatives is one more of them. */
function nullable(_name: string, node: unknown): unknown {
  if (!isPlain(node) || node["nullable"] !== true) return node;
  if (Array.isArray(node["enum"]))
    return { ...node, enum: [...(node["enum"] as unknown[]), null] };
  if ("type" in node) return node;
  const { anyOf = [], ...rest } = node;
  delete rest["nullable"];
  return Array.isArray(anyOf) && anyOf.length > 0
    ? { ...rest, anyOf: [...(anyOf as unknown[]), { type: "null" }] }
    : rest;
}

const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
addFormats.default(ajv);
ajv.addSchema({ $id: "github", schemas: DESCRIPTION.schemas });

const compiled = new Map<string, ValidateFunction>();

function check(name: string, schema: object, value: unknown): void {
  let validate = compiled.get(name);
  if (validate === undefined) {
    const text = JSON.stringify(schema).replaceAll(
      '"#/schemas/',
      '"github#/schemas/',
    );
    validate = ajv.compile(JSON.parse(text));
    compiled.set(name, validate);
  }
  if (!validate(value))
    throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
}

function operationOf(name: string): Operation {
  const operation = DESCRIPTION.operations[name];
  if (operation === undefined) throw new Error(`no operation ${name}`);
  return operation;
}

/**
 * What is wrong with a request of ours by GitHub's own description; `undefined` where nothing is.
 */
export function requestProblem(
  name: string,
  query: URLSearchParams,
  body: unknown,
): string | undefined {
  const operation = operationOf(name);
  const unknown = [...query.keys()].filter(
    (key) => !operation.query.includes(key),
  );
  if (unknown.length > 0) return `no such parameter: ${unknown.join()}`;
  if (operation.request === undefined) return undefined;
  try {
    check(`${name} request`, operation.request, body);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/**
 * A whole reply of an operation: what matters to a test in the example that GitHub documents, held
 * against the schema of replies. A list takes the example of its item for each.
 */
export function githubReply(
  name: string,
  parts: object | readonly object[],
): { readonly status: number; readonly body: unknown } {
  const { status, reply, example } = operationOf(name);
  const [item] = Array.isArray(example) ? example : [example];
  const body = Array.isArray(parts)
    ? parts.map((each: object) => merged(item, each))
    : merged(item, parts);
  check(`${name} reply`, reply, body);
  return { status, body };
}

function merged(base: unknown, parts: unknown): unknown {
  if (!isPlain(base) || !isPlain(parts)) return parts;
  return {
    ...base,
    ...Object.fromEntries(
      Object.entries(parts).map(([key, value]) => [
        key,
        merged(base[key], value),
      ]),
    ),
  };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
