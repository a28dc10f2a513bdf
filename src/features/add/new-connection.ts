import {
  BASE_FOLDER,
  ENVIRONMENTS_FOLDER,
} from "../../domain/document-folders.ts";
import type { ProviderCard } from "../catalogue/report.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { FileChange } from "../../domain/source-file.ts";
import type { Requirements } from "../../domain/catalogue/requirements.ts";

/** What somebody wants to have of a provider, as far as it was said. */
export interface Wish {
  readonly name?: string | undefined;
  readonly authType?: string | undefined;
  readonly clientId?: string | undefined;
  readonly usesPlatformClient: boolean;
  readonly scopes: readonly string[];
  readonly owner?: string | undefined;
  readonly description?: string | undefined;
  readonly template?: string | undefined;
  /** Environment it is for alone; shared by all of them when absent. */
  readonly environment?: string | undefined;
}

/** A wish in which nothing is missing. */
export interface NewConnection extends Wish {
  readonly name: string;
  readonly requirements: Requirements;
}

/** A new connection and the file that declares it. */
export interface Addition {
  readonly connection: NewConnection;
  readonly change: FileChange;
}

/**
 * Longest name of a new connection: it is a file's name too, and some systems end those at 255
 * bytes.
 */
const MAX_NAME = 100;

/** The name a connection gets when nobody says one: `google-ads` for `google_ads`. Pure. */
export function usualName(provider: string): string {
  return provider.replaceAll(/[^a-z0-9]+/gu, "-");
}

/**
 * A name that can be a connection's and its file's. Pure.
 * @throws UserError CLI001 for any other.
 */
export function checkedName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*$/u.test(name) && name.length <= MAX_NAME)
    return name;
  throw new UserError("CLI001", `"${name}" cannot be the name of a file`, {
    why: `a new connection's name is its file's name too: letters, digits, - and _, at most ${String(MAX_NAME)}, and a letter or digit first`,
    fix: `give it another name: --name ${nameLike(name)}`,
    notDone: "nothing was written",
  });
}

/** The nearest name that can be used, so that the fix can be pasted. */
function nameLike(name: string): string {
  const near = usualName(name.toLowerCase())
    .replace(/^-+/u, "")
    .slice(0, MAX_NAME)
    .replace(/-+$/u, "");
  return near === "" ? "gmail-support" : near;
}

/**
 * What a new connection of an auth type needs. Pure.
 * @throws UserError CLI001 when it has to be said which auth type, CLI050 for one that the provider
 * does not have.
 */
export function requirementsFor(
  card: ProviderCard,
  authType: string | undefined,
): Requirements {
  const { requirements, row } = card;
  const types = row.authTypes.join(", ");
  const [first, ...others] = requirements;
  if (authType === undefined && first !== undefined && others.length === 0)
    return first;
  if (authType === undefined)
    throw missing(
      `how ${row.name} authenticates has to be said`,
      `it has ${types}`,
      `add --auth-type ${row.authTypes[0] ?? "<type>"}`,
    );
  const found = requirements.find((one) => one.authType === authType);
  if (found !== undefined) return found;
  throw new UserError(
    "CLI050",
    `${row.name} does not authenticate with ${authType}`,
    {
      why: `the catalogue knows ${types} for it`,
      fix: `write --auth-type ${row.authTypes[0] ?? "oauth2"}, or leave the option out`,
      notDone: "nothing was written",
    },
  );
}

/** True where a client has to be named and nobody lends one for certain. Pure. */
export function needsClient({ client }: Requirements): boolean {
  return client === "own" || client === "unknown";
}

/** True where a connection cannot work without scopes. Pure. */
export function needsScopes({ required }: Requirements): boolean {
  return required.some(({ pointer }) => pointer === "/scopes");
}

/**
 * Completes a wish with what follows from the catalogue. Pure.
 * @throws UserError CLI001 for a name, for something the provider has no use for, and naming the
 * option of what is missing.
 */
export function completeWish(wish: Wish, card: ProviderCard): NewConnection {
  const requirements = requirementsFor(card, wish.authType);
  refuseMisfits(wish, requirements, card);
  const hasClient = wish.clientId !== undefined || wish.usesPlatformClient;
  if (needsClient(requirements) && !hasClient)
    throw missing(
      `${card.row.name} needs an OAuth client`,
      requirements.client === "own"
        ? "its set-up page asks for a client of your own"
        : "it is not documented whether the platform has one",
      "add --client-id <the identifier the provider gave you>, or --platform-client where the platform lends its own",
    );
  if (needsScopes(requirements) && wish.scopes.length === 0 && !wish.template)
    throw missing(
      `${card.row.name} cannot be used without scopes`,
      "it acts for every user of a domain, with exactly the permissions named",
      `add --scope <scope>; tieline catalog show ${card.row.slug} lists them`,
    );
  const name = checkedName(wish.name ?? usualName(card.row.slug));
  return {
    ...wish,
    name,
    requirements,
    scopes: [...new Set(wish.scopes)],
    usesPlatformClient:
      wish.usesPlatformClient ||
      (wish.clientId === undefined && isLent(requirements)),
  };
}

function isLent({ client }: Requirements): boolean {
  return client === "own-or-platform" || client === "platform-default";
}

function refuseMisfits(
  wish: Wish,
  requirements: Requirements,
  { row }: ProviderCard,
): void {
  const brings = wish.clientId !== undefined;
  if (brings && wish.usesPlatformClient)
    throw misfit(
      "--client-id and --platform-client exclude each other",
      "a connection has one OAuth client",
      "leave one of them out",
    );
  if (requirements.client === "none" && (brings || wish.usesPlatformClient))
    throw misfit(
      `${row.name} has no OAuth client`,
      `it authenticates by ${requirements.authType}`,
      `leave out ${brings ? "--client-id" : "--platform-client"}`,
    );
  if (requirements.client === "registered" && wish.usesPlatformClient)
    throw misfit(
      `${row.name} needs no lent client`,
      "the platform registers one with this provider by itself",
      "leave out --platform-client",
    );
  if (!requirements.hasScopes && wish.scopes.length > 0)
    throw misfit(
      `the scopes of ${row.name} are not chosen on the connection`,
      requirements.client === "none"
        ? `it authenticates by ${requirements.authType}: what an account may do is decided where its credential is made`
        : "its set-up page says that the provider fixes them",
      "leave out --scope",
    );
}

function misfit(message: string, why: string, fix: string): UserError {
  const notDone = "nothing was written";
  return new UserError("CLI001", message, { why, fix, notDone });
}

function missing(message: string, why: string, fix: string): UserError {
  const notDone = "nothing was written";
  return new UserError("CLI001", message, { why, fix, notDone });
}

/** The file of a new connection. Pure; the name is checked before. */
export function fileOf({ name, environment }: NewConnection): string {
  return environment === undefined
    ? `${BASE_FOLDER}/${name}.yaml`
    : `${ENVIRONMENTS_FOLDER}/${environment}/${BASE_FOLDER}/${name}.yaml`;
}
