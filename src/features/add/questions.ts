import { scopesToOffer } from "./document.ts";
import {
  checkedName,
  needsClient,
  needsScopes,
  requirementsFor,
  usualName,
  type Wish,
} from "./new-connection.ts";
import type { CardScope, ProviderCard } from "../catalogue/report.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { Requirements } from "../../domain/catalogue/requirements.ts";
import { plainText } from "../../output/escape.ts";
import type { Io } from "../../command/io.ts";

/** Scopes listed to choose from; a longer list is no choice. */
const MAX_LISTED = 30;
/**
 * Times a question is put before the command gives up: an ended input answers nothing, for ever.
 */
const MAX_TRIES = 3;

/** Asks for what a wish leaves open. What was said by an option is not asked for. */
export async function askForRest(
  wish: Wish,
  card: ProviderCard,
  io: Io,
  taken: ReadonlySet<string>,
): Promise<Wish> {
  const authType = wish.authType ?? (await askAuthType(card, io));
  const requirements = requirementsFor(card, authType);
  const name = wish.name ?? (await askName(card, io, taken));
  const description =
    wish.description ?? (await askText("What is it for? (may stay empty)", io));
  const owner =
    wish.owner ??
    (await askText("Which team answers for it? (may stay empty)", io));
  const client = await askClient(wish, requirements, card, io);
  const scopes =
    wish.scopes.length > 0 || wish.template !== undefined
      ? wish.scopes
      : await askScopes(requirements, card, io);
  return { ...wish, ...client, authType, name, description, owner, scopes };
}

/** The answer, or `undefined` for none. */
async function askText(question: string, io: Io): Promise<string | undefined> {
  const answer = await io.ask(`${question}: `);
  return answer === "" ? undefined : answer;
}

async function askAuthType(
  { row }: ProviderCard,
  io: Io,
): Promise<string | undefined> {
  if (row.authTypes.length < 2) return undefined;
  return askText(
    `How does ${plainText(row.name)} authenticate? ${row.authTypes.join(", ")}`,
    io,
  );
}

/** The usual name, or the first with a number that no document has. */
export function freeName(usual: string, taken: ReadonlySet<string>): string {
  let name = usual;
  for (let number = 2; taken.has(name); number++)
    name = `${usual}-${String(number)}`;
  return name;
}

async function askName(
  { row }: ProviderCard,
  io: Io,
  taken: ReadonlySet<string>,
): Promise<string> {
  const usual = freeName(usualName(row.slug), taken);
  for (let tries = 1; ; tries++) {
    const answer = await askText(
      `Name of the connection, as your code will ask for it [${usual}]`,
      io,
    );
    try {
      return checkedName(answer ?? usual);
    } catch (error) {
      if (!(error instanceof UserError) || tries === MAX_TRIES) throw error;
      io.err(`  ${plainText(error.message)}: ${error.why ?? ""}\n`);
    }
  }
}

async function askClient(
  wish: Wish,
  requirements: Requirements,
  { row }: ProviderCard,
  io: Io,
): Promise<Pick<Wish, "clientId" | "usesPlatformClient">> {
  const { clientId, usesPlatformClient } = wish;
  const isAsked =
    clientId === undefined &&
    !usesPlatformClient &&
    !["none", "registered"].includes(requirements.client);
  if (!isAsked) return { clientId, usesPlatformClient };
  const ending = needsClient(requirements)
    ? "- for one that the platform lends"
    : "empty for the platform's shared one";
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const answer = await askText(
      `Identifier of your OAuth client at ${plainText(row.name)} (${ending})`,
      io,
    );
    if (answer === "-")
      return { clientId: undefined, usesPlatformClient: true };
    if (answer !== undefined || !needsClient(requirements))
      return { clientId: answer, usesPlatformClient: false };
    io.err(
      "  the provider shows it where you registered your application; its secret is stored later, and never here\n",
    );
  }
  return { clientId: undefined, usesPlatformClient: false };
}

async function askScopes(
  requirements: Requirements,
  card: ProviderCard,
  io: Io,
): Promise<readonly string[]> {
  if (!requirements.hasScopes) return [];
  const listed = scopesToOffer(card, MAX_LISTED);
  if (listed.length > 0) io.err(`${scopeList(listed, card)}\n`);
  const how =
    listed.length > 0
      ? "numbers or names"
      : `names (tieline catalog show ${card.row.slug} lists what is known)`;
  const ending = needsScopes(requirements) ? "" : " (may stay empty)";
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const answer = await io.ask(
      `Scopes to ask for: ${how}, separated by spaces${ending}: `,
    );
    const words = answer.split(/[\s,]+/u).filter((word) => word !== "");
    const wrong = words.find((word) => isNumberBeyond(word, listed.length));
    if (wrong !== undefined)
      io.err(`  there is no number ${plainText(wrong)} to choose\n`);
    else if (words.length > 0 || !needsScopes(requirements))
      return words.map((word) => listed[Number(word) - 1]?.scope ?? word);
  }
  return [];
}

function isNumberBeyond(word: string, count: number): boolean {
  return /^\d+$/u.test(word) && (Number(word) < 1 || Number(word) > count);
}

function scopeList(listed: readonly CardScope[], card: ProviderCard): string {
  const lines = listed.map(
    ({ scope, tier, meaning }, index) =>
      `  ${String(index + 1).padStart(2)}  ${plainText(scope)}  ${tier}${meaning === null ? "" : `: ${plainText(meaning)}`}`,
  );
  const rest = card.scopes.length - listed.length;
  return [
    `Scopes of ${plainText(card.row.name)}:`,
    ...lines,
    ...(rest > 0
      ? [
          `      and ${String(rest)} more: tieline catalog show ${card.row.slug}`,
        ]
      : []),
  ].join("\n");
}
