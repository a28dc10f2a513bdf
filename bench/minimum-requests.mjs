/**
 * The fewest requests that the vendor's API allows, in one place: tests hold what the server
 * counted against it, and figures are printed as a share of it. The token is one more for each
 * process, and custom providers are not in it.
 */

/** Most connections on a page of the list. */
const PAGE_SIZE = 30;
/** Most names that one question about connected accounts takes. */
const ACCOUNT_NAMES = 20;

/** Pages of a list; even an empty one has to be asked for. */
export function listPages(connections) {
  return Math.max(1, Math.ceil(connections / PAGE_SIZE));
}

/**
 * What a plan takes: the list, each connection that is declared or owned, and the accounts of those
 * that would change, if they are few.
 *
 * @param {{ listed: number, read: number, counted: number }} work
 */
export function planRequests({ listed, read, counted }) {
  return listPages(listed) + read + Math.ceil(counted / ACCOUNT_NAMES);
}

/**
 * What a look of the reconciler takes where nothing moved: the list, and one connection of every so
 * many in full.
 *
 * @param {{ listed: number, remembered: number, fullReadEvery: number }} work
 */
export function tickRequests({ listed, remembered, fullReadEvery }) {
  return listPages(listed) + Math.ceil(remembered / fullReadEvery);
}

/**
 * What carrying out a plan takes: each write, a look before each that writes to what is there
 * already, and at the end the list once, or each connection where these are fewer than its pages.
 *
 * @param {readonly { steps: readonly string[] }[]} changes - of the plan
 * @param {number} listedAfter - connections that the platform lists then
 */
export function applyRequests(changes, listedAfter) {
  const written = changes
    .map(({ steps }) => steps.filter((step) => step !== "record"))
    .filter((steps) => steps.length > 0);
  const writes = written.reduce((sum, steps) => sum + steps.length, 0);
  const looks = written.filter(([first]) => first !== "create").length;
  return writes + looks + Math.min(written.length, listPages(listedAfter));
}
