/**
 * Opens the same SOPS file again and again, in turn with a floor that does with node:crypto alone
 * what cannot be left out, on parts that were taken from the file before: the key exchange, the
 * keys, the header's MAC, the data key, each value, and the digest over all of them. Prints one
 * line of JSON in milliseconds of CPU time: {count, values, ours, floor, library}; `library` is
 * the age library opening nothing but the data key.
 */
import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
} from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { armor, Decrypter } from "age-encryption";
import { build } from "esbuild";
import { parse } from "yaml";

const parts = await ownParts();
const [file, keyFile, count] = process.argv.slice(2);
const bytes = await readFile(file);
const identity = (await readFile(keyFile, "utf8"))
  .split("\n")
  .find((line) => line.startsWith("AGE-SECRET-KEY-"));
const providers = [
  parts.createAgeProvider(
    parts.createAgeIdentitySource({ env: {}, keyFiles: [keyFile] }),
  ),
];
const tree = parse(bytes.toString("utf8"));
const wrapped = Buffer.from(armor.decode(tree.sops.age[0].enc));
const sealed = sealedValues(tree);
const decrypter = new Decrypter();
decrypter.addIdentity(identity);

const work = {
  ours: async () => {
    (await parts.openSops(bytes, { path: file, providers })).dispose();
  },
  floor: bareOpener(),
  library: () => decrypter.decrypt(wrapped),
};
const times = { ours: 0, floor: 0, library: 0 };
for (let round = 0; round < Number(count) + 20; round += 1)
  for (const [name, open] of Object.entries(work)) {
    const start = process.cpuUsage();
    await open();
    const { user, system } = process.cpuUsage(start);
    // The first rounds find every part still being compiled.
    if (round >= 20) times[name] += (user + system) / 1000;
  }
console.log(
  JSON.stringify({ count: Number(count), values: sealed.length, ...times }),
);

/** Every encrypted value of a file, taken apart, with what it is bound to. */
function sealedValues({ sops: _, ...documents }) {
  const found = [];
  const visit = (value, path) => {
    if (typeof value === "object" && value !== null)
      for (const [name, child] of Object.entries(value))
        visit(child, [...path, name]);
    const text = /^ENC\[AES256_GCM,data:(.*),iv:(.*),tag:(.*),type:/u.exec(
      value,
    );
    if (text === null) return;
    const [data, iv, tag] = text
      .slice(1)
      .map((one) => Buffer.from(one, "base64"));
    found.push({ data, iv, tag, aad: Buffer.from(`${path.join(":")}:`) });
  };
  visit(documents, []);
  return found;
}

function bareOpener() {
  const { key, recipient } = parts.x25519Identity(identity);
  const text = wrapped.toString("latin1");
  const [, share, body] = /X25519 (.*)\n(.*)\n---/u.exec(text);
  const headerEnd = text.indexOf("---") + 3;
  const payload = wrapped.subarray(text.indexOf("\n", headerEnd) + 1);
  const point = Buffer.from(share, "base64");
  const spki = Buffer.from("302a300506032b656e032100", "hex");
  const derive = (from, salt, info) =>
    Buffer.from(hkdfSync("sha256", from, salt, info, 32));
  const unbox = (name, { data, iv, tag, aad }, with_) => {
    const cipher = createDecipheriv(name, with_, iv, { authTagLength: 16 });
    if (aad !== undefined) cipher.setAAD(aad);
    cipher.setAuthTag(tag);
    return Buffer.concat([cipher.update(data), cipher.final()]);
  };
  const box = (all, iv) => ({
    data: all.subarray(0, -16),
    tag: all.subarray(-16),
    iv,
  });
  const last = Buffer.alloc(12);
  last[11] = 1;
  return () => {
    const publicKey = createPublicKey({
      key: Buffer.concat([spki, point]),
      format: "der",
      type: "spki",
    });
    const secret = diffieHellman({ privateKey: key, publicKey });
    const salt = Buffer.concat([point, recipient]);
    const wrap = derive(secret, salt, "age-encryption.org/v1/X25519");
    const chacha = "chacha20-poly1305";
    const stanza = box(Buffer.from(body, "base64"), Buffer.alloc(12));
    const fileKey = unbox(chacha, stanza, wrap);
    createHmac("sha256", derive(fileKey, "", "header"))
      .update(wrapped.subarray(0, headerEnd))
      .digest();
    const payloadKey = derive(fileKey, payload.subarray(0, 16), "payload");
    const dataKey = unbox(chacha, box(payload.subarray(16), last), payloadKey);
    const digest = createHash("sha512");
    for (const value of sealed)
      digest.update(unbox("aes-256-gcm", value, dataKey));
    digest.digest();
  };
}

/** What the program has inside of its bundle, in one of its own. */
async function ownParts() {
  const folder = await mkdtemp(join(tmpdir(), "tieline-bench-"));
  try {
    const outfile = join(folder, "parts.cjs");
    await build({
      stdin: {
        contents: `
          export { createAgeIdentitySource } from "./src/secrets/sops/keys/age-identities.ts";
          export { createAgeProvider } from "./src/secrets/sops/keys/age-key.ts";
          export { x25519Identity } from "./src/secrets/sops/keys/x25519-file.ts";
          export { openSops } from "./src/secrets/sops/file/open.ts";`,
        resolveDir: fileURLToPath(new URL("../", import.meta.url)),
      },
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["@aws-sdk/*"],
      outfile,
      logLevel: "warning",
    });
    return createRequire(import.meta.url)(outfile);
  } finally {
    await rm(folder, { recursive: true });
  }
}
