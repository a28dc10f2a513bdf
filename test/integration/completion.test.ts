/**
 * The scripts in the shells they are for: what a pull request calls its files never becomes code.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { SCRIPTS } from "../../src/features/completion/scripts.ts";
import {
  aWorkspace,
  environmentText,
  PROGRAM,
  writeFiles,
} from "../support/cli.ts";

const isThere = (name: string): boolean =>
  (process.env["PATH"] ?? "")
    .split(":")
    .some((folder) => existsSync(join(folder, name)));

/**
 * A shell with its script, what would be inserted for a command line, and each of that evaluated.
 */
interface Shell {
  readonly name: "bash" | "zsh" | "fish";
  /** Prints one candidate a line for `tieline <words>`, and evaluates each as part of a command. */
  session(words: readonly string[]): string;
}

const quoted = (word: string): string =>
  `'${word.replaceAll("'", String.raw`'\''`)}'`;

const SHELLS: readonly Shell[] = [
  {
    name: "bash",
    session: (words) => `
source ./script
COMP_WORDS=(tieline ${words.map(quoted).join(" ")})
COMP_CWORD=${String(words.length)}
_tieline
for each in "\${COMPREPLY[@]}"; do
  printf '%s\\n' "$each"
  eval ": $each"
done`,
  },
  {
    name: "zsh",
    session: (words) => `
compdef() { }
_files() { }
_describe() {
  local each
  for each in "\${(@P)4}"; do
    print -r -- "\${each%%:*}"
    eval ": \${each%%:*}"
  done
}
source ./script
words=(tieline ${words.map(quoted).join(" ")})
CURRENT=${String(words.length + 1)}
_tieline`,
  },
  {
    name: "fish",
    session: (words) => `
source ./script
for each in (complete -C ${quoted(["tieline", ...words].join(" "))})
  set -l name (string split -m1 \\t -- $each)[1]
  printf '%s\\n' $name
  eval ": $name"
end`,
  },
];

describe.each(SHELLS.map((shell) => [shell.name, shell] as const))(
  "%s",
  (name, shell) => {
    const isMissing = !isThere(name);
    let bin = "";

    const run = async (
      cwd: string,
      words: readonly string[],
    ): Promise<readonly string[]> => {
      await writeFile(join(cwd, "script"), SCRIPTS.get(name) ?? "");
      await writeFile(join(cwd, "session"), shell.session(words));
      const { stdout, stderr } = spawnSync(name, ["./session"], {
        cwd,
        encoding: "utf8",
        env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: cwd },
      });
      expect(stderr).toBe("");
      return stdout.split("\n").filter((line) => line !== "");
    };

    const WORLD = {
      "environments/dev/environment.yaml": environmentText(),
      "connections/one.yaml": "connection_id: one\nprovider: gmail\n",
    };

    beforeAll(async () => {
      const { mkdtemp } = await import("node:fs/promises");
      const { tmpdir } = await import("node:os");
      bin = await mkdtemp(join(tmpdir(), "tieline-bin-"));
      await writeFile(
        join(bin, "tieline"),
        `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`,
      );
      await chmod(join(bin, "tieline"), 0o755);
      return async () => {
        const { rm } = await import("node:fs/promises");
        await rm(bin, { recursive: true });
      };
    });

    it.skipIf(isMissing)(
      "completes commands, options, choices and names",
      async () => {
        const cwd = await aWorkspace(WORLD);
        expect(await run(cwd, ["pla"])).toEqual(["plan"]);
        expect(await run(cwd, ["plan", ""])).toEqual(["dev"]);
        expect(await run(cwd, ["plan", "dev", "--out"])).toEqual([
          "--out",
          "--output",
        ]);
        expect(await run(cwd, ["plan", "dev", "-o", "j"])).toEqual(["json"]);
        expect(await run(cwd, ["explain", "dev", ""])).toEqual(["one"]);
        expect(await run(cwd, ["secrets", "updatek"])).toEqual(["updatekeys"]);
      },
    );

    it.skipIf(isMissing)("runs nothing that a name says", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(HOSTILE, { minLength: 4 }), async (names) => {
          const cwd = await aWorkspace(WORLD);
          for (const each of names)
            await writeFiles(cwd, {
              [`environments/${each}/environment.yaml`]: environmentText(),
              [`connections/${each}.yaml`]: `connection_id: ${JSON.stringify(each)}\n`,
            });
          const found = [
            ...(await run(cwd, ["plan", ""])),
            ...(await run(cwd, ["explain", "dev", ""])),
          ];
          expect(found).toEqual(expect.arrayContaining(["dev", "one"]));
          for (const each of found) expect(each).toMatch(/^[\w.-]+$/u);
          expect(existsSync(join(cwd, "mark"))).toBe(false);
        }),
        { numRuns: Number(process.env["TIELINE_PROPERTY_RUNS"] ?? "3") },
      );
    });

    it.skipIf(isMissing)("runs no program of the folder it is in", async () => {
      const cwd = await aWorkspace(WORLD);
      await writeFile(join(cwd, "tieline"), "#!/bin/sh\ntouch mark\n");
      await chmod(join(cwd, "tieline"), 0o755);
      await run(cwd, ["plan", ""]);
      expect(existsSync(join(cwd, "mark"))).toBe(false);
    });
  },
);

/** Names of files that are code in one shell or another. */
const HOSTILE = fc
  .tuple(
    fc.constantFrom(
      "$(",
      "`",
      ";",
      "|",
      "&",
      "'",
      '"',
      "(",
      "\n",
      "{",
      "$",
      "",
    ),
    fc.constantFrom("touch mark", "touch${IFS}mark", "touch\tmark"),
    fc.constantFrom(")", "`", ";", "#", "'", '"', "}", "", "\n"),
    fc.constantFrom("", "a", "-", "~", "*", "\u202e", ":files"),
  )
  .map(([open, code, close, before]) => `${before}${open}${code}${close}`);
