import type { DesiredConnection } from "../../../domain/connection.ts";
import type { LintEnvironment } from "../world.ts";

/** Scopes a connection asks for; empty where it does not say. */
export function scopesOf({ fields }: DesiredConnection): ReadonlySet<string> {
  const scopes = fields["/scopes"];
  return new Set(Array.isArray(scopes) ? scopes.map(String) : []);
}

/** The same connection elsewhere: same name, provider and auth type, with scopes of its own. */
export function counterparts(
  connection: DesiredConnection,
  environments: readonly LintEnvironment[],
): readonly { readonly name: string; readonly scopes: ReadonlySet<string> }[] {
  return environments.flatMap(({ name, connections }) => {
    const same = connections.find(
      ({ key, provider, authType }) =>
        key === connection.key &&
        provider === connection.provider &&
        authType === connection.authType,
    );
    const scopes = same === undefined ? new Set<string>() : scopesOf(same);
    return scopes.size === 0 ? [] : [{ name, scopes }];
  });
}

/** True for an environment that serves customers. */
export function isProduction({ rules }: LintEnvironment): boolean {
  return rules?.isProduction === true;
}
