import type { ProcessEnv } from "../../domain/environment-access.ts";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { DocumentEdit } from "../../documents/edit/apply-edits.ts";
import { editConnection } from "../../documents/edit/edit-connection.ts";
import { editDocument } from "../../documents/edit/edit-document.ts";
import { selectionEdits } from "../../documents/edit/selection-edits.ts";
import type {
  AuthoredConnection,
  AuthoredLayer,
} from "../../documents/layers/authored.ts";
import { PATCH_MEMBER } from "../../documents/read/json-patch.ts";
import {
  undeclared,
  type ComparedConnection,
  type ComparedField,
  type Comparison,
} from "../compare/report.ts";
import { UserError } from "../../domain/problem/error.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import {
  getAt,
  setAt,
  withoutAt,
  type Pointer,
} from "../../domain/field/pointer.ts";
import type { FileChange } from "../../domain/source-file.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Promotion } from "./report.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import {
  compareEnvironments,
  variesOf,
  type ResolvedPair,
} from "../compare/compare.ts";
import { ChangedSource } from "../../environment/documents/changed-source.ts";
import { resolveDocuments } from "../../environment/documents/documents.ts";

/** What is to be carried over. */
export interface PromotionChoice {
  /** Connections; every one when empty. */
  readonly keys: readonly string[];
  /**
   * Fields to carry over although the target's own file sets them or the connection lets them vary.
   */
  readonly fields: readonly Pointer[];
  /** Environment variables, as documents may refer to them. */
  readonly env: ProcessEnv;
}

/**
 * The edits after which one environment asks for what another does. Fields that are meant to differ
 * stay, variables stay variables, and the target's overlays keep everything else they say. Nothing
 * is removed from the target. Pure but for reading: nothing is written.
 * @throws UserError CLI040 for an unknown connection, CLI072 for one that was named and cannot be
 * carried over.
 */
export async function promote(
  source: DocumentSource,
  pair: ResolvedPair,
  choice: PromotionChoice,
): Promise<Promotion> {
  const comparison = compareEnvironments(pair, choice.keys);
  const carried = comparison.both.flatMap((connection) => {
    const fields = carriedFields(connection, choice.fields);
    return fields.length === 0 ? [] : [{ ...connection, fields }];
  });
  // Several connections may share a file, so each starts from what the one before left.
  const changed = new ChangedSource(source);
  const context: Context = { source: changed, pair, env: choice.env };
  for (const connection of carried) await carryOver(connection, context);
  const added: string[] = [];
  const stuck = [...lackedBySource(comparison)];
  for (const { key } of comparison.onlyLeft) {
    const addition = await additionOf(key, context);
    if ("why" in addition) stuck.push({ key, why: addition.why });
    else {
      added.push(key);
      changed.apply(addition.changes);
    }
  }
  assertCarried(choice.keys, stuck, pair);
  return {
    from: pair.left.name,
    to: pair.right.name,
    carried,
    added,
    kept: [...decidedThere(comparison, choice.fields), ...stuck],
    changes: changed.changes(),
  };
}

function carriedFields(
  connection: ComparedConnection,
  wanted: readonly Pointer[],
): readonly ComparedField[] {
  if (wanted.length === 0)
    return undeclared(connection).filter(({ path }) => !isOwnDecision(path));
  return connection.fields.filter(
    ({ path, declared }) =>
      // The same text in both: there is nothing to carry but a variable's value, and that is the
      // environment's own.
      declared !== "variable" &&
      wanted.some((at) => path === at || path.startsWith(`${at}/`)),
  );
}

/**
 * Whether a connection is protected is decided where it runs: carrying that over would protect a
 * playground or unprotect production.
 */
function isOwnDecision(path: Pointer): boolean {
  return FIELD_RULES.some((rule) => rule.pointer === path && rule.isRecorded);
}

async function carryOver(
  connection: ComparedConnection,
  { source, pair, env }: Context,
): Promise<void> {
  const { key } = connection;
  const from = pair.left.documents.authored.get(key);
  let to = pair.right.documents.authored.get(key);
  const isTouched = to?.layers.some(({ document }) =>
    source.isChanged(document.source.file),
  );
  if (isTouched === true)
    to = (await resolveDocuments(source, pair.right.name, env)).authored.get(
      key,
    );
  if (from === undefined || to === undefined) return;
  source.apply(
    editConnection(to, wantedDocument(connection, from, to), "overlay", {
      environment: pair.right.name,
    }),
  );
}

/**
 * The target's document with the carried fields as the source writes them: a variable stays a
 * variable.
 */
function wantedDocument(
  { fields }: ComparedConnection,
  from: AuthoredConnection,
  to: AuthoredConnection,
): JsonObject {
  return fields.reduce<JsonObject>((document, { path }) => {
    const value = getAt(from.raw, path);
    return value === undefined
      ? withoutAt(document, path)
      : setAt(document, path, value);
  }, to.raw);
}

/** Connections whose protection differs, where nobody asked for it to be carried over. */
function decidedThere(
  { both }: Comparison,
  fields: readonly Pointer[],
): Promotion["kept"] {
  if (fields.length > 0) return [];
  return both
    .filter((connection) =>
      undeclared(connection).some(({ path }) => isOwnDecision(path)),
    )
    .map(({ key }) => ({
      key,
      why: "whether it is protected is each environment's own decision; carry it over with --field lifecycle.protected",
    }));
}

function lackedBySource({ onlyRight, left }: Comparison): Promotion["kept"] {
  return onlyRight.map(({ key }) => ({
    key,
    why: `"${left}" does not have it; nothing is removed by a promotion`,
  }));
}

interface Context {
  /** With what was changed for the connections before. */
  readonly source: ChangedSource;
  readonly pair: ResolvedPair;
  /** Environment variables, as documents may refer to them. */
  readonly env: ProcessEnv;
}

type Addition =
  { readonly changes: readonly FileChange[] } | { readonly why: string };

/** How the target comes to have a connection that only the source has. */
async function additionOf(key: string, context: Context): Promise<Addition> {
  const authored = context.pair.left.documents.authored.get(key);
  if (authored === undefined) return { why: "its layers cannot be told" };
  const own = authored.layers.find(({ layer }) => layer === "overlay");
  const base = authored.layers.find(({ layer }) => layer === "base");
  const copied = own === undefined ? [] : await copyOf(own, authored, context);
  if ("why" in copied) return copied;
  if (base === undefined) return { changes: copied };
  const selected = await selectedIn(key, base, context);
  if ("why" in selected) return selected;
  return { changes: [...selected.changes, ...copied] };
}

/** The source's own file in the target's folder, without what is meant to differ. */
async function copyOf(
  { document }: AuthoredLayer,
  authored: AuthoredConnection,
  { source, pair }: Context,
): Promise<readonly FileChange[] | { readonly why: string }> {
  const { file, text } = document.source;
  if (document.ownReferences !== undefined)
    return {
      why: `${file} holds secrets of its own, encrypted for "${pair.left.name}"; declare it in "${pair.right.name}" and store them there`,
    };
  const inFile = [...pair.left.documents.authored.values()].filter(
    ({ layers }) => layers.some((layer) => layer.document.source.file === file),
  );
  if (inFile.length > 1)
    return { why: `${file} holds several documents; split it first` };
  const path = `${ENVIRONMENTS_FOLDER}/${pair.right.name}/connections/${file.slice(file.lastIndexOf("/") + 1)}`;
  // A file that is there already is the target's own word, even while its connection is left out.
  if ((await source.readFile(path)) !== null) return [];
  const edits = Object.hasOwn(document.value, PATCH_MEMBER)
    ? []
    : variesOf(authored.raw).flatMap((pointer): DocumentEdit[] =>
        getAt(document.value, pointer) === undefined
          ? []
          : [{ pointer, remove: true }],
      );
  return [{ path, before: null, after: editDocument(text, edits) }];
}

/** The target's environment.yaml with the shared connection taken in. */
async function selectedIn(
  key: string,
  { document }: AuthoredLayer,
  { source, pair }: Context,
): Promise<Addition> {
  const path = `${ENVIRONMENTS_FOLDER}/${pair.right.name}/environment.yaml`;
  const file = await source.readFile(path);
  if (file === null) return { why: `${path} is gone` };
  const before = new TextDecoder().decode(file.bytes);
  const change = selectionEdits(file, { name: key, document });
  if ("blockedBy" in change)
    return {
      why: `${path} leaves it out with "${change.blockedBy}", which is about more than this connection; change connections.exclude there`,
    };
  if (change.edits.length === 0) return { changes: [] };
  return {
    changes: [{ path, before, after: editDocument(before, change.edits) }],
  };
}

function assertCarried(
  keys: readonly string[],
  stuck: Promotion["kept"],
  { right }: ResolvedPair,
): void {
  const named = stuck.find(({ key }) => keys.includes(key));
  if (named === undefined) return;
  throw new UserError(
    "CLI072",
    `"${named.key}" is not promoted to "${right.name}"`,
    {
      why: named.why,
      fix: "do that and run the command again, or leave the name out to promote the others",
      notDone: "nothing was written",
    },
  );
}
