import type * as age from "age-encryption";
import type { AgeIdentity, AgeIdentitySource } from "./age-identities.ts";
import { recipientOf } from "./age-recipient.ts";
import { importX25519Identity } from "./age-x25519.ts";
import {
  openX25519File,
  x25519Identity,
  type X25519Identity,
} from "./x25519-file.ts";
import type { KeyEntry } from "../core/key-entry.ts";
import { damagedEntry, type KeyProvider } from "../core/key-provider.ts";

/**
 * Opens data keys wrapped for age: X25519 and post-quantum recipients. Those in the form that SOPS
 * writes for X25519 are opened here, the others by the library, which is loaded when the first of
 * them is tried.
 * @remarks Source: docs/decisions/0015-x25519.md; recipients from ssh keys and plugins are not
 * opened.
 */
export function createAgeProvider(source: AgeIdentitySource): KeyProvider {
  const opener = new AgeOpener(source);
  return {
    type: "age",
    unwrap: (entry, file) => opener.unwrap(entry, file),
    wrap: async (entry, dataKey) => {
      const recipient = entry.fields.get("recipient") ?? "";
      // Checked first, so that a private key given by mistake is not shown, and that the text is
      // safe to write as it is.
      if (!isAgeRecipient(recipient))
        return { problem: "it is not an age public key (age1…)" };
      try {
        const enc = await wrapForAge(dataKey, recipient);
        return {
          fields: new Map([
            ["recipient", recipient],
            ["enc", enc],
          ]),
        };
      } catch {
        return { problem: "the age public key is not valid" };
      }
    },
    explain: () => opener.explain(),
    holds: async (entry) => {
      const recipient = entry.fields.get("recipient") ?? "";
      const { identities } = await source.load();
      if (await isAmong(recipient, identities)) return true;
      return isAmong(recipient, await source.loadFor(recipient));
    },
  };
}

async function isAmong(
  recipient: string,
  identities: readonly AgeIdentity[],
): Promise<boolean> {
  const names = identities.map(({ text }) => recipientOf(text));
  return (await Promise.all(names)).includes(recipient);
}

/** True for text in the form of a public key that is encrypted to here: X25519 or post-quantum. */
export function isAgeRecipient(text: string): boolean {
  return /^age1[a-z0-9]{40,4000}$/u.test(text);
}

/**
 * Wraps a data key for one recipient; the result is armored. @throws any error of the library for
 * text that is no recipient.
 */
export async function wrapForAge(
  dataKey: Uint8Array,
  recipient: string,
): Promise<string> {
  const { Encrypter, armor } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(dataKey));
}

class AgeOpener {
  readonly #source: AgeIdentitySource;
  readonly #badSources = new Set<string>();
  #decrypter: Promise<age.Decrypter> | undefined;
  #own: readonly X25519Identity[] | undefined;
  /** How often all identities were tried in vain. */
  #misses = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(source: AgeIdentitySource) {
    this.#source = source;
  }

  async unwrap(entry: KeyEntry, file: string): Promise<Buffer | null> {
    // One at a time: whether any identity fitted is told by a mark that two decryptions would
    // share.
    const result = this.#queue.then(() => this.#unwrapNow(entry, file));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async explain(): Promise<readonly string[]> {
    const { identities, problems } = await this.#source.load();
    return [
      identities.length === 0
        ? "no age identity was found"
        : `${String(identities.length)} age identities were tried`,
      ...problems,
      ...[...this.#badSources].map(
        (from) => `${from} holds text that is not an age identity`,
      ),
    ];
  }

  async #unwrapNow(entry: KeyEntry, file: string): Promise<Buffer | null> {
    const { identities } = await this.#source.load();
    // What this does not open, for whatever reason, the library judges. It is slow to load, so it
    // stays out of a plan without keys, and out of files of the common form.
    if (identities.length > 0) {
      const known = openX25519File(
        entry.fields.get("enc") ?? "",
        this.#ownIdentities(identities),
      );
      if (known !== undefined) return known;
      this.#decrypter ??= this.#createDecrypter(identities);
      const key = await this.#tryAll(await this.#decrypter, entry, file);
      if (key !== null) return key;
    }
    // Some set-ups fetch the identity of a recipient on demand; that is asked last, because it may
    // cost a prompt.
    const fetched = await this.#source.loadFor(
      entry.fields.get("recipient") ?? "",
    );
    return fetched.length === 0
      ? null
      : this.#tryAll(await this.#createDecrypter(fetched), entry, file);
  }

  /** Those that the platform itself can use; read once. */
  #ownIdentities(
    identities: readonly AgeIdentity[],
  ): readonly X25519Identity[] {
    return (this.#own ??= identities.flatMap(
      ({ text }) => x25519Identity(text) ?? [],
    ));
  }

  async #createDecrypter(
    identities: readonly AgeIdentity[],
  ): Promise<age.Decrypter> {
    const { Decrypter } = await import("age-encryption");
    const decrypter = new Decrypter();
    for (const { text, from } of identities) {
      try {
        // Tells at once whether the text is an identity at all.
        new Decrypter().addIdentity(text);
        decrypter.addIdentity((await importX25519Identity(text)) ?? text);
      } catch {
        // The library's message may quote the text, which may be a mistyped key.
        this.#badSources.add(from);
      }
    }
    // Reached only when none before it fitted: this tells "not for us" from "damaged" without
    // reading the library's messages.
    decrypter.addIdentity({
      unwrapFileKey: () => {
        this.#misses++;
        return null;
      },
    });
    return decrypter;
  }

  /** The data key, or `null` when no identity of the decrypter fits. */
  async #tryAll(
    decrypter: age.Decrypter,
    entry: KeyEntry,
    file: string,
  ): Promise<Buffer | null> {
    const { armor } = await import("age-encryption");
    const before = this.#misses;
    try {
      const wrapped = armor.decode(entry.fields.get("enc") ?? "");
      const plain = await decrypter.decrypt(wrapped);
      const key = Buffer.from(plain);
      plain.fill(0);
      return key;
    } catch {
      if (this.#misses > before) return null;
      throw damagedEntry(entry, file);
    }
  }
}
