import type { Snapshot } from "../../domain/generated/snapshot.ts";
import { safe, textOf } from "../../output/escape.ts";
import { shortDigest } from "../../output/words.ts";
import { countOf } from "../../util/count.ts";

/** What a snapshot holds, in a few lines. */
export function renderSnapshot(snapshot: Snapshot, file: string): string {
  const { connections, state, signature } = snapshot;
  const told = connections.filter(({ live }) => live !== undefined).length;
  return textOf([
    safe`${snapshot.environment}: ${countOf(connections.length, "connection")}, ${String(told)} told in full, ${countOf(state?.entries.length ?? 0, "owned one")} (${shortDigest(snapshot.digest)})`,
    signature === undefined
      ? safe`not signed`
      : safe`signed by ${signature.key}`,
    safe`It is in ${file}: no secret, no handle and no account is in it; names, hosts, scopes and client ids are.`,
  ]);
}
