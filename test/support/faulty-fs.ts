import { createRequire } from "node:module";

/** When and how a disk refuses. */
export interface FaultRule {
  /** Only calls below this folder count and fail. */
  readonly within: string;
  /** The system's word. */
  readonly code: string;
  /** The first call that fails, from 1; without it calls are counted only. */
  readonly at?: number;
  /** True when the calls after it succeed again. */
  readonly isOnce?: boolean;
  /** File that gets the number of calls when the program ends. */
  readonly report?: string;
}

interface Disk {
  count(): number;
  hasFailed(): boolean;
  uninstall(): void;
}

const PATH = new URL("./faulty-fs.cjs", import.meta.url).pathname;

/** Runs work on a disk that refuses. */
export async function onFaultyDisk<T>(
  rule: FaultRule,
  work: (disk: Disk) => Promise<T>,
): Promise<T> {
  // Plain JavaScript, because the built program loads it as well.
  const module = createRequire(import.meta.url)(PATH) as {
    install: (rule: FaultRule) => Disk;
  };
  const disk = module.install(rule);
  try {
    return await work(disk);
  } finally {
    disk.uninstall();
  }
}

/** Variables that give the built program such a disk. */
export function faultyDisk(rule: FaultRule): Record<string, string> {
  return {
    NODE_OPTIONS: `--require ${PATH}`,
    TIELINE_TEST_FAULT: JSON.stringify(rule),
  };
}
