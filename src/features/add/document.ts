import { argumentWord } from "../../util/shell-word.ts";
import { yamlText } from "../../documents/read/yaml-text.ts";
import type { CardScope, ProviderCard } from "../catalogue/report.ts";
import { offlineAccessIn } from "../../domain/catalogue/offline-access.ts";
import { segmentsOf, type Pointer } from "../../domain/field/pointer.ts";
import type { RequirementField } from "../../domain/catalogue/requirements.ts";
import {
  documentedScopes,
  providersWithScopes,
} from "../../domain/catalogue/scopes.ts";
import { fileOf, type Addition, type NewConnection } from "./new-connection.ts";

/** Scopes shown for choice in a file that asks for none; more are a command away. */
const MAX_SHOWN_SCOPES = 12;
const CLIENT: ReadonlySet<Pointer> = new Set([
  "/credentials/client_id",
  "/credentials/client_secret",
]);

/**
 * The file of a new connection: every field with what it is for, secrets as references alone. Pure.
 * @param schema - Where the schema lies as seen from the file, for editors; `undefined` leaves it
 * to their settings.
 */
export function addition(
  connection: NewConnection,
  card: ProviderCard,
  schema: string | undefined,
): Addition {
  const lines = [
    ...(schema === undefined
      ? []
      : [`# yaml-language-server: $schema=${schema}`]),
    `# ${card.row.name}. What its connections need: tieline catalog show ${card.row.slug}`,
    '# Absent means "not managed", null means "must be empty", a value means "must be this".',
    ...headLines(connection, card),
    ...credentialLines(connection, card),
    ...scopeLines(connection, card),
    ...settingLines(connection),
    ...(connection.template === undefined
      ? []
      : [line("template", connection.template, "gives what is not said here")]),
  ];
  const after = `${withEnding(lines).join("\n")}\n`;
  return {
    connection,
    change: { path: fileOf(connection), before: null, after },
  };
}

/**
 * Comments that no field follows stand by themselves, so that they do not belong to the group above
 * them.
 */
function withEnding(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((text) => !text.startsWith("#"));
  return last === lines.length - 1
    ? lines
    : [...lines.slice(0, last + 1), "", ...lines.slice(last + 1)];
}

/** The references to secrets that a new connection makes, by the field. Pure. */
export function secretPaths(
  connection: NewConnection,
): ReadonlyMap<Pointer, string> {
  return new Map(
    secretsOf(connection).map((pointer) => [
      pointer,
      `${connection.name}/${lastOf(pointer)}`,
    ]),
  );
}

function secretsOf({ clientId, requirements }: NewConnection): Pointer[] {
  const required = requirements.required
    .filter(({ kind, pointer }) => kind === "secret" && !CLIENT.has(pointer))
    .map(({ pointer }) => pointer);
  return [
    ...(clientId === undefined ? [] : ["/credentials/client_secret"]),
    ...required,
  ];
}

function headLines(connection: NewConnection, { row }: ProviderCard): string[] {
  const { name, owner, description, requirements } = connection;
  return [
    line("connection_id", name, "the connection name your code asks for"),
    line("provider", row.slug),
    line("auth_type", requirements.authType),
    description === undefined
      ? "# description: <what it is for>"
      : line("description", description),
    owner === undefined
      ? "# owner: <the team that answers for it>"
      : line("owner", owner),
  ];
}

function credentialLines(
  connection: NewConnection,
  { row }: ProviderCard,
): string[] {
  const { clientId, usesPlatformClient, requirements } = connection;
  const secrets = [...secretPaths(connection)].map(([pointer, path]) =>
    line(
      lastOf(pointer),
      `secret://${path}`,
      `a reference; store the value: tieline secrets set <environment> ${argumentWord(path)}`,
    ),
  );
  const members = [
    ...(clientId === undefined
      ? []
      : [line("client_id", clientId, `of your OAuth client at ${row.name}`)]),
    ...secrets,
    ...(clientId === undefined
      ? []
      : [
          "# redirect_uri is made by the platform at the first apply; its dashboard shows it. Enter it at the OAuth client.",
        ]),
    ...(usesPlatformClient
      ? [
          line(
            "use_platform_creds",
            true,
            "the platform's shared OAuth client: good for a start; production asks for your own",
          ),
        ]
      : []),
    ...optionalLines(requirements.optional),
  ];
  const hasField = members.some((member) => !member.startsWith("#"));
  return [
    ...(hasField ? ["credentials:", ...commentsFirst(members)] : []),
    ...withoutCredentials(connection, hasField),
  ];
}

/** A comment at a group's end is easily taken for one of what follows, by people and programs. */
function commentsFirst(lines: readonly string[]): string[] {
  const isComment = (text: string) => text.startsWith("#");
  return [
    ...lines.filter(isComment),
    ...lines.filter((text) => !isComment(text)),
  ].map(indent);
}

function withoutCredentials(
  { requirements }: NewConnection,
  hasField: boolean,
): string[] {
  if (hasField) return [];
  if (requirements.client === "registered")
    return [
      "# No credentials: the platform registers an OAuth client with this provider by itself.",
    ];
  const { accountFields } = requirements;
  return accountFields.length === 0
    ? ["# No credentials here: each connected account brings its own."]
    : [
        `# No credentials here: each connected account brings its own (${accountFields.join(", ")}).`,
      ];
}

/** What it may have besides, as comments: nothing is managed that nobody asked for. */
function optionalLines(fields: readonly RequirementField[]): string[] {
  return fields
    .filter(
      ({ pointer }) =>
        pointer.startsWith("/credentials/") &&
        !CLIENT.has(pointer) &&
        pointer !== "/credentials/use_platform_creds",
    )
    .map(({ pointer, meaning }) => `# ${lastOf(pointer)}: ${meaning}`);
}

function scopeLines(connection: NewConnection, card: ProviderCard): string[] {
  const { requirements, scopes, template } = connection;
  if (!requirements.hasScopes) return [];
  if (scopes.length > 0)
    return [
      "scopes:",
      ...[...scopes, ...missingOfflineScope(connection)].map((scope) =>
        indent(scopeLine(scope, connection, card)),
      ),
    ];
  if (template !== undefined || card.scopes.length === 0) return [];
  const shown = scopesToOffer(card, MAX_SHOWN_SCOPES);
  if (shown.length === 0)
    return [
      `# scopes: [<permissions to ask for>] # ${String(card.scopes.length)} are known: tieline catalog show ${card.row.slug}`,
    ];
  return [
    "# scopes: # permissions to ask for; uncomment this line and what is needed",
    ...shown.map(({ scope }) => `#   ${scopeLine(scope, connection, card)}`),
    ...(card.scopes.length > shown.length
      ? [
          `# All ${String(card.scopes.length)}: tieline catalog show ${card.row.slug}`,
        ]
      : []),
  ];
}

/**
 * Scopes worth offering for choice, at most so many: those that the vendor's page names come first.
 * Of the scopes of a whole suite of products only those are offered that carry this product's name.
 * Pure.
 */
export function scopesToOffer(
  { row, scopes }: ProviderCard,
  most: number,
): readonly CardScope[] {
  const named = scopes.filter(({ isVendors }) => isVendors);
  const others = scopes.filter(({ isVendors }) => !isVendors);
  const product = productOf(row.slug);
  const fitting = isOfSuite(row.slug)
    ? others.filter(({ scope }) => scope.toLowerCase().includes(product))
    : others;
  return [...named, ...fitting].slice(0, most);
}

/** The product in a provider's name: `calendar` of `googlecalendar`. */
function productOf(slug: string): string {
  return slug.replace(/^(?:google|microsoft)_?/u, "").replace(/s$/u, "");
}

/** True where several providers share one list of scopes. */
function isOfSuite(slug: string): boolean {
  const [first] = documentedScopes(slug);
  return (
    first !== undefined &&
    providersWithScopes().some(
      (other) => other !== slug && documentedScopes(other)[0] === first,
    )
  );
}

function scopeLine(
  scope: string,
  { requirements: { offline } }: NewConnection,
  card: ProviderCard,
): string {
  const known = card.scopes.find((one) => one.scope === scope);
  const tier = known?.tier ?? "unclassified";
  const isOffline = offline?.kind === "scope" && offline.value === scope;
  const meaning = isOffline
    ? `${offline.party} lets accounts outlive their first token only with it`
    : (known?.meaning ?? "what it allows is not in the catalogue");
  return item(scope, `${tier}: ${meaning}`);
}

/** Without it accounts expire, and whoever asks for scopes wants them to last. */
function missingOfflineScope(connection: NewConnection): string[] {
  const { offline } = connection.requirements;
  if (offline?.kind !== "scope") return [];
  const asked = offlineAccessIn(offline, { "/scopes": [...connection.scopes] });
  return asked === "asked" ? [] : [offline.value];
}

function settingLines({
  clientId,
  template,
  requirements: { offline },
}: NewConnection): string[] {
  if (offline?.kind !== "setting" || clientId === undefined) return [];
  if (template !== undefined) return [];
  return [
    "settings:",
    indent(
      line(
        lastOf(offline.pointer),
        offline.value,
        `${offline.party} lets accounts outlive their first token only with it`,
      ),
    ),
  ];
}

function line(name: string, value: string | boolean, comment?: string): string {
  // One line: whitespace of any kind is one space in a new document.
  const plain = typeof value === "string" ? oneLine(value) : value;
  const text = yamlText({ [name]: plain }).trimEnd();
  return comment === undefined ? text : `${text} # ${comment}`;
}

function item(value: string, comment: string): string {
  return `${yamlText([value]).trimEnd()} # ${comment}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

function indent(text: string): string {
  return `  ${text}`;
}

function lastOf(pointer: Pointer): string {
  return segmentsOf(pointer).at(-1) ?? "";
}
