import { basename } from "node:path";
import { systemClock } from "../../../environment/system-clock.ts";
import { noSecretsOf } from "../../../secrets/own-secret.ts";
import {
  plainBytes,
  takePlainBytes,
} from "../../../secrets/sops/edit/edit-plain.ts";
import { SopsEditor } from "../../../secrets/sops/edit/editor.ts";
import type { Io } from "../../../command/io.ts";
import { openSecretsFileFile } from "../change.ts";
import { editExternally } from "./external-editor.ts";
import { bytesOf, type SecretsFile } from "../secrets-file.ts";
import { assertTargetPinned, writeFile } from "../write-file.ts";

/**
 * Lets the user's editor change the values of a file as plain text. @returns whether anything
 * changed.
 */
export async function editFile(target: SecretsFile, io: Io): Promise<boolean> {
  // Before somebody types what would then be refused.
  await assertTargetPinned(target, bytesOf(target));
  const opened = await openSecretsFileFile(target, io);
  try {
    const editor = new SopsEditor(opened, noSecretsOf(target.file));
    const edited = await editExternally(
      plainBytes(editor, opened),
      basename(target.file),
      io,
    );
    takePlainBytes(editor, opened, edited);
    if (!editor.isChanged) return false;
    await writeFile(
      target,
      await editor.finish(new Date(systemClock.now())),
      editor.documents,
    );
    return true;
  } finally {
    opened.dispose();
  }
}
