import { plainText } from "../../output/escape.ts";
import type { CiFiles } from "./ci-files.ts";

/** What is left to do for pipelines, as the end of what `init` says. */
export function pipelineText({ next }: Pick<CiFiles, "next">): string {
  const lines = next.map((line) => `  ${plainText(line)}\n`);
  return `\nFor the pipelines:\n${lines.join("")}`;
}
