import { CI_COMMANDS, ENVIRONMENT_VARIABLE, indented } from "./ci-commands.ts";
import type { CiEnvironment } from "./ci-environments.ts";
import { READING_ENVIRONMENT, type CiRequest } from "./ci-github.ts";

/** The file that is GitLab's own; it includes the other one. */
export const GITLAB_MAIN = ".gitlab-ci.yml";
/** The jobs. */
export const GITLAB_JOBS = ".gitlab/connections.yml";

const OWN_BRANCH =
  '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID';

/** What a pipeline of GitLab begins with, where there is none yet. */
export const GITLAB_INCLUDE = `include:\n  - local: ${GITLAB_JOBS}\n`;

/** The jobs of GitLab CI. */
export function gitlabJobs(request: CiRequest): string {
  const { environments } = request;
  const lines = [
    "# Made by `tieline init --ci gitlab`; what it needs: docs/guides/use-in-ci.md of tieline.",
    ".connections:",
    "  image: node:22",
    "  variables:",
    '    GIT_DEPTH: "0"',
    ...indented(settingLines(environments), 4),
    "  before_script:",
    ...(request.folder === ""
      ? []
      : [`    - ${JSON.stringify(`cd ${request.folder}`)}`]),
    `    - ${CI_COMMANDS.install}`,
    "",
    "# For everybody, forks too: needs no variable that is protected or masked.",
    "connections-lint:",
    "  extends: .connections",
    "  stage: test",
    "  rules:",
    '    - if: $CI_PIPELINE_SOURCE == "merge_request_event"',
    "  script:",
    `    - ${CI_COMMANDS.lintPlain}`,
    "",
    "# Forks get no credentials, and so no plan.",
    "connections-review:",
    "  extends: .connections",
    "  stage: test",
    "  rules:",
    `    - if: ${OWN_BRANCH}`,
    "  environment:",
    `    name: ${READING_ENVIRONMENT}`,
    "    action: access",
    "  script:",
    `    - ${CI_COMMANDS.review}`,
    ...environments.flatMap((each, at) => [
      "",
      ...applyJob(each, environments[at - 1]),
      "",
      ...driftJob(each),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function applyJob(
  { name }: CiEnvironment,
  before: CiEnvironment | undefined,
): string[] {
  return [
    `connections-apply-${name}:`,
    "  extends: .connections",
    "  stage: deploy",
    "  rules:",
    '    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"',
    ...(before === undefined
      ? []
      : [`  needs: [${JSON.stringify(`connections-apply-${before.name}`)}]`]),
    "  # Its variables are for this job alone; those who may deploy there release it.",
    "  environment:",
    `    name: ${JSON.stringify(name)}`,
    `  resource_group: ${JSON.stringify(`connections-${name}`)}`,
    "  variables:",
    `    ${ENVIRONMENT_VARIABLE}: ${JSON.stringify(name)}`,
    "  script:",
    `    - ${CI_COMMANDS.apply}`,
  ];
}

function driftJob({ name }: CiEnvironment): string[] {
  return [
    `connections-drift-${name}:`,
    "  extends: .connections",
    "  stage: test",
    "  rules:",
    '    - if: $CI_PIPELINE_SOURCE == "schedule"',
    "  environment:",
    `    name: ${READING_ENVIRONMENT}`,
    "    action: access",
    "  variables:",
    `    ${ENVIRONMENT_VARIABLE}: ${JSON.stringify(name)}`,
    "  script:",
    `    - ${CI_COMMANDS.driftPlain}`,
  ];
}

/** Jobs of GitLab get the variables of the project by themselves, but not whose host it is. */
function settingLines(environments: readonly CiEnvironment[]): string[] {
  return environments
    .flatMap(({ settings }) => settings)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
}
