import { join } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import connectionSchema from "../../../schemas/connection.schema.json" with { type: "json" };
import environmentSchema from "../../../schemas/environment.schema.json" with { type: "json" };
import fleetSchema from "../../../schemas/fleet.schema.json" with { type: "json" };
import overlaySchema from "../../../schemas/overlay.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import snapshotSchema from "../../../schemas/snapshot.schema.json" with { type: "json" };
import templateSchema from "../../../schemas/template.schema.json" with { type: "json" };
import {
  placeNamed,
  SHARED_FILE,
  writeAll,
} from "../../platform/files/index.ts";
import { meantBy, nearest } from "../../util/nearest.ts";

const SCHEMAS: ReadonlyMap<string, object> = new Map<string, object>([
  ["connection", connectionSchema],
  ["overlay", overlaySchema],
  ["environment", environmentSchema],
  ["template", templateSchema],
  ["fleet", fleetSchema],
  ["plan", planSchema],
  ["snapshot", snapshotSchema],
]);

/** Files that are no documents of a configuration. */
const NO_DOCUMENTS: ReadonlySet<string> = new Set([
  "plan",
  "snapshot",
  "fleet",
]);

/** The schemas of the documents people write, by file name. */
export function documentSchemas(): ReadonlyMap<string, string> {
  return new Map(
    [...SCHEMAS.keys()]
      .filter((name) => !NO_DOCUMENTS.has(name))
      .map((name) => [`${name}.schema.json`, schemaText(name)]),
  );
}

/** One schema as text. @throws UserError CLI001 for a name that is none. */
export function schemaText(name: string | undefined): string {
  const schema = name === undefined ? undefined : SCHEMAS.get(name);
  if (schema !== undefined) return `${JSON.stringify(schema, null, 2)}\n`;
  const names = [...SCHEMAS.keys()];
  const close = name === undefined ? undefined : nearest(name, names);
  throw new UserError(
    "CLI001",
    name === undefined
      ? "which schema?"
      : `there is no schema "${name}"${meantBy(close)}`,
    {
      why: `the schemas are ${names.join(", ")}`,
      fix:
        close === undefined
          ? "name one of them, or write all of them with --out <folder>"
          : `use "${close}"`,
    },
  );
}

/**
 * Writes every schema into a folder, or none. @returns their paths, relative to the working folder.
 * @throws UserError CLI016.
 */
export async function writeSchemas(
  cwd: string,
  folder: string,
): Promise<string[]> {
  const files = [...SCHEMAS.keys()].map((name) => ({
    path: join(folder, `${name}.schema.json`),
    text: schemaText(name),
  }));
  await writeAll(
    files.map(({ path, text }) => ({
      place: placeNamed(cwd, path),
      bytes: new TextEncoder().encode(text),
      mode: SHARED_FILE,
    })),
  );
  return files.map(({ path }) => path);
}
