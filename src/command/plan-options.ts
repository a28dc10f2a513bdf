import { outputOption } from "./forms.ts";
import { choice, flag, list, text, type ValuesOf } from "./input.ts";

/** Another API than the environment names. */
export const TARGET_OPTION = {
  target: text("origin", "use another API than the environment names"),
};

/** What stands in for the platform and the state. */
export const SNAPSHOT_OPTIONS = {
  snapshot: text(
    "file",
    "plan from a snapshot: no credentials, no key, no network",
  ),
  maxAge: text(
    "period",
    "refuse a snapshot that is older, such as 90m, 12h or 7d (default: 24h)",
  ),
};

/** Permissions for one plan, with their reason. */
export const APPROVAL_OPTIONS = {
  approve: list(
    "guard:connection",
    "let a guard or policy pass for a connection (PLN104:gmail, policy/naming:gmail); may be repeated",
  ),
  reason: text("text", "why, for --approve"),
};

/** What the exit status of a comparison means. */
export const EXIT_STYLE_OPTION = {
  exitCodeStyle: choice(
    "family",
    ["tieline", "flux"],
    "what the exit status means; flux: 0 in sync, 1 something differs, 2 error (default: tieline)",
  ),
};

/** Answers the confirmation. */
export const YES_OPTION = {
  yes: flag("answer the confirmation; lifts no guard", { confirms: true }),
};

/** Where the plan file goes, and who signs it. */
export const PLAN_FILE_OPTIONS = {
  out: text("file", "write the plan file"),
  signKeyFile: text("file", "sign the plan with this private key"),
};

/** The forms of a plan. */
export const PLAN_OUTPUT = outputOption(
  "markdown",
  "html",
  "sarif",
  "github",
  "changeReport",
);

/** Secrets to send again although nothing tells that they changed. */
export const SECRET_OPTIONS = {
  rotate: list(
    "connection#field",
    "send this secret again, whatever its fingerprint says; may be repeated",
  ),
  forceSecrets: flag("send every secret again"),
};

/** What {@link SNAPSHOT_OPTIONS} ask for. */
export function snapshotOf({
  snapshot: file,
  maxAge,
}: ValuesOf<typeof SNAPSHOT_OPTIONS>):
  { readonly file: string; readonly maxAge: string | undefined } | undefined {
  return file === undefined ? undefined : { file, maxAge };
}

/** What {@link SECRET_OPTIONS} ask for, as planning takes it. */
export function secretIntent({
  forceSecrets,
  rotate,
}: ValuesOf<typeof SECRET_OPTIONS>): {
  readonly rewrite?: "all" | readonly string[];
} {
  if (forceSecrets) return { rewrite: "all" };
  return rotate.length === 0 ? {} : { rewrite: rotate };
}
