/**
 * Opens the same SOPS file again and again, in turn with the age library opening only the data key
 * inside it: what reading, checking and verifying a file costs beside the key exchange that cannot
 * be avoided. Prints one line of JSON: {count, ours, floor} in milliseconds.
 */
import { readFile } from "node:fs/promises";
import { armor, Decrypter } from "age-encryption";
import { parse } from "yaml";
import { createAgeIdentitySource } from "../dist/secrets/sops/keys/age-identities.js";
import { createAgeProvider } from "../dist/secrets/sops/keys/age-key.js";
import { openSops } from "../dist/secrets/sops/file/open.js";

const [file, keyFile, count] = process.argv.slice(2);
const bytes = await readFile(file);
const identity = (await readFile(keyFile, "utf8"))
  .split("\n")
  .find((line) => line.startsWith("AGE-SECRET-KEY-"));
const providers = [
  createAgeProvider(createAgeIdentitySource({ env: {}, keyFiles: [keyFile] })),
];
const wrapped = armor.decode(parse(bytes.toString("utf8")).sops.age[0].enc);
const decrypter = new Decrypter();
decrypter.addIdentity(identity);

const times = { ours: 0, floor: 0 };
const ours = async () => {
  const { dispose } = await openSops(bytes, { path: file, providers });
  dispose();
};
await ours();
await decrypter.decrypt(wrapped);
for (let index = 0; index < Number(count); index += 1) {
  times.ours += await timed(ours);
  times.floor += await timed(() => decrypter.decrypt(wrapped));
}
console.log(JSON.stringify({ count: Number(count), ...times }));

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
