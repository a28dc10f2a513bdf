import type { StateMigrateInput } from "./command-migrate.ts";
import type { Io } from "../../command/io.ts";
import { openStateOf } from "../../command/open-state.ts";
import { respond } from "../../command/respond.ts";
import { UserError } from "../../domain/problem/error.ts";
import { databaseFor } from "../../environment/database.ts";
import {
  migrate,
  pendingMigrations,
  sqlOf,
} from "../../state/postgres/migrate.ts";
import { rolesSql } from "../../state/postgres/roles.ts";
import { migrationJson } from "./json.ts";
import { renderMigration } from "./text.ts";
import type { MigrationReport } from "./report.ts";

/** Carries out `tieline state migrate <environment>`. Resolves to the exit status. */
export async function run(input: StateMigrateInput, io: Io): Promise<number> {
  const { rules } = await openStateOf(input.args.environment, input, io);
  if (rules.state.backend !== "postgres")
    throw new UserError(
      "CLI001",
      `the state of ${rules.name} is not in PostgreSQL: ${rules.state.backend}`,
      {
        fix: "write state: {backend: postgres} in its environment.yaml",
        notDone: "nothing was changed",
      },
    );
  const { schema } = rules.state;
  if (input.options.roles)
    return respond(io, {
      json: () => ({ kind: "state-roles", schema, sql: rolesSql(schema) }),
      text: () => rolesSql(schema),
    });
  const database = databaseFor({
    schema,
    env: io.env,
    scrubber: io.scrubber,
  });
  const isDone = !input.options.dryRun;
  const steps = isDone
    ? await migrate(database, schema)
    : await pendingMigrations(database, schema);
  const report: MigrationReport = {
    environment: rules.name,
    place: database.place,
    isDone,
    steps: steps.map(({ number, name }) => ({ number, name })),
    sql: sqlOf(steps, schema),
  };
  return respond(io, {
    json: () => migrationJson(report),
    text: () => renderMigration(report),
  });
}
