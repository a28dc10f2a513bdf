import {
  Encrypter,
  armor,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import type * as crypto from "node:crypto";
import { expect, it, vi } from "vitest";

vi.mock("node:crypto", async (load) => ({
  ...(await load<typeof crypto>()),
  createDecipheriv: () => {
    throw new Error("unknown cipher");
  },
}));

it("leaves a file to the library where the platform lacks the cipher", async () => {
  const { openX25519File, x25519Identity } =
    await import("../../../../../src/secrets/sops/keys/x25519-file.ts");
  const text = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(text));
  const file = armor.encode(await encrypter.encrypt(new Uint8Array(32)));
  const identity = x25519Identity(text);
  expect(identity).toBeDefined();
  expect(
    openX25519File(file, identity === undefined ? [] : [identity]),
  ).toBeUndefined();
});
