import { sha256 } from "../../util/hash.ts";

/** One step of the schema. A published one is never changed: another one follows it. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** `{schema}` stands for the schema's name. */
  readonly sql: string;
}

/** Every step, in order. */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "state of environments",
    sql: `
CREATE TABLE {schema}.environments (
  name text PRIMARY KEY,
  serial bigint NOT NULL DEFAULT 0,
  inventory text,
  fence bigint NOT NULL DEFAULT 0,
  lease_id text,
  lease_holder text,
  lease_expires_at timestamptz,
  CHECK ((lease_id IS NULL) = (lease_holder IS NULL)),
  CHECK ((lease_id IS NULL) = (lease_expires_at IS NULL))
);

CREATE TABLE {schema}.receipts (
  environment text NOT NULL REFERENCES {schema}.environments ON UPDATE CASCADE,
  position bigint NOT NULL,
  digest text NOT NULL,
  receipt text NOT NULL,
  PRIMARY KEY (environment, position)
);

CREATE TABLE {schema}.plans (
  environment text NOT NULL REFERENCES {schema}.environments ON UPDATE CASCADE,
  digest text NOT NULL,
  plan text NOT NULL,
  PRIMARY KEY (environment, digest)
);

CREATE TABLE {schema}.journal (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  environment text NOT NULL REFERENCES {schema}.environments ON UPDATE CASCADE,
  id uuid NOT NULL UNIQUE,
  fence bigint NOT NULL,
  entry text NOT NULL
);
CREATE INDEX journal_of_environment ON {schema}.journal (environment, position);

CREATE TABLE {schema}.fingerprint_keys (
  environment text PRIMARY KEY REFERENCES {schema}.environments ON UPDATE CASCADE,
  key bytea NOT NULL
);
`,
  },
  {
    number: 2,
    name: "what the reconciler remembers",
    sql: `
CREATE TABLE {schema}.reconcile_statuses (
  environment text PRIMARY KEY,
  status text NOT NULL
);

CREATE TABLE {schema}.reconcile_pending (
  environment text PRIMARY KEY,
  plan text NOT NULL
);

CREATE TABLE {schema}.reconcile_orders (
  environment text PRIMARY KEY,
  orders text NOT NULL,
  change uuid NOT NULL
);

CREATE TABLE {schema}.reconcile_runs (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  environment text NOT NULL,
  id uuid NOT NULL UNIQUE,
  run text NOT NULL
);
CREATE INDEX reconcile_runs_of_environment
  ON {schema}.reconcile_runs (environment, position);
`,
  },
];

/** What a step is known by: an altered one is noticed. */
export function checksumOf({ sql }: Migration): string {
  return sha256(sql);
}

/** The table that remembers which steps were taken. */
export const MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS {schema}.migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;
