/** One failed rule of a schema, as the compiled validators report it. */
export interface SchemaError {
  /** Keyword that failed: `additionalProperties`, `type`, `enum`, … */
  readonly keyword: string;
  /** JSON pointer of the value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  /** Details per keyword, such as `{additionalProperty: "clientID"}`. */
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * A validator compiled from a schema at build time; `errors` holds all failures of the last call.
 */
export interface CompiledValidator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}
