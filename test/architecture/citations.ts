import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, normalize } from "node:path";

/** Where citations are looked for, next to the Markdown files at the root. */
const FOLDERS = ["src", "test", "scripts", "bench", "docs"];
const EXTENSIONS: ReadonlySet<string> = new Set([".ts", ".mjs", ".md"]);
/** The only file that cites wrongly on purpose. */
const PLANTED = "test/architecture/citations.test.ts";

interface Heading {
  readonly level: number;
  readonly number: string | undefined;
  readonly title: string;
}

/**
 * A file as one line, so that a citation may be broken anywhere; `starts` are the offsets of its
 * lines.
 */
interface Flat {
  readonly text: string;
  readonly starts: readonly number[];
}

interface Citing {
  readonly root: string;
  readonly file: string;
  readonly flat: Flat;
}

interface Wrong {
  readonly at: number;
  readonly why: string;
}

const NUMBER = String.raw`\d+(?:\.\d+)*`;
const ITEM = String.raw`${NUMBER}(?: \("[^"]+"\))?`;
const SECTIONS = new RegExp(
  String.raw`\bsections? (${ITEM}(?:(?:, | and | or | to )${ITEM})*)`,
  "giu",
);
/** What may stand before the number of a section: a document of ours, or a standard. */
const NAMED = /(?:\]\((?<link>[^)\s#]+\.md)\)|(?<path>[\w./-]+\.md)`?),? $/u;
const LONGEST_NAME = 200;
const STANDARD = /\b(?:RFC|ECMA)[ -]\d+,? $/u;
const PATH = /(?<![\w-]|[\w-]\/)docs\/[\w./-]+\.md\b/gu;
const TITLED =
  /(?:\]\((?<link>[^)\s#]+\.md)\)|(?<path>\bdocs\/[\w./-]+\.md)`?), "(?<title>[^"]+)"/gu;
const RECORDS =
  /\b(?:(?:records?|decisions?) |docs\/decisions\/)(\d{4}(?:(?:, | and | or )\d{4})*)(?![\w-])/giu;
const LINKS = /\]\((?<target>[^)\s]+)\)/gu;

/** Every citation below `root` that leads nowhere, as `file:line: why`. */
export function wrongCitations(root: string): string[] {
  return filesOf(root).flatMap((file) => {
    const flat = flatten(readFileSync(join(root, file), "utf8"));
    const citing: Citing = { root, file, flat };
    const found = [
      ...wrongPaths(citing),
      ...wrongSections(citing),
      ...wrongTitles(citing),
      ...wrongRecords(citing),
      ...(file.endsWith(".md") ? wrongLinks(citing) : []),
    ];
    return found.map(({ at, why }) => `${file}:${lineAt(flat, at)}: ${why}`);
  });
}

function filesOf(root: string): string[] {
  const below = FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), {
        recursive: true,
        encoding: "utf8",
      }).map((name) => join(folder, name)),
    )
    .filter((file) => EXTENSIONS.has(extname(file)) && file !== PLANTED);
  return [
    ...readdirSync(root).filter((name) => name.endsWith(".md")),
    ...below,
  ].sort();
}

function flatten(source: string): Flat {
  const starts: number[] = [];
  let text = "";
  for (const line of source.split("\n")) {
    starts.push(text.length);
    text += `${line.replace(/^\s*(?:\/\*\*?|\*(?!\/)|\/\/)?\s*/u, "").trimEnd()} `;
  }
  return { text, starts };
}

function lineAt(flat: Flat, offset: number): number {
  return flat.starts.filter((start) => start <= offset).length;
}

function wrongPaths({ root, flat }: Citing): Wrong[] {
  return [...flat.text.matchAll(PATH)]
    .filter(([path]) => !existsSync(join(root, path)))
    .map((match) => ({ at: match.index, why: `there is no ${match[0]}` }));
}

/** A document may cite its own sections by number alone, everything else has to say whose. */
function wrongSections(citing: Citing): Wrong[] {
  return [...citing.flat.text.matchAll(SECTIONS)].flatMap((match) => {
    const before = citing.flat.text.slice(
      Math.max(0, match.index - LONGEST_NAME),
      match.index,
    );
    if (STANDARD.test(before)) return [];
    const named = NAMED.exec(before);
    const own = citing.file.endsWith(".md") ? citing.file : undefined;
    const document = named === null ? own : documentOf(citing, named.groups);
    if (document === undefined)
      return [{ at: match.index, why: `"${match[0]}" of which document?` }];
    const headings = headingsOf(citing.root, document);
    return itemsOf(match[1] ?? "")
      .filter((item) => !isIn(headings, item.number, item.title))
      .map(({ number, title }) => {
        const what = title === undefined ? number : `${number} ("${title}")`;
        return {
          at: match.index,
          why: `there is no section ${what} in ${document}`,
        };
      });
  });
}

function wrongTitles(citing: Citing): Wrong[] {
  return [...citing.flat.text.matchAll(TITLED)].flatMap((match) => {
    const document = documentOf(citing, match.groups);
    const title = match.groups?.["title"];
    return isIn(headingsOf(citing.root, document), undefined, title)
      ? []
      : [{ at: match.index, why: `there is no "${title}" in ${document}` }];
  });
}

function wrongRecords({ root, flat }: Citing): Wrong[] {
  const folder = join(root, "docs/decisions");
  const records = existsSync(folder) ? readdirSync(folder) : [];
  return [...flat.text.matchAll(RECORDS)].flatMap((match) =>
    (match[1]?.match(/\d{4}/gu) ?? [])
      .filter((number) => !records.some((name) => name.startsWith(number)))
      .map((number) => ({ at: match.index, why: `no record ${number}` })),
  );
}

function wrongLinks({ root, file, flat }: Citing): Wrong[] {
  return [...flat.text.matchAll(LINKS)].flatMap((match) => {
    const target = match.groups?.["target"] ?? "";
    if (/^[a-z]+:/u.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const document = path === "" ? file : normalize(join(dirname(file), path));
    const exists = existsSync(join(root, document));
    const leads =
      exists &&
      (anchor === undefined ||
        headingsOf(root, document).some((heading) => slug(heading) === anchor));
    return leads ? [] : [{ at: match.index, why: `no ${target} to link to` }];
  });
}

/** A link is relative to the file it is in, a path to the root. */
function documentOf(
  { file }: Citing,
  groups: Readonly<Record<string, string | undefined>> | undefined,
): string {
  const link = groups?.["link"];
  return link === undefined
    ? (groups?.["path"] ?? "")
    : normalize(join(dirname(file), link));
}

function itemsOf(list: string): { number: string; title?: string }[] {
  const item = new RegExp(String.raw`(${NUMBER})(?: \("([^"]+)"\))?`, "gu");
  return [...list.matchAll(item)].map(([, number = "", title]) =>
    title === undefined ? { number } : { number, title },
  );
}

/**
 * Whether there is such a section, or such a title; with both, whether the title is within the
 * section.
 */
function isIn(
  headings: readonly Heading[],
  number: string | undefined,
  title: string | undefined,
): boolean {
  const from = headings.findIndex(
    (heading) => number === undefined || heading.number === number,
  );
  const section = headings[from];
  if (section === undefined) return false;
  if (title === undefined) return true;
  const rest = headings.slice(number === undefined ? from : from + 1);
  const end = rest.findIndex(
    (heading) => number !== undefined && heading.level <= section.level,
  );
  return rest
    .slice(0, end === -1 ? undefined : end)
    .some((heading) => heading.title === title);
}

function headingsOf(root: string, document: string): Heading[] {
  const path = join(root, document);
  if (!existsSync(path)) return [];
  const prose = readFileSync(path, "utf8").replace(
    /^ *```[\s\S]*?^ *```$/gmu,
    "",
  );
  return [...prose.matchAll(/^(#+) (.+)$/gmu)].map(
    ([, marks = "", text = ""]) => ({
      level: marks.length,
      number: /^\d+(?:\.\d+)*(?=\.? )/u.exec(text)?.[0],
      title: text.replaceAll("`", ""),
    }),
  );
}

/** The anchor that GitHub gives a heading. */
function slug({ title }: Heading): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/gu, "-");
}
