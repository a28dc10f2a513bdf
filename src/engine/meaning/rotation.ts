import type { DesiredConnection } from "../../domain/connection.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import { isJsonObject } from "../../domain/json.ts";
import { periodDays, type RotationDue } from "../../domain/rotation.ts";
import { compareText } from "../../util/compare-text.ts";

const MS_PER_DAY = 86_400_000;

/**
 * Due dates of every secret that a connection wants rotated and that was applied before: what the
 * inventory remembers of its last value, plus the period. Sorted by date. Re-encrypting a value
 * does not count as renewing it; applying it again on purpose does.
 * @param now - milliseconds since 1970, UTC.
 */
export function rotationDates(
  desired: readonly DesiredConnection[],
  inventory: Inventory | null,
  now: number,
): readonly RotationDue[] {
  const entries = new Map(
    (inventory?.entries ?? []).map((entry) => [entry.key, entry]),
  );
  return desired
    .flatMap((connection): RotationDue[] => {
      const every = periodOf(connection);
      const days = every === undefined ? undefined : periodDays(every);
      const records = entries.get(connection.key)?.secrets ?? {};
      if (every === undefined || days === undefined) return [];
      return [...connection.secrets.keys()].flatMap((pointer) => {
        const appliedAt = records[pointer]?.appliedAt;
        if (appliedAt === undefined) return [];
        const due = Date.parse(appliedAt) + days * MS_PER_DAY;
        if (Number.isNaN(due)) return [];
        return [
          {
            connection: connection.key,
            pointer,
            every,
            appliedAt,
            dueAt: new Date(due).toISOString(),
            isOverdue: due <= now,
          },
        ];
      });
    })
    .sort(
      (a, b) =>
        compareText(a.dueAt, b.dueAt) ||
        compareText(a.connection, b.connection) ||
        compareText(a.pointer, b.pointer),
    );
}

function periodOf(connection: DesiredConnection): string | undefined {
  const rotation = connection.document["rotation"];
  const every = isJsonObject(rotation) ? rotation["every"] : undefined;
  return typeof every === "string" ? every : undefined;
}
