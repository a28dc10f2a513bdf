import type { Plan } from "../../domain/generated/plan.ts";
import type { JsonObject } from "../../domain/json.ts";
import { MAX_KEPT_RUNS } from "../../ports/reconcile-store.ts";
import { jsonText } from "../../output/json.ts";
import { callerOf, type Caller } from "./callers.ts";
import { chooseRows, readChoice, readPage } from "./choose-rows.ts";
import { renderEnvironmentPage } from "./environment-html.ts";
import { ORDER_KINDS, type OrderKind } from "./environment-page.ts";
import {
  htmlReply,
  jsonReply,
  onlyHeader,
  ReplyError,
  textReply,
  type PageReply,
  type PageRequest,
} from "./exchange.ts";
import type { FormTokens } from "./form-token.ts";
import { FRAME_POLICY } from "./frame-html.ts";
import { giveOrder } from "./give-order.ts";
import { RUNS_ON_A_PAGE } from "./runs-html.ts";
import { environmentJson, listJson, ordersJson } from "./json.ts";
import { renderListPage } from "./list-html.ts";
import type { PageOptions, Right } from "./options.ts";
import { readForm, readJson, readOrder } from "./order-input.ts";
import type { OverviewReader } from "./overview.ts";
import { renderPlanPage } from "./plan-html.ts";
import { isForUs, originOf } from "./own-origin.ts";
import { environmentAddress } from "./parts-html.ts";

/** What answering takes. */
export interface Site {
  readonly options: PageOptions;
  readonly overview: OverviewReader;
  /** `null` where nobody may give orders. */
  readonly formTokens: FormTokens | null;
}

const RUNS_FOR_PROGRAMS = 50;

/** One address: what it takes, what for, and who may. */
interface Route {
  readonly method: "GET" | "POST";
  readonly right: Right;
  answer(site: Site, request: PageRequest, caller: Caller): Promise<PageReply>;
}

/** A request before its body is read. */
type Head = Omit<PageRequest, "body">;

/**
 * Judges a request before its body is read: whether it is for this page, then who asks, then what
 * for, so that who is not let in learns nothing of what is there.
 * @returns what answers it.
 * @throws ReplyError
 */
export function admit(
  site: Site,
  head: Head,
): (request: PageRequest) => Promise<PageReply> {
  const { options } = site;
  if (!isForUs(head, options))
    throw new ReplyError(
      421,
      "this page goes by another name; name the one you use when the reconciler is started",
    );
  const caller = callerOf(options.auth, head);
  if (caller === null)
    throw new ReplyError(401, "say who you are", {
      "www-authenticate": 'Basic realm="tieline", charset="UTF-8"',
    });
  const routes = routesOf(head.path);
  const [first] = routes;
  if (first === undefined) throw new ReplyError(404, "there is no such page");
  const route = routes.find(({ method }) => method === head.method);
  if (route === undefined)
    throw new ReplyError(405, "this address takes another method", {
      allow: first.method === "GET" ? "GET, HEAD" : first.method,
    });
  if (!caller.rights.includes(route.right))
    throw new ReplyError(403, `this takes the right to ${route.right}`);
  return (request) => route.answer(site, request, caller);
}

function routesOf(path: readonly string[]): readonly Route[] {
  const [first, ...rest] = path;
  if (first === undefined) return [get(listPage)];
  if (first === "metrics" && rest.length === 0) return [get(metricsText)];
  if (first === "e") return environmentRoutes(rest);
  const [version, what, ...names] = rest;
  if (first !== "api" || version !== "v1") return [];
  if (what === "status" && names.length === 0) return [get(listProgram)];
  return what === "environments" ? programRoutes(names) : [];
}

function environmentRoutes(path: readonly string[]): readonly Route[] {
  const [environment, what, ...more] = path;
  if (environment === undefined || more.length > 0) return [];
  if (what === undefined) return [get(environmentPage)];
  if (what === "plan") return [get(planPage)];
  const kind = ORDER_KINDS.find((each) => each === what);
  return kind === undefined ? [] : [orderRoute(kind, orderByForm)];
}

function programRoutes(path: readonly string[]): readonly Route[] {
  const [environment, what, ...more] = path;
  if (environment === undefined || more.length > 0) return [];
  if (what === undefined) return [get(environmentProgram)];
  if (what === "plan") return [get(planProgram)];
  const kind = ORDER_KINDS.find((each) => each === what);
  return kind === undefined ? [] : [orderRoute(kind, orderByProgram)];
}

function get(answerGet: Route["answer"]): Route {
  return { method: "GET", right: "view", answer: answerGet };
}

function orderRoute(
  kind: OrderKind,
  answerOrder: (asked: AskedOrder) => Promise<PageReply>,
): Route {
  return {
    method: "POST",
    right: kind === "approve" ? "approve" : "operate",
    answer: (site, request, caller) =>
      answerOrder({ site, request, caller, kind }),
  };
}

async function listPage(site: Site, request: PageRequest): Promise<PageReply> {
  const now = site.options.clock.now();
  const { rows, readAt } = await site.overview.read();
  const choice = readChoice(request.query);
  const chosen = chooseRows(rows, choice, now);
  return htmlReply(
    200,
    renderListPage({ chosen, choice, now, readAt }),
    FRAME_POLICY,
  );
}

async function listProgram(
  site: Site,
  request: PageRequest,
): Promise<PageReply> {
  const { rows, readAt } = await site.overview.read();
  const now = site.options.clock.now();
  const chosen = chooseRows(rows, readChoice(request.query), now);
  return jsonReply(200, jsonText(listJson(chosen, readAt)));
}

async function metricsText({ options, overview }: Site): Promise<PageReply> {
  const { metrics } = options;
  if (metrics === null)
    return textReply(
      501,
      "there are no metrics: install the package prom-client beside tieline (npm install prom-client), and start the reconciler again",
    );
  return {
    status: 200,
    contentType: metrics.contentType,
    body: await metrics.text((await overview.read()).rows),
  };
}

/**
 * The environment that an address names. Only names that the store told are asked of it: nothing
 * that is made up reaches it. @throws ReplyError 404.
 */
async function environmentOf(
  site: Site,
  request: PageRequest,
): Promise<string> {
  const name = request.path[request.path[0] === "e" ? 1 : 3] ?? "";
  const row = await site.overview.find(name);
  if (row === undefined)
    throw new ReplyError(404, "there is no such environment");
  return row.environment;
}

async function environmentPage(
  site: Site,
  request: PageRequest,
  caller: Caller,
): Promise<PageReply> {
  const environment = await environmentOf(site, request);
  return shownEnvironment(
    { site, request, caller },
    { environment, refusal: null, statusCode: 200 },
  );
}

/** What is asked, by whom. */
interface Asked {
  readonly site: Site;
  readonly request: PageRequest;
  readonly caller: Caller;
}

/** An order that is asked for. */
interface AskedOrder extends Asked {
  readonly kind: OrderKind;
}

async function shownEnvironment(
  { site, request, caller }: Asked,
  shown: {
    readonly environment: string;
    readonly refusal: string | null;
    readonly statusCode: number;
  },
): Promise<PageReply> {
  const { environment, refusal, statusCode } = shown;
  const { store, clock, settingsOf } = site.options;
  const page = readPage(request.query, "runs");
  const limit = Math.min(MAX_KEPT_RUNS, page * RUNS_ON_A_PAGE + 1);
  const [status, orders, pending, runs] = await Promise.all([
    store.readStatus(environment),
    store.readOrders(environment),
    store.readPending(environment),
    store.readRuns(environment, limit),
  ]);
  if (status === null)
    throw new ReplyError(404, "there is no such environment");
  const start = (page - 1) * RUNS_ON_A_PAGE;
  const now = clock.now();
  const { by, rights } = caller;
  const text = renderEnvironmentPage({
    status,
    orders,
    pending,
    runs: runs.slice(start, start + RUNS_ON_A_PAGE),
    hasMoreRuns: runs.length > start + RUNS_ON_A_PAGE,
    settings: settingsOf(environment),
    forms:
      by === null || site.formTokens === null
        ? null
        : {
            by,
            rights,
            token: site.formTokens.make({ by, environment }, now),
          },
    refusal,
    pages: {
      drift: readPage(request.query, "drift"),
      accounts: readPage(request.query, "accounts"),
      runs: page,
    },
    now,
  });
  return htmlReply(statusCode, text, FRAME_POLICY);
}

async function environmentProgram(
  site: Site,
  request: PageRequest,
): Promise<PageReply> {
  const environment = await environmentOf(site, request);
  const { store } = site.options;
  const [status, orders, runs] = await Promise.all([
    store.readStatus(environment),
    store.readOrders(environment),
    store.readRuns(environment, RUNS_FOR_PROGRAMS),
  ]);
  if (status === null)
    throw new ReplyError(404, "there is no such environment");
  return jsonReply(200, jsonText(environmentJson({ status, orders, runs })));
}

async function planPage(site: Site, request: PageRequest): Promise<PageReply> {
  const { environment, plan } = await pendingPlan(site, request);
  const page = readPage(request.query, "page");
  const now = site.options.clock.now();
  return htmlReply(
    200,
    renderPlanPage({ environment, plan, page, now }),
    FRAME_POLICY,
  );
}

async function planProgram(
  site: Site,
  request: PageRequest,
): Promise<PageReply> {
  return jsonReply(200, jsonText((await pendingPlan(site, request)).plan));
}

async function pendingPlan(
  site: Site,
  request: PageRequest,
): Promise<{ readonly environment: string; readonly plan: Plan }> {
  const environment = await environmentOf(site, request);
  const plan = await site.options.store.readPending(environment);
  if (plan === null) throw new ReplyError(404, "no plan waits here");
  return { environment, plan };
}

/** Forms come from our own pages, and prove it twice. */
async function orderByForm(asked: AskedOrder): Promise<PageReply> {
  const { site, request, caller } = asked;
  assertOwnOrigin(asked);
  const input = readForm(request);
  const environment = await environmentOf(site, request);
  const { by } = caller;
  const isOurs =
    by !== null &&
    site.formTokens?.isValid(
      input.get("token") ?? "",
      { by, environment },
      site.options.clock.now(),
    ) === true;
  if (!isOurs)
    throw new ReplyError(
      403,
      "this form is too old or not from here; load its page again",
    );
  try {
    await carryOut(asked, environment, input);
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    return shownEnvironment(asked, {
      environment,
      refusal: `Not done: ${error.message}.`,
      statusCode: error.reply.status,
    });
  }
  return textReply(303, "done", { location: environmentAddress(environment) });
}

async function orderByProgram(asked: AskedOrder): Promise<PageReply> {
  const { site, request, caller } = asked;
  assertOwnOrigin(asked);
  if (caller.isAmbient && originOf(request, site.options) !== "own")
    throw new ReplyError(403, "programs send the token as a bearer");
  const input = readJson(request);
  const environment = await environmentOf(site, request);
  const { isNew, sentence, orders } = await carryOut(asked, environment, input);
  const answered: JsonObject = {
    kind: "reconcile_order",
    environment,
    order: asked.kind,
    new: isNew,
    sentence,
    orders: ordersJson(orders),
  };
  return jsonReply(200, jsonText(answered));
}

/** What a browser sends by itself proves nothing about who wanted it sent. */
function assertOwnOrigin({ site, request, caller }: AskedOrder): void {
  const origin = originOf(request, site.options);
  if (origin === "own" || (origin === "unknown" && !caller.isAmbient)) return;
  throw new ReplyError(
    403,
    onlyHeader(request, "sec-fetch-site") === "same-origin"
      ? "the page goes by another name than the browser says; name it when the reconciler is started"
      : "this was not sent from here",
  );
}

async function carryOut(
  { site, caller, kind }: AskedOrder,
  environment: string,
  input: ReadonlyMap<string, string>,
): ReturnType<typeof giveOrder> {
  const { options, overview } = site;
  const now = options.clock.now();
  const { by } = caller;
  if (by === null) throw new ReplyError(403, "nobody gives orders here");
  const order = readOrder(kind, input, now);
  const outcome = await giveOrder(options.store, order, {
    environment,
    by,
    now,
  });
  overview.forget();
  if (outcome.isNew)
    options.onOrder({ environment, by, what: outcome.sentence });
  // Approved and resumed are carried out by a tick; a suspension holds from the next one on anyhow.
  if (kind !== "suspend") await options.wake(environment);
  return outcome;
}
