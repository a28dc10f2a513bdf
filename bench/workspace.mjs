import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes a workspace of `count` ordinary connections and one environment. */
export async function writeWorkspace(root, count, { target, concurrency = 8 }) {
  await mkdir(join(root, "connections"), { recursive: true });
  await mkdir(join(root, "environments/dev"), { recursive: true });
  const environment = [
    "environment: dev",
    `target: "${target}"`,
    "prune: true",
    "limits:",
    `  concurrency: ${concurrency}`,
    "  requests_per_second: 10000",
    "  max_deletes: 100000",
    "  max_change_ratio: 1",
    "",
  ];
  await writeFile(
    join(root, "environments/dev/environment.yaml"),
    environment.join("\n"),
  );
  for (let index = 0; index < count; index += 1) {
    const name = `gmail-${String(index).padStart(5, "0")}`;
    await writeFile(
      join(root, `connections/${name}.yaml`),
      documentOf(name, index),
    );
  }
}

function documentOf(name, index) {
  return `# Connection number ${index}
connection_id: ${name}
provider: gmail
auth_type: oauth2
description: Reads mail for tenant ${index}
owner: team-support
labels:
  tier: standard
  tenant: "${index}"
credentials:
  use_platform_creds: true
scopes:
  - https://www.googleapis.com/auth/gmail.readonly
  - https://www.googleapis.com/auth/gmail.send
settings:
  access_type: offline
  pkce: true
`;
}
