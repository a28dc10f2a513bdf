/**
 * The main job, end to end, on the example documents: plan → apply → plan (empty) → a change behind
 * tieline's back → drift → heal → plan (empty). Everything happens in a temporary copy against the
 * embedded API on loopback; nothing is left running and nothing is left behind. Exits 1 at the
 * first step that does not do what it says.
 */
import { spawn, spawnSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const program = join(root, "dist/bin/tieline.cjs");
const folder = await mkdtemp(join(tmpdir(), "tieline-demo-"));

try {
  for (const name of ["connections", "environments"])
    await cp(join(root, name), join(folder, name), { recursive: true });

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
  await changeByHand("gmail-support");
  step(
    5,
    "Drift: what moved on the platform (exit 2 says that something did).",
  );
  tieline(["drift", "dev", "--detailed-exitcode"], 2);
  step(6, "Heal: the platform goes back to what the documents say.");
  tieline(["apply", "dev", "--yes"]);
  step(7, "Plan once more: empty again.");
  tieline(["plan", "dev", "--detailed-exitcode"]);
  console.log(
    "\nThat was the whole loop. The documents are in connections/ and environments/; start your own with: npx tieline init my-connections (in this checkout; docs/guides/first-connection.md goes on from there)",
  );
} finally {
  await rm(folder, { recursive: true, force: true });
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

/** What a person in the dashboard does, through the API: an independent client, not tieline. */
async function changeByHand(name) {
  const server = spawn(
    process.execPath,
    [program, "emulate", "dev", "--json"],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const { origin, client_id, client_secret } = await firstLine(server);
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id,
      client_secret,
    });
    const { access_token } = await json(`${origin}/oauth/token`, {
      method: "POST",
      body: form,
    });
    const headers = {
      authorization: `Bearer ${access_token}`,
      "content-type": "application/json",
    };
    const { connections } = await json(
      `${origin}/api/v1/connections/app?query=${name}`,
      { headers },
    );
    const { id } = connections.find((connection) => connection.key_id === name);
    const { connection } = await json(`${origin}/api/v1/connections/${id}`, {
      headers,
    });
    const { type, provider_key, key_id, oauth_config } = connection;
    const scopes = [
      ...oauth_config.scopes,
      "https://www.googleapis.com/auth/gmail.modify",
    ];
    await json(`${origin}/api/v1/connections/${id}`, {
      method: "PATCH",
      headers,
      body: JSON.stringify({
        type,
        provider_key,
        key_id,
        oauth_config: { scopes },
      }),
    });
    console.log(`\n(by hand) ${name}: scope gmail.modify added`);
  } finally {
    server.kill("SIGINT");
    await new Promise((resolve) => server.once("exit", resolve));
  }
}

async function json(url, init) {
  const reply = await fetch(url, init);
  if (!reply.ok)
    throw new Error(`${init?.method ?? "GET"} ${url}: ${reply.status}`);
  return await reply.json();
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (status) =>
      reject(new Error(`the embedded API ended with ${status}`)),
    );
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n"))
        resolve(JSON.parse(text.slice(0, text.indexOf("\n"))));
    });
  });
}
