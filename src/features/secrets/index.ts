/**
 * What `tieline secrets` does with files, prompts, editors and git. The commands themselves are in `commands/secrets`; the formats and keys
 * are in `src/secrets`, and nothing here touches a ciphertext.
 */
export {
  changeValues,
  openTargetFile,
  pathOf,
  rotate,
  updateKeys,
  warningFor,
} from "./change.ts";
export { checkSecrets } from "./check.ts";
export { editTarget } from "./edit-target.ts";
export { installGit } from "./install-git.ts";
export { listTarget } from "./list-target.ts";
export { mergeFiles } from "./merge-files.ts";
export { isBinary, openTarget } from "./target.ts";
export { showValues } from "./textconv.ts";
export { readSecretValue } from "./value-input.ts";
