import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { SNAPSHOT_FORMAT } from "../../documents/check/snapshot-file.ts";
import { VERSION } from "../../domain/generated/version.ts";
import { PLAN_FORMAT } from "../../engine/plan/plan.ts";

/** Carries out `tieline version`. Resolves to the exit status. */
export function run(_input: unknown, io: Io): Promise<number> {
  const { version: node, platform, arch } = process;
  return Promise.resolve(
    respond(io, {
      json: () => ({
        kind: "version",
        version: VERSION,
        node: node.replace(/^v/u, ""),
        platform,
        arch,
        formats: { plan: PLAN_FORMAT, snapshot: SNAPSHOT_FORMAT },
      }),
      text: () =>
        [
          "tieline",
          VERSION,
          `(Node.js ${node.replace(/^v/u, "")}, ${platform} ${arch};`,
          `plans ${PLAN_FORMAT}, snapshots ${SNAPSHOT_FORMAT})\n`,
        ].join(" "),
    }),
  );
}
