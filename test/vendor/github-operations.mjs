/*
 * Takes the operations that we use, and every schema they need, out of GitHub's description of its
 * REST API, as the package @octokit/openapi ships it: the whole is too large to install with us.
 *
 *   npm pack @octokit/openapi, unpack, then
 *   node test/vendor/github-operations.mjs package/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from "node:fs";

const OPERATIONS = [
  ["post", "/repos/{owner}/{repo}/issues/{issue_number}/comments", "201"],
  ["post", "/repos/{owner}/{repo}/statuses/{sha}", "201"],
  ["post", "/repos/{owner}/{repo}/check-runs", "201"],
  ["patch", "/repos/{owner}/{repo}/check-runs/{check_run_id}", "200"],
  ["get", "/repos/{owner}/{repo}/commits/{ref}/check-runs", "200"],
  ["get", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", "200"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}", "200"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", "200"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/files", "200"],
  ["get", "/repos/{owner}/{repo}/collaborators/{username}/permission", "200"],
  ["get", "/orgs/{org}/teams/{team_slug}", "200"],
  ["get", "/orgs/{org}/teams/{team_slug}/memberships/{username}", "200"],
  ["get", "/repos/{owner}/{repo}/installation", "200"],
  ["get", "/repos/{owner}/{repo}/git/ref/{ref}", "200"],
  ["post", "/repos/{owner}/{repo}/git/refs", "201"],
  ["patch", "/repos/{owner}/{repo}/git/refs/{ref}", "200"],
  ["get", "/repos/{owner}/{repo}/git/commits/{commit_sha}", "200"],
  ["post", "/repos/{owner}/{repo}/git/commits", "201"],
  ["post", "/repos/{owner}/{repo}/git/trees", "201"],
  ["get", "/repos/{owner}/{repo}/pulls", "200"],
  ["post", "/repos/{owner}/{repo}/pulls", "201"],
  ["patch", "/repos/{owner}/{repo}/pulls/{pull_number}", "200"],
  ["post", "/app/installations/{installation_id}/access_tokens", "201"],
];
/** Prose, and what only documentation reads. */
const LEFT_OUT = new Set([
  "description",
  "summary",
  "example",
  "externalDocs",
  "x-github",
  "deprecated",
  "title",
  "xml",
]);

const api = JSON.parse(readFileSync(process.argv[2], "utf8"));
const schemas = {};
const found = {};
for (const [method, path, status] of OPERATIONS) {
  const operation = api.paths[path][method];
  const answer = follow(operation.responses[status]).content[
    "application/json"
  ];
  const body = operation.requestBody?.content["application/json"].schema;
  const [example] = Object.values(answer.examples ?? {}).map(
    (each) => follow(each).value,
  );
  found[`${method.toUpperCase()} ${path}`] = {
    query: (operation.parameters ?? [])
      .map(follow)
      .filter((each) => each.in === "query")
      .map(({ name }) => name),
    ...(body === undefined ? {} : { request: kept(body) }),
    status: Number(status),
    reply: kept(answer.schema),
    example,
  };
}
const result = {
  source: `@octokit/openapi, GitHub ${api.info.version}`,
  operations: found,
  schemas,
};
writeFileSync(
  new URL("github-operations.json", import.meta.url),
  `${JSON.stringify(result)}\n`,
);

function follow(node) {
  return node.$ref === undefined
    ? node
    : node.$ref
        .slice(2)
        .split("/")
        .reduce((at, step) => at[step], api);
}

/** A schema without prose; those that it refers to are taken along. */
function kept(node) {
  if (Array.isArray(node)) return node.map(kept);
  if (typeof node !== "object" || node === null) return node;
  if (typeof node.$ref === "string") {
    const name = node.$ref.split("/").at(-1);
    if (schemas[name] === undefined) {
      schemas[name] = {};
      Object.assign(schemas[name], kept(follow(node)));
    }
    return { $ref: `#/schemas/${name}` };
  }
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key === "properties" || !LEFT_OUT.has(key))
      .filter(([key]) => key !== "examples")
      .map(([key, value]) => [
        key,
        key === "properties"
          ? Object.fromEntries(
              Object.entries(value).map(([name, of]) => [name, kept(of)]),
            )
          : kept(value),
      ]),
  );
}
