import { variableRefusal } from "../domain/environment-access.ts";
import { UserError } from "../domain/problem/error.ts";
import {
  Secret,
  secretRefText,
  type SecretDescription,
  type SecretRef,
} from "../domain/secret/secret.ts";
import type {
  FormerFiles,
  SecretFilesCheck,
  SecretPlace,
  SecretStore,
} from "../ports/secret-store.ts";
import { isForkJob } from "../platform/jobs/fork-job.ts";
import { sha256 } from "../util/hash.ts";
import { FINGERPRINT_KEY_BYTES, fingerprintSecret } from "./fingerprint.ts";
import { placeholderReason } from "../domain/placeholder.ts";
import { checkSecretFiles } from "./recipients.ts";
import { SecretFiles, type SecretFilesOptions } from "./secret-files.ts";

/** Where the environment's own fingerprint key stands in its SOPS data. */
/** What tieline keeps for itself in that data. */
const OWN_GROUP = "_tieline";
const FINGERPRINT_KEY_PATH = [OWN_GROUP, "fingerprint_key"];

/** What a store is made of. */
export interface SecretStoreOptions extends SecretFilesOptions {
  /** The name of the environment: fingerprints are bound to it. */
  readonly environment: string;
  /**
   * The key used when the SOPS data has none of its own. Asked at most once, and only when a
   * fingerprint is wanted; `undefined` where there is none, and then no fingerprint is made.
   */
  readonly fingerprintKey: () => Promise<Uint8Array | undefined>;
  /** Absolute folder of the workspace: above it, rules are looked for in folders. */
  readonly root: string;
  /** Makes a value known to the scrubber; called before the value leaves the store. */
  readonly register: (value: string, name: string) => void;
}

/**
 * The secrets of one environment: `secret://` from its SOPS files, `env://` from the given
 * variables.
 */
export function createSecretStore(options: SecretStoreOptions): SecretStore {
  return new SopsSecretStore(options);
}

/**
 * Looks whether a reference leads to one value, without any key: for checking documents.
 * @returns a function that throws UserError SEC001, SEC003, SEC005 or SEC014, or any code
 * of a damaged file.
 */
export function createReferenceCheck(
  options: Pick<SecretFilesOptions, "files" | "readFile" | "pinned">,
): (ref: SecretRef) => Promise<void> {
  const files = new SecretFiles({ ...options, env: {}, keyFiles: [] });
  return async (ref) => {
    // A variable of the run is nothing that documents could get wrong.
    if (ref.kind === "secret") await files.cipherText(ref);
  };
}

class SopsSecretStore implements SecretStore {
  readonly #options: SecretStoreOptions;
  readonly #files: SecretFiles;
  #fingerprintKey: Promise<Uint8Array | undefined> | undefined;

  constructor(options: SecretStoreOptions) {
    this.#options = options;
    this.#files = new SecretFiles(options);
  }

  async describe(
    ref: SecretRef,
    place: SecretPlace,
  ): Promise<SecretDescription> {
    const cipherText =
      ref.kind === "secret" ? await this.#files.cipherText(ref) : undefined;
    const value = await this.#value(ref);
    const key =
      value === undefined ? undefined : await this.#keyForFingerprints();
    return {
      ref,
      ...(cipherText === undefined ? {} : { cipherDigest: sha256(cipherText) }),
      ...(value === undefined || key === undefined
        ? {}
        : {
            fingerprint: fingerprintSecret(key, {
              environment: this.#options.environment,
              connection: place.connection,
              pointer: place.pointer,
              value,
            }),
          }),
    };
  }

  async resolve(ref: SecretRef): Promise<Secret> {
    // Documents cannot say it; a plan file that does was not made here.
    if (ref.kind === "secret" && ref.path.split("/")[0] === OWN_GROUP)
      throw new UserError(
        "SEC001",
        `${secretRefText(ref)}: the reference leads nowhere`,
        { why: "tieline's own key is never sent", notDone: "nothing was sent" },
      );
    if (ref.kind === "secret") await this.#files.requireOpen(ref);
    const value = await this.#value(ref);
    if (value === undefined)
      throw new UserError(
        "CFG017",
        `${secretRefText(ref)}: the environment variable is not set`,
        { fix: `set ${ref.path} before the run`, notDone: "nothing was sent" },
      );
    const reason = placeholderReason(value);
    if (reason !== undefined)
      throw new UserError(
        "SEC017",
        `${secretRefText(ref)}: not a usable secret`,
        {
          why: reason,
          fix: "store the real value; a placeholder sent as a secret would break a connection that works",
          notDone: "nothing was sent",
        },
      );
    return new Secret(value);
  }

  checkFiles(before?: FormerFiles): Promise<SecretFilesCheck> {
    return checkSecretFiles(this.#options, before);
  }

  /** The registered plain value; `undefined` without a key, or when the variable is not set. */
  async #value(ref: SecretRef): Promise<string | undefined> {
    const value =
      ref.kind === "secret"
        ? await this.#files.value(ref)
        : openedValue(this.#options.env, ref);
    if (value !== undefined) this.#options.register(value, secretRefText(ref));
    return value;
  }

  #keyForFingerprints(): Promise<Uint8Array | undefined> {
    return (this.#fingerprintKey ??= this.#loadFingerprintKey());
  }

  async #loadFingerprintKey(): Promise<Uint8Array | undefined> {
    const found = await this.#files.find(FINGERPRINT_KEY_PATH);
    const key =
      found === undefined
        ? await this.#options.fingerprintKey()
        : await this.#ownFingerprintKey();
    if (key === undefined || key.length === FINGERPRINT_KEY_BYTES) return key;
    throw new UserError("SEC003", "the fingerprint key has the wrong length", {
      why: `it must be base64 of ${String(FINGERPRINT_KEY_BYTES)} bytes`,
      fix: "store 32 random bytes as base64 in _tieline/fingerprint_key; fingerprints made before then count as unknown",
    });
  }

  /** `undefined` when the file does not open: another key would make every secret look changed. */
  async #ownFingerprintKey(): Promise<Uint8Array | undefined> {
    const path = FINGERPRINT_KEY_PATH.join("/");
    const text = await this.#files.value({ kind: "secret", path });
    if (text === undefined) return undefined;
    this.#options.register(text, `secret://${path}`);
    const bytes = Buffer.from(text, "base64");
    return bytes.toString("base64") === text ? bytes : new Uint8Array();
  }
}

/**
 * Documents were checked for this before; a plan file that was made elsewhere was not. @throws
 * UserError CFG017
 */
function openedValue(
  env: SecretStoreOptions["env"],
  ref: SecretRef,
): string | undefined {
  const refusal = variableRefusal(ref.path, "secret", env);
  if (refusal !== undefined)
    throw new UserError(
      "CFG017",
      `${secretRefText(ref)}: the environment variable is not open to documents`,
      { ...refusal, notDone: "nothing was sent" },
    );
  if (isForkJob(env)) return undefined;
  return Object.hasOwn(env, ref.path) ? env[ref.path] : undefined;
}

/**
 * Digests of ciphertexts, for telling without any key whether a value may have changed. @returns a
 * function that throws as `describe` does.
 */
export function createCipherDigests(
  options: Pick<SecretFilesOptions, "files" | "readFile" | "pinned">,
): (ref: SecretRef) => Promise<string | undefined> {
  const files = new SecretFiles({ ...options, env: {}, keyFiles: [] });
  return async (ref) => {
    const text = await files.cipherText(ref);
    return text === undefined ? undefined : sha256(text);
  };
}
