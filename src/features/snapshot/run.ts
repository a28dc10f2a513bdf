import { EXIT } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import { writeTextFile } from "../../command/named-files.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { Snapshot } from "../../domain/generated/snapshot.ts";
import { wantedKeys } from "../../environment/api/observe.ts";
import type { Environment } from "../../environment/open.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import { SIGNED, signatureOf } from "../../environment/signature.ts";
import {
  takeSnapshot,
  type IsTold,
} from "../../environment/snapshot/take-snapshot.ts";
import { describeSecrets } from "../../environment/secrets/secret-state.ts";
import { jsonText } from "../../output/json.ts";
import { readSigningKey } from "../plan/signing-key.ts";
import type { SnapshotInput } from "./command.ts";
import { renderSnapshot } from "./text.ts";

/** Carries out `tieline snapshot <environment>`. Resolves to the exit status. */
export async function run(input: SnapshotInput, io: Io): Promise<number> {
  const { out, signKeyFile: keyFile } = input.options;
  assertName(out);
  const pem = keyFile === undefined ? undefined : readSigningKey(io, keyFile);
  const taken = await withEnvironment(
    input.args.environment,
    { input, io },
    async (environment) => {
      const { connections } = await environment.documents();
      // Where a key is at hand, its secrets are known from here on, wherever the platform shows
      // one.
      await describeSecrets(environment.secrets, connections, new Map());
      return takeSnapshot(environment, await toldIn(environment, input));
    },
  );
  const snapshot: Snapshot =
    pem === undefined || keyFile === undefined
      ? taken
      : {
          ...taken,
          signature: signatureOf(SIGNED.snapshot, taken, {
            pem,
            place: keyFile,
          }),
        };
  if (out !== undefined) await writeTextFile(io.cwd, out, jsonText(snapshot));
  if (out === undefined || io.isJson) io.out(jsonText(snapshot));
  else io.out(renderSnapshot(snapshot, out));
  return EXIT.done;
}

async function toldIn(
  environment: Environment,
  { options }: SnapshotInput,
): Promise<IsTold> {
  if (!options.onlyKnown) return () => true;
  const { state, name, api } = environment;
  const { connections } = await environment.documents();
  const known = wantedKeys(
    connections,
    await readOwnInventory(state, name, api.apiHost),
  );
  return (key) => known.has(key);
}

/** @throws UserError CLI016 for a name that could be a document. */
function assertName(out: string | undefined): void {
  if (out === undefined || out.endsWith(".json")) return;
  throw new UserError("CLI016", `the snapshot is not written to "${out}"`, {
    why: "documents and secrets end otherwise, and are never written over",
    fix: "name a file that ends in .json",
    notDone: "no file was written",
  });
}
