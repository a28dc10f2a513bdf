/**
 * Opens the same SOPS file again and again, in turn with the age library opening only the data key
 * inside it: what reading, checking and verifying a file costs beside the key exchange that cannot
 * be avoided. Prints one line of JSON: {count, ours, floor} in milliseconds.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { armor, Decrypter } from "age-encryption";
import { build } from "esbuild";
import { parse } from "yaml";

const { createAgeIdentitySource, createAgeProvider, openSops } =
  await ownParts();
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
