/** What an API can do, as data. The engine asks capabilities; nobody asks a driver's name. */
export interface Capabilities {
  /**
   * True when settings can go with the create call; false means a create is followed by a configure
   * step. Default false.
   */
  readonly createTakesSettings: boolean;
  /** State of a connection right after create. */
  readonly stateAfterCreate: "active" | "inactive";
  /**
   * True when `state` is changed by steps of its own (`enable`, `disable`); false means it is an
   * ordinary field.
   */
  readonly hasToggle: boolean;
  /** True when custom providers are objects of their own, made before their connections. */
  readonly hasCustomProviders: boolean;
  /** True when connected accounts can be counted. */
  readonly countsAccounts: boolean;
  /**
   * True when the API is known to refuse a create under a name that is taken, so that nobody has to
   * look for the name first.
   */
  readonly refusesTakenNames: boolean;
  /** Most connections that a page of the list shows. */
  readonly pageSize: number;
}
