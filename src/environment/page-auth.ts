import { Secret } from "../domain/secret/secret.ts";
import {
  readProcessSecret,
  unusable,
  type ProcessSecrets,
} from "./process-secret.ts";

/** Who may look at the status page, and who may act, as the variables of the process say. */
export interface PageSignIn {
  readonly tokens: readonly {
    readonly name: string;
    readonly word: Secret;
    readonly rights: readonly ("view" | "operate" | "approve")[];
  }[];
  readonly proxy: {
    readonly word: Secret;
    readonly groups: Readonly<
      Record<"view" | "operate" | "approve", readonly string[]>
    >;
  } | null;
}

/** Words that let programs and browsers in, with what each may do. */
const TOKENS = [
  ["TIELINE_PAGE_TOKEN", "token", ["view", "operate", "approve"]],
  ["TIELINE_PAGE_VIEW_TOKEN", "view-token", ["view"]],
] as const;

/** The word of a proxy that signs people in. */
const PROXY = "TIELINE_PAGE_PROXY_WORD";

/** Groups of that proxy by right, with commas between them; `*` is everybody it signed in. */
const GROUPS = {
  view: "TIELINE_PAGE_VIEW_GROUPS",
  operate: "TIELINE_PAGE_OPERATE_GROUPS",
  approve: "TIELINE_PAGE_APPROVE_GROUPS",
} as const;

/**
 * Reads who is let in on the status page; `null` where nobody has to sign in.
 * @throws UserError CLI110 for a value that cannot be used, and for groups without a proxy.
 */
export async function readPageSignIn(
  secrets: ProcessSecrets,
): Promise<PageSignIn | null> {
  const tokens: PageSignIn["tokens"][number][] = [];
  for (const [variable, name, rights] of TOKENS) {
    const word = await readProcessSecret(variable, secrets);
    if (word !== undefined)
      tokens.push({ name, word: new Secret(word), rights });
  }
  const word = await readProcessSecret(PROXY, secrets);
  const groupsOf = (variable: string): readonly string[] =>
    (secrets.env[variable] ?? "")
      .split(",")
      .map((group) => group.trim())
      .filter((group) => group !== "");
  const groups = {
    view: groupsOf(GROUPS.view),
    operate: groupsOf(GROUPS.operate),
    approve: groupsOf(GROUPS.approve),
  };
  const named = Object.values(GROUPS).find(
    (variable) => groupsOf(variable).length > 0,
  );
  if (word === undefined && named !== undefined)
    throw unusable(
      named,
      `it names groups of a proxy, and ${PROXY} does not say how that proxy proves itself`,
    );
  if (tokens.length === 0 && word === undefined) return null;
  return {
    tokens,
    proxy: word === undefined ? null : { word: new Secret(word), groups },
  };
}
