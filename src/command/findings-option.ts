import { outputOption } from "./forms.ts";

/** The forms of findings. */
export const FINDINGS_OUTPUT = outputOption(
  "markdown",
  "html",
  "sarif",
  "github",
  "codeQuality",
);
