import type { IRegularForbiddenRuleType as Rule } from "dependency-cruiser";

/**
 * The import rule as data: imports go down, never sideways, never up; type imports count. The rules below are generated from this list.
 */
export const RANKS: readonly (readonly string[])[] = [
  ["util"],
  ["domain"],
  ["engine", "config", "render", "usage", "ports"],
  ["app", "http", "platform"],
  ["drivers", "state", "secrets", "sources", "embedded"],
  ["compose"],
  ["cli", "index.ts"],
];

/** Adapters see only these. */
const ADAPTERS = ["drivers", "state", "secrets", "sources", "embedded"];
const ADAPTERS_MAY_SEE = ["ports", "domain", "http", "platform", "util"];
/** `http` and `platform` are below the adapters and know nothing of what the core computes. */
const EFFECTS_MAY_SEE = ["ports", "domain", "util"];

/** Each third-party package belongs to one folder; the exception has a decision record. */
export const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  yaml: ["src/config/", "src/secrets/sops/"], // docs/decisions/0012: documents and SOPS trees are two jobs
  "fast-json-patch": ["src/config/"],
  undici: ["src/http/"],
  commander: ["src/cli/"],
  "age-encryption": ["src/secrets/sops/"],
  re2js: ["src/secrets/sops/"],
  "@marcbachmann/cel-js": ["src/engine/"],
  "@lezer/common": ["src/usage/"],
  "@lezer/javascript": ["src/usage/"],
  "@lezer/python": ["src/usage/"],
  "sops-decoder": ["src/secrets/sops/"],
  "@aws-sdk/client-kms": ["src/secrets/sops/"],
  "@aws-sdk/client-sts": ["src/secrets/sops/"],
  "@bufbuild/protobuf": ["src/embedded/"],
  "@connectrpc/connect": ["src/embedded/"],
  "@connectrpc/connect-node": ["src/embedded/"],
};

/** Ranks 0 to 2 take time, files and chance as arguments. `util/hash.ts` is the one door to `node:crypto`. */
const PURE = ["util", "domain", "engine", "config", "render", "usage", "ports"];

const folder = (name: string): string =>
  name.endsWith(".ts") ? `^src/${name.replace(".", "\\.")}$` : `^src/${name}/`;
const anyOf = (names: readonly string[]): string => names.map(folder).join("|");

function forbid(name: string, from: Rule["from"], to: Rule["to"]): Rule {
  return { name, severity: "error", from, to };
}

/** Every rule, for dependency-cruiser. */
export function importRules(): Rule[] {
  const rules: Rule[] = [forbid("no-cycles", {}, { circular: true })];
  RANKS.forEach((names, rank) => {
    const higher = RANKS.slice(rank + 1).flat();
    for (const name of names) {
      if (higher.length > 0)
        rules.push(
          forbid(
            `${name}-not-up`,
            { path: folder(name) },
            { path: anyOf(higher) },
          ),
        );
      const siblings = names.filter((other) => other !== name);
      if (siblings.length > 0)
        rules.push(
          forbid(
            `${name}-not-sideways`,
            { path: folder(name) },
            { path: anyOf(siblings) },
          ),
        );
    }
  });
  rules.push(
    forbid(
      "adapters-see-ports-only",
      { path: anyOf(ADAPTERS) },
      {
        path: "^src/",
        pathNot: [anyOf(ADAPTERS_MAY_SEE), anyOf(ADAPTERS)].join("|"),
      },
    ),
    ...["http", "platform"].map((name) =>
      forbid(
        `${name}-sees-ports-only`,
        { path: folder(name) },
        { path: "^src/", pathNot: anyOf([...EFFECTS_MAY_SEE, name]) },
      ),
    ),
    forbid(
      "drivers-stay-apart",
      { path: "^src/drivers/([^/]+)/" },
      { path: "^src/drivers/([^/]+)/", pathNot: "^src/drivers/$1/" },
    ),
    forbid(
      "state-backends-stay-apart",
      { path: "^src/state/([^/]+)/" },
      { path: "^src/state/([^/]+)/", pathNot: "^src/state/$1/" },
    ),
    forbid(
      "pure-folders-use-no-node",
      { path: anyOf(PURE), pathNot: "^src/util/hash\\.ts$" },
      { dependencyTypes: ["core"] },
    ),
  );
  for (const [name, homes] of Object.entries(PACKAGE_HOMES)) {
    rules.push(
      forbid(
        `${name}-at-home`,
        { path: "^src/", pathNot: homes.map((home) => `^${home}`).join("|") },
        { path: `^node_modules/${name}/` },
      ),
    );
  }
  const known = Object.keys(PACKAGE_HOMES).join("|");
  rules.push(
    forbid(
      "no-other-packages",
      { path: "^src/", pathNot: "/generated/" },
      {
        path: "^node_modules/",
        pathNot: `^node_modules/(${known})/|^node_modules/@types/`,
      },
    ),
  );
  return rules;
}
