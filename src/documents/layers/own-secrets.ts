import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { secretRefText } from "../../domain/secret/secret.ts";
import {
  placeAt,
  placeOfDocument,
  withDocumentValue,
  type ParsedDocument,
} from "../read/document.ts";
import { PATCH_MEMBER } from "../read/json-patch.ts";
import { isSecretField } from "../read/members.ts";
import { report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";

/** Member in which SOPS keeps its metadata. */
const SOPS_MEMBER = "sops";
const MAX_PROBLEMS = 20;
const BASE64 = "[A-Za-z0-9+/]+={0,2}";
/**
 * The form SOPS gives an encrypted value. Only what looks exactly like that becomes a reference.
 */
const CIPHERTEXT = new RegExp(
  `^ENC\\[AES256_GCM,data:${BASE64},iv:${BASE64},tag:${BASE64},type:(?:str|int|float|bool|time|bytes)\\]$`,
  "u",
);

/** A document whose encrypted secret fields became references, or why it is refused. */
export interface OwnSecrets {
  /** Without the `sops` member: it is about the file, not the connection. */
  readonly document: ParsedDocument;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Whether a file carries a `sops:` block of its own. A patch does not: it takes no member beside
 * its operations, and its check says so.
 */
export function hasOwnSecrets({ value }: ParsedDocument): boolean {
  return (
    isJsonObject(value[SOPS_MEMBER]) && !Object.hasOwn(value, PATCH_MEMBER)
  );
}

/**
 * Turns every encrypted secret field of a document with its own `sops:` block into a reference into
 * that very file. Nothing is decrypted here, and ciphertext anywhere else is an error (SCH009): it
 * would be compared and sent as if it were the value.
 */
export function withOwnSecrets(document: ParsedDocument): OwnSecrets {
  const members = Object.entries(document.value).filter(
    ([name]) => name !== SOPS_MEMBER,
  );
  const reader = new OwnSecretReader(document);
  const value = reader.mapping(Object.fromEntries(members), []);
  return {
    document: withDocumentValue(document, value, reader.references),
    diagnostics: reader.diagnostics,
  };
}

/**
 * Says that a file with several documents cannot carry a `sops:` block: SOPS encrypts files, and a
 * reference names one value of one.
 */
export function severalWithSecrets(document: ParsedDocument): Diagnostic {
  return report(
    placeAt(document, pointerOf([SOPS_MEMBER]), "key") ??
      placeOfDocument(document),
    {
      code: "SCH009",
      message: "a file of several documents has its own sops block",
      why: "a secret in a connection file is found by the file's name and the field, so the file holds one document",
      fix: "give each connection a file of its own, then encrypt it",
    },
  );
}

class OwnSecretReader {
  readonly references: Map<Pointer, string> = new Map();
  readonly diagnostics: Diagnostic[] = [];
  readonly #document: ParsedDocument;

  constructor(document: ParsedDocument) {
    this.#document = document;
  }

  mapping(value: JsonObject, path: readonly string[]): JsonObject {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [
        name,
        this.#value(child, [...path, name]),
      ]),
    );
  }

  #value(value: JsonValue, path: readonly string[]): JsonValue {
    if (typeof value === "string")
      return value.startsWith("ENC[") ? this.#ciphertext(value, path) : value;
    if (Array.isArray(value))
      return value.map((child: JsonValue, index) =>
        this.#value(child, [...path, String(index)]),
      );
    return isJsonObject(value) ? this.mapping(value, path) : value;
  }

  #ciphertext(text: string, path: readonly string[]): string {
    const pointer = pointerOf(path);
    if (isSecretField(pointer)) {
      // What only resembles a ciphertext stays, and the schema check refuses it with its place.
      if (!CIPHERTEXT.test(text)) return text;
      const { file } = this.#document.source;
      const reference = secretRefText({
        kind: "secret",
        path: `${file}#${pointer}`,
      });
      this.references.set(pointer, reference);
      return reference;
    }
    if (this.diagnostics.length < MAX_PROBLEMS)
      this.diagnostics.push(
        report(
          placeAt(this.#document, pointer, "value") ??
            placeOfDocument(this.#document),
          {
            code: "SCH009",
            message: `${quoted(path.join("."))} is encrypted, but is not a secret field`,
            why: "everything but secrets is compared and reviewed in the clear, and works without a key",
            fix: "decrypt the file, and encrypt it with encrypted_regex for its secret fields only, such as ^(client_secret|api_key)$",
          },
        ),
      );
    return text;
  }
}
