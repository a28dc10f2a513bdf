import { shellWord } from "../../util/shell-word.ts";
import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import type { Git } from "../../ports/git.ts";
import { isWithin } from "../files/index.ts";

/** What a remote is judged by. */
export interface RemoteRequest {
  readonly name: string;
  readonly git: Git;
  readonly repository: {
    readonly topLevel: string;
    readonly commonFolder: string;
  };
  readonly home: string | undefined;
}

/** A remote that may be spoken to, and how. */
export interface UsableRemote {
  /** Transports its addresses take, as git names them. */
  readonly protocols: readonly string[];
}

/** An address of a remote: the transport it takes, or why it is not used. */
export type JudgedAddress =
  | { readonly protocol: "https" | "ssh" | "http" | "file" }
  | { readonly why: string };

/** Settings that choose a program, an address or a way for a command that speaks to a remote. */
const DECIDES =
  /^(?:remote|url|http|https|ssh|credential|protocol)\.|^core\.(?:sshcommand|askpass|gitproxy)$/u;

const HAS_CONTROL = /[\u0000-\u001f\u007f]/u;
const CONTROL = "its address holds a control character";

/**
 * Looks at a remote before git speaks to it. A name that git does not know as a remote would be
 * taken for a path, such as one to a bare repository that came with a commit, whose hooks would
 * run.
 * @throws UserError STA030.
 */
export async function checkRemote(
  request: RemoteRequest,
): Promise<UsableRemote> {
  const { name, git, repository } = request;
  const settings = await git.settings(DECIDES);
  const inside = settings.find(
    ({ file }) =>
      file !== null &&
      isWithin(repository.topLevel, realOf(file)) &&
      !isWithin(repository.commonFolder, realOf(file)),
  );
  if (inside?.file !== undefined && inside.file !== null)
    throw unused(name, {
      why: `git's setting ${inside.key} is in "${inside.file}", a file of the working tree, which a pull request can change`,
      fix: "keep it in a file of your own: git config --show-origin --list shows where each one comes from",
    });
  const own = settings.filter(({ key }) => isOf(key, name));
  // What git prints of addresses is told apart by line breaks.
  if (own.some(({ value }) => HAS_CONTROL.test(value)))
    throw unused(name, CONTROL);
  if (own.length === 0)
    throw unused(name, {
      why: "this clone has no remote of that name",
      fix: `name one that git remote lists (state.remote in environment.yaml, or --follow), or add it: git remote add ${shellWord(name)} https://…`,
    });
  const protocols = new Set<string>();
  for (const address of await addressesOf(git, name)) {
    const judged = judgeAddress(address, request);
    if ("why" in judged) throw unused(name, judged.why);
    protocols.add(judged.protocol);
  }
  return { protocols: [...protocols] };
}

/**
 * The command for a remote. On this machine the program at its other end runs here, and nobody
 * needs another one than git's own.
 */
export function remoteCommand(
  args: readonly string[],
  { protocols }: UsableRemote,
): readonly string[] {
  const [command = "", ...rest] = args;
  if (!protocols.includes("file")) return args;
  return command === "push"
    ? [command, "--receive-pack=git-receive-pack", ...rest]
    : [command, "--upload-pack=git-upload-pack", ...rest];
}

/** Whether a setting belongs to a remote: `remote.<name>.<member>`. */
function isOf(key: string, name: string): boolean {
  const [section, ...rest] = key.split(".");
  return section === "remote" && rest.slice(0, -1).join(".") === name;
}

/** Every address fetches and pushes go to, after git's own rewriting. */
async function addressesOf(git: Git, name: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    [["--all"], ["--push", "--all"]].map((options) =>
      git.run(["remote", "get-url", ...options, "--", name]),
    ),
  );
  const addresses = answers.flatMap(({ status, stdout }) =>
    status === 0
      ? Buffer.from(stdout)
          .toString("utf8")
          .split("\n")
          .filter((line) => line !== "")
      : [],
  );
  if (addresses.length > 0 && answers.every(({ status }) => status === 0))
    return addresses;
  throw unused(name, {
    why: "it has no address",
    fix: `give it one: git remote set-url ${shellWord(name)} https://…`,
  });
}

/**
 * The transport an address takes, as git reads addresses, where it is one of those that are used.
 */
export function judgeAddress(
  address: string,
  { repository, home }: Pick<RemoteRequest, "repository" | "home">,
): JudgedAddress {
  if (HAS_CONTROL.test(address)) return { why: CONTROL };
  if (/^[A-Za-z0-9+.-]*::/u.test(address))
    return { why: "its address names a program that is to reach it" };
  const [, scheme, rest] = /^([A-Za-z0-9+.-]+):\/\/(.*)$/u.exec(address) ?? [];
  if (scheme !== undefined && rest !== undefined)
    return judgeScheme(scheme, rest, { repository, home });
  if (isPath(address)) return judgePath(address, { repository, home });
  return judgeSsh(address.slice(0, address.indexOf(":")));
}

function judgeScheme(
  scheme: string,
  rest: string,
  request: Pick<RemoteRequest, "repository" | "home">,
): JudgedAddress {
  switch (scheme) {
    case "https":
      return { protocol: "https" };
    case "ssh":
    case "git+ssh":
    case "ssh+git":
      return judgeSsh(rest);
    case "http":
      return /^(?:[^/@]*@)?(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|$)/u.test(
        rest,
      )
        ? { protocol: "http" }
        : {
            why: "its address is http: anyone on the way could change the state",
          };
    case "file":
      return rest.startsWith("/")
        ? judgePath(withoutDriveSlash(decoded(rest)), request)
        : { why: "its file address does not begin with file:///" };
    default:
      return { why: `its address begins with ${scheme}://` };
  }
}

function judgeSsh(host: string): JudgedAddress {
  const name = host.slice(host.indexOf("@") + 1).replace(/^\[/u, "");
  return host.startsWith("-") || name.startsWith("-") || name === ""
    ? { why: "its address has a host that ssh would take for an option" }
    : { protocol: "ssh" };
}

/** As git decides it: a colon before the first slash makes it a host and a path. */
function isPath(address: string): boolean {
  if (process.platform === "win32" && /^[A-Za-z]:/u.test(address)) return true;
  const colon = address.indexOf(":");
  const slash = address.indexOf("/");
  return colon < 0 || (slash >= 0 && slash < colon);
}

function judgePath(
  path: string,
  { repository, home }: Pick<RemoteRequest, "repository" | "home">,
): JudgedAddress {
  const whole =
    home !== undefined && /^~(?:\/|$)/u.test(path)
      ? join(home, path.slice(1))
      : resolve(repository.topLevel, path);
  // git also looks for a repository under the name with .git at its end.
  const places = [whole, `${whole}.git`].map(realOf);
  return places.some((place) => isReachable(place, repository))
    ? {
        why: "its address is a path inside the repository, where a pull request can put files",
      }
    : { protocol: "file" };
}

/**
 * True for a path whose files can come with a commit: in this working tree, or in the one that
 * keeps the git folder of this one.
 */
function isReachable(
  path: string,
  { topLevel, commonFolder }: RemoteRequest["repository"],
): boolean {
  if (isWithin(topLevel, path)) return true;
  const above = outerTree(commonFolder);
  return above !== undefined && isWithin(above, path) && path !== above
    ? !path.split(sep).includes(".git")
    : false;
}

/**
 * The working tree that holds a git folder: that of the repository a submodule or a linked working
 * tree belongs to.
 */
function outerTree(gitFolder: string): string | undefined {
  for (let at = gitFolder; at !== dirname(at); at = dirname(at))
    if (basename(at) === ".git") return dirname(at);
  return undefined;
}

/** The real path of what is there of a path, with the rest behind it. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realOf(above), basename(path));
  }
}

/** `/C:/x` of a file address is `C:/x` on Windows. */
function withoutDriveSlash(path: string): string {
  return process.platform === "win32"
    ? path.replace(/^\/(?=[A-Za-z]:)/u, "")
    : path;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function unused(
  name: string,
  reason: string | { readonly why: string; readonly fix: string },
): UserError {
  const { why, fix } =
    typeof reason === "string"
      ? {
          why: reason,
          fix: `give it an https or ssh address: git remote set-url ${shellWord(name)} https://…`,
        }
      : reason;
  return new UserError("STA030", `the remote "${name}" is not used`, {
    why,
    fix,
    notDone: "git spoke to nobody",
  });
}
