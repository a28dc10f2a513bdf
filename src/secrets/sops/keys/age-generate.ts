/** A new age key pair. */
export interface AgeKeyPair {
  /** `AGE-SECRET-KEY-1…`: whoever has it reads everything encrypted to the recipient. */
  readonly identity: string;
  /** `age1…` */
  readonly recipient: string;
}

/** Makes an X25519 key pair: what every SOPS release since 3.7 reads. */
export async function generateAgeKeyPair(): Promise<AgeKeyPair> {
  const { generateX25519Identity, identityToRecipient } =
    await import("age-encryption");
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}
