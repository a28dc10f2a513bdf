import type { DesiredConnection } from "../../domain/connection.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { RotationDue } from "../../domain/rotation.ts";
import { compareText } from "../../util/compare-text.ts";

/** Days of a unit. @remarks Source: `rotation.every` of schemas/connection.schema.json. */
const DAYS_PER_UNIT: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30 };
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
      const period = every === undefined ? undefined : periodMs(every);
      const records = entries.get(connection.key)?.secrets ?? {};
      if (every === undefined || period === undefined) return [];
      return [...connection.secrets.keys()].flatMap((pointer) => {
        const appliedAt = records[pointer]?.appliedAt;
        if (appliedAt === undefined) return [];
        const due = Date.parse(appliedAt) + period;
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

function periodMs(text: string): number | undefined {
  const match = /^([1-9][0-9]{0,3})([dwm])$/u.exec(text);
  const perUnit = DAYS_PER_UNIT[match?.[2] ?? ""];
  return match === null || perUnit === undefined
    ? undefined
    : Number(match[1]) * perUnit * MS_PER_DAY;
}
