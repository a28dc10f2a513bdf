import { createWakeProof, type WakeProof } from "../domain/wake-proof.ts";
import {
  readProcessSecret,
  unusable,
  type ProcessSecrets,
} from "./process-secret.ts";

const SECRET = "TIELINE_WAKE_SECRET";
const MIN_CHARACTERS = 20;

/**
 * What proves wake-ups from outside, by the secrets of the process; `null` where there is none.
 * @throws UserError CLI110 for one that can be guessed.
 */
export async function openWakeProof(
  secrets: ProcessSecrets,
): Promise<WakeProof | null> {
  const text = await readProcessSecret(SECRET, secrets);
  if (text === undefined) return null;
  const words = text.split(/ +/u);
  if (words.some((word) => word.length < MIN_CHARACTERS))
    throw unusable(
      SECRET,
      `one of its words is shorter than ${String(MIN_CHARACTERS)} characters`,
      'make one: echo "whsec_$(openssl rand -base64 32)"',
    );
  for (const word of words) secrets.scrubber.register(word, SECRET);
  return createWakeProof(words);
}
