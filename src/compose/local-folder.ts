/** Folder for everything tieline keeps in a workspace and git must not see. */
export const LOCAL_FOLDER = ".tieline";
