export function manPage(): Promise<string>;
export function writeManPage(): Promise<void>;
