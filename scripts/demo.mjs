/**
 * The main job, end to end, on the example documents: plan → apply → plan (empty) → a change behind
 * tieline's back → drift → heal → plan (empty) →
 * a reconciler that heals by itself. Everything happens in a temporary copy against the
 * embedded API on loopback; nothing is left running and nothing is left behind. Exits 1 at the
 * first step that does not do what it says.
 */
import { spawnSync } from "node:child_process";
import { changeByHand, makeCopy } from "./demo-copy.mjs";

const copy = await makeCopy();
const { program, folder } = copy;

try {
  step(1, "What would an apply do? Nothing is written yet.");
  tieline(["plan", "dev"]);
  step(2, "Do it.");
  tieline(["apply", "dev", "--yes", "--quiet"]);
  step(
    3,
    "Plan again: there must be nothing left to do (exit 0 with --detailed-exitcode).",
  );
  tieline(["plan", "dev", "--detailed-exitcode"]);
  step(
    4,
    "Someone changes a connection by hand, behind tieline's back: one scope more.",
  );
  await changeByHand(copy, "gmail-support");
  step(
    5,
    "Drift: what moved on the platform (exit 2 says that something did).",
  );
  tieline(["drift", "dev", "--detailed-exitcode"], 2);
  step(6, "Heal: the platform goes back to what the documents say.");
  tieline(["apply", "dev", "--yes"]);
  step(7, "Plan once more: empty again.");
  tieline(["plan", "dev", "--detailed-exitcode"]);
  step(
    8,
    "Nobody has to look: a reconciler takes the next change back by itself (mode: heal).",
  );
  await changeByHand(copy, "gmail-support");
  tieline(["reconcile", "dev", "--once"]);
  tieline(["drift", "dev", "--detailed-exitcode"]);
  console.log(
    "\nThat was the whole loop. The documents are in connections/ and environments/; start your own with: npx tieline init my-connections (in this checkout; docs/guides/first-connection.md goes on from there)",
  );
} finally {
  await copy.remove();
}

function step(number, text) {
  console.log(`\n━━ ${number}. ${text}`);
}

/** Runs the program in the copy and shows what it prints. */
function tieline(args, expected = 0) {
  console.log(`\n$ tieline ${args.join(" ")}`);
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== expected)
    throw new Error(
      `tieline ${args.join(" ")} ended with ${status}, expected ${expected}`,
    );
}
