import { checksumOf, MIGRATIONS, type Migration } from "./migrations.ts";
import type { Database, Transaction } from "./database.ts";
import { schemaError, schemaMissing } from "./failures.ts";

/**
 * The steps that a schema lacks.
 * @throws UserError STA041 for one that took a step this version does not know, or another one of
 * the same number.
 */
export async function missingMigrations(
  transaction: Transaction,
  place: string,
): Promise<readonly Migration[]> {
  const taken = new Map(
    (
      await transaction.query(
        "SELECT number, checksum FROM {schema}.migrations ORDER BY number",
      )
    ).map((row) => [Number(row["number"]), row["checksum"]]),
  );
  const missing = MIGRATIONS.filter(({ number }) => !taken.has(number));
  for (const migration of MIGRATIONS) {
    const checksum = taken.get(migration.number);
    if (checksum !== undefined && checksum !== checksumOf(migration))
      throw schemaError(
        `the state in ${place} took another step ${String(migration.number)} than this version knows`,
        "a published step is never changed; somebody altered the schema or its record by hand, or a build that was never released made it",
      );
  }
  // In order, so the last one is the newest.
  const newest = [...taken.keys()].at(-1) ?? 0;
  if (newest > MIGRATIONS.length)
    throw schemaError(
      `the state in ${place} is of a newer version: it took step ${String(newest)}, and this version knows ${String(MIGRATIONS.length)}`,
      "use the version of tieline that migrated it, or a later one",
    );
  return missing;
}

/** @throws UserError STA041 unless the schema is exactly the one of this version. */
export async function assertCurrent(
  transaction: Transaction,
  place: string,
): Promise<void> {
  const missing = await missingMigrations(transaction, place);
  if (missing.length === 0) return;
  if (missing.length === MIGRATIONS.length) throw schemaMissing(place);
  throw schemaError(
    `the state in ${place} is of an older version: it lacks ${String(missing.length)} steps`,
    "the schema is changed by a command of its own, with the rights of its owner",
  );
}

/** The same database, whose schema is looked at before the first transaction. */
export function checkedOnce(database: Database): Database {
  let checking: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    checking ??= database.read((transaction) =>
      assertCurrent(transaction, database.place),
    );
    try {
      await checking;
    } catch (error) {
      // Somebody may migrate it meanwhile.
      checking = undefined;
      throw error;
    }
  };
  return {
    ...database,
    async read(work) {
      await check();
      return database.read(work);
    },
    async write(work) {
      await check();
      return database.write(work);
    },
  };
}
