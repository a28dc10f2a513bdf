import type { ProcessEnv } from "../domain/environment-access.ts";
import { argumentWord, shellWord } from "../util/shell-word.ts";
import { UserError } from "../domain/problem/error.ts";
import { secretRefText, type SecretRef } from "../domain/secret/secret.ts";
import { decryptFile, type Openers } from "./decrypt-file.ts";
import { assertFilePinned } from "./recipients.ts";
import { ownSecretOf } from "./own-secret.ts";
import { goText } from "./sops/core/go-text.ts";
import { assertOneDocument } from "./sops/file/one-document.ts";
import { notTextReason } from "./sops/file/not-text.ts";
import { shownRule, standsReadable } from "./sops/file/readable.ts";
import { createKeyProviders } from "./sops/keys/providers.ts";
import { readSopsFile, type SopsFile } from "./sops/file/sops-file.ts";
import { createSopsProgram } from "./sops/file/sops-program.ts";
import {
  nodeAt,
  type SopsMap,
  type SopsNode,
  type SopsScalar,
} from "./sops/core/tree.ts";

/** What reading the SOPS files of an environment needs. */
export interface SecretFilesOptions {
  /** SOPS files in the order they are searched, relative to the workspace. */
  readonly files: readonly string[];
  /** Reads one of them; `null` when it does not exist. */
  readonly readFile: (path: string) => Promise<Uint8Array | null>;
  /** Environment variables, for `env://` and for finding keys. */
  readonly env: ProcessEnv;
  /** Age key files beyond those SOPS looks for. */
  readonly keyFiles: readonly string[];
  /** True where nothing may be opened, whatever is at hand. */
  readonly isKeyless?: boolean;
  /** The only ones who may be able to open the files; `null`: whoever can. */
  readonly pinned: readonly string[] | null;
}

/** A value found, and the file that has it. */
interface Found {
  readonly file: SopsFile;
  /** As it stands in the file: still encrypted. */
  readonly node: SopsNode;
}

/** Opens nothing, and looks for nothing to open with. */
const NO_OPENERS: Openers = {
  providers: [],
  program: { decrypt: () => Promise.resolve(undefined) },
};

/**
 * The SOPS files of one environment. Each is read, and opened, at most once; nothing is read before
 * the first question.
 */
export class SecretFiles {
  readonly #options: SecretFilesOptions;
  readonly #openers: Openers;
  readonly #own = new Map<string, Promise<SopsFile | undefined>>();
  readonly #trees = new Map<SopsFile, Promise<SopsMap | UserError>>();
  #files: Promise<readonly (SopsFile | string)[]> | undefined;

  constructor(options: SecretFilesOptions) {
    this.#options = options;
    this.#openers =
      options.isKeyless === true
        ? NO_OPENERS
        : {
            providers: createKeyProviders(options),
            program: createSopsProgram(options.env),
          };
  }

  /**
   * The value at a path of keys, whichever file has it. Needs no key. Files that do not exist are
   * passed over.
   * @throws UserError SEC003 when two files have it, and every code of a damaged file.
   */
  async find(path: readonly string[]): Promise<Found | undefined> {
    const found = (await this.#present())
      .map((file) => ({ file, node: nodeIn(file.documents[0], path) }))
      .filter((match): match is Found => match.node !== undefined);
    const [first, second] = found;
    if (second === undefined) return first;
    throw new UserError(
      "SEC003",
      `secret://${path.join("/")}: the secret is in two files`,
      {
        why: `both ${first?.file.path ?? ""} and ${second.file.path} have it, and they may differ`,
        fix: "keep it in one of them",
      },
    );
  }

  /**
   * The ciphertext of a referenced value as it stands in the file; `undefined` for a value that is
   * not encrypted.
   * @throws UserError SEC001 or SEC014 when the reference does not lead to one value.
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
    if (node === undefined || node.kind === "map" || node.kind === "list")
      return undefined;
    return textOf(ref, node);
  }

  /** @throws UserError SEC007 or SEC008 when no key at hand opens the file a reference leads to. */
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
    assertSecret(ref, found, ref.path.split("/"));
    return found;
  }

  /**
   * A value in a connection document with its own `sops:` block: only ciphertext counts there, as
   * everything else is for all to edit.
   */
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
    if (node.kind === "map" || node.kind === "list")
      throw nowhere(ref, `${place.file} has a group in that field`);
    assertSecret(ref, { file, node }, place.keys);
    return { file, node };
  }

  #loadOwn(path: string): Promise<SopsFile | undefined> {
    const known = this.#own.get(path);
    if (known !== undefined) return known;
    const read = this.#options
      .readFile(path)
      .then((bytes) => (bytes === null ? undefined : this.#take(bytes, path)));
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
    return `tieline secrets set ${folder === undefined ? "<environment>" : shellWord(folder)} ${argumentWord(ref.path)}`;
  }

  async #present(): Promise<readonly SopsFile[]> {
    return (await this.#load()).filter((file) => typeof file !== "string");
  }

  /** The files that exist, read; for the others the name. */
  #load(): Promise<readonly (SopsFile | string)[]> {
    return (this.#files ??= Promise.all(
      this.#options.files.map(async (path) => {
        const bytes = await this.#options.readFile(path);
        return bytes === null ? path : this.#take(bytes, path);
      }),
    ));
  }

  async #take(bytes: Uint8Array, path: string): Promise<SopsFile> {
    const file = await readSopsFile(bytes, { path });
    assertOneDocument(file);
    assertFilePinned(file, this.#options.pinned);
    return file;
  }

  /** The decrypted tree, or the error that says no key at hand opens the file; damage is thrown. */
  #open(file: SopsFile): Promise<SopsMap | UserError> {
    const known = this.#trees.get(file);
    if (known !== undefined) return known;
    const opened = decryptFile(file, this.#openers);
    this.#trees.set(file, opened);
    return opened;
  }
}

/**
 * @throws UserError SEC014 for bytes that are no text; JSON, which the `sops` program prints, has
 * U+FFFD in their place.
 */
function textOf(ref: SecretRef, node: SopsScalar): string {
  const text = goText(node);
  const isText =
    (node.kind !== "str" || node.bytes === undefined) &&
    !text.includes("\ufffd");
  if (isText) return text;
  throw new UserError(
    "SEC014",
    `${secretRefText(ref)}: the value is not text`,
    {
      why: "it holds bytes that are not UTF-8, and a secret is sent as text",
      fix: "store it encoded, for example as base64, if the provider takes that",
    },
  );
}

function nowhere(
  ref: SecretRef,
  why: string,
  fix: string = "add the secret, or correct the path: keys separated by slashes",
): UserError {
  return new UserError(
    "SEC001",
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

/**
 * A referenced value must be a secret and text.
 * @throws UserError SEC005 for one that stands readable in its file: whoever can read the
 * repository knows it, and whoever can write it could have put it there. SEC014 for one that is no
 * text: what SOPS keeps of a number is not what was written.
 */
function assertSecret(
  ref: SecretRef,
  { file, node }: Found,
  path: readonly string[],
): void {
  if (standsReadable(file, path))
    throw new UserError(
      "SEC005",
      `${secretRefText(ref)}: the value is not encrypted`,
      {
        why:
          file.programOnly === undefined
            ? `it stands readable in ${file.path}, whose rule is ${shownRule(file.metadata.rule)}`
            : `it stands readable in ${file.path}`,
        fix: "treat the value as known and replace it; store the new one under a rule that encrypts it (.sops.yaml), in a file made anew",
      },
    );
  const reason = notTextReason(file, node);
  if (reason !== undefined)
    throw new UserError(
      "SEC014",
      `${secretRefText(ref)}: the value is not text`,
      {
        why: `${reason}; a secret is sent as it was written, and that is not kept`,
        fix: `store it as text: tieline secrets set ${argumentWord(ownSecretOf(ref.path)?.file ?? file.path)} ${argumentWord(path.join("/"))}; or quote it in sops edit`,
      },
    );
}
