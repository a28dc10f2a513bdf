import { createHash, timingSafeEqual, type Hash } from "node:crypto";
import { macBytes } from "./go-text.ts";
import type { SopsScalar } from "./tree.ts";

/** What decides how a MAC is computed. */
export interface MacOptions {
  /** The MAC covers encrypted values only. */
  readonly onlyEncrypted: boolean;
  /** Also compute the reading of SOPS before 3.13.2, in which every JSON number was a float. */
  readonly acceptsFloatIntegers: boolean;
}

/**
 * The MAC over the leaves of a file: SHA-512 of their bytes in document order, without keys or
 * separators.
 * @remarks Source: SOPS; a MAC over encrypted values only starts with the SHA-256 of "sops".
 */
export class SopsMac {
  readonly #onlyEncrypted: boolean;
  readonly #exact: Hash = createHash("sha512");
  readonly #floats: Hash | undefined;

  constructor(options: MacOptions) {
    this.#onlyEncrypted = options.onlyEncrypted;
    this.#floats = options.acceptsFloatIntegers
      ? createHash("sha512")
      : undefined;
    if (options.onlyEncrypted)
      this.#update(createHash("sha256").update("sops").digest());
  }

  /** Takes the next leaf, decrypted. */
  add(leaf: SopsScalar, isEncrypted: boolean): void {
    if (this.#onlyEncrypted && !isEncrypted) return;
    this.#exact.update(macBytes(leaf));
    this.#floats?.update(
      leaf.kind === "int" && !isEncrypted
        ? macBytes({ kind: "float", value: Number(leaf.value) })
        : macBytes(leaf),
    );
  }

  /** The upper-case hex text a file stores. Ends the computation. */
  digest(): string {
    return this.#exact.digest("hex").toUpperCase();
  }

  /** Compares with the decrypted MAC of a file, in constant time. Ends the computation. */
  matches(stored: Buffer): boolean {
    const readings = [this.#exact, ...(this.#floats ? [this.#floats] : [])];
    return readings
      .map((hash) => Buffer.from(hash.digest("hex").toUpperCase()))
      .map(
        (text) =>
          text.length === stored.length && timingSafeEqual(text, stored),
      )
      .includes(true);
  }

  #update(bytes: Uint8Array): void {
    this.#exact.update(bytes);
    this.#floats?.update(bytes);
  }
}
