import { spawn } from "node:child_process";
import { basename } from "node:path";
import { UserError } from "../../../domain/problem/error.ts";
import { Scratch } from "../../../platform/files/index.ts";
import { withSearchFolders } from "../../../platform/programs/search-path.ts";
import { splitCommand } from "../../../secrets/sops/keys/split-command.ts";
import type { Io } from "../../../command/io.ts";
import { editorEnvironment } from "./editor-environment.ts";

/** Keep copies out of swap, undo and backup files, for the editors that are known to make them. */
const QUIET_FLAGS: Readonly<Record<string, readonly string[]>> = {
  vi: ["-n"],
  vim: ["-n", "-i", "NONE", "--cmd", "set noundofile nobackup nowritebackup"],
  nvim: ["-n", "-i", "NONE", "--cmd", "set noundofile nobackup nowritebackup"],
  nano: ["--ignorercfiles"],
};

/**
 * Lets the user's editor change a text. The text is in a file of its own folder, both for the owner
 * only, and gone afterwards whatever happens, signals included.
 * @throws UserError SEC031 when no editor is set, or it ends with an error.
 */
export async function editExternally(
  text: Uint8Array,
  name: string,
  io: Io,
): Promise<Uint8Array> {
  const [program, ...args] =
    splitCommand(io.env["VISUAL"] ?? io.env["EDITOR"] ?? "") ?? [];
  if (program === undefined)
    throw new UserError("SEC031", "there is no editor", {
      why: "neither VISUAL nor EDITOR is set",
      fix: 'set one of them, such as EDITOR=nano or EDITOR="code --wait"; or use tieline secrets set',
      notDone: "nothing was written",
    });
  const scratch = new Scratch(name, text);
  try {
    const flags = QUIET_FLAGS[basename(program)] ?? [];
    await runEditor(program, [...flags, ...args, scratch.file], io);
    return scratch.read();
  } finally {
    scratch.dispose();
  }
}

function runEditor(
  program: string,
  args: readonly string[],
  io: Io,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string): void => {
      reject(
        new UserError("SEC031", "the editor ended with an error", {
          why,
          fix: "check VISUAL or EDITOR; the file is as it was",
          notDone: "nothing was written",
        }),
      );
    };
    const child = spawn(program, args, {
      stdio: "inherit",
      env: withSearchFolders(editorEnvironment(io.env)),
      signal: io.interrupt.signal,
    });
    child.once("error", () => {
      refuse("it could not be started, or was interrupted");
    });
    child.once("close", (code) => {
      if (code === 0) resolve();
      else refuse(`it ended with status ${String(code)}`);
    });
  });
}
