import type { ProcessEnv } from "../../../domain/environment-access.ts";
import type { KeyEntry } from "../core/key-entry.ts";
import { damagedEntry, type KeyProvider } from "../core/key-provider.ts";
import { runProgram } from "./run-program.ts";

/**
 * Opens and wraps data keys for PGP through the `gpg` program, which brings its agent and smart
 * cards along. `SOPS_GPG_EXEC` names another program.
 * @remarks Source: SOPS documentation for the variable and the arguments; gpg DETAILS for the
 * status lines.
 */
export function createPgpProvider(env: ProcessEnv): KeyProvider {
  const program = env["SOPS_GPG_EXEC"] ?? "gpg";
  const notes = new Set<string>();
  return {
    type: "pgp",
    unwrap: async (entry, file) => {
      const result = await runProgram(
        program,
        ["--batch", "--no-tty", "--quiet", "--status-fd", "2", "--decrypt"],
        { env, input: entry.fields.get("enc") ?? "" },
      );
      if (result.isMissing) {
        notes.add(
          "the program gpg was not found; install it, or name it in SOPS_GPG_EXEC",
        );
        return null;
      }
      // gpg has been seen to end well without having written anything.
      if (result.status === 0 && result.stdout.length > 0) return result.stdout;
      result.stdout.fill(0);
      if (isDamaged(result)) throw damagedEntry(entry, file);
      notes.add("gpg has no private key for it, or could not use it");
      return null;
    },
    wrap: async (entry, dataKey) => {
      const fingerprint = (entry.fields.get("fp") ?? "").replaceAll(" ", "");
      const result = await runProgram(
        program,
        [
          ...["--batch", "--no-tty", "--no-default-recipient", "--yes"],
          ...["--encrypt", "-a", "-r", fingerprint],
          ...["--trusted-key", longKeyId(fingerprint), "--no-encrypt-to"],
        ],
        { env, input: dataKey },
      );
      const enc = result.stdout.toString("utf8");
      if (result.status !== 0 || enc === "")
        return {
          problem: result.isMissing
            ? "the program gpg was not found"
            : "gpg could not encrypt to this key; import its public half first",
        };
      return {
        fields: new Map([
          ["fp", fingerprint],
          ["enc", enc],
        ]),
      };
    },
    explain: () => Promise.resolve([...notes]),
  };
}

/**
 * True when gpg says that something is wrong with the message although it had the key, or that it
 * is no message at all.
 */
function isDamaged(result: {
  readonly status: number | null;
  readonly stderr: string;
}): boolean {
  if (result.status === 0) return true;
  const has = (word: string): boolean =>
    result.stderr.includes(`[GNUPG:] ${word}`);
  if (has("NODATA") || has("BADMDC")) return true;
  // This line comes once gpg has the session key, and so had the private one.
  return has("DECRYPTION_INFO") && has("DECRYPTION_FAILED");
}

/** A fingerprint that ends in `!` picks a subkey; the option wants the id alone. */
function longKeyId(fingerprint: string): string {
  return fingerprint.replace(/!$/u, "").slice(-16);
}

/** Names of entries are compared without the mark that picks a subkey. */
export function pgpName(entry: KeyEntry): string {
  return (entry.fields.get("fp") ?? "").replace(/[ !]/gu, "").toUpperCase();
}
