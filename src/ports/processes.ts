/**
 * What tells one process from every other, on whatever machine and in whatever container: a process
 * id alone is given out again, and the same one means another process in another container.
 */
export interface ProcessMark {
  /** Identity of this boot of the kernel. */
  readonly boot: string;
  /** Identity of the namespace that the process id belongs to. */
  readonly pidNamespace: string;
  /** When the process started, in a unit of the kernel's own. */
  readonly started: string;
}

/** What can be told about processes. */
export interface Processes {
  /** The mark of this process; `null` where the system does not tell all of it. */
  readonly self: ProcessMark | null;
  /**
   * True only when the process is known to be gone: it had a mark of this very boot and namespace,
   * and is no longer there. Of a process without a mark, of another machine or of another container
   * nobody here can say that.
   */
  isGone(pid: number, mark: ProcessMark | undefined): boolean;
}

/** Where nothing is known of processes: nobody is ever gone. */
export const NO_PROCESSES: Processes = { self: null, isGone: () => false };
