export declare function listPages(connections: number): number;
export declare function planRequests(work: {
  readonly listed: number;
  readonly read: number;
  readonly counted: number;
}): number;
export declare function tickRequests(work: {
  readonly listed: number;
  readonly remembered: number;
  readonly fullReadEvery: number;
}): number;
export declare function applyRequests(
  changes: readonly { readonly steps: readonly string[] }[],
  listedAfter: number,
): number;
