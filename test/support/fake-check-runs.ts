import type { Answer, Call, FakeForge } from "./fake-forge.ts";
import { githubReply, requestProblem } from "./github-schema.ts";

/** A check run as a fake keeps it. */
export interface KeptCheckRun {
  readonly id: number;
  readonly app: number;
  readonly name: string;
  readonly commit: string;
  readonly externalId: string;
  status: string;
  conclusion: string | null;
  title: string;
  summary: string;
  detailsUrl: string;
  readonly annotations: Readonly<Record<string, unknown>>[];
}

const FORBIDDEN: Answer = {
  status: 403,
  body: {
    message: "You must authenticate via a GitHub App.",
  },
};
const START = "POST /repos/{owner}/{repo}/check-runs";
const CHANGE = "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}";
const LIST = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";

/**
 * `undefined` for every other address. Only Apps write check runs, and each its own.
 * @remarks Source: GitHub REST "Check runs": 50 annotations a request, which are added to those
 * that are there; 65,535 characters.
 */
export function checkRunAnswer(
  call: Call,
  forge: FakeForge,
): Answer | undefined {
  const path = call.url.pathname.replace(
    `/api/v3/repos/${forge.repository}/`,
    "",
  );
  const { method } = call;
  const commit = /^commits\/([0-9a-f]{40})\/check-runs$/u.exec(path)?.[1];
  if (commit !== undefined && method === "GET")
    return listed(call, commit, forge);
  const id = /^check-runs\/(\d+)$/u.exec(path)?.[1];
  const isStart = path === "check-runs" && method === "POST";
  if (!isStart && (id === undefined || method !== "PATCH")) return undefined;
  return written(call, id, forge);
}

function written(
  { url, body, rights, app }: Call,
  id: string | undefined,
  forge: FakeForge,
): Answer {
  const isStart = id === undefined;
  if (app === undefined || !rights.has("checks")) return FORBIDDEN;
  const operation = isStart ? START : CHANGE;
  const wrong = requestProblem(operation, url.searchParams, body);
  if (wrong !== undefined) return { status: 422, body: { message: wrong } };
  const found = forge.checkRuns.find((each) => String(each.id) === id);
  if (!isStart && found?.app !== app) return FORBIDDEN;
  const run = found ?? {
    id: 500 + forge.checkRuns.length,
    app,
    name: String(body["name"]),
    commit: String(body["head_sha"]),
    externalId: String(body["external_id"]),
    status: "queued",
    conclusion: null,
    title: "",
    summary: "",
    detailsUrl: "",
    annotations: [],
  };
  if (isStart) forge.checkRuns.push(run);
  change(run, body);
  return githubReply(operation, shown(run));
}

function change(run: KeptCheckRun, body: Record<string, unknown>): void {
  const output = (body["output"] ?? {}) as Record<string, unknown>;
  run.status = textOf(body["status"], run.status);
  run.conclusion =
    typeof body["conclusion"] === "string" ? body["conclusion"] : null;
  run.title = textOf(output["title"], run.title);
  run.summary = textOf(output["summary"], run.summary);
  run.detailsUrl = textOf(body["details_url"], run.detailsUrl);
  const added = output["annotations"];
  if (Array.isArray(added))
    run.annotations.push(...(added as Record<string, unknown>[]));
}

function textOf(value: unknown, other: string): string {
  return typeof value === "string" ? value : other;
}

function listed({ url }: Call, commit: string, forge: FakeForge): Answer {
  const query = url.searchParams;
  const wrong = requestProblem(LIST, query, {});
  if (wrong !== undefined) return { status: 422, body: { message: wrong } };
  const runs = forge.checkRuns.filter(
    (each) =>
      each.commit === commit &&
      each.name === query.get("check_name") &&
      String(each.app) === query.get("app_id"),
  );
  return {
    status: 200,
    body: { total_count: runs.length, check_runs: runs.map(shown).reverse() },
  };
}

function shown(run: KeptCheckRun): object {
  return {
    id: run.id,
    name: run.name,
    head_sha: run.commit,
    external_id: run.externalId,
    status: run.status,
    conclusion: run.conclusion,
    app: { id: run.app },
    output: {
      title: run.title,
      summary: run.summary,
      annotations_count: run.annotations.length,
    },
  };
}
