import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import {
  loadOptional,
  OPTIONAL_PACKAGES,
} from "../../../src/platform/optional-package.ts";
import { aRealFolder } from "../../support/folder.ts";

const TOP = new URL("../../../", import.meta.url);

function manifestOf(path: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL(path, TOP), "utf8")) as Readonly<
    Record<string, unknown>
  >;
}

const own = manifestOf("package.json");

describe("packages that people add themselves", () => {
  it("are the optional peers of the package, and it depends on nothing else", () => {
    const names = Object.keys(OPTIONAL_PACKAGES).sort();
    expect(Object.keys(own["peerDependencies"] ?? {}).sort()).toEqual(names);
    expect(own["peerDependenciesMeta"]).toEqual(
      Object.fromEntries(names.map((name) => [name, { optional: true }])),
    );
    expect(own["dependencies"]).toBeUndefined();
    expect(own["optionalDependencies"]).toBeUndefined();
  });

  it.each(Object.entries(OPTIONAL_PACKAGES))(
    "%s asks for Node %s, as its own manifest says",
    (name, floor) => {
      const { engines } = manifestOf(`node_modules/${name}/package.json`);
      const said = JSON.stringify(engines ?? ">=20");
      expect(said).toContain(floor);
    },
  );

  it("are given as they are where they load", async () => {
    const module = { Pool: 1 };
    expect(await loadOptional("pg", () => Promise.resolve(module))).toEqual({
      module,
    });
  });

  /** A package in a folder, by the address of its file. */
  function aPackage(text: string): string {
    const folder = join(aRealFolder(), "node_modules/pg-boss");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "index.mjs");
    writeFileSync(file, text);
    return pathToFileURL(file).href;
  }

  it.each([
    ["a package that is not there", 'import "pg-boss-that-is-not-there";'],
    ["syntax of a later Node", "export const = 1;"],
    ["its own refusal", 'throw new Error("Node 22 is needed");'],
  ])(
    "are not called missing where %s keeps them from loading",
    async (_, text) => {
      const load = (): Promise<unknown> =>
        import(/* @vite-ignore */ aPackage(text));
      expect(await loadOptional("pg-boss", load, "20.19.0")).toEqual({
        why: "it is installed, and cannot run: it asks for Node 22.12.0 or later, and this is Node 20.19.0",
        fix: "run tieline with a later Node",
      });
      expect(await loadOptional("pg-boss", load, "22.12.0")).toEqual({
        why: "it is installed, and could not be loaded",
        fix: "install it again: npm install pg-boss",
      });
    },
  );

  it.each(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"])(
    "are missing with the command that installs them (%s)",
    async (code) => {
      const load = (): Promise<unknown> =>
        Promise.reject(
          Object.assign(new Error("Cannot find package 'pg-boss'"), { code }),
        );
      expect(await loadOptional("pg-boss", load, "20.19.0")).toEqual({
        why: "it is no part of tieline, and is not installed here",
        fix: "install it beside tieline: npm install pg-boss",
      });
    },
  );
});
