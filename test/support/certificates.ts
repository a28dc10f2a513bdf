import {
  createHash,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from "node:crypto";

/** A certificate for one test, with the key that goes with it. */
export interface TestCertificate {
  /** Both as PEM. */
  readonly cert: string;
  readonly key: string;
}

/** An authority that exists for one test. */
export interface TestAuthority {
  readonly cert: string;
  issue(host: string, validity?: Validity): TestCertificate;
}

/** From when to when, as dates. */
export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;

/** Yesterday until tomorrow. */
function around(): Validity {
  return {
    from: new Date(Date.now() - DAY_MS),
    to: new Date(Date.now() + DAY_MS),
  };
}

/**
 * Makes an authority. Node can read certificates and not make them, so the few lines of DER they
 * consist of are written here.
 */
export function createAuthority(): TestAuthority {
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
  });
  const name = "tieline test authority";
  const isAuthority = extension(
    "551d13",
    true,
    sequence(der(0x01, Buffer.from([0xff]))),
  );
  return {
    cert: certificate(
      {
        subject: name,
        publicKey,
        validity: around(),
        extensions: [isAuthority],
      },
      name,
      privateKey,
    ),
    issue(host, validity = around()) {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const isAddress = /^[\d.]+$/u.test(host);
      const names = extension(
        "551d11",
        false,
        sequence(
          isAddress
            ? der(0x87, Buffer.from(host.split(".").map(Number)))
            : der(0x82, Buffer.from(host)),
        ),
      );
      return {
        cert: certificate(
          {
            subject: host,
            publicKey: own.publicKey,
            validity,
            extensions: [names],
          },
          name,
          privateKey,
        ),
        key: own.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

interface Subject {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly validity: Validity;
  readonly extensions: readonly Buffer[];
}

function certificate(of: Subject, issuer: string, key: KeyObject): string {
  const algorithm = sequence(der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const publicKey = of.publicKey.export({ type: "spki", format: "der" });
  const serial = createHash("sha256").update(publicKey).digest().subarray(0, 8);
  serial[0] = 0x01;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    nameOf(issuer),
    sequence(time(of.validity.from), time(of.validity.to)),
    nameOf(of.subject),
    publicKey,
    der(0xa3, sequence(...of.extensions)),
  );
  const signature = sign("sha256", body, key);
  const whole = sequence(
    body,
    algorithm,
    der(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = (whole.toString("base64").match(/.{1,64}/gu) ?? []).join("\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function nameOf(text: string): Buffer {
  return sequence(
    der(
      0x31,
      sequence(
        der(0x06, Buffer.from("550403", "hex")),
        der(0x0c, Buffer.from(text)),
      ),
    ),
  );
}

function time(date: Date): Buffer {
  const text = date.toISOString().replaceAll(/[-:T]|\.\d+/gu, "");
  return der(0x18, Buffer.from(text));
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(
    der(0x06, Buffer.from(id, "hex")),
    ...(isCritical ? [der(0x01, Buffer.from([0xff]))] : []),
    der(0x04, value),
  );
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
