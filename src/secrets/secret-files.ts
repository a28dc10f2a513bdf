import { UserError } from "../domain/error.ts";
import { secretRefText, type SecretRef } from "../domain/secret.ts";
import { ownSecretOf } from "./own-secret.ts";
import { goText } from "./sops/go-text.ts";
import type { KeyProvider } from "./sops/key-provider.ts";
import { decryptSopsFile } from "./sops/open.ts";
import { createKeyProviders } from "./sops/providers.ts";
import { readSopsFile, type SopsFile } from "./sops/sops-file.ts";
import {
  createSopsProgram,
  hasKeyForProgram,
  type SopsProgram,
} from "./sops/sops-program.ts";
import { nodeAt, type SopsMap, type SopsNode } from "./sops/tree.ts";

/** What reading the SOPS files of an environment needs. */
export interface SecretFilesOptions {
  /** SOPS files in the order they are searched, relative to the workspace. */
  readonly files: readonly string[];
  /** Reads one of them; `null` when it does not exist. */
  readonly readFile: (path: string) => Promise<Uint8Array | null>;
  /** Environment variables, for `env://` and for finding keys. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Age key files beyond those SOPS looks for. */
  readonly keyFiles: readonly string[];
}

/** A value found, and the file that has it. */
interface Found {
  readonly file: SopsFile;
  /** As it stands in the file: still encrypted. */
  readonly node: SopsNode;
}

/** The SOPS files of one environment. Each is read, and opened, at most once; nothing is read before the first question. */
export class SecretFiles {
  readonly #options: SecretFilesOptions;
  readonly #providers: readonly KeyProvider[];
  readonly #program: SopsProgram;
  readonly #own = new Map<string, Promise<SopsFile | undefined>>();
  readonly #trees = new Map<SopsFile, Promise<SopsMap | UserError>>();
  #files: Promise<readonly (SopsFile | string)[]> | undefined;

  constructor(options: SecretFilesOptions) {
    this.#options = options;
    this.#providers = createKeyProviders(options);
    this.#program = createSopsProgram(options.env);
  }

  /**
   * The value at a path of keys, whichever file has it. Needs no key. Files that do not exist are passed over.
   * @throws UserError SEC015 when two files have it, and every code of a damaged file.
   */
  async find(path: readonly string[]): Promise<Found | undefined> {
    const found = (await this.#present())
      .map((file) => ({ file, node: nodeIn(file.documents[0], path) }))
      .filter((match): match is Found => match.node !== undefined);
    const [first, second] = found;
    if (second === undefined) return first;
    throw new UserError(
      "SEC015",
      `secret://${path.join("/")}: the secret is in two files`,
      {
        why: `both ${first?.file.path ?? ""} and ${second.file.path} have it, and they may differ`,
        fix: "keep it in one of them",
      },
    );
  }

  /**
   * The ciphertext of a referenced value as it stands in the file; `undefined` for a value that is not encrypted.
   * @throws UserError SEC001, SEC013 or SEC014 when the reference does not lead to one value.
   */
  async cipherText(ref: SecretRef): Promise<string | undefined> {
    const { node } = await this.#leaf(ref);
    return node.kind === "str" && node.text.startsWith("ENC[")
      ? node.text
      : undefined;
  }

  /** The plain value of a reference as text; `undefined` when no key at hand opens its file. */
  async value(ref: SecretRef): Promise<string | undefined> {
    const { file } = await this.#leaf(ref);
    const tree = await this.#open(file);
    if (tree instanceof UserError) return undefined;
    const node = nodeAt(
      tree,
      ownSecretOf(ref.path)?.keys ?? ref.path.split("/"),
    );
    return node === undefined || node.kind === "map" || node.kind === "list"
      ? undefined
      : goText(node);
  }

  /** @throws UserError SEC007, SEC008 or SEC010 when no key at hand opens the file a reference leads to. */
  async requireOpen(ref: SecretRef): Promise<void> {
    const tree = await this.#open((await this.#leaf(ref)).file);
    if (tree instanceof UserError) throw tree;
  }

  async #leaf(ref: SecretRef): Promise<Found> {
    if (ref.path.includes("#")) return this.#ownLeaf(ref);
    const found = await this.find(ref.path.split("/"));
    if (found === undefined) throw await this.#leadsNowhere(ref);
    if (found.node.kind === "map" || found.node.kind === "list")
      throw new UserError(
        "SEC014",
        `${secretRefText(ref)}: the reference leads to a group`,
        {
          why: `${found.file.path} has more than one value there`,
          fix: "name one value below it",
        },
      );
    // Such a value is protected by nothing, not even by the MAC: whoever can edit the file could have put it there.
    if (found.file.metadata.macOnlyEncrypted && isReadable(found.node))
      throw new UserError(
        "SEC005",
        `${secretRefText(ref)}: the value is not encrypted`,
        {
          why: `the MAC of ${found.file.path} covers encrypted values only`,
          fix: "encrypt the value",
        },
      );
    return found;
  }

  /** A value in a connection document with its own `sops:` block: only ciphertext counts there, as everything else is for all to edit. */
  async #ownLeaf(ref: SecretRef): Promise<Found> {
    const place = ownSecretOf(ref.path);
    if (place === undefined) throw nowhere(ref, "it names no secret field");
    const file = await this.#loadOwn(place.file);
    if (file === undefined)
      throw new UserError(
        "SEC001",
        `${secretRefText(ref)}: the file ${place.file} does not exist`,
        { fix: "plan again; the document was moved or removed" },
      );
    const node = nodeIn(file.documents[0], place.keys);
    if (node === undefined)
      throw nowhere(ref, `${place.file} has no such field`);
    if (node.kind !== "str" || !node.text.startsWith("ENC["))
      throw new UserError(
        "SEC005",
        `${secretRefText(ref)}: the value is not encrypted`,
        {
          why: "a secret in a connection document is taken only when SOPS encrypted it",
          fix: "encrypt the file again, with a rule that covers the field",
        },
      );
    return { file, node };
  }

  #loadOwn(path: string): Promise<SopsFile | undefined> {
    const known = this.#own.get(path);
    if (known !== undefined) return known;
    const read = this.#options
      .readFile(path)
      .then((bytes) =>
        bytes === null ? undefined : readSopsFile(bytes, { path }),
      );
    this.#own.set(path, read);
    return read;
  }

  async #leadsNowhere(ref: SecretRef): Promise<UserError> {
    const missing = (await this.#load()).filter(
      (file) => typeof file === "string",
    );
    const present = (await this.#present()).map((file) => file.path);
    if (missing.length > 0 || present.length === 0)
      return new UserError(
        "SEC001",
        `${secretRefText(ref)}: ${missing.length > 0 ? `the file ${missing.join(", ")} does not exist` : "the environment has no file of secrets"}`,
        {
          why: "secret:// leads into the SOPS files of the environment",
          fix: `store the value, which makes the file: ${this.#setCommand(ref)}; or correct secrets.files of the environment`,
        },
      );
    return nowhere(
      ref,
      `${present.join(", ")} has no such path`,
      `store the value: ${this.#setCommand(ref)}; or correct the path: keys separated by slashes`,
    );
  }

  /** What to type to make a reference lead somewhere. */
  #setCommand(ref: SecretRef): string {
    const folder = /^environments\/([^/]+)\//u.exec(
      this.#options.files[0] ?? "",
    )?.[1];
    return `tieline secrets set ${folder ?? "<environment>"} ${ref.path}`;
  }

  async #present(): Promise<readonly SopsFile[]> {
    return (await this.#load()).filter((file) => typeof file !== "string");
  }

  /** The files that exist, read; for the others the name. */
  #load(): Promise<readonly (SopsFile | string)[]> {
    return (this.#files ??= Promise.all(
      this.#options.files.map(async (path) => {
        const bytes = await this.#options.readFile(path);
        return bytes === null ? path : readSopsFile(bytes, { path });
      }),
    ));
  }

  /** The decrypted tree, or the error that says no key at hand opens the file; damage is thrown. */
  #open(file: SopsFile): Promise<SopsMap | UserError> {
    const known = this.#trees.get(file);
    if (known !== undefined) return known;
    const opened = this.#decrypt(file);
    this.#trees.set(file, opened);
    return opened;
  }

  async #decrypt(file: SopsFile): Promise<SopsMap | UserError> {
    const opened = await this.#decryptHere(file);
    if (!(opened instanceof UserError)) return opened;
    const isForProgram =
      file.programOnly !== undefined || hasKeyForProgram(file);
    return (
      (isForProgram ? await this.#program.decrypt(file) : undefined) ?? opened
    );
  }

  async #decryptHere(file: SopsFile): Promise<SopsMap | UserError> {
    try {
      const opened = await decryptSopsFile(file, this.#providers);
      opened.dispose();
      return opened.tree;
    } catch (error) {
      const isKeyMissing =
        error instanceof UserError &&
        ["SEC007", "SEC008", "SEC010"].includes(error.code);
      if (isKeyMissing) return error;
      throw error;
    }
  }
}

function nowhere(
  ref: SecretRef,
  why: string,
  fix: string = "add the secret, or correct the path: keys separated by slashes",
): UserError {
  return new UserError(
    "SEC013",
    `${secretRefText(ref)}: the reference leads nowhere`,
    { why, fix },
  );
}

function nodeIn(
  root: SopsMap | undefined,
  path: readonly string[],
): SopsNode | undefined {
  return root === undefined ? undefined : nodeAt(root, path);
}

function isReadable(node: SopsNode): boolean {
  return (
    node.kind !== "str" || (node.text !== "" && !node.text.startsWith("ENC["))
  );
}
