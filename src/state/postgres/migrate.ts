import type { Database, Transaction } from "./database.ts";
import {
  checksumOf,
  MIGRATIONS,
  MIGRATIONS_TABLE,
  type Migration,
} from "./migrations.ts";
import { quoted } from "./database.ts";
import { missingMigrations } from "./schema.ts";

/** The steps that are to be taken, without taking one. @throws UserError STA041. */
export function pendingMigrations(
  database: Database,
  schema: string,
): Promise<readonly Migration[]> {
  return database.read(async (transaction) =>
    (await isThere(transaction, schema))
      ? missingMigrations(transaction, database.place)
      : MIGRATIONS,
  );
}

/**
 * Takes every step that is missing, each in a transaction of its own: what is cut off is gone on
 * with. Of two at once each step is taken by one.
 * @returns those that were taken. @throws UserError STA041.
 */
export async function migrate(
  database: Database,
  schema: string,
): Promise<readonly Migration[]> {
  await database.write(async (transaction) => {
    // Two that make the schema at once would each find it missing; the lock ends with this
    // transaction, so that it holds behind a pooler, too.
    await transaction.query(
      "SELECT pg_advisory_xact_lock(hashtext('tieline migrations'), hashtext($1))",
      [schema],
    );
    const [there] = await transaction.query(
      "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1",
      [schema],
    );
    // Who was given a schema may not be allowed to make one.
    if (there === undefined) await transaction.query("CREATE SCHEMA {schema}");
    if (!(await isThere(transaction, schema)))
      await transaction.query(MIGRATIONS_TABLE);
  });
  const taken: Migration[] = [];
  for (;;) {
    const step = await database.write(async (transaction) => {
      await transaction.query(
        "LOCK TABLE {schema}.migrations IN EXCLUSIVE MODE",
      );
      const [next] = await missingMigrations(transaction, database.place);
      if (next === undefined) return undefined;
      await transaction.query(next.sql);
      await transaction.query(
        "INSERT INTO {schema}.migrations (number, name, checksum) VALUES ($1, $2, $3)",
        [next.number, next.name, checksumOf(next)],
      );
      return next;
    });
    if (step === undefined) return taken;
    taken.push(step);
  }
}

/** The SQL of steps, to read or to be run by hand. */
export function sqlOf(
  migrations: readonly Migration[],
  schema: string,
): string {
  if (migrations.length === 0) return "";
  const steps = migrations.flatMap((migration) => [
    `-- Step ${String(migration.number)}: ${migration.name}`,
    "BEGIN;",
    migration.sql.trim(),
    `INSERT INTO {schema}.migrations (number, name, checksum) VALUES (${String(migration.number)}, '${migration.name}', '${checksumOf(migration)}');`,
    "COMMIT;",
    "",
  ]);
  return [
    "CREATE SCHEMA IF NOT EXISTS {schema};",
    `${MIGRATIONS_TABLE.trim()};`,
    "",
    ...steps,
  ]
    .join("\n")
    .replaceAll("{schema}", quoted(schema));
}

async function isThere(
  transaction: Transaction,
  schema: string,
): Promise<boolean> {
  const [row] = await transaction.query(
    "SELECT to_regclass($1) IS NOT NULL AS there",
    [`${quoted(schema)}.migrations`],
  );
  return row?.["there"] === true;
}
