import {
  BASE_FOLDER,
  ENVIRONMENTS_FOLDER,
} from "../../domain/document-folders.ts";
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import {
  inWords,
  listFolder,
  placeNamed,
  PRIVATE_FILE,
  writeAll,
  type FileWrite,
} from "../../platform/files/index.ts";
import { generateAgeKeyPair } from "../../secrets/sops/keys/age-generate.ts";
import { createSopsYaml } from "../../secrets/sops/file/create.ts";
import { LINE_FILES, newFile, withLines } from "./scaffold-files.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { append } from "../../util/append.ts";

/** The environment of the small configuration, as a pipeline has to know it. */
export const DEMO_ENVIRONMENT = {
  name: "dev",
  target: "embedded:",
  driver: "scalekit",
  isProduction: false,
} as const;

/**
 * Writes a small configuration that plans and applies at once: two connections, a `dev` environment
 * on the embedded API, its secrets encrypted to a new demo key. Overwrites nothing; a `.gitignore`
 * or `.gitattributes` that is there gets the lines it lacks. All of it is written, or nothing.
 * @param schemas - Schemas for editors, by file name: they go into a folder `schemas`, where the
 * documents name them.
 * @param also - Files that are written with it, or not at all.
 * @returns the files that were written, relative to `cwd`.
 * @throws UserError CLI013 when the folder already holds a configuration, CLI016 when a file cannot
 * be written.
 */
export async function scaffold(
  cwd: string,
  folder: string,
  schemas: ReadonlyMap<string, string>,
  also: readonly FileWrite[] = [],
): Promise<string[]> {
  assertFree(resolve(cwd, folder), folder);
  const files = await scaffoldFiles();
  for (const [name, text] of schemas) files.set(`schemas/${name}`, text);
  const writes: FileWrite[] = [];
  for (const [path, text] of files) {
    const place = placeNamed(cwd, join(folder, path));
    const write = LINE_FILES.has(path)
      ? withLines(place, text)
      : newFile(
          place,
          text,
          path.endsWith(".agekey") ? PRIVATE_FILE : undefined,
        );
    if (write !== undefined) writes.push(write);
  }
  append(writes, also);
  await writeAll(writes);
  return writes.map(({ place }) => place.shown);
}

function assertFree(root: string, folder: string): void {
  let present: readonly string[];
  try {
    present = listFolder(root);
  } catch (error) {
    throw inWords(error, {
      code: "CLI013",
      what: `the folder "${folder}" cannot be read`,
      fix: "name a new folder: tieline init my-connections",
      notDone: "nothing was written",
    });
  }
  const taken = present.filter((name) =>
    [BASE_FOLDER, ENVIRONMENTS_FOLDER, "schemas", ".sops.yaml"].includes(name),
  );
  if (taken.length === 0) return;
  throw new UserError(
    "CLI013",
    `the folder "${folder}" already holds ${taken.map((name) => `"${name}"`).join(" and ")}`,
    {
      why: "init never overwrites",
      fix: "name a new folder: tieline init my-connections",
      notDone: "nothing was written",
    },
  );
}

async function scaffoldFiles(): Promise<Map<string, string>> {
  const { identity, recipient } = await generateAgeKeyPair();
  const secrets = {
    "gmail-support": {
      client_secret: `demo-${randomBytes(18).toString("base64url")}`,
    },
    _tieline: { fingerprint_key: randomBytes(32).toString("base64") },
  };
  const encrypted = await createSopsYaml(secrets, [recipient], {
    path: "environments/dev/secrets.enc.yaml",
    lastModified: new Date(systemClock.now()),
  });
  return new Map([
    ["connections/gmail-support.yaml", GMAIL],
    ["connections/slack-notify.yaml", SLACK],
    ["environments/dev/environment.yaml", ENVIRONMENT],
    ["environments/dev/secrets.enc.yaml", encrypted],
    ["environments/dev/demo.agekey", demoKeyText(identity, recipient)],
    [".sops.yaml", sopsConfig(recipient)],
    ...LINE_FILES,
  ]);
}

const GMAIL = `# yaml-language-server: $schema=../schemas/connection.schema.json
# One connection: how the application authenticates to Gmail.
# Absent means "not managed", null means "must be empty", a value means "must be this".
connection_id: gmail-support
provider: gmail
auth_type: oauth2
description: Sends replies for the support agent
owner: team-support
credentials:
  client_id: 1234567890.apps.example
  client_secret: secret://gmail-support/client_secret # a reference; the value is in environments/dev/secrets.enc.yaml
scopes:
  - https://www.googleapis.com/auth/gmail.send
settings:
  access_type: offline # without it Google hands out no refresh token
`;

const SLACK = `# yaml-language-server: $schema=../schemas/connection.schema.json
connection_id: slack-notify
provider: slack
auth_type: oauth2
description: Posts notifications
owner: team-platform
credentials:
  use_platform_creds: true # the platform's shared client: good for development
scopes:
  - channels:read
  - chat:write
  - users:read
`;

const ENVIRONMENT = `# yaml-language-server: $schema=../../schemas/environment.schema.json
environment: dev
description: "Development, on the embedded API. For a real one: tieline init --environment prod --target https://<yours>.scalekit.com"
target: "embedded:"
secrets:
  demo_key_file: demo.agekey
unrepresentable: local # fields the API has no place for stay in what applications read: tieline render dev
prune: true # a connection whose file goes away is deleted; leave this out where real users are
`;

function demoKeyText(identity: string, recipient: string): string {
  return `# DEMO KEY. It is in the repository, so it protects nothing. tieline refuses it for anything but the embedded API.
# A real environment has a key of its own: tieline init --environment prod --target https://<yours>.scalekit.com
# public key: ${recipient}
${identity}
`;
}

function sopsConfig(recipient: string): string {
  return `# Read by sops and tieline when a file of secrets is written: who can open it.
creation_rules:
  - path_regex: environments/dev/.*\\.enc\\.yaml$
    age: ${recipient} # the demo key
`;
}
