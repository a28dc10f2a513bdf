import {
  CI_ACTIONS,
  CI_COMMANDS,
  ENVIRONMENT_VARIABLE,
  expression,
  indented,
} from "./ci-commands.ts";
import type { CiEnvironment } from "./ci-environments.ts";

/** What the files of a pipeline are made from. */
export interface CiRequest {
  /** In the order in which a change goes through them. */
  readonly environments: readonly CiEnvironment[];
  /** Folder of the configuration inside the repository; empty for its top. */
  readonly folder: string;
}

/** The environment of GitHub that holds the credentials of jobs that only read. */
export const READING_ENVIRONMENT = "connections-plan";

const OWN_BRANCH =
  "github.event.pull_request.head.repo.full_name == github.repository";
const HEAD = [
  "# Made by `tieline init --ci github`; what it needs: docs/guides/use-in-ci.md of tieline.",
];

/** Workflows of GitHub Actions, by path from the top of the repository. */
export function githubWorkflows(
  request: CiRequest,
): ReadonlyMap<string, string> {
  const file = (name: string, lines: readonly string[]): [string, string] => [
    `.github/workflows/${name}.yml`,
    `${lines.join("\n")}\n`,
  ];
  return new Map([
    file("connections-review", reviewWorkflow(request)),
    file("connections-apply", applyWorkflow(request)),
    file("connections-drift", driftWorkflow(request)),
  ]);
}

function reviewWorkflow(request: CiRequest): string[] {
  return [
    ...HEAD,
    "name: connections-review",
    "",
    "on:",
    "  pull_request:",
    "  merge_group:",
    "",
    "permissions: {}",
    "",
    "concurrency:",
    `  group: connections-review-${expression("github.event.pull_request.number || github.ref")}`,
    "  cancel-in-progress: true",
    ...folderLines(request),
    "",
    "jobs:",
    "  # For everybody, forks too: no credentials, no key.",
    "  lint:",
    "    runs-on: ubuntu-latest",
    "    timeout-minutes: 15",
    "    permissions:",
    "      contents: read",
    "    steps:",
    ...indented(steps({ checkout: ["persist-credentials: false"] }), 6),
    `      - run: ${CI_COMMANDS.lint}`,
    "",
    "  # Forks get no credentials, and so no plan.",
    "  review:",
    `    if: github.event_name != 'pull_request' || ${OWN_BRANCH}`,
    "    runs-on: ubuntu-latest",
    "    timeout-minutes: 30",
    `    environment: ${READING_ENVIRONMENT}`,
    "    permissions:",
    "      contents: read",
    "      pull-requests: write # the comment",
    "      statuses: write # the status: make it required",
    "    steps:",
    ...indented(steps({ checkout: ["fetch-depth: 0"] }), 6),
    `      - run: ${CI_COMMANDS.review}`,
    "        env:",
    `          GITHUB_TOKEN: ${expression("github.token")}`,
    ...indented(request.environments.flatMap(credentialLines), 10),
  ];
}

function applyWorkflow(request: CiRequest): string[] {
  return [
    ...HEAD,
    "name: connections-apply",
    "",
    "on:",
    "  push:",
    "    branches: [main, master]",
    "  workflow_dispatch:",
    "",
    "permissions: {}",
    ...folderLines(request),
    "",
    "jobs:",
    ...request.environments.flatMap((environment, at) => [
      ...(at === 0 ? [] : [""]),
      ...applyJob(environment, request.environments[at - 1]),
    ]),
  ];
}

function applyJob(
  environment: CiEnvironment,
  before: CiEnvironment | undefined,
): string[] {
  const { name } = environment;
  return [
    `  apply-${name}:`,
    ...(before === undefined ? [] : [`    needs: apply-${before.name}`]),
    "    if: github.ref_name == github.event.repository.default_branch",
    "    runs-on: ubuntu-latest",
    "    timeout-minutes: 60",
    "    # Its secrets are for this job alone; its required reviewers release it.",
    `    environment: ${quoted(name)}`,
    "    permissions:",
    "      contents: write # the ref that holds the state",
    "      pull-requests: read # what was approved",
    "    concurrency:",
    `      group: ${quoted(`connections-${name}`)}`,
    "      cancel-in-progress: false",
    "    steps:",
    ...indented(steps({ checkout: ["fetch-depth: 0"] }), 6),
    `      - run: ${CI_COMMANDS.apply}`,
    "        env:",
    `          ${ENVIRONMENT_VARIABLE}: ${quoted(name)}`,
    `          GITHUB_TOKEN: ${expression("github.token")}`,
    ...indented(credentialLines(environment), 10),
    `          SOPS_AGE_KEY: ${expression("secrets.SOPS_AGE_KEY")}`,
  ];
}

function driftWorkflow(request: CiRequest): string[] {
  return [
    ...HEAD,
    "name: connections-drift",
    "",
    "on:",
    "  schedule:",
    '    - cron: "41 4 * * *"',
    "  workflow_dispatch:",
    "",
    "permissions: {}",
    ...folderLines(request),
    "",
    "jobs:",
    ...request.environments.flatMap((environment, at) => [
      ...(at === 0 ? [] : [""]),
      ...driftJob(environment),
    ]),
  ];
}

function driftJob(environment: CiEnvironment): string[] {
  const { name } = environment;
  return [
    `  drift-${name}:`,
    "    runs-on: ubuntu-latest",
    "    timeout-minutes: 30",
    `    environment: ${READING_ENVIRONMENT}`,
    "    permissions:",
    "      contents: read",
    "    steps:",
    ...indented(steps({}), 6),
    `      - run: ${CI_COMMANDS.drift}`,
    "        env:",
    `          ${ENVIRONMENT_VARIABLE}: ${quoted(name)}`,
    ...indented(credentialLines(environment), 10),
  ];
}

/** What each job begins with: the checkout, Node.js, and the program of the lockfile. */
function steps({
  checkout = [],
}: {
  readonly checkout?: readonly string[];
}): string[] {
  return [
    `- uses: ${CI_ACTIONS.checkout}`,
    ...(checkout.length === 0 ? [] : ["  with:", ...indented(checkout, 4)]),
    `- uses: ${CI_ACTIONS.setupNode}`,
    "  with:",
    '    node-version: "22"',
    "    package-manager-cache: false",
    `- run: ${CI_COMMANDS.install}`,
  ];
}

function credentialLines({ settings, secrets }: CiEnvironment): string[] {
  return [
    ...settings.map(([name, value]) => `${name}: ${quoted(value)}`),
    ...secrets.map((name) => `${name}: ${expression(`secrets.${name}`)}`),
  ];
}

function folderLines({ folder }: CiRequest): string[] {
  if (folder === "") return [];
  return [
    "",
    "defaults:",
    "  run:",
    `    working-directory: ${quoted(folder)}`,
  ];
}

/** For YAML: names like `no` and `1` stay text. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
