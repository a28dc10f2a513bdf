/**
 * Every stable code of the product, with the title its page opens with. Three letters for the area, three digits, never reused.
 * Each has a page `docs/errors/<CODE>.md`; a test holds the two together one to one.
 */
export const CODES = {
  // CFG: documents and folders
  // SCH: schema
  // SEC: secrets
  // PLN: planning and guards
  // OWN: ownership
  // DRV: driver and API
  // STA: state and lease
  // CLI: usage
  // INT: internal
  INT001: "an unexpected internal error",
} as const;

/** A code of {@link CODES}. */
export type DiagnosticCode = keyof typeof CODES;
