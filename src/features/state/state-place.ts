import { findOpenRun } from "../../domain/state/open-run.ts";
import {
  copyContent,
  readContent,
  whileHolding,
  type CopyResult,
} from "./state-copy.ts";

import { UserError } from "../../domain/problem/error.ts";
import type { StateContent, StateSettings } from "../../domain/state/state.ts";
import type { StateReport } from "./report.ts";
import { decodeBundle, encodeBundle } from "../../state/bundle.ts";
import type { Io } from "../../command/io.ts";
import { readNamedText, writeTextFile } from "../../command/named-files.ts";
import type { OpenedState } from "../../command/open-state.ts";

/** Largest copy of a state that is read. */
const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;

/** Where a state is copied from or to: a backend, or a JSON file. */
type Place =
  | { readonly kind: "backend"; readonly settings: StateSettings }
  | { readonly kind: "file"; readonly path: string };

/**
 * Copies the environment's state to a place. @throws ConflictError STA015 when the place holds
 * newer state.
 */
export async function pullState(
  opened: OpenedState,
  where: string,
  io: Io,
): Promise<CopyResult> {
  const { state, rules, holder, clock } = opened;
  const place = placeOf(where, opened);
  if (place.kind === "file") {
    const content = await readContent(state, clock);
    await writeTextFile(io.cwd, place.path, encodeBundle(rules.name, content));
    return {
      isChanged: true,
      serial: content.inventory?.serial ?? 0,
      receipts: content.ledger.length,
    };
  }
  return whileHolding(state, holder, async () =>
    copyContent(
      await readContent(state, clock),
      opened.open(place.settings),
      holder,
    ),
  );
}

/**
 * Copies a state from a place to where the environment keeps it. @throws ConflictError STA015 when
 * the environment's is newer.
 */
export async function pushState(
  opened: OpenedState,
  where: string,
  io: Io,
): Promise<CopyResult> {
  const { state, rules, holder, clock } = opened;
  const place = placeOf(where, opened);
  if (place.kind === "file")
    return copyContent(readBundle(place.path, rules.name, io), state, holder);
  const from = opened.open(place.settings);
  return whileHolding(from, holder, async () =>
    copyContent(await readContent(from, clock), state, holder),
  );
}

/** What is stored about an environment. */
export async function readStateReport(
  opened: OpenedState,
): Promise<StateReport> {
  const { state, rules } = opened;
  return {
    environment: rules.name,
    place: state.place,
    inventory: await state.readInventory(),
    receiptCount: (await state.readLedger()).length,
    lease: await state.readLease(),
    openRun: findOpenRun(await state.readJournal()),
  };
}

function placeOf(where: string, { rules }: OpenedState): Place {
  if (where === rules.state.backend)
    throw new UserError(
      "CLI001",
      `the state of ${rules.name} is already kept there: ${where}`,
      { fix: "name the other backend, or a file that ends in .json" },
    );
  if (where === "file")
    return { kind: "backend", settings: { backend: "file" } };
  if (where === "git")
    return {
      kind: "backend",
      settings: {
        backend: "git",
        remote: "origin",
        ref: `refs/tieline/${rules.name}`,
      },
    };
  if (where === "postgres")
    return {
      kind: "backend",
      settings: { backend: "postgres", schema: "tieline" },
    };
  if (where.endsWith(".json")) return { kind: "file", path: where };
  throw new UserError("CLI001", `"${where}" is not a place for state`, {
    fix: "write file, git, postgres, or the name of a file that ends in .json",
  });
}

function readBundle(path: string, environment: string, io: Io): StateContent {
  const text = readNamedText(io.cwd, path, {
    kind: "the state file",
    maxBytes: MAX_BUNDLE_BYTES,
    code: "STA001",
    fix: "name a file that tieline state pull wrote",
    notDone: "nothing was changed",
  });
  return decodeBundle(text, environment, path);
}
