import { openGithub } from "../../src/forges/github.ts";
import { openGitlab } from "../../src/forges/gitlab.ts";
import { aGithub, aGitlab } from "../support/fake-forge.ts";
import { describeForge } from "./forge-contract.ts";

describeForge("GitHub", aGithub, openGithub);

describeForge("GitLab with a project's token", aGitlab, (options) =>
  openGitlab({ ...options, isJobToken: false }),
);

describeForge("GitLab with the job's token", aGitlab, (options) =>
  openGitlab({ ...options, isJobToken: true }),
);
