/**
 * The slug of a custom provider: its display name in lower case with underscores for spaces. A
 * connection names it under `provider`, because the identifier the platform makes differs from
 * environment to environment.
 */
export function customProviderSlug(displayName: string): string {
  return displayName.trim().toLowerCase().replace(/ +/gu, "_");
}
