import type { DesiredConnection } from "../../domain/connection.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import { rotationDates } from "../../engine/meaning/rotation.ts";

/**
 * Secrets to send again whatever their fingerprints say: all of them, or `<connection>#<field>`.
 */
export type SecretIntent = "all" | readonly string[];

/**
 * The inventory as if these secrets had never been applied, so that the plan sends them: for a
 * value that was changed behind our back, which no fingerprint can tell. Nothing else in the
 * inventory changes.
 * @throws UserError SEC001 for a text that names no secret of the documents.
 */
export function forgetApplied(
  inventory: Inventory | null,
  connections: readonly DesiredConnection[],
  intent: SecretIntent,
): Inventory | null {
  const places = intent === "all" ? undefined : placesOf(connections, intent);
  if (inventory === null) return null;
  return {
    ...inventory,
    entries: inventory.entries.map((entry) => ({
      ...entry,
      secrets: Object.fromEntries(
        Object.entries(entry.secrets).filter(
          ([pointer]) =>
            places !== undefined && !places.has(`${entry.key}#${pointer}`),
        ),
      ),
    })),
  };
}

/** A warning for each secret that should have been renewed by now. */
export function rotationWarnings(
  connections: readonly DesiredConnection[],
  inventory: Inventory | null,
  now: number,
): readonly Diagnostic[] {
  return rotationDates(connections, inventory, now)
    .filter(({ isOverdue }) => isOverdue)
    .map(({ connection, pointer, every, dueAt, appliedAt }) => {
      const declared = connections.find(({ key }) => key === connection);
      const location =
        declared?.origins.get("/rotation") ??
        declared?.origins.get("/rotation/every") ??
        declared?.location;
      return {
        code: "SEC033",
        severity: "warning",
        message: `the secret "${pointer.slice(1).replaceAll("/", ".")}" of "${connection}" was due to be renewed on ${dueAt.slice(0, 10)}`,
        ...(location === undefined ? {} : { location }),
        why: `rotation.every is ${every}, and its value was applied on ${appliedAt.slice(0, 10)}`,
        fix: "follow docs/guides/rotate-a-secret.md",
      };
    });
}

function placesOf(
  connections: readonly DesiredConnection[],
  texts: readonly string[],
): ReadonlySet<string> {
  return new Set(
    texts.map((text) => {
      const [key = "", field = ""] = text.split("#");
      const connection = connections.find((one) => one.key === key);
      const wanted = `/${field.replace(/^\//u, "").replaceAll(".", "/")}`;
      const pointer = [...(connection?.secrets.keys() ?? [])].find(
        (one) => one === wanted || one.endsWith(wanted),
      );
      if (pointer !== undefined && field !== "") return `${key}#${pointer}`;
      throw new UserError("SEC001", `"${text}" names no secret`, {
        why:
          connection === undefined
            ? `there is no connection "${key}"`
            : `the secrets of "${key}" are ${[...connection.secrets.keys()].join(", ")}`,
        fix: "write it like gmail-support#client_secret",
        notDone: "nothing was changed",
      });
    }),
  );
}
