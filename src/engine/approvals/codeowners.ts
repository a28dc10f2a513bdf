/** How a forge reads CODEOWNERS. */
export type OwnersDialect = "github" | "gitlab";

/** Owners of whom some must have approved. */
export interface OwnerGroup {
  /** As they are written: `@name`, `@owner/team`, an address. */
  readonly owners: readonly string[];
  readonly count: number;
}

/** Who owns a file; none for one that nobody owns. */
export type OwnersOf = (path: string) => readonly OwnerGroup[];

/** Where forges look for the file: the first that is there counts. */
export const OWNERS_FILES: Readonly<Record<OwnersDialect, readonly string[]>> =
  {
    github: [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
    gitlab: ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
  };

interface Line {
  readonly matches: (path: readonly string[]) => boolean;
  readonly owners: readonly string[];
}

interface Section {
  readonly lines: Line[];
  readonly owners: readonly string[];
  readonly count: number;
}

/**
 * Reads CODEOWNERS as the forge does: the last line that matches a file names its owners; on
 * GitLab, the last one of each section. A line that the forge skips is skipped. Pure.
 */
export function readOwners(text: string, dialect: OwnersDialect): OwnersOf {
  const sections = sectionsOf(text, dialect);
  return (path) => {
    const parts = path.split("/");
    return sections.flatMap((section) => {
      const line = section.lines.findLast(({ matches }) => matches(parts));
      if (line === undefined || line.owners.length === 0) return [];
      return [{ owners: line.owners, count: section.count }];
    });
  };
}

/** `^[Optional][2] @owners` of GitLab. */
const HEADER = /^(\^)?\[([^\]]+)\](?:\[(\d{1,3})\])?(.*)$/u;

function sectionsOf(text: string, dialect: OwnersDialect): Section[] {
  const named = new Map<string, Section>();
  let section: Section | undefined = { lines: [], owners: [], count: 1 };
  named.set("", section);
  for (const raw of text.split(/\r?\n/u)) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const header = dialect === "gitlab" ? HEADER.exec(line) : null;
    if (header === null) {
      const found = lineOf(line, dialect, section?.owners ?? []);
      if (found !== undefined) section?.lines.push(found);
      continue;
    }
    const [, optional, name = "", count = "1", owners = ""] = header;
    // An optional section asks for nothing.
    section =
      optional === undefined
        ? sectionNamed(named, name, { owners: wordsOf(owners), count })
        : undefined;
  }
  return [...named.values()];
}

/** Sections of one name are one, whatever its capitals. */
function sectionNamed(
  named: Map<string, Section>,
  name: string,
  { owners, count }: { readonly owners: string[]; readonly count: string },
): Section {
  const key = name.trim().toLowerCase();
  const known = named.get(key);
  const section = {
    lines: known?.lines ?? [],
    owners,
    count: Math.max(known?.count ?? 1, Number(count), 1),
  };
  named.set(key, section);
  return section;
}

function lineOf(
  line: string,
  dialect: OwnersDialect,
  usual: readonly string[],
): Line | undefined {
  const [pattern = "", ...owners] = wordsOf(line);
  if (dialect === "github" && /^!|\[/u.test(pattern)) return undefined;
  const isExcluded = pattern.startsWith("!");
  const matches = matcherOf(isExcluded ? pattern.slice(1) : pattern, dialect);
  if (matches === undefined) return undefined;
  return {
    matches,
    owners: isExcluded ? [] : owners.length > 0 ? owners : usual,
  };
}

/** Words of a line up to a comment; a space behind `\` is part of its word. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:\\.|[^\s\\])+/gu) ?? [];
  const end = words.findIndex((word) => word.startsWith("#"));
  return (end < 0 ? words : words.slice(0, end)).map((word) =>
    word.replace(/\\(.)/gu, "$1"),
  );
}

/**
 * A pattern reaches everything below a folder that it matches. It stands at the top where a slash
 * is in it, on GitLab where it begins with one; a last part `*` is one level only.
 */
function matcherOf(
  pattern: string,
  dialect: OwnersDialect,
): Line["matches"] | undefined {
  const body = pattern.replace(/^\//u, "").replace(/\/$/u, "");
  if (body === "") return undefined;
  const isAtTop =
    pattern.startsWith("/") || (dialect === "github" && body.includes("/"));
  const names = body.split("/");
  const steps = isAtTop ? names : ["**", ...names];
  const isFolder = pattern.endsWith("/");
  const isOneLevel = names.at(-1) === "*" && !isFolder;
  return (path) => {
    const ends = endsOf(steps, path);
    const isBelow = [...ends].some((end) => end < path.length);
    return (ends.has(path.length) && !isFolder) || (isBelow && !isOneLevel);
  };
}

/** How many leading parts of a path the steps can stand for. */
function endsOf(
  steps: readonly string[],
  path: readonly string[],
): ReadonlySet<number> {
  let ends = new Set([0]);
  for (const step of steps) {
    const first = [...ends][0] ?? path.length + 1;
    const next = new Set<number>();
    for (let at = 0; at <= path.length; at += 1) {
      if (step === "**" && at >= first) next.add(at);
      const part = path[at];
      if (step !== "**" && part !== undefined && ends.has(at))
        if (isNamed(step, part)) next.add(at + 1);
    }
    ends = next;
  }
  return ends;
}

/**
 * `*` stands for any text of one part, `?` for one character: which lengths of the text fit is
 * carried from character to character, so that no pattern takes longer than the product.
 */
function isNamed(pattern: string, text: string): boolean {
  let fits = new Set([0]);
  for (const mark of pattern) {
    const next = new Set<number>();
    const first = [...fits][0] ?? text.length + 1;
    for (let at = 0; at <= text.length; at += 1) {
      if (mark === "*" ? at >= first : false) next.add(at);
      const isOne = mark === "?" ? at < text.length : text[at] === mark;
      if (mark !== "*" && isOne && fits.has(at)) next.add(at + 1);
    }
    if (next.size === 0) return false;
    fits = next;
  }
  return fits.has(text.length);
}
