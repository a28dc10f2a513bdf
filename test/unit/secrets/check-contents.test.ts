import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkContents } from "../../../src/secrets/check-contents.ts";
import { readSopsFile } from "../../../src/secrets/sops/file/sops-file.ts";
import {
  LAST_MODIFIED,
  seal,
  sealMac,
  sopsYaml,
} from "../../support/sops-builder.ts";

const key = randomBytes(32);
const value = seal(key, "x", { aad: "m:a:" });
const note = seal(key, " note", { aad: "m:", label: "comment" });

async function codes(
  text: string,
  path = "s.yaml",
): Promise<readonly (readonly [string, string])[]> {
  const file = await readSopsFile(Buffer.from(text), { path });
  return checkContents(file).map(({ code, severity }) => [code, severity]);
}

describe("the contents of a file of secrets", () => {
  it.each([
    ["a line", `# readable\nm:\n    a: ${value}\n`],
    ["the end of a line", `m:\n    a: ${value} # readable\n`],
    [
      "a line beside encrypted ones",
      `m:\n    #${note}\n    # two\n    a: ${value}\n`,
    ],
    ["what only looks encrypted", `m:\n    # ${note}\n    a: ${value}\n`],
  ])("may hold no comment that is readable: %s", async (_name, body) => {
    const text = sopsYaml(body, sealMac(key, ["x"]));
    expect(await codes(text)).toEqual([["SEC005", "warning"]]);
  });

  it.each([
    ["encrypted comments", `m:\n    #${note}\n    a: ${value} #${note}\n`, ""],
    ["comments that say nothing", `#\nm:\n    a: ${value}\n`, ""],
    [
      "comments the rule leaves readable",
      `# readable\nm:\n    a: ${value}\n`,
      "    encrypted_regex: ^a$\n",
    ],
  ])("may hold %s", async (_name, body, rule) => {
    const text = sopsYaml(body, sealMac(key, ["x"]), rule);
    expect(await codes(text)).toEqual([]);
  });

  it("is told of readable comments in dotenv as well", async () => {
    const flat = [
      "# readable",
      `A=${seal(key, "x", { aad: "A:" })}`,
      "sops_age__list_0__map_enc=wrapped",
      "sops_age__list_0__map_recipient=age1test",
      `sops_lastmodified=${LAST_MODIFIED}`,
      `sops_mac=${sealMac(key, ["x"])}`,
      "sops_version=3.13.3",
      "",
    ].join("\n");
    expect(await codes(flat, "s.env")).toEqual([["SEC005", "warning"]]);
    expect(await codes(flat.replace("# readable\n", ""), "s.env")).toEqual([]);
    await expect(
      codes(flat.replaceAll("\n", "\r\n"), "s.env"),
    ).rejects.toMatchObject({
      code: "SEC003",
      message: expect.stringContaining("CR LF") as string,
    });
  });

  it("is one document", async () => {
    const one = sopsYaml(`m:\n    a: ${value}\n`, sealMac(key, ["x"]));
    expect(await codes(`${one}---\n${one}`)).toEqual([["SEC007", "error"]]);
    expect(await codes(`${one}---\n`)).toEqual([]);
  });

  it("begins with a byte order mark only where SOPS reads one", async () => {
    const yaml = sopsYaml(`m:\n    a: ${value}\n`, sealMac(key, ["x"]));
    expect(await codes(`\ufeff${yaml}`)).toEqual([]);
    const json = JSON.stringify({
      m: { a: value },
      sops: {
        age: [{ recipient: "age1test", enc: "wrapped" }],
        lastmodified: LAST_MODIFIED,
        mac: sealMac(key, ["x"]),
        version: "3.13.3",
      },
    });
    expect(await codes(json, "s.json")).toEqual([]);
    await expect(codes(`\ufeff${json}`, "s.json")).rejects.toMatchObject({
      code: "SEC003",
      message: expect.stringContaining("byte order mark") as string,
    });
  });
});
