import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder by its real path, removed when the test ends. */
export function aRealFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tieline-files-")));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A pipe that nobody reads or writes. */
export function makePipe(path: string): void {
  execFileSync("mkfifo", [path]);
}

/**
 * Everything below a folder: links by where they lead, files by mode and text. Nothing is followed
 * or waited for.
 */
export function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const info = lstatSync(path);
    if (info.isSymbolicLink()) found[name] = `-> ${readlinkSync(path)}`;
    else if (info.isDirectory()) {
      found[name] = "folder";
      for (const [below, what] of Object.entries(snapshot(path)))
        found[`${name}/${below}`] = what;
    } else if (info.isFile())
      found[name] =
        `${(info.mode & 0o777).toString(8)} ${readFileSync(path, "latin1")}`;
    else found[name] = "pipe or device";
  }
  return found;
}
