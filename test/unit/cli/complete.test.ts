import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completionLines } from "../../../src/cli/complete.ts";
import { kebabCase, optionsOf } from "../../../src/cli/options.ts";
import { aWorkspace, environmentText } from "../../support/cli.ts";
import { LEAVES } from "../../support/command-tree.ts";

const NOWHERE = { cwd: "/nowhere", root: undefined };

/** What is offered after these words, the last of which is being written. */
function offered(
  words: readonly string[],
  world: Parameters<typeof completionLines>[1] = NOWHERE,
): readonly string[] {
  return completionLines([String(words.length), ...words], world).map(
    (line) => line.split("\t")[0] ?? "",
  );
}

describe("completion", () => {
  it("offers every command, and every option of every command", () => {
    for (const { words, path, definition } of LEAVES) {
      words.forEach((word, index) => {
        const before = words.slice(0, index);
        expect([path, offered([...before, word])]).toEqual([
          path,
          expect.arrayContaining([word]),
        ]);
      });
      const options = Object.keys(optionsOf(definition)).map(
        (key) => `--${kebabCase(key)}`,
      );
      expect(offered([...words, "--"])).toEqual(
        expect.arrayContaining([...options, "--help"]),
      );
    }
  });

  it("offers the words of a choice in every way in which they are written", () => {
    expect(offered(["plan", "dev", "--output", "h"])).toEqual(["html"]);
    expect(offered(["plan", "dev", "-o", "h"])).toEqual(["html"]);
    expect(offered(["plan", "dev", "--output=h"])).toEqual(["--output=html"]);
    expect(offered(["plan", "dev", "--output", "=", "h"])).toEqual(["html"]);
    expect(offered(["plan", "dev", "--output", "="])).toContain("html");
  });

  it("offers the names that documents have, where one belongs", async () => {
    const cwd = await aWorkspace({
      "environments/dev/environment.yaml": environmentText(),
      "environments/prod/environment.yaml": environmentText(),
      "environments/none/readme.txt": "",
      "connections/one.yaml": "connection_id: first\nprovider: gmail\n",
      "connections/two.yaml": "provider: gmail\n",
      "environments/prod/connections/three.yaml": 'connection_id: "third"\n',
      "connections/many.yaml": "- connection_id: a1\n- connection_id: a2\n",
    });
    const world = { cwd, root: undefined };
    const environments = ["dev", "prod"];
    expect(offered(["plan", ""], world)).toEqual(environments);
    expect(offered(["plan", "-e", ""], world)).toEqual(environments);
    expect(offered(["compare", "dev", ""], world)).toEqual(environments);
    expect(offered(["promote", ""], world)).toEqual(environments);
    expect(offered(["diff", ""], world)).toEqual([]);
    expect(offered(["apply", ""], world)).toEqual([":files", ...environments]);
    const connections = ["a1", "a2", "first", "third", "two"];
    expect(offered(["explain", "dev", ""], world)).toEqual(connections);
    expect(offered(["test", "dev", "first", ""], world)).toEqual(connections);
    expect(offered(["add", "gmai"], world)).toEqual(["gmail"]);
    expect(offered(["plan", "--root", cwd, ""])).toEqual(environments);
    expect(offered(["plan", "dev", ""], world)).toEqual([]);
  });

  it("takes a last word that a shell left out for an empty one", () => {
    expect(completionLines(["2", "completion"], NOWHERE).length).toBe(4);
    expect(completionLines(["1", "completion"], NOWHERE).length).toBe(1);
  });

  it("answers whatever the words are, with lines that are one word each", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ...LEAVES.flatMap(({ words }) => words),
        "--",
        "=",
        "--output",
        "-e",
        "--root",
        "",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (words) => {
        for (const name of offered(words))
          expect(name).toMatch(/^(?:--?[a-z-]+(?:=\S*)?|:files|[\w.-]+)$/u);
      }),
    );
  });

  it("offers no name that is more than one plain word", async () => {
    const names = [
      "$(touch mark)",
      "`touch mark`",
      "a;touch mark",
      "a b",
      "-rf",
      "~root",
      "*",
      "a\tb",
      "a\nb",
      "a'b",
      'a"b',
      "\u202eabc",
      "é",
      ":files",
      "a\\b",
      "=x",
      "x".repeat(101),
    ];
    const cwd = await aWorkspace({
      "environments/dev/environment.yaml": environmentText(),
      ...Object.fromEntries(
        names.flatMap((name) => [
          [`environments/${name}/environment.yaml`, environmentText()],
          [`connections/${name}.yaml`, "provider: gmail\n"],
        ]),
      ),
      "connections/list.yaml": names
        .map((name) => `- connection_id: '${name.replaceAll("'", "''")}'\n`)
        .join(""),
    });
    const world = { cwd, root: undefined };
    expect(offered(["plan", ""], world)).toEqual(["dev"]);
    expect(offered(["explain", "dev", ""], world)).toEqual([]);
  });
});
