import { UserError } from "../../domain/problem/error.ts";
import { systemClock } from "../../environment/system-clock.ts";
import type { AppKey } from "../../forges/options.ts";
import { isForkJob } from "../../platform/jobs/fork-job.ts";
import { readNamedText } from "../../command/named-files.ts";
import type { Io } from "../../command/io.ts";

const ID = "TIELINE_GITHUB_APP_ID";
const KEY = "TIELINE_GITHUB_APP_PRIVATE_KEY";
const FILE = "TIELINE_GITHUB_APP_PRIVATE_KEY_FILE";

/** What a forge is opened for. */
export type ForgeUse = "post" | "read";

const PERMISSIONS: Readonly<
  Record<ForgeUse, Pick<AppKey, "required" | "wanted">>
> = {
  post: {
    required: { pull_requests: "write" },
    wanted: { checks: "write", statuses: "write", contents: "read" },
  },
  read: {
    required: { pull_requests: "read" },
    wanted: { contents: "read", members: "read" },
  },
};

/** Largest key file that is read: a dozen times a key. */
const MAX_KEY_BYTES = 64 * 1024;

/**
 * The GitHub App to act as, where the variables name one. In the job of a fork none is looked for.
 * @throws UserError CLI001 where only a part of it is given, or too much.
 */
export function readAppKey(io: Io, use: ForgeUse): AppKey | undefined {
  if (isForkJob(io.env)) return undefined;
  const [id, value, file] = [ID, KEY, FILE].map((name) => io.env[name] ?? "");
  if (!id && !value && !file) return undefined;
  if (!id) throw incomplete(`${ID} is not set, and its key is`);
  if (!/^(?:[1-9]\d{0,14}|Iv[\w.]{1,60})$/u.test(id))
    throw incomplete(`${ID} is neither a number nor a client id`);
  if (value && file) throw incomplete(`${KEY} and ${FILE} are both set`);
  if (!value && !file) throw incomplete(`${ID} is set, and its key is not`);
  const given = value || readKeyFile(io, file ?? "");
  // Variables of pipelines often hold a key in one line.
  const privateKey = given
    .replaceAll("\\n", "\n")
    .replaceAll("\r\n", "\n")
    .trim();
  for (const form of [given.trim(), privateKey])
    io.scrubber.register(form, value ? KEY : FILE);
  return {
    id,
    privateKey,
    ...PERMISSIONS[use],
    register: (secret, name) => {
      io.scrubber.register(secret, name);
    },
    clock: systemClock,
  };
}

function readKeyFile(io: Io, file: string): string {
  return readNamedText(io.cwd, file, {
    kind: "the private key of the GitHub App",
    maxBytes: MAX_KEY_BYTES,
    code: "CLI032",
    fix: `set ${FILE} to the file that GitHub made for the App`,
    notDone: "nothing was posted",
  });
}

function incomplete(why: string): UserError {
  return new UserError(
    "CLI001",
    "it is not known which GitHub App to post the review as",
    {
      why,
      fix: `set ${ID} and one of ${KEY} and ${FILE}, as docs/guides/use-in-ci.md shows, or none of them`,
      notDone: "nothing was posted",
    },
  );
}
