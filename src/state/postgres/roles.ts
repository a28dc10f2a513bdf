import { quoted } from "./database.ts";

/** What each role may do with a table; the owner may do everything with its own. */
interface TableRights {
  readonly table: string;
  readonly applier: string;
  readonly reader: string | null;
}

/**
 * Who applies can add to the ledger and never take from it; who reads cannot see the key that
 * fingerprints are made with.
 */
const RIGHTS: readonly TableRights[] = [
  { table: "migrations", applier: "SELECT", reader: "SELECT" },
  {
    table: "environments",
    applier: "SELECT, INSERT, UPDATE",
    reader: "SELECT",
  },
  { table: "receipts", applier: "SELECT, INSERT", reader: "SELECT" },
  { table: "plans", applier: "SELECT, INSERT", reader: "SELECT" },
  { table: "journal", applier: "SELECT, INSERT, DELETE", reader: "SELECT" },
  { table: "fingerprint_keys", applier: "SELECT, INSERT", reader: null },
  {
    table: "reconcile_statuses",
    applier: "SELECT, INSERT, UPDATE",
    reader: "SELECT",
  },
  {
    table: "reconcile_pending",
    applier: "SELECT, INSERT, UPDATE, DELETE",
    reader: "SELECT",
  },
  {
    table: "reconcile_orders",
    applier: "SELECT, INSERT, UPDATE",
    reader: "SELECT",
  },
  {
    table: "reconcile_runs",
    applier: "SELECT, INSERT, DELETE",
    reader: "SELECT",
  },
];

/** The roles of a schema and what each may do, as SQL. The names of the roles follow the schema. */
export function rolesSql(schema: string): string {
  const name = quoted(schema);
  const [owner, applier, reader] = [
    quoted(`${schema}_owner`),
    quoted(`${schema}_applier`),
    quoted(`${schema}_reader`),
  ];
  const grants = RIGHTS.flatMap((rights) => {
    const table = `${name}.${quoted(rights.table)}`;
    return [
      `GRANT ${rights.applier} ON ${table} TO ${applier};`,
      ...(rights.reader === null
        ? []
        : [`GRANT ${rights.reader} ON ${table} TO ${reader};`]),
    ];
  });
  return `-- Once, by an administrator, before the first migration. Accounts become members of one
-- of the roles: GRANT ${applier} TO <account>;
CREATE ROLE ${owner} NOLOGIN;
CREATE ROLE ${applier} NOLOGIN;
CREATE ROLE ${reader} NOLOGIN;
CREATE SCHEMA ${name} AUTHORIZATION ${owner};
-- For fleets alone: who looks when, and nothing else.
CREATE SCHEMA ${quoted(`${schema}_jobs`)} AUTHORIZATION ${applier};

-- After each migration, by the owner.
GRANT USAGE ON SCHEMA ${name} TO ${applier}, ${reader};
${grants.join("\n")}
`;
}
