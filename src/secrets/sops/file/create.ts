import { randomBytes } from "node:crypto";
import { wrapForAge } from "../keys/age-key.ts";
import { DATA_KEY_BYTES } from "../core/data-key.ts";
import { additionalDataOf, encryptEncText } from "../core/enc-text.ts";
import { goText } from "../core/go-text.ts";
import { decryptSopsFile } from "./open.ts";
import { DEFAULT_RULE } from "../core/selection-rule.ts";
import { sopsError } from "../core/sops-error.ts";
import { readSopsFile } from "./sops-file.ts";
import { SopsMac } from "../core/sops-mac.ts";
import { sopsString, type SopsMap, type SopsNode } from "../core/tree.ts";
import { yamlText } from "../formats/write-yaml.ts";

/** The version new files name: the SOPS release whose layout and rules they follow. */
const FORMAT_VERSION = "3.13.3";

/** Text values in nested maps: what a new file can hold. */
export interface PlainSecrets {
  readonly [key: string]: string | PlainSecrets;
}

/** What a new file needs besides values and recipients. */
export interface CreateSopsOptions {
  /** The name messages use. */
  readonly path: string;
  /** The time the file says it was written; whole seconds are kept. */
  readonly lastModified: Date;
}

/**
 * Makes the text of a new SOPS file in upstream's own style: block maps, four spaces, a value per
 * line, encrypted to every recipient. What it gives was read back with the product's reader before
 * it is returned.
 * @throws UserError SEC018 for values or recipients that cannot be written safely.
 */
export async function createSopsYaml(
  secrets: PlainSecrets,
  recipients: readonly string[],
  options: CreateSopsOptions,
): Promise<string> {
  const { path } = options;
  if (Object.keys(secrets).length === 0)
    throw refused(path, "a file without a value");
  if (recipients.length === 0)
    throw refused(path, "a file without a recipient");
  const dataKey = randomBytes(DATA_KEY_BYTES);
  try {
    const mac = new SopsMac({
      onlyEncrypted: false,
      acceptsFloatIntegers: false,
    });
    const body = new BodyWriter(path, dataKey, mac).lines(secrets, []);
    const lastModified = options.lastModified
      .toISOString()
      .replace(/\.\d+Z$/u, "Z");
    const macText = encryptEncText(mac.digest(), dataKey, {
      additionalData: lastModified,
      label: "str",
    });
    const text = [
      ...body,
      "sops:",
      "    age:",
      ...(await keyLines(dataKey, recipients, path)),
      `    lastmodified: "${lastModified}"`,
      `    mac: ${macText}`,
      `    ${DEFAULT_RULE.kind}: ${DEFAULT_RULE.pattern}`,
      `    version: ${FORMAT_VERSION}`,
      "",
    ].join("\n");
    await verify(text, dataKey, { secrets, path });
    return text;
  } finally {
    dataKey.fill(0);
  }
}

/** Writes the encrypted body and feeds the MAC in the same order. */
class BodyWriter {
  readonly #file: string;
  readonly #dataKey: Uint8Array;
  readonly #mac: SopsMac;

  constructor(file: string, dataKey: Uint8Array, mac: SopsMac) {
    this.#file = file;
    this.#dataKey = dataKey;
    this.#mac = mac;
  }

  lines(secrets: PlainSecrets, keys: readonly string[]): string[] {
    const indent = "    ".repeat(keys.length);
    return Object.entries(secrets).flatMap(([key, value]) => {
      const path = [...keys, key];
      this.#check(key, value, path);
      const start = `${indent}${yamlText(key)}:`;
      if (typeof value === "string")
        return [`${start} ${this.#value(value, path)}`];
      return Object.keys(value).length === 0
        ? [`${start} {}`]
        : [start, ...this.lines(value, path)];
    });
  }

  #value(value: string, keys: readonly string[]): string {
    this.#mac.add(sopsString(value), true);
    return value === ""
      ? '""'
      : encryptEncText(value, this.#dataKey, {
          additionalData: additionalDataOf(keys),
          label: "str",
        });
  }

  #check(
    key: string,
    value: string | PlainSecrets,
    path: readonly string[],
  ): void {
    if (key === "") throw refused(this.#file, "an empty key", path);
    if (path.length === 1 && key === "sops")
      throw refused(
        this.#file,
        'a key "sops", which is the place of the metadata',
        path,
      );
    if (key.endsWith(DEFAULT_RULE.pattern))
      throw refused(
        this.#file,
        `a key that ends in "${DEFAULT_RULE.pattern}", whose value SOPS would leave readable`,
        path,
      );
    if (
      !key.isWellFormed() ||
      (typeof value === "string" && !value.isWellFormed())
    )
      throw refused(this.#file, "text that is not valid Unicode", path);
  }
}

async function keyLines(
  dataKey: Uint8Array,
  recipients: readonly string[],
  file: string,
): Promise<readonly string[]> {
  const entries = await Promise.all(
    [...new Set(recipients)].map(async (recipient) => {
      const armored = await wrapOrRefuse(dataKey, recipient, file);
      const lines = armored.trimEnd().split("\n");
      return [
        "        - enc: |",
        ...lines.map((line) => `            ${line}`),
        `          recipient: ${recipient}`,
      ];
    }),
  );
  return entries.flat();
}

async function wrapOrRefuse(
  dataKey: Uint8Array,
  recipient: string,
  file: string,
): Promise<string> {
  // Checked first so that a private key given by mistake is not shown, and so that the text is safe
  // to write as a bare scalar.
  if (!/^age1[a-z0-9]{40,4000}$/u.test(recipient))
    throw refused(file, "a recipient that is not an age public key (age1…)");
  try {
    return await wrapForAge(dataKey, recipient);
  } catch {
    throw refused(
      file,
      `the recipient ${recipient.slice(0, 80)}, which is not valid`,
    );
  }
}

async function verify(
  text: string,
  dataKey: Buffer,
  written: { readonly secrets: PlainSecrets; readonly path: string },
): Promise<void> {
  const file = await readSopsFile(Buffer.from(text), {
    path: written.path,
    format: "yaml",
  });
  // The keys were just wrapped and no private key need be at hand, so the data key itself is handed
  // in.
  const known = {
    type: "age",
    unwrap: () => Promise.resolve(Buffer.from(dataKey)),
  } as const;
  const opened = await decryptSopsFile(file, [known]);
  opened.dispose();
  if (!isSame(opened.tree, written.secrets))
    throw refused(
      written.path,
      "values that do not read back as they were given",
    );
}

function isSame(
  node: SopsNode | undefined,
  value: string | PlainSecrets,
): boolean {
  if (typeof value === "string")
    return node?.kind === "str" && goText(node) === value;
  if (node?.kind !== "map") return false;
  const entries = Object.entries(value);
  const { entries: found } = node satisfies SopsMap;
  return (
    found.size === entries.length &&
    entries.every(([key, inner]) => isSame(found.get(key), inner))
  );
}

function refused(file: string, what: string, path?: readonly string[]): Error {
  return sopsError("SEC018", file, `cannot write ${what}`, {
    ...(path === undefined ? {} : { path }),
    notDone: "nothing was written",
  });
}
