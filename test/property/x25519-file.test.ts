import {
  armor,
  Decrypter,
  Encrypter,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  openX25519File,
  x25519Identity,
  type X25519Identity,
} from "../../src/secrets/sops/keys/x25519-file.ts";
import "../support/property-seed.ts";

const RUNS = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 60);

interface Person {
  readonly text: string;
  readonly recipient: string;
  readonly own: X25519Identity;
}

let people: readonly Person[];

beforeAll(async () => {
  people = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const text = await generateX25519Identity();
      const own = x25519Identity(text);
      if (own === undefined) throw new Error("an identity was not read");
      return { text, recipient: await identityToRecipient(text), own };
    }),
  );
});

async function seal(key: Uint8Array, to: readonly Person[]): Promise<string> {
  const encrypter = new Encrypter();
  for (const { recipient } of to) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(key));
}

/** What the library makes of a file; `undefined` where it refuses it. */
async function library(
  text: string,
  { text: identity }: Person,
): Promise<string | undefined> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    const plain = await decrypter.decrypt(armor.decode(text));
    return Buffer.from(plain).toString("hex");
  } catch {
    return undefined;
  }
}

function own(text: string, { own: identity }: Person): string | undefined {
  return openX25519File(text, [identity])?.toString("hex");
}

function person(index: number): Person {
  const found = people[index];
  if (found === undefined) throw new Error("nobody");
  return found;
}

const dataKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
const who = fc.nat({ max: 2 });

/** Where a header of the one form has what, in characters. */
const SHARE = "age-encryption.org/v1\n-> X25519 ".length;

describe("the opener of age files for X25519", () => {
  it("gives the key that the library wrapped, and the one that it gives", async () => {
    await fc.assert(
      fc.asyncProperty(dataKey, who, async (key, index) => {
        const to = person(index);
        const text = await seal(key, [to]);
        expect(own(text, to)).toBe(Buffer.from(key).toString("hex"));
        expect(await library(text, to)).toBe(own(text, to));
        expect(own(text, person((index + 1) % 3))).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  it("gives nothing for a file with any byte changed, moved, added or left out", async () => {
    const to = person(0);
    const text = await seal(new Uint8Array(32).fill(7), [to]);
    const bytes = armor.decode(text);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.integer({ min: 0, max: 3 }),
        fc.uint8Array({ minLength: 1, maxLength: 3 }),
        async (at, cut, put) => {
          const changed = Buffer.concat([
            bytes.subarray(0, at),
            put,
            bytes.subarray(at + cut),
          ]);
          if (changed.equals(bytes)) return;
          const armored = armor.encode(changed);
          const given = own(armored, to);
          expect(given).toBeUndefined();
          // The library says what it is; that it refuses as well is the rule of the format.
          expect(await library(armored, to)).toBeUndefined();
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("gives nothing for armor in another form", async () => {
    const to = person(0);
    const text = await seal(new Uint8Array(32).fill(7), [to]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: text.length - 1 }),
        fc.constantFrom("", "\n", " ", "\r\n", "=", "A", "-", "\u0000", "é"),
        fc.nat({ max: 1 }),
        async (at, put, cut) => {
          const changed = text.slice(0, at) + put + text.slice(at + cut);
          const given = own(changed, to);
          if (given !== undefined)
            expect(await library(changed, to)).toBe(given);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("refuses every other way to write the same base64", async () => {
    const to = person(0);
    const text = await seal(new Uint8Array(32).fill(7), [to]);
    const bytes = Buffer.from(armor.decode(text));
    const ends = [SHARE + 42, SHARE + 44 + 42, SHARE + 44 + 44 + 4 + 42];
    for (const end of ends) {
      const char = String.fromCharCode(bytes[end] ?? 0);
      const other = Buffer.from(bytes);
      // The last of 43 characters has two bits that say nothing and must be zero.
      other[end] = otherSpelling(char).charCodeAt(0);
      expect(own(armor.encode(other), to)).toBeUndefined();
    }
  });

  it.each([
    ["zero", "00".repeat(32)],
    ["one", `01${"00".repeat(31)}`],
    [
      "order eight",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    ],
    ["p - 1", `ec${"ff".repeat(30)}7f`],
    ["p", `ed${"ff".repeat(30)}7f`],
    ["p + 1", `ee${"ff".repeat(30)}7f`],
  ])("refuses a share of low order: %s", async (_name, point) => {
    const to = person(0);
    const bytes = Buffer.from(
      armor.decode(await seal(new Uint8Array(32).fill(7), [to])),
    );
    const share = Buffer.from(point, "hex").toString("base64").slice(0, 43);
    bytes.write(share, SHARE, "latin1");
    expect(own(armor.encode(bytes), to)).toBeUndefined();
  });

  it("leaves files for several recipients, and keys of another length, to the library", async () => {
    const two = await seal(new Uint8Array(32), [person(0), person(1)]);
    expect(own(two, person(0))).toBeUndefined();
    expect(await library(two, person(0))).toBe("00".repeat(32));
    const long = await seal(new Uint8Array(33), [person(0)]);
    expect(own(long, person(0))).toBeUndefined();
    expect(await library(long, person(0))).toBe("00".repeat(33));
  });

  it("reads an identity only when its checksum holds", async () => {
    const { text } = person(0);
    expect(x25519Identity(text)?.recipient.length).toBe(32);
    for (let at = 16; at < text.length; at += 1) {
      const char = text[at] === "Q" ? "P" : "Q";
      const changed = text.slice(0, at) + char + text.slice(at + 1);
      expect(x25519Identity(changed), String(at)).toBeUndefined();
      await expect(identityToRecipient(changed)).rejects.toThrow();
    }
    for (const other of [
      "",
      "AGE-SECRET-KEY-1",
      text.toLowerCase(),
      `${text} `,
    ])
      expect(x25519Identity(other)).toBeUndefined();
  });
});

function otherSpelling(char: string): string {
  const alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return alphabet[alphabet.indexOf(char) + 1] ?? "B";
}
