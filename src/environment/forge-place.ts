import type { ForgeName } from "./forge-token.ts";

/** Where a forge's API stands that is nobody's own. */
export const USUAL_API: Readonly<Record<ForgeName, string>> = {
  github: "https://api.github.com",
  gitlab: "https://gitlab.com/api/v4",
};

const REPOSITORY: Readonly<Record<ForgeName, RegExp>> = {
  github: /^[\w.-]{1,100}\/[\w.-]{1,100}$/u,
  gitlab: /^(?:\d{1,12}|[\w.-]+(?:\/[\w.-]+){1,20})$/u,
};

/**
 * Whether a text is `owner/name`, or what GitLab calls the id or path of a project. It becomes part
 * of the address that the token is sent to.
 */
export function isRepositoryName(text: string, forge: ForgeName): boolean {
  return (
    REPOSITORY[forge].test(text) &&
    !text.split("/").some((part) => /^\.+$/u.test(part))
  );
}
