/**
 * Brings `catalogue/providers.json` up to a checkout of the vendor's documentation:
 *
 *   npm run catalogue:refresh -- <checkout> [--dry-run] [--allow-removals] [--commit <sha> --date
 *   <YYYY-MM-DD>] npm run catalogue:refresh -- --corrections-only
 *
 * Nothing of the checkout is run. What cannot be recognised for sure stays as it was and is named;
 * see docs/guides/catalogue.md.
 */
import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readConnector } from "./catalogue/connector.mjs";
import { constantOf } from "./catalogue/literals.mjs";
import { catalogueText, correct, differenceOf } from "./catalogue/write.mjs";

const PAGES = "src/content/docs/agentkit/connectors";
const DATA = "src/data/agent-connectors";
const SET_UP = "src/components/templates/agent-connectors";

/** Pages that are no connectors. */
const NO_CONNECTORS = new Set(["index"]);

/**
 * A checkout that lost more of what we know than this is broken, or the vendor moved its pages:
 * neither is to be written down.
 */
const MAX_REMOVED_SHARE = 0.1;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "dry-run": { type: "boolean", default: false },
    "allow-removals": { type: "boolean", default: false },
    "corrections-only": { type: "boolean", default: false },
    commit: { type: "string" },
    date: { type: "string" },
    catalogue: { type: "string" },
  },
});

const folder =
  options.catalogue ?? fileURLToPath(new URL("../catalogue", import.meta.url));
const file = join(folder, "providers.json");
const present = JSON.parse(await readFile(file, "utf8"));
const corrections = JSON.parse(
  await readFile(join(folder, "corrections.json"), "utf8"),
);

if (options["corrections-only"])
  await finish(present.source, present.connectors, []);
else await refresh(positionals[0]);

async function refresh(checkout) {
  if (checkout === undefined)
    return fail(
      "name a checkout of the vendor's documentation, or use --corrections-only",
    );
  const source = sourceOf(checkout);
  if (source === undefined)
    return fail(
      `${checkout} is no git checkout; say which version it is with --commit and --date`,
    );
  const slugs = await slugsOf(join(checkout, PAGES));
  if (slugs.length === 0)
    return fail(`${checkout} has no connector pages in ${PAGES}`);
  const { entries, problems } = await readAll(checkout, slugs);
  const known = present.connectors.map(({ slug }) => slug);
  const lost = known.filter((slug) => !slugs.includes(slug));
  if (
    lost.length > known.length * MAX_REMOVED_SHARE &&
    !options["allow-removals"]
  )
    return fail(
      `${lost.length} of ${known.length} known connectors have no page there; with --allow-removals they go`,
    );
  await finish(source, entries, problems);
}

async function readAll(checkout, slugs) {
  const listed = await text(join(checkout, DATA, "catalog.ts"));
  const catalog =
    listed === undefined ? undefined : constantOf(listed, "catalog");
  const index = (await text(join(checkout, SET_UP, "index.ts"))) ?? "";
  const before = new Map(
    present.connectors.map((entry) => [entry.slug, entry]),
  );
  const entries = [];
  const problems =
    catalog instanceof Map
      ? []
      : [
          "the vendor's catalogue (catalog.ts) cannot be read; pages alone were used",
        ];
  for (const slug of slugs) {
    const page = (await text(join(checkout, PAGES, `${slug}.mdx`))) ?? "";
    const line = catalog instanceof Map ? catalog.get(slug) : undefined;
    const previous = before.get(slug);
    const read = readConnector({
      slug,
      page,
      listed: line instanceof Map ? Object.fromEntries(line) : undefined,
      tools: await text(join(checkout, DATA, `${slug}.ts`)),
      setUp: await setUpOf(checkout, page, index),
      previous,
    });
    const kept =
      read.entry === undefined && previous !== undefined
        ? "; kept as it was"
        : "";
    problems.push(
      ...read.problems.map((problem) => `${slug}: ${problem}${kept}`),
    );
    const entry = read.entry ?? previous;
    if (entry !== undefined) entries.push(entry);
  }
  return { entries, problems };
}

/**
 * The set-up page that a connector's page imports, by the name under which the templates export it.
 */
async function setUpOf(checkout, page, index) {
  const name = /import\s*\{\s*(Setup\w+Section)\s*\}/u.exec(page)?.[1];
  if (name === undefined) return undefined;
  const path = new RegExp(
    `default as ${name} \\} from '\\./([\\w .-]+\\.mdx)'`,
    "u",
  ).exec(index)?.[1];
  return path === undefined
    ? undefined
    : text(join(checkout, SET_UP, basename(path)));
}

async function finish(source, entries, problems) {
  const corrected = correct(entries, corrections);
  const body = catalogueText(source, corrected.entries);
  report(differenceOf(present.connectors, JSON.parse(body).connectors), [
    ...problems,
    ...corrected.problems,
  ]);
  if (corrected.problems.length > 0)
    return fail("a correction does not fit; nothing was written");
  if (options["dry-run"]) console.log("nothing was written (--dry-run)");
  else {
    await writeFile(file, body);
    console.log(
      `written: ${corrected.entries.length} connectors as of ${source.date}; next: npm run generate && npm test`,
    );
  }
}

function report({ added, removed, changed }, problems) {
  for (const slug of added) console.log(`added    ${slug}`);
  for (const slug of removed) console.log(`removed  ${slug}`);
  for (const { slug, members } of changed)
    console.log(`changed  ${slug}: ${members.join(", ")}`);
  for (const problem of problems)
    console.log(`problem  ${JSON.stringify(problem).slice(1, -1)}`);
  console.log(
    `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${problems.length} to look at`,
  );
}

function sourceOf(checkout) {
  const { repository } = present.source;
  const { commit, date } = options;
  if (commit !== undefined && /^\d{4}-\d{2}-\d{2}$/u.test(date ?? ""))
    return { repository, commit, date };
  try {
    const log = execFileSync(
      "git",
      ["-C", checkout, "log", "-1", "--format=%H %cs", "HEAD"],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
    const [sha, day] = log.trim().split(" ");
    return { repository, commit: sha, date: day };
  } catch {
    return undefined;
  }
}

async function slugsOf(path) {
  const names = await readdir(path).catch(() => []);
  return names
    .filter((name) => name.endsWith(".mdx") && !name.startsWith("_"))
    .map((name) => name.slice(0, -".mdx".length))
    .filter((slug) => !NO_CONNECTORS.has(slug))
    .sort();
}

function text(path) {
  return readFile(path, "utf8").catch(() => undefined);
}

function fail(reason) {
  console.error(`${reason}`);
  process.exitCode = 1;
}
