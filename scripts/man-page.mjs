/**
 * Writes dist/man/tieline.1 from the definitions of the commands and the tables of `tieline help`:
 * what help says, as one manual page. `npm run docs:man`; the build does it as well.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);

/** The page, as roff with the macros of man(7). */
export async function manPage() {
  const { version } = JSON.parse(
    await readFile(new URL("package.json", root), "utf8"),
  );
  const { COMMANDS, GLOBAL_OPTIONS, EXIT_ROWS, VARIABLES } =
    await definitions();
  return [
    `.TH TIELINE 1 "" "tieline ${version}" "tieline"`,
    ".SH NAME",
    "tieline \\- connections as code",
    ".SH SYNOPSIS",
    ".B tieline",
    ".I command",
    ".RI [ argument ...]",
    ".RI [ options ]",
    ".SH DESCRIPTION",
    text(
      "Connections as code: reviewed YAML in, and the platform agrees with it. Documents stand in connections/ and environments/; tieline checks them, shows what an apply would do and means, applies what was reviewed, and finds what somebody changed by hand.",
    ),
    ".SH COMMANDS",
    ...COMMANDS.flatMap((entry) =>
      "subcommands" in entry
        ? entry.subcommands.flatMap((inner) =>
            commandPart(`${entry.name} ${inner.name}`, inner),
          )
        : commandPart(entry.name, entry),
    ),
    ".SH OPTIONS OF EVERY COMMAND",
    ...Object.entries(GLOBAL_OPTIONS).flatMap(optionPart),
    ".SH EXIT STATUS",
    ...EXIT_ROWS.flatMap(({ status, meaning }) =>
      tagged(bold(status), meaning),
    ),
    ".SH ENVIRONMENT",
    ...VARIABLES.flatMap(({ title, rows }) => [
      `.SS ${quoted(title)}`,
      ...rows.flatMap(({ name, kind, meaning }) =>
        tagged(bold(name), `${meaning} (${kind})`),
      ),
    ]),
    ".SH FILES",
    ...tagged(bold("connections/, environments/, templates/"), "documents"),
    ...tagged(
      bold(".tieline/"),
      "state and what the embedded API keeps; hides itself from git",
    ),
    ".SH SEE ALSO",
    text("tieline help, tieline explain <code>, git(1), age(1)"),
    "",
  ].join("\n");
}

/** Bundled without what commands load when they run: definitions are data. */
async function definitions() {
  const { outputFiles } = await build({
    stdin: {
      contents: [
        'export { COMMANDS } from "./src/cli/generated/commands.ts";',
        'export { GLOBAL_OPTIONS } from "./src/command/input.ts";',
        'export { EXIT_ROWS } from "./src/features/help/exit-codes.ts";',
        'export { VARIABLES } from "./src/features/help/variables.ts";',
      ].join("\n"),
      resolveDir: fileURLToPath(root),
    },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    plugins: [
      {
        name: "runs-stay-outside",
        setup({ onResolve }) {
          onResolve({ filter: /\.ts$/ }, ({ kind, path }) =>
            kind === "dynamic-import" ? { path, external: true } : undefined,
          );
        },
      },
    ],
  });
  const code = outputFiles[0].text;
  return import(
    `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`
  );
}

function commandPart(path, { summary, examples, args, options }) {
  const words = Object.entries(args).map(([name, { kind }]) => {
    const inner =
      kind === "several" || kind === "anyNumber" ? `${name}...` : name;
    return kind === "required" || kind === "several"
      ? `<${inner}>`
      : `[${inner}]`;
  });
  return [
    `.SS ${quoted([`tieline ${path}`, ...words].join(" "))}`,
    text(summary),
    ...Object.entries(args).flatMap(([name, { description }]) =>
      tagged(`\\fI${escaped(name)}\\fR`, description),
    ),
    ...Object.entries(options).flatMap(optionPart),
    ".PP",
    "Examples:",
    ...examples.flatMap(([line, about]) => [
      ".PP",
      ".RS 4",
      ".nf",
      text(`tieline ${line}`),
      ".fi",
      ...(about === "" ? [] : [".RS 4", text(about), ".RE"]),
      ".RE",
    ]),
  ];
}

function optionPart([key, { kind, short, value, description, choices }]) {
  const long = `--${key.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
  const names = short === undefined ? long : `-${short}, ${long}`;
  const words = choices === undefined ? "" : ` (${choices.join(", ")})`;
  const head =
    kind === "flag" ? bold(names) : `${bold(names)} \\fI${escaped(value)}\\fR`;
  return tagged(head, `${description}${words}`);
}

const tagged = (head, body) => [".TP", head, text(body)];
const bold = (words) => `\\fB${escaped(words)}\\fR`;
const quoted = (words) => `"${escaped(words).replaceAll('"', "\\(dq")}"`;

/** Text that no macro is in: a line that begins like one says that it is none. */
function text(words) {
  return escaped(words).replaceAll(/^(?=[.'])/gmu, "\\&");
}

function escaped(words) {
  return words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...");
}

/** Writes the page where the package has it. */
export async function writeManPage() {
  const folder = new URL("dist/man/", root);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL("tieline.1", folder), await manPage());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeManPage();
