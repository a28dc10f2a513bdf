/** The files under deploy/ and the Dockerfile, read for the tests that hold them to rules. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";
import { parseAllDocuments } from "yaml";
import { at, listAt, objectOf, type KubeObject } from "./kubernetes.ts";

/** The top of the repository. */
export const TOP = new URL("../../", import.meta.url).pathname;

/** Every file of deploy/, by its path from the top. */
export const DEPLOY_FILES: readonly string[] = readdirSync(
  join(TOP, "deploy"),
  { recursive: true, withFileTypes: true },
)
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(TOP.length))
  .sort();

/** The text of a file. */
export function textOf(path: string): string {
  return readFileSync(join(TOP, path), "utf8");
}

/** How long the program may take to end once it was asked to. */
export const GRACE_SECONDS =
  Number(
    /GRACE_MS = ([\d_]+);/u
      .exec(textOf("src/features/reconcile/serve.ts"))?.[1]
      ?.replaceAll("_", ""),
  ) / 1000;

/** A file in a folder that is gone after the test. */
export async function written(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tieline-deploy-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

/** The documents of YAML text. @throws Error where it is none. */
export function documentsOf(text: string): readonly unknown[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const body: unknown = document.toJS();
    return body === null ? [] : [body];
  });
}

/** The objects that a folder of kustomize names, without its patches. */
export function kustomized(folder: string): readonly KubeObject[] {
  const [settings] = documentsOf(textOf(join(folder, "kustomization.yaml")));
  const patches = listAt(settings, "patches");
  const deleted = patches
    .map((patch) => at(patch, "patch"))
    .filter((patch) => typeof patch === "string")
    .filter((patch) => patch.startsWith("$patch: delete"))
    .flatMap((patch) => documentsOf(patch).map(objectOf));
  return listAt(settings, "resources")
    .map(String)
    .flatMap((resource) =>
      resource.endsWith(".yaml")
        ? documentsOf(textOf(join(folder, resource))).map(objectOf)
        : kustomized(join(folder, resource)),
    )
    .filter(
      ({ kind, name }) =>
        !deleted.some((gone) => gone.kind === kind && gone.name === name),
    );
}

/** An instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of the Dockerfile. */
export function instructions(): readonly Instruction[] {
  return textOf("Dockerfile")
    .replace(/^#.*\n/gmu, "")
    .replace(/\\\n\s*/gu, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", rest = ""] = /^\s*(\S+)\s*(.*)$/u.exec(line) ?? [];
      return { name, rest };
    });
}

/** A program that a variable names, or that is on the search path. */
export function programOf(name: string, variable: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== "") return named;
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** What a program prints. @throws Error with what it said where it fails. */
export function outputOf(program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    cwd: TOP,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 16 * 1024 * 1024,
  });
}
