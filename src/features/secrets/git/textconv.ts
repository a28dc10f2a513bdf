import { fingerprintSecret } from "../../../secrets/fingerprint.ts";
import { UserError } from "../../../domain/problem/error.ts";
import { goText } from "../../../secrets/sops/core/go-text.ts";
import { inspectSops } from "../../../secrets/sops/file/inspect.ts";
import { openSops, type OpenedSops } from "../../../secrets/sops/file/open.ts";
import { nodeAt, type SopsMap } from "../../../secrets/sops/core/tree.ts";
import { bytesOf, type SecretsFile } from "../secrets-file.ts";

const SHOWN_FINGERPRINT = 10;
const SHOWN_TAIL = 12;

/** One value of a file, as a diff shows it. */
export interface ShownValue {
  readonly path: string;
  /**
   * A fingerprint with a key, the end of the ciphertext without, `(readable)` or `(empty)`. Never
   * the value.
   */
  readonly shown: string;
}

/**
 * Every value of a file by something that changes with it and tells nothing: what `git diff`
 * compares. Values that the file holds readably are not shown either: a file of secrets is not the
 * place to look.
 */
export async function showValues(
  target: SecretsFile,
): Promise<readonly ShownValue[]> {
  const { values } = await inspectSops(bytesOf(target), { path: target.shown });
  const opened = await openIfPossible(target);
  const key = opened === undefined ? undefined : fingerprintKeyIn(opened.tree);
  const shown = values.map(({ path, document, cipherText }) => {
    const tree = opened?.documents[document];
    const node = tree === undefined ? undefined : nodeAt(tree, path);
    const name = path.join("/");
    const isLeaf =
      node !== undefined && node.kind !== "map" && node.kind !== "list";
    if (cipherText === undefined)
      return { path: name, shown: "(not encrypted)" };
    if (key === undefined || !isLeaf)
      return { path: name, shown: `ciphertext …${tailOf(cipherText)}` };
    const mac = fingerprintSecret(key, {
      environment: "",
      connection: "textconv",
      pointer: `/${name}`,
      value: goText(node),
    }).split(".")[2];
    return {
      path: name,
      shown: `secret ${(mac ?? "").slice(0, SHOWN_FINGERPRINT)}`,
    };
  });
  opened?.dispose();
  key?.fill(0);
  return shown;
}

async function openIfPossible(
  target: SecretsFile,
): Promise<OpenedSops | undefined> {
  try {
    return await openSops(bytesOf(target), {
      path: target.shown,
      providers: target.providers,
    });
  } catch (error) {
    // A diff is shown of damaged files as well: that is when it is needed.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function fingerprintKeyIn(tree: SopsMap): Buffer | undefined {
  const node = nodeAt(tree, ["_tieline", "fingerprint_key"]);
  return node?.kind === "str" ? Buffer.from(node.text, "base64") : undefined;
}

/** The end of the tag: random bytes that change whenever the value is encrypted anew. */
function tailOf(cipherText: string): string {
  return (/tag:([^,]*)/u.exec(cipherText)?.[1] ?? "").slice(-SHOWN_TAIL);
}
