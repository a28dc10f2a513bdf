import { basename, dirname, isAbsolute } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import { plainText } from "../../output/escape.ts";
import type { KeyEntry } from "../../secrets/sops/core/key-entry.ts";
import { publicNames } from "../../secrets/sops/keys/key-names.ts";
import { isHeld } from "../../secrets/sops/keys/providers.ts";
import type { CreationRule } from "../../secrets/sops/file/sops-config.ts";
import type { RecipientConsent } from "../../secrets/sops/keys/wrap-groups.ts";
import { readProvenance } from "../../sources/provenance.ts";
import { shellWord } from "../../util/shell-word.ts";
import { askYes } from "../../command/ask-yes.ts";
import type { Io } from "../../command/io.ts";
import type { SecretsFile } from "./secrets-file.ts";

/**
 * Asks before anybody else is given the data key of a file: by name, because `.sops.yaml` and the
 * list in a file may have come with somebody else's commit. Nobody is asked about a key that is at
 * hand, nor about one named with `--recipient`.
 */
export function recipientConsent(
  target: SecretsFile,
  rule: CreationRule,
  io: Io,
): RecipientConsent {
  return async (recipients) => {
    const others = await notKnown(target, recipients);
    if (others.length === 0) return;
    const names = others.map((name) => `  ${plainText(name)}\n`).join("");
    if (await isOwnRule(target, { recipients, others, rule, io })) {
      io.err(
        `No key at hand will open ${plainText(target.shown)}. It is encrypted to:\n${names}`,
      );
      return;
    }
    if (!io.canAsk || io.isJson) throw unconfirmed(target, others);
    io.err(
      `${plainText(target.shown)} will be opened by others than you:\n${names}`,
    );
    await askYes("Do you know whose keys these are?", io);
  };
}

/** Names that are neither a key at hand nor given on the command line. */
async function notKnown(
  { providers, confirmed }: SecretsFile,
  recipients: readonly KeyEntry[],
): Promise<readonly string[]> {
  const held = await Promise.all(
    recipients.map((entry) => isHeld(entry, providers)),
  );
  return publicNames(recipients.filter((_, at) => held[at] !== true)).filter(
    (name) => !confirmed.includes(name),
  );
}

/**
 * Whether a new file is for one other person alone, by rules that no commit holds: then whoever
 * runs the command wrote that name just now, and nobody is let in beside somebody.
 */
async function isOwnRule(
  target: SecretsFile,
  asked: {
    readonly recipients: readonly KeyEntry[];
    readonly others: readonly string[];
    readonly rule: CreationRule;
    readonly io: Io;
  },
): Promise<boolean> {
  const { recipients, others, rule, io } = asked;
  const isAlone = recipients.length === 1 && others.length === 1;
  if (!isAlone || target.bytes !== null || !isAbsolute(rule.config))
    return false;
  const { commit, dirty, problem } = await readProvenance(
    dirname(rule.config),
    io.env,
    [basename(rule.config)],
  );
  return dirty === true || (commit === null && problem === null);
}

function unconfirmed(target: SecretsFile, names: readonly string[]): UserError {
  const flags = names.map((name) => `--recipient ${shellWord(name)}`).join(" ");
  return new UserError(
    "CLI005",
    `${target.shown}: others would be able to open the file, which needs a confirmation`,
    {
      why: `not a key of yours: ${names.join(", ")}; a name in .sops.yaml or in the file may have come with any commit`,
      fix: `make sure that you know whose they are; then name them: ${flags}`,
      notDone: "nothing was written",
    },
  );
}
