import { countOf, countText } from "../../util/count.ts";
import type {
  CardScope,
  CatalogueList,
  CatalogueRow,
  CatalogueSearch,
  ProviderCard,
} from "./report.ts";
import type { CatalogueSource, DocumentedField } from "../../domain/catalogue/catalogue.ts";
import type {
  ClientSource,
  RequirementField,
  Requirements,
} from "../../domain/catalogue/requirements.ts";
import { indent, joinSafe, safe, type SafeText, textOf } from "../../output/escape.ts";
import { type Paint, paint, type Style } from "../../output/style.ts";
import { shortDigest } from "../../output/words.ts";
import { largest } from "../../util/extremes.ts";

/** Results of a search shown before the rest is only counted. */
const MAX_FOUND = 20;

/** Scopes shown before the rest is only counted; `--json` has them all. */
const MAX_SCOPES = 40;

/** Providers, one line each, with the data's date and what to do next. */
export function renderCatalogueList(list: CatalogueList, style: Style): string {
  const head =
    list.rows.length === list.totalCount
      ? safe`${countOf(list.rows.length, "provider")}`
      : safe`${countText(list.rows.length)} of ${countOf(list.totalCount, "provider")}`;
  return textOf([
    ...rowLines(list.rows, style),
    ...(list.rows.length === 0 ? [] : [safe``]),
    safe`${head}, ${sourceText(list.source)}`,
    list.rows.length === 0
      ? safe`No provider fits all of these; leave one of them out.`
      : safe`next: tieline catalog show <provider>, or tieline add <provider>`,
  ]);
}

/** What a search found, best first, and the command that goes on from there. */
export function renderCatalogueSearch(
  search: CatalogueSearch,
  style: Style,
): string {
  const words = joinSafe(search.words, " ");
  const [best] = search.rows;
  if (best === undefined)
    return textOf([
      safe`Nothing in the catalogue fits "${words}".`,
      safe`next: tieline catalog list, or declare a provider of your own: docs/guides/first-connection.md shows how`,
    ]);
  const shown = search.rows.slice(0, MAX_FOUND);
  const rest = search.rows.length - shown.length;
  return textOf([
    ...(search.isPartial
      ? [safe`No provider fits all of "${words}"; these fit a part of it:`]
      : []),
    ...rowLines(shown, style),
    ...(rest > 0 ? [safe`${countText(rest)} more; add a word`] : []),
    safe``,
    safe`next: tieline add ${best.slug}, or look first: tieline catalog show ${best.slug}`,
  ]);
}

function rowLines(rows: readonly CatalogueRow[], style: Style): SafeText[] {
  const width = largest(
    rows.map(({ slug }) => slug.length),
    0,
  );
  return rows.map((row) => {
    const slug = paint(style, "bold", row.slug.padEnd(width));
    const facts = [
      row.authTypes.join(" or "),
      ...(row.isMcp ? ["MCP"] : []),
      ...(row.isDcr ? ["DCR"] : []),
    ].join(", ");
    const categories =
      row.categories.length === 0 ? "" : `: ${row.categories.join(", ")}`;
    return safe`${slug}  ${row.name} (${facts})${categories}`;
  });
}

/** Everything about one provider. */
export function renderProviderCard(card: ProviderCard, style: Style): string {
  return textOf([
    ...headLines(card, style),
    ...card.requirements.flatMap((needs) => [
      ...requirementLines(needs, style),
      ...offlineLines(needs, style),
    ]),
    ...accountLines(card, style),
    ...scopeLines(card, style),
    ...correctionLines(card, style),
    safe``,
    safe`${sourceText(card.source)}`,
    safe`next: tieline add ${card.row.slug}`,
  ]);
}

function headLines({ row, ...card }: ProviderCard, style: Style): SafeText[] {
  const title = paint(style, "bold", row.name);
  const types = row.authTypes.join(" or ");
  const words = card.details.auth_type_raw;
  return [
    safe`${title} (provider: ${row.slug}, on the platform: ${card.providerKey})`,
    ...(row.categories.length === 0
      ? []
      : [safe`${row.categories.join(", ")}`]),
    safe`auth_type: ${types}${words === "" ? "" : `, which the vendor calls "${words}"`}`,
    safe`MCP server: ${yesNo(row.isMcp)}; dynamic client registration (DCR): ${yesNo(row.isDcr)}; ${countOf(row.toolCount, "tool")}`,
    ...(card.details.setup_documented
      ? []
      : [
          safe`The vendor has no set-up page for it; what is not listed here is unknown, not absent.`,
        ]),
  ];
}

const CLIENTS: Readonly<Record<ClientSource, string>> = {
  own: "your own: register an application with the provider",
  "own-or-platform":
    "your own, or the platform's shared one (use_platform_creds: true)",
  "platform-default":
    "the platform's shared one until you set your own; use your own in production",
  registered: "registered by the platform itself; declare none",
  none: "none",
  unknown: "not documented; expect to bring your own",
};

function requirementLines(needs: Requirements, style: Style): SafeText[] {
  const fields = [
    ...needs.required.map((field) => fieldLine(field, "required", style)),
    ...needs.optional.map((field) => fieldLine(field, "optional", style)),
  ];
  const client =
    needs.client === "none"
      ? []
      : [safe`OAuth client: ${CLIENTS[needs.client]}`];
  const head = paint(style, "bold", `A connection with ${needs.authType}`);
  return [
    safe``,
    safe`${head}`,
    ...indent(client, 2),
    ...indent(
      fields.length > 0
        ? fields
        : [safe`needs no more than its name, provider and auth_type`],
      2,
    ),
  ];
}

function fieldLine(
  field: RequirementField,
  need: "required" | "optional",
  style: Style,
): SafeText {
  const name = field.pointer.slice(1).replaceAll("/", ".");
  const label = name.endsWith(field.label.toLowerCase().replaceAll(" ", "_"))
    ? ""
    : ` ("${field.label}")`;
  const secret = field.kind === "secret" ? ", secret" : "";
  const mark = paint(style, need === "required" ? "yellow" : "dim", need);
  return safe`${name}${label}: ${mark}${secret}; ${field.meaning}`;
}

function offlineLines({ offline }: Requirements, style: Style): SafeText[] {
  if (offline === null) return [];
  const name = offline.pointer.slice(1).replaceAll("/", ".");
  const line =
    offline.kind === "scope"
      ? safe`ask for the scope ${offline.value}`
      : safe`set ${name}: ${offline.value}`;
  return [
    safe``,
    paint(style, "bold", "So that accounts do not expire"),
    ...indent(
      [
        line,
        safe`${offline.party} issues a refresh token only when asked: ${offline.source}`,
      ],
      2,
    ),
  ];
}

function accountLines({ details }: ProviderCard, style: Style): SafeText[] {
  const keys = details.account_credential_keys;
  if (details.account_fields.length === 0 && keys.length === 0) return [];
  const lines = details.account_fields.map(accountLine);
  if (keys.length > 0) lines.push(safe`in code: ${joinSafe(keys, ", ")}`);
  return [
    safe``,
    paint(style, "bold", "Each connected account brings, not the connection"),
    ...indent(lines, 2),
  ];
}

function accountLine({ label, secret }: DocumentedField): SafeText {
  return safe`${label}${secret ? " (secret)" : ""}`;
}

const TIER_PAINTS: Readonly<Record<CardScope["tier"], Paint>> = {
  "read-only": "green",
  "read-write": "yellow",
  admin: "red",
  sensitive: "red",
  unclassified: "dim",
};

function scopeLines(card: ProviderCard, style: Style): SafeText[] {
  if (card.requirements.every(({ hasScopes }) => !hasScopes)) return [];
  const head = paint(style, "bold", "Scopes");
  if (card.scopes.length === 0)
    return [
      safe``,
      head,
      ...indent([safe`none documented; ask the provider's own pages`], 2),
    ];
  const lines = card.scopes.slice(0, MAX_SCOPES).map((scope) => {
    const tier = paint(style, TIER_PAINTS[scope.tier], scope.tier);
    const meaning = scope.meaning === null ? "" : `: ${scope.meaning}`;
    return safe`${scope.scope} (${tier})${meaning}`;
  });
  const rest = card.scopes.length - lines.length;
  if (rest > 0) lines.push(safe`${countText(rest)} more, with --json`);
  return [
    safe``,
    safe`${head} (a sample; ask for as few as will do)`,
    ...indent(lines, 2),
  ];
}

function correctionLines({ details }: ProviderCard, style: Style): SafeText[] {
  if (details.corrections.length === 0) return [];
  return [
    safe``,
    paint(style, "bold", "Corrected by hand"),
    ...indent(
      details.corrections.map((reason) => safe`${reason}`),
      2,
    ),
  ];
}

function sourceText({ repository, commit, date }: CatalogueSource): SafeText {
  return safe`from the vendor's documentation as of ${date} (${repository} at ${shortDigest(commit)})`;
}

function yesNo(is: boolean): string {
  return is ? "yes" : "no";
}
