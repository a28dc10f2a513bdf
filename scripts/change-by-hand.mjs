/**
 * Somebody changes a connection of the configuration in the current folder by hand, past tieline:
 * one scope more, in the embedded API of its environment dev. For the README, which takes it back.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { changeByHand } from "./demo-copy.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
await changeByHand(
  { program: join(root, "dist/bin/tieline.cjs"), folder: process.cwd() },
  process.argv[2] ?? "gmail-support",
);
