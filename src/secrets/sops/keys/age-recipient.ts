/**
 * The public name of an age identity; `undefined` for a kind that has none here. Never throws: the
 * text may be anything.
 */
export async function recipientOf(
  identity: string,
): Promise<string | undefined> {
  try {
    const { identityToRecipient } = await import("age-encryption");
    return await identityToRecipient(identity);
  } catch {
    // The library's message may quote the identity, so it is dropped.
    return undefined;
  }
}
