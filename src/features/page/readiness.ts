import type { Overview } from "./overview.ts";
import type { Site } from "./routes.ts";

/** How long the store may take to answer. */
const STORE_MS = 3_000;
/** An answer is taken for several that ask at once. */
const KEPT_MS = 2_000;

/** What keeps the process from being ready, in a sentence; `null` when it is. */
export type Readiness = () => Promise<string | null>;

/** Makes what judges whether the loop goes on and the store answers. */
export function createReadiness(site: Site): Readiness {
  const { clock } = site.options;
  let kept: {
    readonly at: number;
    readonly answer: Promise<string | null>;
  } | null = null;
  return () => {
    const now = clock.now();
    if (kept === null || Math.abs(now - kept.at) > KEPT_MS)
      kept = { at: now, answer: judge(site) };
    return kept.answer;
  };
}

async function judge(site: Site): Promise<string | null> {
  const { loopAgeMs, maxLoopAgeMs } = site.options;
  const age = loopAgeMs();
  if (age === null) return "the loop did not begin yet";
  if (age > maxLoopAgeMs) return "the loop does not go on";
  return (await storeAnswers(site)) ? null : "the store does not answer";
}

/** Asks for little: what an overview costs is not to be paid by every probe. */
async function storeAnswers({ overview, options }: Site): Promise<boolean> {
  const known: Overview | null = overview.peek();
  const [row] = known?.rows ?? [];
  const asked =
    row === undefined
      ? overview.read()
      : options.store.readOrders(row.environment);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, STORE_MS, false);
  });
  try {
    return await Promise.race([asked.then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
