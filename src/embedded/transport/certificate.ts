import {
  createHash,
  generateKeyPairSync,
  randomBytes,
  sign,
} from "node:crypto";
import type { KeyObject } from "node:crypto";

import {
  TRUE,
  bits,
  integer,
  objectId,
  octets,
  sequence,
  setOf,
  tagged,
  time,
  utf8,
} from "./der.ts";

/** What a server needs to speak TLS, and what clients must trust. All in PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly certificate: string;
  /** The authority that signed it. */
  readonly authority: string;
}

const DAY_MS = 86_400_000;

/** For how long it is good. */
const DAYS = 90;

/**
 * A certificate for loopback names, signed by an authority made for it alone. The key of the
 * authority is forgotten at once: whoever trusts it trusts this one server and nothing else,
 * whatever becomes of the file.
 * @param now - milliseconds.
 */
export function createServerCertificate(now: number): ServerCertificate {
  const authority = createKeys();
  const server = createKeys();
  const issuer = nameOf("tieline embedded API, authority");
  const signed = (part: Omit<Signed, "issuer" | "signer" | "now">): string =>
    signCertificate({ ...part, issuer, signer: authority, now });
  return {
    key: server.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    authority: signed({
      subject: issuer,
      keys: authority,
      extensions: [
        extension(
          BASIC_CONSTRAINTS,
          sequence(TRUE, integer(Buffer.from([0]))),
          {
            isCritical: true,
          },
        ),
        // Signs certificates and lists of revoked ones.
        extension(KEY_USAGE, bits(Buffer.from([0x06]), 1), {
          isCritical: true,
        }),
      ],
    }),
    certificate: signed({
      subject: nameOf("tieline embedded API"),
      keys: server,
      extensions: [
        extension(BASIC_CONSTRAINTS, sequence(), { isCritical: true }),
        extension(KEY_USAGE, bits(Buffer.from([0x80]), 7), {
          isCritical: true,
        }),
        extension(
          EXTENDED_KEY_USAGE,
          sequence(objectId(SERVER_AUTHENTICATION)),
        ),
        extension(ALTERNATIVE_NAMES, tagged(0x30, Buffer.concat(NAMES))),
      ],
    }),
  };
}

const COMMON_NAME = "2.5.4.3";
const SUBJECT_KEY_ID = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const ALTERNATIVE_NAMES = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY_ID = "2.5.29.35";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

/** The tags of RFC 5280, GeneralName: 2 is a DNS name, 7 an address. */
const NAMES: readonly Buffer[] = [
  tagged(0x82, Buffer.from("localhost", "latin1")),
  tagged(0x87, Buffer.from([127, 0, 0, 1])),
];

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function createKeys(): Keys {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function nameOf(text: string): Buffer {
  return sequence(setOf(sequence(objectId(COMMON_NAME), utf8(text))));
}

function extension(
  id: string,
  value: Buffer,
  { isCritical = false } = {},
): Buffer {
  return isCritical
    ? sequence(objectId(id), TRUE, octets(value))
    : sequence(objectId(id), octets(value));
}

interface Signed {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly keys: Keys;
  readonly signer: Keys;
  readonly extensions: readonly Buffer[];
  readonly now: number;
}

function signCertificate(parts: Signed): string {
  const { subject, issuer, keys, signer, now } = parts;
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const extensions = [
    extension(SUBJECT_KEY_ID, octets(keyId(keys))),
    extension(AUTHORITY_KEY_ID, sequence(tagged(0x80, keyId(signer)))),
    ...parts.extensions,
  ];
  const body = sequence(
    // Version 3.
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    issuer,
    // Clocks of clients may be a little behind.
    sequence(time(now - DAY_MS), time(now + DAYS * DAY_MS)),
    subject,
    publicPart(keys),
    tagged(0xa3, tagged(0x30, Buffer.concat(extensions))),
  );
  const signature = sign("sha256", body, signer.privateKey);
  return pem(sequence(body, algorithm, bits(signature)));
}

function publicPart({ publicKey }: Keys): Buffer {
  return publicKey.export({ type: "spki", format: "der" });
}

function keyId(keys: Keys): Buffer {
  return createHash("sha1").update(publicPart(keys)).digest();
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").replaceAll(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
