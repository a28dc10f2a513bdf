import type { PageOptions } from "./options.ts";
import type { OverviewReader } from "./overview.ts";

/** How long the store may take to answer. */
const STORE_MS = 3_000;
/** An answer is taken for several that ask at once. */
const KEPT_MS = 2_000;

/** What is looked at. */
interface Judged {
  readonly options: Pick<
    PageOptions,
    "clock" | "store" | "loopAgeMs" | "maxLoopAgeMs"
  >;
  readonly overview: Pick<OverviewReader, "peek" | "read">;
}

/** What keeps the process from being ready, in a sentence; `null` when it is. */
export type Readiness = () => Promise<string | null>;

/** Makes what judges whether the loop goes on and the store answers. */
export function createReadiness(site: Judged): Readiness {
  const { clock } = site.options;
  const storeAnswers = createStoreProbe(site);
  let kept: {
    readonly at: number;
    readonly answer: Promise<string | null>;
  } | null = null;
  return () => {
    const now = clock.now();
    if (kept === null || Math.abs(now - kept.at) > KEPT_MS)
      kept = { at: now, answer: judge(site, storeAnswers) };
    return kept.answer;
  };
}

async function judge(
  site: Judged,
  storeAnswers: () => Promise<boolean>,
): Promise<string | null> {
  const { loopAgeMs, maxLoopAgeMs } = site.options;
  const age = loopAgeMs();
  if (age === null) return "the loop did not begin yet";
  if (age > maxLoopAgeMs) return "the loop does not go on";
  return (await storeAnswers()) ? null : "the store does not answer";
}

/**
 * Asks for little: what an overview costs is not to be paid by every probe. A store that does not
 * answer is not asked again before it does.
 */
function createStoreProbe({
  overview,
  options,
}: Judged): () => Promise<boolean> {
  let asked: Promise<boolean> | null = null;
  const ask = async (): Promise<boolean> => {
    const [row] = overview.peek()?.rows ?? [];
    try {
      await (row === undefined
        ? overview.read()
        : options.store.readOrders(row.environment));
      return true;
    } catch {
      return false;
    } finally {
      asked = null;
    }
  };
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, STORE_MS, false);
    });
    asked ??= ask();
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
