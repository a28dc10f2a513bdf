import type { AccountUse } from "../../domain/account.ts";
import type { Capabilities } from "../../domain/capability.ts";
import type {
  DesiredConnection,
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type {
  EnvironmentRules,
  GuardOverride,
} from "../../domain/environment.ts";
import type {
  PlanAction,
  PlanChange,
  PlanLiveRef,
  PlanLocal,
  PlanNotice,
  PlanSource,
  PlanTarget,
} from "../../domain/generated/plan.ts";
import type { Inventory, RecordedRules } from "../../domain/state/inventory.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { SecretDescription } from "../../domain/secret/secret.ts";
import type { HeldConnection } from "../plan/held.ts";
import type { DeclaredPair, ForeignPair } from "./pair.ts";
import type { CompiledPolicy } from "../../domain/policy.ts";
import { ruleDigests } from "../plan/rule-digests.ts";

/** Everything a difference is computed from. The order of lists and maps means nothing. */
export interface DiffInput {
  readonly rules: EnvironmentRules;
  readonly desired: readonly DesiredConnection[];
  /** In full: one for every name that is desired, owned or a previous name, where it exists. */
  readonly live: readonly LiveConnection[];
  /** Every connection the API lists. */
  readonly listed: readonly ListedConnection[];
  /** `null` when nothing was ever applied. */
  readonly inventory: Inventory | null;
  /**
   * What can be told about the secrets, by connection and field; one that is missing counts as not
   * tellable.
   */
  readonly secrets: ReadonlyMap<
    string,
    ReadonlyMap<Pointer, SecretDescription>
  >;
  readonly capabilities: Capabilities;
  /**
   * Fields that stay local by rule, by connection: neither compared nor sent. `""` is the whole
   * connection.
   */
  readonly local: ReadonlyMap<string, ReadonlySet<Pointer>>;
  /** Leaves every other change out of the plan. */
  readonly only?: ChangeFilter;
  /**
   * Owned connections to let go of, whether declared or not: nothing else is planned for them, and
   * nothing is written.
   */
  readonly forget?: ReadonlySet<string>;
}

/** Which changes a plan is limited to. */
export interface ChangeFilter {
  readonly actions: ReadonlySet<PlanAction>;
  /** `null`: any connection. */
  readonly keys: ReadonlySet<string> | null;
}

/** What differs, before anyone asked whom it affects. */
export interface Differences {
  /** In the order of the plan, with `impact` `null` and without the risks that name accounts. */
  readonly changes: readonly PlanChange[];
  readonly orphans: readonly PlanLiveRef[];
  readonly unmanaged: readonly PlanLiveRef[];
  readonly local: readonly PlanLocal[];
  readonly unchangedCount: number;
  /** Digest of every live object compared. */
  readonly liveDigest: string;
  /** Declared connections with what they were compared with, changed or not; sorted by key. */
  readonly declared: readonly DeclaredPair[];
  /** Declared names that are taken by something we do not own and cannot adopt; sorted by key. */
  readonly foreign: readonly ForeignPair[];
  /** Connections nothing is planned for, because they cannot be read; sorted by key. */
  readonly held: readonly HeldConnection[];
}

/** What a plan is assembled from. */
export interface AssembleInput extends DiffInput {
  /** Connected accounts by key of the change; a key that is missing was not asked for. */
  readonly accounts: ReadonlyMap<string, number | "unknown">;
  /** How many of those are active and were used lately, where the accounts were listed. */
  readonly accountUse?: ReadonlyMap<string, AccountUse>;
  /** ISO 8601. */
  readonly now: string;
  readonly toolVersion: string;
  readonly target: { readonly driver: string; readonly apiHost: string };
  readonly source: {
    readonly commit: string | null;
    readonly dirty: boolean | null;
    readonly documentsDigest: string;
    /** First line of the commit's message; `null` where there is none. */
    readonly subject?: string | null;
    /** What stood in for the platform and the state, where they were not asked. */
    readonly snapshot?: NonNullable<PlanSource["snapshot"]>;
  };
  /** What is worth knowing about the documents and stops nothing. */
  readonly notices?: readonly PlanNotice[];
  /** Permissions given for this one plan, beside those of the environment. */
  readonly approvals: readonly GuardOverride[];
  /** The team's own rules, compiled; none when absent. */
  readonly policies?: readonly CompiledPolicy[];
  /** The environment's rules as they would be recorded. */
  readonly recorded: RecordedRules;
  /** The differences of the same input, where they are at hand; computed otherwise. */
  readonly differences?: Differences;
}

/** The plan's spelling of where it came from. */
export function planOrigin(input: AssembleInput): {
  readonly target: PlanTarget;
  readonly source: PlanSource;
} {
  return {
    target: { driver: input.target.driver, api_host: input.target.apiHost },
    source: {
      commit: input.source.commit,
      dirty: input.source.dirty,
      ...(typeof input.source.subject === "string"
        ? { subject: input.source.subject }
        : {}),
      ...(input.source.snapshot === undefined
        ? {}
        : { snapshot: input.source.snapshot }),
      documents_digest: input.source.documentsDigest,
      rules: ruleDigests(input.rules),
    },
  };
}
