import type { Snapshot } from "../../domain/generated/snapshot.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";

/** Digest of a snapshot over its canonical form without the members `digest` and `signature`. */
export function snapshotDigest(snapshot: Omit<Snapshot, "digest">): string {
  return sha256(
    canonicalJson({ ...snapshot, digest: undefined, signature: undefined }),
  );
}
