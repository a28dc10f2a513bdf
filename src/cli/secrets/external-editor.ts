import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "../../domain/error.ts";
import { splitCommand } from "../../secrets/sops/split-command.ts";
import type { Io } from "../io.ts";

const PRIVATE_FILE = 0o600;
/** A memory file system where there is one: what is there never reaches a disk. */
const MEMORY_FOLDER = "/dev/shm";
/** Keep copies out of swap, undo and backup files, for the editors that are known to make them. */
const QUIET_FLAGS: Readonly<Record<string, readonly string[]>> = {
  vi: ["-n"],
  vim: ["-n", "-i", "NONE", "--cmd", "set noundofile nobackup nowritebackup"],
  nvim: ["-n", "-i", "NONE", "--cmd", "set noundofile nobackup nowritebackup"],
  nano: ["--ignorercfiles"],
};

/**
 * Lets the user's editor change a text. The text is in a file of its own folder, both for the owner only, and gone afterwards whatever happens,
 * signals included.
 * @throws UserError SEC031 when no editor is set, or it ends with an error.
 */
export async function editExternally(
  text: string,
  name: string,
  io: Io,
): Promise<string> {
  const [program, ...args] =
    splitCommand(io.env["VISUAL"] ?? io.env["EDITOR"] ?? "") ?? [];
  if (program === undefined)
    throw new UserError("SEC031", "there is no editor", {
      why: "neither VISUAL nor EDITOR is set",
      fix: 'set one of them, such as EDITOR=nano or EDITOR="code --wait"; or use tieline secrets set',
      notDone: "nothing was written",
    });
  const parent = existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir();
  const folder = await mkdtemp(join(parent, "tieline-edit-"));
  const clear = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", clear);
  try {
    const file = join(folder, name);
    await writeFile(file, text, { mode: PRIVATE_FILE });
    const flags = QUIET_FLAGS[basename(program)] ?? [];
    await runEditor(program, [...flags, ...args, file], io);
    return await readFile(file, "utf8");
  } finally {
    process.off("exit", clear);
    clear();
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
        new UserError("SEC031", "the editor did not end well", {
          why,
          fix: "check VISUAL or EDITOR; the file is as it was",
          notDone: "nothing was written",
        }),
      );
    };
    const child = spawn(program, args, {
      stdio: "inherit",
      env: { ...io.env },
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
