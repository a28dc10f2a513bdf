/**
 * The guide shows what `init --ci` writes. After an intended change:
 * `UPDATE_GOLDEN=1 npx vitest run test/unit/features/init`, and review the difference like code.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ciEnvironment } from "../../../../src/features/init/ci-environments.ts";
import { githubWorkflows } from "../../../../src/features/init/ci-github.ts";

const PAGE = new URL("../../../../docs/guides/use-in-ci.md", import.meta.url);

const PROD = ciEnvironment({
  name: "prod",
  target: "https://acme.scalekit.com",
  driver: "scalekit",
  isProduction: true,
});
const FILES = githubWorkflows({ environments: [PROD], folder: "" });

/** The block of the guide that shows a file, which its name in the file tells. */
function blockOf(page: string, name: string): string | undefined {
  return new RegExp(
    `\`\`\`yaml\\n(# Made by [^\\n]*\\nname: ${name}\\n[\\s\\S]*?)\`\`\``,
    "u",
  ).exec(page)?.[1];
}

describe("the guide to pipelines", () => {
  it.each(["connections-review", "connections-apply"])(
    "shows %s as init writes it",
    (name) => {
      const text = FILES.get(`.github/workflows/${name}.yml`) ?? "";
      const page = readFileSync(PAGE, "utf8");
      const shown = blockOf(page, name);
      if (process.env["UPDATE_GOLDEN"] === "1")
        writeFileSync(
          PAGE,
          page.replace(shown ?? `<!-- ${name} -->\n`, () => text),
        );
      expect(blockOf(readFileSync(PAGE, "utf8"), name)).toBe(text);
    },
  );

  it("shows pictures that are there and small", () => {
    const pictures = [
      ...readFileSync(PAGE, "utf8").matchAll(/!\[[^\]]+\]\(([^)]+)\)/gu),
    ].map(([, path = ""]) => new URL(path, PAGE));
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) {
      expect(existsSync(picture), picture.pathname).toBe(true);
      expect(statSync(picture).size).toBeLessThan(150_000);
    }
  });
});
