/** The selection rules a file can carry, apart from the two that look at comments. */
export const RULE_KINDS = [
  "unencrypted_suffix",
  "encrypted_suffix",
  "unencrypted_regex",
  "encrypted_regex",
] as const;

/** How a rule selects. */
type RuleKind = (typeof RULE_KINDS)[number];

/** A rule as it stands in the metadata. */
export interface RuleSpec {
  readonly kind: RuleKind;
  readonly pattern: string;
}

/** The rule of a file without one. @remarks Source: SOPS, default of every version. */
export const DEFAULT_RULE: RuleSpec = {
  kind: "unencrypted_suffix",
  pattern: "_unencrypted",
};

/** A rule made ready. A value is selected when any map key on its path matches. */
export interface SelectionRule {
  matchesKey(key: string): boolean;
  /** Whether a value is encrypted, given whether any key on its path matched. */
  isEncrypted(hasMatch: boolean): boolean;
}

/**
 * The rule of binary files, whatever their metadata say: the one value is encrypted. @remarks
 * Source: SOPS 3.11, binary store.
 */
export const EVERYTHING: SelectionRule = {
  matchesKey: () => false,
  isEncrypted: () => true,
};

/**
 * Makes a rule ready. Regular expressions are RE2, unanchored, and run in linear time; the engine
 * is loaded only for them. A pattern that does not compile never matches, as upstream has it on
 * reading.
 */
export async function compileRule(spec: RuleSpec): Promise<SelectionRule> {
  const isEncrypted = spec.kind.startsWith("encrypted_")
    ? (hasMatch: boolean): boolean => hasMatch
    : (hasMatch: boolean): boolean => !hasMatch;
  const matchesKey = spec.kind.endsWith("_suffix")
    ? (key: string): boolean => key.endsWith(spec.pattern)
    : await compilePattern(spec.pattern);
  return { matchesKey, isEncrypted };
}

async function compilePattern(
  pattern: string,
): Promise<(key: string) => boolean> {
  const { RE2JS } = await import("re2js");
  try {
    const regex = RE2JS.compile(pattern);
    return (key) => regex.test(key);
  } catch {
    return () => false;
  }
}
