import { describe, expect, it } from "vitest";
import {
  connectionText,
  placesOf,
  resolveTexts,
  textOf,
} from "../../../support/documents.ts";

const CIPHER =
  "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]";
const BLOCK = "sops:\n  version: 3.13.3\n";
const SECRET = `credentials: {client_secret: "${CIPHER}"}\n`;
const BASE_REFERENCE = "secret://connections/c.yaml#/credentials/client_secret";

function alone(more: string, environment = "") {
  const resolution = resolveTexts({
    base: { "c.yaml": connectionText("c", more) },
    environment,
  });
  return { ...resolution, connection: resolution.connections[0] };
}

describe("a document with its own sops block", () => {
  it("refers to itself for its encrypted secrets, and the block is no part of the connection", () => {
    const { connection, diagnostics } = alone(SECRET + BLOCK);
    expect(diagnostics).toEqual([]);
    expect(connection?.secrets.get("/credentials/client_secret")).toEqual({
      kind: "secret",
      path: "connections/c.yaml#/credentials/client_secret",
    });
    expect(connection?.document).not.toHaveProperty("sops");
    expect(connection?.origins.get("/credentials/client_secret")).toMatchObject(
      { file: "connections/c.yaml", line: 4 },
    );
  });

  it("may still refer to the environment's secrets for other fields", () => {
    const { diagnostics } = alone(
      `credentials: {client_secret: secret://c/client_secret}\n${BLOCK}`,
    );
    expect(diagnostics).toEqual([]);
  });

  it("names the file that set the value: base, overlay, or one each", () => {
    const both = resolveTexts({
      base: { "c.yaml": connectionText("c", SECRET + BLOCK) },
      overlays: {
        "c.yaml": `credentials: {api_key: "${CIPHER}"}\n${BLOCK}`,
      },
    });
    expect(both.diagnostics).toEqual([]);
    expect(
      [...(both.connections[0]?.secrets ?? [])].map(([, { path }]) => path),
    ).toEqual([
      "connections/c.yaml#/credentials/client_secret",
      "environments/dev/connections/c.yaml#/credentials/api_key",
    ]);
    const over = resolveTexts({
      base: { "c.yaml": connectionText("c", SECRET + BLOCK) },
      overlays: { "c.yaml": SECRET + BLOCK },
    });
    expect(
      over.connections[0]?.secrets.get("/credentials/client_secret")?.path,
    ).toBe("environments/dev/connections/c.yaml#/credentials/client_secret");
  });

  it("has the same digest whatever its ciphertext and metadata are", () => {
    const one = alone(SECRET + BLOCK).documentsDigest();
    expect(
      alone(SECRET.replace("data:AAAA", "data:BBBB") + BLOCK).documentsDigest(),
    ).toBe(one);
    expect(alone(`${SECRET}sops: {version: 3.9.0}\n`).documentsDigest()).toBe(
      one,
    );
  });

  it("encrypts secret fields only: anything else is an error where it stands", () => {
    const { diagnostics, connections } = alone(
      `description: "${CIPHER}"\nscopes: ["${CIPHER}"]\n${SECRET}${BLOCK}`,
    );
    expect(placesOf(diagnostics).slice(0, 2)).toEqual([
      "SCH009 connections/c.yaml:4:14",
      "SCH009 connections/c.yaml:5:10",
    ]);
    expect(diagnostics[0]?.fix).toContain("encrypted_regex");
    expect(connections).toEqual([]);
    expect(textOf(diagnostics)).not.toContain("data:AAAA");
  });

  it("takes only what SOPS writes for ciphertext", () => {
    for (const text of ["ENC[AES256_GCM,x]", `${CIPHER}x`, `${CIPHER} `])
      expect(
        alone(
          `credentials: {client_secret: "${text}"}\n${BLOCK}`,
        ).diagnostics.map(({ code }) => code),
      ).toEqual(["SCH007"]);
  });

  it("is alone in its file", () => {
    const { diagnostics } = alone(
      `${SECRET}${BLOCK}---\n${connectionText("d")}`,
    );
    expect(placesOf(diagnostics)).toContain("SCH009 connections/c.yaml:5:1");
  });

  it("is no patch", () => {
    const { diagnostics } = resolveTexts({
      base: { "c.yaml": connectionText("c") },
      overlays: {
        "c.yaml": `$patch: [{op: add, path: /credentials, value: {client_secret: "${CIPHER}"}}]\n${BLOCK}`,
      },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["CFG011"]);
  });

  it("may have a name that looks like an interpolation", () => {
    const { diagnostics, connections } = resolveTexts({
      base: { "${var.x}.yaml": connectionText("c", SECRET + BLOCK) },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["CFG010"]);
    expect(
      connections[0]?.secrets.get("/credentials/client_secret")?.path,
    ).toBe("connections/${var.x}.yaml#/credentials/client_secret");
  });
});

describe("a reference into a document", () => {
  it("is not for people to write, directly or through a variable", () => {
    expect(
      alone(
        `credentials: {client_secret: "${BASE_REFERENCE}"}\n`,
      ).diagnostics.map(({ code }) => code),
    ).toEqual(["CFG018"]);
    expect(
      alone(
        "credentials: {client_secret: var://v}\n",
        `variables: {v: "${BASE_REFERENCE}"}\n`,
      ).diagnostics.map(({ code }) => code),
    ).toEqual(["CFG018"]);
  });

  it("stays with its field: a patch cannot copy it to another", () => {
    const { diagnostics } = resolveTexts({
      base: { "c.yaml": connectionText("c", SECRET + BLOCK) },
      overlays: {
        "c.yaml":
          "$patch: [{op: copy, from: /credentials/client_secret, path: /credentials/api_key}]\n",
      },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["CFG018"]);
  });

  it("is not made without the block", () => {
    expect(alone(SECRET).diagnostics.map(({ code }) => code)).toEqual([
      "SCH007",
    ]);
  });
});
