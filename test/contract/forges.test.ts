import { openGithubProposals } from "../../src/forges/github-proposals.ts";
import { openGithub } from "../../src/forges/github.ts";
import { openGitlabProposals } from "../../src/forges/gitlab-proposals.ts";
import { openGitlab } from "../../src/forges/gitlab.ts";
import { aGithub, aGitlab } from "../support/fake-forge.ts";
import { describeForge } from "./forge-contract.ts";
import { describeProposals } from "./proposal-contract.ts";

describeForge("GitHub", aGithub, openGithub);

describeForge("GitLab with a project's token", aGitlab, (options) =>
  openGitlab({ ...options, isJobToken: false }),
);

describeForge("GitLab with the job's token", aGitlab, (options) =>
  openGitlab({ ...options, isJobToken: true }),
);

describeProposals("GitHub", aGithub, openGithubProposals);

describeProposals("GitLab", aGitlab, openGitlabProposals);
