/**
 * The pages of `docs/errors`, which are the list of codes there is: a code is the name of its page,
 * with the title in the page's front matter. Codes that are gone stand in RETIRED.md and never come
 * back.
 */
import { readdir, readFile } from "node:fs/promises";

const CODE = /^[A-Z]{3}\d{3}$/;

/**
 * Every page, and every retired code, in their order.
 * @throws Error for a page without a title, one of a retired code, and a row of RETIRED.md that
 * leads to no page.
 */
export async function readErrorPages(folder) {
  const pages = {};
  for (const name of (await readdir(folder)).sort()) {
    if (name === "README.md" || name === "RETIRED.md") continue;
    const code = name.slice(0, -".md".length);
    if (!CODE.test(code) || !name.endsWith(".md"))
      throw new Error(`docs/errors/${name} is named after no code`);
    pages[code] = errorPage(
      code,
      await readFile(new URL(name, folder), "utf8"),
    );
  }
  const retired = retiredCodes(
    await readFile(new URL("RETIRED.md", folder), "utf8"),
  );
  for (const [code, { instead }] of Object.entries(retired)) {
    if (pages[code] !== undefined)
      throw new Error(`docs/errors/${code}.md is the page of a retired code`);
    if (pages[instead] === undefined)
      throw new Error(
        `docs/errors/RETIRED.md: ${code} leads to ${instead}, which has no page`,
      );
  }
  return { pages, retired };
}

/** A page: front matter with the title, then Markdown. @throws Error for anything else. */
export function errorPage(code, text) {
  const [, title, body] =
    /^---\ntitle: ([A-Za-z][^\n:#]*)\n---\n\n([^]+)$/.exec(text) ?? [];
  if (title === undefined || body === undefined || title !== title.trim())
    throw new Error(
      `docs/errors/${code}.md must begin with front matter that holds a title and nothing else`,
    );
  if (/^# /m.test(body.replace(/^```[^]*?^```$/gm, "")))
    throw new Error(
      `docs/errors/${code}.md has a heading of the first level: its title stands above the page already`,
    );
  return { title, page: `# ${code}: ${title}\n\n${body}` };
}

/**
 * The rows of the table in RETIRED.md: code, title, version it was retired in, and the code to look
 * at instead.
 */
export function retiredCodes(text) {
  const retired = {};
  let last = "";
  for (const line of text.split("\n")) {
    if (!/^\| [A-Z]{3}\d/.test(line)) continue;
    const [, code, title, since, instead] =
      /^\| ([A-Z]{3}\d{3}) +\| ([^|]+?) +\| (\d+\.\d+\.\d+) +\| \[([A-Z]{3}\d{3})\]\(\4\.md\) +\|$/.exec(
        line,
      ) ?? [];
    if (instead === undefined)
      throw new Error(`docs/errors/RETIRED.md: not understood: ${line}`);
    if (code <= last)
      throw new Error(`docs/errors/RETIRED.md: ${code} is not in its place`);
    last = code;
    retired[code] = { title, since, instead };
  }
  return retired;
}
