import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** Line of the fence that opens it. */
  readonly line: number;
  /** The word behind the fence; empty where there is none. */
  readonly language: string;
  readonly text: string;
  /** What the page itself says about why it is not run, where the reader sees it. */
  readonly notRun: string | undefined;
}

/** A page of the documents, by its path. */
export interface Page {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const AT_THE_ROOT = ["README.md", "CONTRIBUTING.md", "SECURITY.md"];
const NOT_RUN = /^_Not run by our tests: (?<why>.+)\._$/u;
const LINK = /\]\((?<target>[^)\s]+)\)/gu;

/** Every page that people read, the pages of error codes included. */
export function readPages(root: string): readonly Page[] {
  const below = readdirSync(join(root, "docs"), {
    recursive: true,
    encoding: "utf8",
  })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`);
  return [...AT_THE_ROOT, ...below.sort()].map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return { path, text, blocks: blocksOf(path, text) };
  });
}

/** The fenced blocks of a page. A line under a block says when it is not run. */
export function blocksOf(page: string, text: string): readonly Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const opening = /^(?<indent> *)(?<fence>`{3,})(?<language>.*)$/u.exec(
      lines[at] ?? "",
    )?.groups;
    if (opening === undefined) continue;
    const closing = `${opening["indent"] ?? ""}${opening["fence"] ?? ""}`;
    const end = lines.indexOf(closing, at + 1);
    if (end < 0) throw new Error(`${page}:${String(at + 1)}: no end`);
    const after = lines.slice(end + 1).find((line) => line.trim() !== "");
    blocks.push({
      page,
      line: at + 1,
      language: (opening["language"] ?? "").trim(),
      text: lines
        .slice(at + 1, end)
        .map((line) => line.replace(opening["indent"] ?? "", ""))
        .join("\n"),
      notRun: NOT_RUN.exec(after?.trim() ?? "")?.groups?.["why"],
    });
    at = end;
  }
  return blocks;
}

/**
 * The pages of ours that a page leads to: by a link, or by a path from the root between backticks,
 * as those do that a package has and that lead to what is in the repository alone.
 */
export function linksOf({ path, text }: Page): readonly string[] {
  const links = [...text.matchAll(LINK)].flatMap(({ groups }) => {
    const target = groups?.["target"]?.split("#")[0] ?? "";
    return target === "" || /^[a-z]+:/u.test(target)
      ? []
      : [posix.normalize(posix.join(posix.dirname(path), target))];
  });
  const paths = [...text.matchAll(/`([\w./-]+\.md)`/gu)];
  return [...links, ...paths.map(([, named = ""]) => named)];
}
