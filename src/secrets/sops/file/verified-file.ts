import { UserError } from "../../../domain/problem/error.ts";
import type { KeyProvider } from "../core/key-provider.ts";
import { decryptSopsFile, type OpenedSops } from "./open.ts";
import { assertReachable } from "./reachable.ts";
import { sopsError } from "../core/sops-error.ts";
import { readSopsFile, type SopsReadOptions } from "./sops-file.ts";
import type { SopsMap } from "../core/tree.ts";
import { sameTree } from "../core/tree-edit.ts";

/** What a file must hold before it may replace another one. */
export interface VerifyOptions extends SopsReadOptions {
  /** Every key at hand. */
  readonly providers: readonly KeyProvider[];
  readonly documents: readonly SopsMap[];
}

/**
 * The bytes of a file that was opened with the keys at hand, and found to hold what it should.
 * Writing commands take nothing else, so that no file is replaced by one that nobody can open.
 */
export class VerifiedFile {
  readonly bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /**
   * Opens bytes that are about to be written. Where no key at hand opens them, which is right for a
   * file that others will read, their key groups must at least be enough for their threshold; that
   * the data key opens them was seen by whoever made them.
   * @throws UserError SEC018 when they do not open as they should, SEC022 when their key groups
   * could never open them.
   */
  static async open(
    bytes: Uint8Array,
    options: VerifyOptions,
  ): Promise<VerifiedFile> {
    const file = await readSopsFile(bytes, options);
    assertReachable(file.metadata, file.path);
    const opened = await decryptSopsFile(file, options.providers).catch(
      (error: unknown) => error,
    );
    if (isOpened(opened)) {
      opened.dispose();
      if (isSame(opened.documents, options.documents))
        return new VerifiedFile(bytes);
    }
    // A form that only the sops program opens is none that is written here.
    if (
      file.programOnly === undefined &&
      opened instanceof UserError &&
      ["SEC007", "SEC008"].includes(opened.code)
    )
      return new VerifiedFile(bytes);
    if (!isOpened(opened) && !(opened instanceof UserError)) throw opened;
    throw sopsError(
      "SEC018",
      file.path,
      "the file that was made does not open as it should",
      {
        why: "a key at hand fits it and gives something else, so it would have been lost",
        fix: "repeat the command; if it happens again, report it without the file",
        notDone: "nothing was written, the file is as it was",
      },
    );
  }
}

function isOpened(result: unknown): result is OpenedSops {
  return typeof result === "object" && result !== null && "dataKey" in result;
}

function isSame(a: readonly SopsMap[], b: readonly SopsMap[]): boolean {
  return a.length === b.length && a.every((tree, at) => sameTree(tree, b[at]));
}
