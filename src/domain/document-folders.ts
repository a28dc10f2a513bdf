/** Folder of the documents that every environment shares. */
export const BASE_FOLDER = "connections";

/** Folder that holds one folder per environment. */
export const ENVIRONMENTS_FOLDER = "environments";

/** Folder of a team's own templates, beside the connections. */
export const TEMPLATES_FOLDER = "templates";

/** Folders whose documents all environments read. */
export const SHARED_FOLDERS: readonly string[] = [
  BASE_FOLDER,
  TEMPLATES_FOLDER,
];

/** Folders whose documents one environment reads. */
export function foldersOf(environment: string): readonly string[] {
  return [...SHARED_FOLDERS, `${ENVIRONMENTS_FOLDER}/${environment}`];
}
