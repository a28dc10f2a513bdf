import type { FileChange } from "../domain/source-file.ts";

/**
 * Where changed documents go.
 *
 * Obligations: writes plain files inside the workspace only, never through a link; refuses all
 * changes before the first write when a file is not what its change says it was; each file is
 * written in one step, so that a crash leaves the old or the new text.
 */
export interface DocumentWriter {
  /**
   * Carries out the changes in the order given. @throws UserError CFG046, which says what was
   * written, if anything.
   */
  write(changes: readonly FileChange[]): Promise<void>;
}
