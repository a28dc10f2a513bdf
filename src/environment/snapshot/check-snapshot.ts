import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Snapshot } from "../../domain/generated/snapshot.ts";
import { ConflictError, RefusedError } from "../../domain/problem/error.ts";
import { shellWord } from "../../util/shell-word.ts";
import { apiHostOf } from "../api/endpoint.ts";
import { isSigned, isSignedByItsKey, SIGNED } from "../signature.ts";
import { snapshotDigest } from "./digest.ts";

/** What a snapshot is held against before it is used. */
export interface SnapshotExpectation {
  readonly rules: EnvironmentRules;
  /** Replaces the target of the environment. */
  readonly target: string | undefined;
  readonly now: number;
  readonly maxAgeMs: number;
}

/** Clocks of two machines differ by less. */
const SKEW_MS = 5 * 60_000;

/**
 * A snapshot may have been put there by anybody: it must be whole, of this environment and its API,
 * of our time, and signed where the environment asks for that.
 * @throws ConflictError SNP001 to SNP003; RefusedError SNP004.
 */
export function assertUsable(
  snapshot: Snapshot,
  expected: SnapshotExpectation,
): void {
  assertWhole(snapshot);
  assertOfHere(snapshot, expected);
  assertOfOurTime(snapshot, expected);
  assertSigned(snapshot, expected);
}

function assertWhole(snapshot: Snapshot): void {
  const keys = [
    snapshot.connections.flatMap(({ id, key }) =>
      key === "" ? [] : `${id} ${key}`,
    ),
    (snapshot.state?.entries ?? []).map(({ key }) => key),
  ];
  const isEachOnce = keys.every((each) => new Set(each).size === each.length);
  if (isEachOnce && snapshot.digest === snapshotDigest(snapshot)) return;
  throw new ConflictError(
    "SNP001",
    "the snapshot was altered after it was taken",
    {
      why: isEachOnce
        ? "its digest does not fit its content"
        : "it names a connection twice",
      fix: `take it again: ${takeCommand(snapshot)}`,
      notDone: "nothing was planned",
    },
  );
}

function assertOfHere(
  { environment, target }: Snapshot,
  { rules, target: chosen }: SnapshotExpectation,
): void {
  const host = apiHostOf(chosen ?? rules.target);
  const what =
    environment !== rules.name
      ? `it is of the environment ${environment}, and ${rules.name} is planned`
      : target.driver !== rules.driver || target.api_host !== host
        ? `it is of ${target.driver} on ${target.api_host}; the environment names ${rules.driver} on ${host}`
        : undefined;
  if (what === undefined) return;
  throw new ConflictError("SNP002", "the snapshot is of something else", {
    why: what,
    fix: `name a snapshot of it: tieline snapshot ${shellWord(rules.name)} --out snapshot.json`,
    notDone: "nothing was planned",
  });
}

function assertOfOurTime(
  snapshot: Snapshot,
  { now, maxAgeMs }: SnapshotExpectation,
): void {
  const { taken_at: takenAt } = snapshot;
  const age = now - Date.parse(takenAt);
  if (age <= maxAgeMs && age >= -SKEW_MS) return;
  throw new ConflictError(
    "SNP003",
    age > maxAgeMs
      ? "the snapshot is too old"
      : "the snapshot is from the future",
    {
      why: `it was taken at ${takenAt}, and now it is ${new Date(now).toISOString()}`,
      fix:
        age > maxAgeMs
          ? `take it again: ${takeCommand(snapshot)}; or say that it may be older: --max-age 7d`
          : "set the clocks of both machines, and take it again",
      notDone: "nothing was planned",
    },
  );
}

/** A signature that is there must be good, even where none is asked for. */
function assertSigned(
  snapshot: Snapshot,
  { rules }: SnapshotExpectation,
): void {
  const { isRequired, keys } = rules.signing;
  const isMissing = snapshot.signature === undefined;
  const isGood =
    keys.length > 0
      ? isSigned(SIGNED.snapshot, snapshot, keys)
      : isSignedByItsKey(SIGNED.snapshot, snapshot);
  if (isMissing ? !isRequired : isGood) return;
  throw new RefusedError(
    "SNP004",
    isMissing
      ? "the snapshot is not signed"
      : "the signature of the snapshot is not by a key that counts",
    {
      why: isMissing
        ? "signing.required in environment.yaml asks for a signature by one of signing.keys"
        : keys.length === 0
          ? "a signature that its own key did not make says nothing, and the snapshot may not carry it"
          : "signing.keys in environment.yaml lists whose signatures count, and none of them made this one",
      fix: `take and sign it again: ${takeCommand(snapshot)} --sign-key-file FILE`,
      notDone: "nothing was planned",
    },
  );
}

/** The name is a stranger's word. */
function takeCommand({ environment }: Snapshot): string {
  return `tieline snapshot ${shellWord(environment)} --out snapshot.json`;
}
