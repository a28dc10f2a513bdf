import { sopsError } from "./sops-error.ts";

/**
 * The formats SOPS knows. `ini` is read here without a key only; its values come from the `sops`
 * program.
 */
export type SopsFormat = "yaml" | "json" | "dotenv" | "ini" | "binary";

/**
 * The format of a file by its suffix, as SOPS has it, except that an unknown suffix is refused
 * instead of taken for binary: a reference into a file someone named wrongly is a mistake far more
 * often than a binary file is meant.
 * @throws UserError SEC007 for another suffix.
 */
export function formatOf(path: string): SopsFormat {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/\.ya?ml$/u.test(name)) return "yaml";
  if (/\.json$/u.test(name)) return "json";
  if (/\.env$/u.test(name)) return "dotenv";
  if (/\.ini$/u.test(name)) return "ini";
  if (/\.(?:bin|binary|enc|sops|txt|pem|key|crt|p12|gz)$/u.test(name))
    return "binary";
  throw sopsError("SEC007", path, "the format of the file is not known", {
    why: "the format is taken from the suffix: .yaml, .yml, .json, .env, .ini, and .bin, .enc, .txt, .pem and the like for binary files",
    fix: "give the file one of these suffixes",
  });
}
