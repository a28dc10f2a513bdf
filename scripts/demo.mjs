/**
 * The main job, end to end, on the example documents: plan → apply → plan (empty) → a change behind
 * tieline's back → drift → heal → plan (empty) → a reconciler that heals by itself. Everything
 * happens in a temporary copy against the embedded API on loopback; nothing is left running and
 * nothing is left behind. Exits 1 at the first step that does not do what it says. One screen a
 * step; `--verbose` shows all that the commands print.
 */
import { spawnSync } from "node:child_process";
import { changeByHand, makeCopy } from "./demo-copy.mjs";

const copy = await makeCopy();
const { program, folder } = copy;
const isVerbose = process.argv.includes("--verbose");

try {
  step(1, "What would an apply do? Nothing is written yet.");
  tieline(["plan", "dev"], { most: 40 });
  step(2, "Do it.");
  tieline(["apply", "dev", "--yes", "--quiet"], { most: 4 });
  step(3, "Plan again: there must be nothing left to do.");
  tieline(["plan", "dev", "--detailed-exitcode"]);
  step(4, "Someone changes a connection by hand: one scope more.");
  await changeByHand(copy, "gmail-support");
  step(
    5,
    "Drift: what moved on the platform (exit 2 says that something did).",
  );
  tieline(["drift", "dev", "--detailed-exitcode"], { status: 2 });
  step(6, "Heal: the platform goes back to what the documents say.");
  tieline(["apply", "dev", "--yes", ...(isVerbose ? [] : ["--quiet"])]);
  tieline(["plan", "dev", "--detailed-exitcode"]);
  step(
    7,
    "Nobody has to look: a reconciler takes the next change back by itself.",
  );
  await changeByHand(copy, "gmail-support");
  tieline(["reconcile", "dev", "--once"]);
  tieline(["drift", "dev", "--detailed-exitcode"]);
  console.log(
    "\nThat was the whole loop. Your own: npx tieline init my-connections\n(in this checkout; docs/guides/first-connection.md goes on from there)",
  );
} finally {
  await copy.remove();
}

function step(number, text) {
  console.log(`\n━━ ${number}. ${text}`);
}

/** Runs the program in the copy and shows what it prints, or how it begins. */
function tieline(args, { status: expected = 0, most = Infinity } = {}) {
  console.log(`$ tieline ${args.join(" ")}`);
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: "utf8",
    // Shown to people, whoever runs the demo.
    env: { ...process.env, TIELINE_AGENT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = stdout.trimEnd().split("\n");
  const shown = isVerbose ? lines : lines.slice(0, most);
  console.log(shown.join("\n"));
  if (shown.length < lines.length)
    console.log(
      `  … ${lines.length - shown.length} lines more: npm run demo -- --verbose`,
    );
  if (status !== expected)
    throw new Error(
      `tieline ${args.join(" ")} ended with ${status}, expected ${expected}`,
    );
}
