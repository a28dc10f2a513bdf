import { isJsonList, isJsonObject, type JsonObject } from "../domain/json.ts";
import { TransientError } from "../domain/problem/error.ts";
import type { CommitVerdict, VerdictDetail } from "../ports/forge.ts";
import { canonicalJson } from "../util/canonical-json.ts";
import { countOf } from "../util/count.ts";
import { sha256 } from "../util/hash.ts";
import { cut, strangeAnswer } from "./forge-error.ts";

/** @remarks Source: GitHub REST, "Create a check run" and "Update a check run". */
const MAX_SUMMARY = 65_535;
const ANNOTATIONS_A_REQUEST = 50;
/** Of ours: five requests. What is beyond is counted. */
const MOST_ANNOTATIONS = 250;
/** Kept free for what the summary ends with. */
const END_CHARACTERS = 300;
const MAX_TITLE = 255;
const MAX_EXTERNAL_ID = 100;
const PAGE_SIZE = 100;
const MAX_PAGES = 10;

/** One request below the repository. Gives the body of the answer. */
export type CheckApi = (
  call: {
    readonly method: "GET" | "POST" | "PATCH";
    readonly what: string;
    readonly path: string;
    readonly route: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly isIdempotent: boolean;
  },
  body?: JsonObject,
) => Promise<JsonObject>;

/** A verdict that has more to say than a line. */
export type DetailedVerdict = CommitVerdict & {
  readonly detail: VerdictDetail;
};

interface CheckRun {
  readonly id: number;
  readonly conclusion: unknown;
  readonly annotationCount: number;
  readonly summary: string;
}

/**
 * Sets the check run of a verdict: that of an earlier run of the same review is changed, so that
 * one stands at each commit. Annotations can only be added; where others are there already, a new
 * one takes its place. What is superseded is cancelled, which lets nothing be merged.
 */
export async function setCheckRun(
  verdict: DetailedVerdict,
  appId: number,
  api: CheckApi,
): Promise<void> {
  const { commit, detail } = verdict;
  const found = await runsAt(commit, verdict, appId, api);
  const newest = found.at(-1);
  const annotations = annotationsOf(verdict);
  const mark = `<!-- tieline-annotations ${sha256(canonicalJson(annotations))} -->`;
  const isSame = newest?.summary.includes(mark) === true;
  const isUsable =
    newest !== undefined && (isSame || newest.annotationCount === 0);
  await write(verdict, {
    api,
    mark,
    id: isUsable ? newest.id : undefined,
    annotations: isSame ? [] : annotations,
    appId,
  });
  const previous =
    detail.previousCommit === null || detail.previousCommit === commit
      ? []
      : await runsAt(detail.previousCommit, verdict, appId, api);
  const superseded = isUsable ? found.slice(0, -1) : found;
  for (const run of [...superseded, ...previous])
    if (run.conclusion !== "cancelled") await cancel(run, api);
}

async function write(
  verdict: DetailedVerdict,
  at: {
    readonly api: CheckApi;
    readonly mark: string;
    readonly id: number | undefined;
    readonly annotations: readonly JsonObject[];
    readonly appId: number;
  },
): Promise<void> {
  const parts: (readonly JsonObject[])[] = [];
  for (
    let from = 0;
    from < at.annotations.length;
    from += ANNOTATIONS_A_REQUEST
  )
    parts.push(at.annotations.slice(from, from + ANNOTATIONS_A_REQUEST));
  if (parts.length === 0) parts.push([]);
  let { id } = at;
  for (const [index, annotations] of parts.entries()) {
    // What is not whole yet lets nothing be merged, and does not pass for whole in a later run.
    const isLast = index === parts.length - 1;
    const body = bodyOf(verdict, annotations, isLast ? at.mark : null);
    id =
      id === undefined
        ? await create(body, verdict, at)
        : await change(id, body, at.api);
  }
}

function bodyOf(
  { name, isSuccess, detail }: DetailedVerdict,
  annotations: readonly JsonObject[],
  mark: string | null,
): JsonObject {
  const more = detail.annotations.length - MOST_ANNOTATIONS;
  const end = [
    ...(more > 0
      ? [`${countOf(more, "more annotation")} in the log of the job.`]
      : []),
    ...(mark === null ? [] : [mark]),
  ].join("\n\n");
  return {
    name,
    external_id: externalId(detail),
    ...(detail.detailsUrl === null ? {} : { details_url: detail.detailsUrl }),
    ...(mark === null
      ? { status: "in_progress" }
      : { status: "completed", conclusion: isSuccess ? "success" : "failure" }),
    output: {
      title: cut(detail.title, MAX_TITLE),
      summary: `${cut(detail.summary, MAX_SUMMARY - END_CHARACTERS)}\n\n${end}`,
      ...(annotations.length === 0 ? {} : { annotations: [...annotations] }),
    },
  };
}

function annotationsOf({ detail }: DetailedVerdict): readonly JsonObject[] {
  return detail.annotations.slice(0, MOST_ANNOTATIONS).map((each) => ({
    path: each.path,
    start_line: each.line,
    end_line: each.line,
    annotation_level: each.level,
    title: cut(each.title, MAX_TITLE),
    message: each.message,
  }));
}

async function create(
  body: JsonObject,
  verdict: DetailedVerdict,
  { api, appId }: { readonly api: CheckApi; readonly appId: number },
): Promise<number> {
  const what = "creating the check run";
  try {
    const made = await api(
      {
        method: "POST",
        what,
        path: "check-runs",
        route: "POST /repos/{owner}/{repo}/check-runs",
        isIdempotent: false,
      },
      { ...body, head_sha: verdict.commit },
    );
    return idOf(made, what);
  } catch (error) {
    if (!(error instanceof TransientError) || !error.mayHaveCommitted)
      throw error;
    // The answer was lost, and the check run may be there all the same.
    const found = (await runsAt(verdict.commit, verdict, appId, api)).at(-1);
    const { output } = body;
    const summary = isJsonObject(output) ? output["summary"] : undefined;
    if (found === undefined || found.summary !== summary) throw error;
    return found.id;
  }
}

async function change(
  id: number,
  body: JsonObject,
  api: CheckApi,
): Promise<number> {
  const what = "changing the check run";
  const changed = await api(
    {
      method: "PATCH",
      what,
      path: `check-runs/${String(id)}`,
      route: "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
      // Sent twice, annotations would be there twice.
      isIdempotent: false,
    },
    body,
  );
  return idOf(changed, what);
}

async function cancel({ id }: CheckRun, api: CheckApi): Promise<void> {
  await change(
    id,
    {
      status: "completed",
      conclusion: "cancelled",
      output: {
        title: "superseded",
        summary: "A newer review takes the place of this one.",
      },
    },
    api,
  );
}

/** Ours of this review at a commit, the newest last. */
async function runsAt(
  commit: string,
  { name, detail }: DetailedVerdict,
  appId: number,
  api: CheckApi,
): Promise<readonly CheckRun[]> {
  const what = "looking for an earlier check run";
  const runs: CheckRun[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const body = await api({
      method: "GET",
      what,
      path: `commits/${encodeURIComponent(commit)}/check-runs`,
      route: "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
      query: {
        check_name: name,
        app_id: String(appId),
        filter: "all",
        per_page: String(PAGE_SIZE),
        page: String(page),
      },
      isIdempotent: true,
    });
    const list = body["check_runs"];
    if (!isJsonList(list))
      throw strangeAnswer(what, "the answer is not a list of check runs");
    for (const each of list) {
      if (!isJsonObject(each)) continue;
      const { app, external_id: key } = each;
      const isOurs = isJsonObject(app) && app["id"] === appId;
      if (isOurs && key === externalId(detail) && each["name"] === name)
        runs.push(runOf(each, what));
    }
    if (list.length < PAGE_SIZE) break;
  }
  return runs.toSorted((a, b) => a.id - b.id);
}

function runOf(run: JsonObject, what: string): CheckRun {
  const output = isJsonObject(run["output"]) ? run["output"] : {};
  const { annotations_count: count, summary } = output;
  return {
    id: idOf(run, what),
    conclusion: run["conclusion"],
    annotationCount: typeof count === "number" ? count : 0,
    summary: typeof summary === "string" ? summary : "",
  };
}

function externalId({ key }: VerdictDetail): string {
  return cut(`tieline:${key}`, MAX_EXTERNAL_ID);
}

function idOf({ id }: JsonObject, what: string): number {
  if (typeof id === "number") return id;
  throw strangeAnswer(what, "the answer confirms nothing");
}
