import type { IRegularForbiddenRuleType as Rule } from "dependency-cruiser";

/**
 * The import rule as data: imports go down, never sideways, never up; type imports count. The rules
 * below are generated from this list.
 */
export const RANKS: readonly (readonly string[])[] = [
  ["util"],
  ["domain"],
  ["engine", "documents", "output", "ports"],
  ["http", "platform"],
  [
    "drivers",
    "state",
    "secrets",
    "sources",
    "embedded",
    "forges",
    "schedulers",
    "notifiers",
  ],
  ["environment"],
  ["command"],
  ["features"],
  ["cli", "library"],
  ["index.ts"],
];

/** Adapters see only these. */
const ADAPTERS = [
  "drivers",
  "state",
  "secrets",
  "sources",
  "embedded",
  "forges",
  "schedulers",
  "notifiers",
];
const ADAPTERS_MAY_SEE = ["ports", "domain", "http", "platform", "util"];
const EFFECTS = ["http", "platform"];
/** `http` and `platform` are below the adapters and know nothing of what the core computes. */
const EFFECTS_MAY_SEE = ["ports", "domain", "util"];

/**
 * Which features may use another one. Everything else that two of them need belongs below them.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  add: ["catalogue"],
  apply: ["approval", "plan"],
  approval: ["review"],
  checks: ["ledger", "plan"],
  drift: ["plan"],
  import: ["apply", "ownership", "plan"],
  init: ["schema"],
  ownership: ["apply", "plan"],
  page: ["plan"],
  diff: ["plan"],
  promote: ["compare", "plan"],
  reconcile: ["apply", "drift", "import", "page", "plan"],
  review: ["plan"],
  rollback: ["ledger", "plan"],
  snapshot: ["plan"],
  state: ["plan"],
};

/** Files of a feature that show what was found, by name: pure, and blind to where it came from. */
const PURE_FILES = String.raw`^src/features/[^/]+/(report|view|text|json)\.ts$`;
/** What a command is called and what it takes. */
const COMMAND_FILES = "^src/features/[^/]+/command[^/]*$";
const RUN_FILES = "^src/features/[^/]+/run[^/]*$";

/**
 * Parts of runs that are files of their own: with runs, the only ones of a feature that see the
 * terminal and adapters. `secrets` and `init` work on files as such, so that all of them do.
 */
const RUN_PARTS: readonly string[] = [
  "add/add-connection",
  "add/questions",
  "apply/apply-approved",
  "apply/carry-out",
  "apply/resume-run",
  "approval/base-facts",
  "approval/find-approval",
  "approval/judge-change",
  "approval/search",
  "checks/check-environments",
  "emulate/emulator",
  "export/environment-terraform",
  "export/export-files",
  "import/import-documents",
  "import/options",
  "keys/signing-keys",
  "lint/lint-workspace",
  "ownership/change-ownership",
  "plan/show-plan",
  "plan/show-plan-file",
  "plan/signing-key",
  "promote/promotion",
  "reconcile/chosen-environments",
  "reconcile/followed",
  "reconcile/open-fleet-file",
  "reconcile/open-store",
  "reconcile/serve",
  "review/app-key",
  "review/conduct-review",
  "review/open-forge",
  "review/plan-environments",
  "review/event-file",
  "review/post-artifact",
  "review/step-files",
  "review/write-artifact",
  "review/touched-environments",
  "rollback/prepare-rollback",
  "schema/schemas",
  "state/state-place",
];

/** Rooms inside of two large ones, from the lowest up. */
const INNER_RANKS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "secrets/sops": [["core"], ["keys", "formats"], ["file"], ["edit"]],
  embedded: [["wire", "faults"], ["data"], ["service"], ["transport"]],
};

/** Each third-party package belongs to one folder; the exception has a decision record. */
export const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  yaml: ["src/documents/", "src/secrets/sops/"], // docs/decisions/0012: documents and SOPS trees are two jobs
  "fast-json-patch": ["src/documents/"],
  undici: ["src/http/"],
  commander: ["src/cli/"],
  "age-encryption": ["src/secrets/sops/"],
  re2js: ["src/secrets/sops/"],
  "@marcbachmann/cel-js": ["src/engine/"],
  "@lezer/common": ["src/features/usage/"],
  "@lezer/javascript": ["src/features/usage/"],
  "@lezer/python": ["src/features/usage/"],
  pg: ["src/state/postgres/"],
  "prom-client": ["src/features/page/"], // docs/decisions/0091: numbers in the form of Prometheus
  "@octokit/auth-app": ["src/forges/"], // docs/decisions/0093: tokens of a GitHub App
  "pg-boss": ["src/schedulers/"],
  "sops-decoder": ["src/secrets/sops/"],
  "@aws-sdk/client-kms": ["src/secrets/sops/"],
  "@aws-sdk/client-sts": ["src/secrets/sops/"],
  "@bufbuild/protobuf": ["src/embedded/"],
  "@connectrpc/connect": ["src/embedded/"],
  "@connectrpc/connect-node": ["src/embedded/"],
};

/**
 * The lowest ranks take time, files and chance as arguments. `util/hash.ts` is the one door to
 * `node:crypto`.
 */
const PURE = ["util", "domain", "engine", "documents", "output", "ports"];

const folder = (name: string): string =>
  name.endsWith(".ts") ? `^src/${name.replace(".", "\\.")}$` : `^src/${name}/`;
const anyOf = (names: readonly string[]): string => names.map(folder).join("|");

function forbid(name: string, from: Rule["from"], to: Rule["to"]): Rule {
  return { name, severity: "error", from, to };
}

/** Imports go down, never sideways. */
function rankRules(ranks: readonly (readonly string[])[]): Rule[] {
  const rules: Rule[] = [];
  ranks.forEach((names, rank) => {
    const higher = ranks.slice(rank + 1).flat();
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
  return rules;
}

/** Every rule, for dependency-cruiser. */
export function importRules(): Rule[] {
  const rules: Rule[] = [
    // What a definition loads late takes its types from the definition: no module waits for itself.
    forbid(
      "no-cycles",
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ["dynamic-import"] },
      },
    ),
  ];
  rules.push(...rankRules(RANKS));
  for (const [room, ranks] of Object.entries(INNER_RANKS))
    rules.push(
      ...rankRules(
        ranks.map((names) => names.map((name) => `${room}/${name}`)),
      ),
    );
  rules.push(
    forbid(
      "adapters-see-ports-only",
      { path: anyOf(ADAPTERS) },
      {
        path: "^src/",
        pathNot: [anyOf(ADAPTERS_MAY_SEE), anyOf(ADAPTERS)].join("|"),
      },
    ),
    ...EFFECTS.map((name) =>
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
    ...featureRules(),
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

/** Rules inside `features`, by the name of the file. */
function featureRules(): Rule[] {
  const parts = RUN_PARTS.map((part) => `^src/features/${part}\\.ts$`);
  const outward = [RUN_FILES, ...parts, "^src/features/(?:secrets|init)/"];
  return [
    forbid(
      "features-stay-apart",
      {
        path: "^src/features/([^/]+)/",
        pathNot: anyOf(
          Object.keys(ARROWS).map((feature) => `features/${feature}`),
        ),
      },
      { path: "^src/features/", pathNot: "^src/features/$1/" },
    ),
    ...Object.entries(ARROWS).map(([feature, others]) =>
      forbid(
        `features-stay-apart-${feature}`,
        { path: folder(`features/${feature}`) },
        {
          path: "^src/features/",
          pathNot: anyOf(
            [feature, ...others].map((name) => `features/${name}`),
          ),
        },
      ),
    ),
    forbid(
      "reports-and-texts-are-pure",
      { path: PURE_FILES },
      {
        path: anyOf([
          ...EFFECTS,
          "ports",
          "environment",
          "command",
          ...ADAPTERS,
        ]),
      },
    ),
    forbid(
      "reports-and-texts-use-no-node",
      { path: PURE_FILES },
      { dependencyTypes: ["core"] },
    ),
    forbid(
      "definitions-are-data",
      { path: COMMAND_FILES },
      {
        path: "^src/",
        pathNot: [folder("command"), COMMAND_FILES, RUN_FILES].join("|"),
      },
    ),
    forbid(
      "definitions-load-runs-late",
      { path: COMMAND_FILES },
      { path: RUN_FILES, dynamic: false },
    ),
    forbid(
      "only-runs-see-the-outside",
      {
        path: "^src/features/",
        pathNot: [COMMAND_FILES, ...outward].join("|"),
      },
      { path: anyOf(["command", "http", "platform", ...ADAPTERS]) },
    ),
  ];
}
