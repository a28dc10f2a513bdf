/**
 * What the demos share: a temporary copy of the example documents, the built program in it, and
 * somebody who changes the platform by hand.
 */
import { spawn } from "node:child_process";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A copy that ends with the demo. Its environment `dev` has its drift taken back. */
export async function makeCopy() {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "tieline-demo-"));
  for (const name of ["connections", "environments"])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await appendFile(
    join(folder, "environments/dev/environment.yaml"),
    "\nreconcile: { mode: heal, interval: 10s, full_read_every: 1 }\n",
  );
  return {
    program: join(root, "dist/bin/tieline.cjs"),
    folder,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What a person in the dashboard does, through the API: an independent client, not tieline. */
export async function changeByHand({ program, folder }, name) {
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
    console.log(`(by hand) ${name}: scope gmail.modify added`);
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
