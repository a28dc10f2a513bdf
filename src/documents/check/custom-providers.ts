import { customProviderSlug } from "../../domain/field/custom-provider.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { nearest } from "../../util/nearest.ts";
import type { Part, Place } from "../read/document.ts";
import { fieldAt } from "../read/field-pointers.ts";
import { textField } from "../read/fields-of.ts";
import { didYouMean, locationText, report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { originOf } from "../read/stack.ts";
import type { CheckedConnection } from "./checked-connection.ts";
import { append } from "../../util/append.ts";

/**
 * Custom providers are declared inside connections; every use must have one declaration, and all
 * declarations of one must agree.
 */
export function checkCustomProviders(
  connections: readonly CheckedConnection[],
): Diagnostic[] {
  const declared = new Map<string, CheckedConnection>();
  const diagnostics: Diagnostic[] = [];
  for (const connection of connections) {
    const slug = declaredSlug(connection);
    if (slug === undefined) continue;
    const first = declared.get(slug);
    if (first === undefined) declared.set(slug, connection);
    else if (declarationText(first) !== declarationText(connection))
      diagnostics.push(disagreement(slug, connection, first));
  }
  const slugs = new Set(declared.keys());
  for (const connection of connections)
    append(diagnostics, checkUse(connection, slugs));
  return diagnostics;
}

function checkUse(
  connection: CheckedConnection,
  declared: ReadonlySet<string>,
): Diagnostic[] {
  const { name, value } = connection;
  const slug = declaredSlug(connection);
  const isCustom = value["auth_type"] === "custom";
  const provider = textField(value, "provider");
  if (slug !== undefined && !isCustom)
    return [
      report(place(connection, "/custom_provider", "key"), {
        code: "CFG024",
        message: `${quoted(name)} declares a custom provider, but its auth_type is not custom`,
        why: "only connections of auth_type custom use a provider of their own",
        fix: "write auth_type: custom, or remove custom_provider",
      }),
    ];
  if (slug !== undefined && slug !== provider)
    return [
      report(place(connection, "/provider"), {
        code: "CFG024",
        message: `${quoted(name)} names the provider ${quoted(provider)}, but declares ${quoted(slug)}`,
        why: "the name of a custom provider is its display_name in lower case with underscores for spaces",
        fix: `write provider: ${slug}, or change display_name`,
      }),
    ];
  const isUndeclared =
    isCustom && slug === undefined && !declared.has(provider);
  if (isUndeclared && !holdsCredentials(connection))
    return [
      report(place(connection, "/provider"), {
        code: "CFG024",
        message: `no document declares the custom provider ${quoted(provider)} of ${quoted(name)}${didYouMean(nearest(provider, declared))}`,
        why: "auth_type custom needs a custom_provider, here or in another connection of the environment",
        fix: "add custom_provider with display_name and auth_patterns, or name a declared one",
      }),
    ];
  return [];
}

/**
 * The older dialect has no custom providers: there, auth_type custom means credentials on the
 * connection itself. Whether the environment's API takes them is for its driver to say.
 */
function holdsCredentials({ value }: CheckedConnection): boolean {
  return ["username", "password", "token", "api_key"].some(
    (name) => fieldAt(value, `/credentials/${name}`) !== undefined,
  );
}

function disagreement(
  slug: string,
  connection: CheckedConnection,
  first: CheckedConnection,
): Diagnostic {
  return report(place(connection, "/custom_provider", "key"), {
    code: "CFG024",
    message: `the custom provider ${quoted(slug)} is declared differently at ${locationText(place(first, "/custom_provider", "key"))}`,
    why: "it is one object on the platform; the two declarations would undo each other",
    fix: "declare it once and only name it elsewhere, or make both equal",
  });
}

function declaredSlug({ value }: CheckedConnection): string | undefined {
  const name = fieldAt(value, "/custom_provider/display_name");
  return typeof name === "string" ? customProviderSlug(name) : undefined;
}

function declarationText({ value }: CheckedConnection): string {
  return canonicalJson(value["custom_provider"] ?? null);
}

function place(
  { stack }: CheckedConnection,
  pointer: string,
  part: Part = "value",
): Place {
  return originOf(stack, pointer, part);
}
