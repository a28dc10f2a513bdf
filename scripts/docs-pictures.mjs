/**
 * Pictures for the guides: a plan as a page and the comment of a review, as the built program
 * writes them, in a headless Chromium. Nothing is fetched: the browser sees two files. `npm run
 * docs:pictures` builds first; TIELINE_CHROMIUM names the browser where it is somewhere else.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { chromium } from "playwright-core";

const JIRA = `connection_id: jira-board
provider: jira
auth_type: oauth2
description: Reads the board
owner: team-platform
credentials:
  use_platform_creds: true
scopes:
  - read:jira-work
`;
const NOTION = `connection_id: notion-wiki
provider: notion
auth_type: oauth2
description: Looks things up in the wiki
owner: team-support
credentials:
  use_platform_creds: true
`;

/** Largest picture that is kept in the repository. */
const MAX_BYTES = 150_000;

const root = fileURLToPath(new URL("../", import.meta.url));
const program = join(root, "dist/bin/tieline.cjs");
const pictures = join(root, "docs/pictures");

const executablePath = [
  process.env.TIELINE_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && path !== "" && existsSync(path));
if (executablePath === undefined) {
  console.error(
    "no picture was made: there is no Chromium here. Install one, or name it: TIELINE_CHROMIUM=/path/to/chromium npm run docs:pictures",
  );
  process.exit(1);
}

const outer = await mkdtemp(join(tmpdir(), "tieline-pictures-"));
try {
  const { page, comment } = await examples(join(outer, "connections"));
  await writeFile(join(outer, "plan.html"), page);
  await writeFile(join(outer, "comment.html"), commentPage(comment));
  await mkdir(pictures, { recursive: true });
  const browser = await chromium.launch({
    executablePath,
    // The pages are ours, and containers give no sandbox.
    args: ["--no-sandbox"],
  });
  try {
    await picture(browser, "plan", { width: 1000, height: 900 });
    await picture(browser, "comment", { width: 900, height: 900 });
  } finally {
    await browser.close();
  }
} finally {
  await rm(outer, { recursive: true, force: true });
}

async function picture(browser, name, viewport) {
  const tab = await browser.newPage({ viewport, colorScheme: "light" });
  await tab.goto(`file://${join(outer, `${name}.html`)}`);
  const path = join(pictures, `${name}.png`);
  await tab.screenshot({ path });
  await tab.close();
  const { size } = await stat(path);
  if (size > MAX_BYTES)
    throw new Error(`${name}.png has ${size} bytes, more than ${MAX_BYTES}`);
  console.log(`wrote docs/pictures/${name}.png (${size} bytes)`);
}

/** A plan and a comment about a change that is worth a look. */
async function examples(folder) {
  await mkdir(folder);
  const files = (values) =>
    Promise.all(
      Object.entries(values).map(async ([path, text]) => {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }),
    );
  tieline(folder, ["init", "."]);
  await files({
    ".gitignore": ".tieline/\n",
    "connections/jira-board.yaml": JIRA,
  });
  git(folder, "init", "--quiet", "--initial-branch=main");
  commit(folder);
  tieline(folder, ["apply", "dev", "--yes", "--quiet"]);
  const gmail = join(folder, "connections/gmail-support.yaml");
  await writeFile(
    gmail,
    (await readFile(gmail, "utf8")).replace(
      "auth/gmail.send",
      "auth/gmail.modify",
    ),
  );
  await rm(join(folder, "connections/jira-board.yaml"));
  await files({ "connections/notion-wiki.yaml": NOTION });
  commit(folder);
  const page = tieline(folder, ["plan", "dev", "--output", "html"]);
  const comment = tieline(folder, ["review", "--dry-run", "--base", "HEAD~1"]);
  return {
    page,
    comment: comment.slice(0, comment.lastIndexOf("</details>") + 10),
  };
}

function tieline(cwd, args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, ...args],
    {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: outer },
    },
  );
  if (status === 0 || status === 6) return stdout;
  throw new Error(`tieline ${args.join(" ")} ended with ${status}: ${stderr}`);
}

function commit(folder) {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "Let support change mail");
}

function git(folder, ...args) {
  const names = ["-c", "user.name=docs", "-c", "user.email=docs@localhost"];
  execFileSync("git", [...names, ...args], { cwd: folder });
}

/** Markdown as a forge shows it, as far as a picture needs it. */
function commentPage(markdown) {
  const body = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  return `<!doctype html><meta charset="utf-8"><title>comment</title><style>
body{margin:24px;font:14px/1.5 system-ui,sans-serif;color:#1f2328}
main{border:1px solid #d1d9e0;border-radius:6px}
header{padding:8px 16px;background:#f6f8fa;border-bottom:1px solid #d1d9e0}
article{padding:8px 16px}
table{border-collapse:collapse}th,td{border:1px solid #d1d9e0;padding:6px 13px}
code{background:#eff1f3;border-radius:6px;padding:.2em .4em;font-size:85%}
pre{background:#f6f8fa;padding:16px;border-radius:6px;overflow:auto}pre code{background:none;padding:0}
summary{cursor:pointer}blockquote{margin:0;padding:0 1em;border-left:4px solid #d1d9e0;color:#59636e}
</style><main><header><strong>tieline</strong> commented</header><article>${body.replaceAll("<details>", "<details open>")}</article></main>`;
}
