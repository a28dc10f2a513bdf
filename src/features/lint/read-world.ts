import type { ProcessEnv } from "../../domain/environment-access.ts";
import {
  BASE_FOLDER,
  ENVIRONMENTS_FOLDER,
} from "../../domain/document-folders.ts";
import type {
  ListSecretKeys,
  SecretKey,
} from "../../environment/secrets/secret-keys.ts";
import { readFolder } from "../../documents/layers/folder.ts";
import { placeAt, type ParsedDocument } from "../../documents/read/document.ts";
import { parseFile } from "../../documents/read/parse.ts";
import { locationOf } from "../../documents/read/report.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import { pointerOf } from "../../domain/field/pointer.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { resolveDocuments } from "../../environment/documents/documents.ts";
import type { LintEnvironment, LintWorld } from "./world.ts";
import { append } from "../../util/append.ts";

/** What reading a configuration for lint takes. */
export interface ReadWorldOptions {
  /** Environments asked about; all when empty. */
  readonly names: readonly string[];
  readonly env: ProcessEnv;
  readonly listSecretKeys: ListSecretKeys;
  /** `YYYY-MM-DD` in UTC. */
  readonly today: string;
}

/**
 * Everything rules look at, and every document by file for the comments in it. `source` must give a
 * file it was asked for twice only once.
 */
export async function readWorld(
  source: DocumentSource,
  { names, env, listSecretKeys, today }: ReadWorldOptions,
): Promise<LintWorld & { readonly documents: readonly ParsedDocument[] }> {
  const found = await source.listFolders(ENVIRONMENTS_FOLDER);
  const all: LintEnvironment[] = [];
  const documents: ParsedDocument[] = [];
  const shared = readFolder(await source.readFolder(BASE_FOLDER), "base");
  append(
    documents,
    [...shared.documents.values()].map((each) => each.document),
  );
  for (const name of found) {
    const folder = `${ENVIRONMENTS_FOLDER}/${name}`;
    const resolution = await resolveDocuments(source, name, env);
    const overlays = readFolder(
      await source.readFolder(`${folder}/connections`),
      "overlay",
    );
    const document = await environmentDocument(source, folder);
    append(documents, [
      ...[...overlays.documents.values()].map((each) => each.document),
      ...(document === null ? [] : [document]),
    ]);
    const { rules, connections, authored, diagnostics } = resolution;
    for (const { layers } of authored.values())
      append(
        documents,
        layers.map((layer) => layer.document),
      );
    all.push({
      name,
      rules,
      document,
      isSound: rules !== null && !hasErrors(diagnostics),
      connections,
      authored,
      secretKeys: await placedKeys(
        source,
        await listSecretKeys(rules?.secretFiles ?? []),
      ),
    });
  }
  const chosen =
    names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  return {
    all,
    chosen,
    isWhole: names.length === 0 && all.every(({ isSound }) => isSound),
    shared: [...shared.documents.values()],
    today,
    documents,
  };
}

async function environmentDocument(
  source: DocumentSource,
  folder: string,
): Promise<ParsedDocument | null> {
  const file = await source.readFile(`${folder}/environment.yaml`);
  if (file === null) return null;
  return parseFile(file, "environment", "environment").documents[0] ?? null;
}

/**
 * Where each key stands in its file, so that a finding leads there. Only places leave this
 * function, never a value.
 */
async function placedKeys(
  source: DocumentSource,
  keys: readonly SecretKey[],
): Promise<readonly (SecretKey & { readonly location: SourceLocation })[]> {
  const documents = new Map<string, ParsedDocument | undefined>();
  for (const path of new Set(keys.map(({ file }) => file))) {
    const file = await source.readFile(path);
    documents.set(
      path,
      file === null
        ? undefined
        : parseFile(file, "environment", "environment").documents[0],
    );
  }
  return keys.map((key) => {
    const document = documents.get(key.file);
    const place =
      document === undefined
        ? undefined
        : placeAt(document, pointerOf(key.path), "key");
    const { line, column } =
      place === undefined ? { line: 1, column: 1 } : locationOf(place);
    return { ...key, location: { file: key.file, line, column } };
  });
}
