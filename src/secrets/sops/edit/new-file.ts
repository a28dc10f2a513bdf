import { randomBytes } from "node:crypto";
import { DATA_KEY_BYTES } from "../core/data-key.ts";
import { encryptEncText } from "../core/enc-text.ts";
import { formatOf } from "../core/format.ts";
import { metadataText, withKeyGroups } from "../formats/metadata-text.ts";
import type { OpenedSops } from "../file/open.ts";
import { thresholdFor } from "../file/reachable.ts";
import type { RekeyOptions } from "./rekey.ts";
import { sopsError } from "../core/sops-error.ts";
import { readSopsFile } from "../file/sops-file.ts";
import { sopsString, type SopsScalar } from "../core/tree.ts";
import { wrapForGroups } from "../keys/wrap-groups.ts";

/** The version new files name: the SOPS release whose layout and rules they follow. */
const FORMAT_VERSION = "3.13.3";

/**
 * The text of a new file without a value, and its open form for an editor. Follows the rule: keys,
 * selection, MAC.
 * @returns an opened file whose data key the caller disposes of.
 */
export async function createEmptySops(
  path: string,
  options: RekeyOptions,
): Promise<OpenedSops> {
  const { rule } = options;
  const format = formatOf(path);
  if (format === "ini")
    throw sopsError("SEC018", path, "cannot write .ini files", {
      fix: "use YAML, JSON or dotenv",
      notDone: "nothing was written",
    });
  const threshold = thresholdFor(rule);
  const dataKey = randomBytes(DATA_KEY_BYTES);
  try {
    const lastModified = options.now.toISOString().replace(/\.\d+Z$/u, "Z");
    const placeholder = encryptEncText("none yet", dataKey, {
      additionalData: lastModified,
      label: "str",
    });
    const groups = await wrapForGroups(rule.keyGroups, dataKey, {
      path,
      providers: options.providers,
      consent: options.consent,
      shamirThreshold: threshold,
      createdAt: lastModified,
    });
    const base = new Map<string, SopsScalar>([
      ["lastmodified", sopsString(lastModified)],
      ["mac", sopsString(placeholder)],
      ...(rule.macOnlyEncrypted
        ? [
            ["mac_only_encrypted", { kind: "bool", value: true }] as [
              string,
              SopsScalar,
            ],
          ]
        : []),
      [rule.rule.kind, sopsString(rule.rule.pattern)],
      ["version", sopsString(FORMAT_VERSION)],
    ]);
    const metadata = withKeyGroups(
      { kind: "map", entries: base },
      groups,
      threshold,
    );
    const file = await readSopsFile(
      Buffer.from(metadataText(format, metadata)),
      { path, format },
    );
    return {
      file,
      tree: { kind: "map", entries: new Map() },
      documents: file.documents,
      dataKey,
      dispose: () => void dataKey.fill(0),
    };
  } catch (error) {
    dataKey.fill(0);
    throw error;
  }
}
