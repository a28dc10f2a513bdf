import { UserError } from "../domain/problem/error.ts";
import { createAgeIdentitySource } from "./sops/keys/age-identities.ts";
import { inspectSops } from "./sops/file/inspect.ts";
import { assertOneDocument } from "./sops/file/one-document.ts";
import { openSops } from "./sops/file/open.ts";
import { createKeyProviders } from "./sops/keys/providers.ts";
import { recipientOf } from "./sops/keys/age-recipient.ts";
import type { SecretFilesOptions } from "./secret-files.ts";

/** Whether a SOPS file opens with what is at hand, and with what. Holds no key and no value. */
export interface KeyReport {
  readonly file: string;
  readonly state: "opens" | "closed" | "missing" | "damaged";
  /** Public names of the age keys the file is encrypted to, as it says itself. */
  readonly recipients: readonly string[];
  /** Identities at hand that fit: where they are from, and their public name. */
  readonly fitting: readonly {
    readonly from: string;
    readonly recipient: string;
  }[];
  /** Code of what went wrong, for `closed` and `damaged`. */
  readonly code?: string;
}

/**
 * Tries every file of an environment. Throws nothing for a file that does not open: that is the
 * report.
 */
export async function reportKeys(
  options: SecretFilesOptions,
): Promise<readonly KeyReport[]> {
  const reports: KeyReport[] = [];
  for (const file of options.files)
    reports.push(await reportFile(file, options));
  return reports;
}

async function reportFile(
  file: string,
  options: SecretFilesOptions,
): Promise<KeyReport> {
  const nothing = { file, recipients: [], fitting: [] };
  let recipients: readonly string[] | undefined;
  let fitting: KeyReport["fitting"] = [];
  try {
    const bytes = await options.readFile(file);
    if (bytes === null) return { ...nothing, state: "missing" };
    const inspected = await inspectSops(bytes, { path: file });
    assertOneDocument(inspected.file);
    recipients = inspected.recipients;
    fitting = await fittingIdentities(recipients, options);
    const opened = await openSops(bytes, {
      path: file,
      providers: createKeyProviders(options),
    });
    opened.dispose();
    return { file, state: "opens", recipients, fitting };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return recipients === undefined
      ? { ...nothing, state: "damaged", code: error.code }
      : { file, state: "closed", recipients, fitting, code: error.code };
  }
}

async function fittingIdentities(
  recipients: readonly string[],
  options: SecretFilesOptions,
): Promise<KeyReport["fitting"]> {
  if (recipients.length === 0) return [];
  const { identities } = await createAgeIdentitySource(options).load();
  const named = await Promise.all(
    identities.map(async ({ text, from }) => ({
      from,
      recipient: await recipientOf(text),
    })),
  );
  return named.flatMap(({ from, recipient }) =>
    recipient !== undefined && recipients.includes(recipient)
      ? [{ from, recipient }]
      : [],
  );
}
