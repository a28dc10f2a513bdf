/**
 * A reconciler over the example documents, with its page, until Ctrl-C: somebody changes the
 * platform by hand, and within seconds it is as it was. Everything happens in a temporary copy
 * against the embedded API on loopback; nothing is left running and nothing is left behind.
 */
import { spawn, spawnSync } from "node:child_process";
import { changeByHand, makeCopy } from "./demo-copy.mjs";

/** Between the first look and the change by hand, in milliseconds. */
const WAIT_MS = 4_000;

const copy = await makeCopy();
const { program, folder } = copy;
spawnSync(process.execPath, [program, "apply", "dev", "--yes", "--quiet"], {
  cwd: folder,
  stdio: "inherit",
});
const reconciler = spawn(
  process.execPath,
  [program, "reconcile", "dev", "--listen", "127.0.0.1:0"],
  { cwd: folder, stdio: "inherit" },
);
// Ctrl-C reaches both; this one waits for the other.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => reconciler.kill("SIGTERM"));
const ended = new Promise((resolve) => reconciler.once("exit", resolve));
await Promise.race([
  ended,
  new Promise((resolve) => setTimeout(resolve, WAIT_MS)),
]);
if (reconciler.exitCode === null) {
  await changeByHand(copy, "gmail-support");
  console.log(
    "(by hand) the next line says what became of it; end with Ctrl-C",
  );
}
await ended;
await copy.remove();
