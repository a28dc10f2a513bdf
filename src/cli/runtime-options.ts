import type { RuntimeOptions } from "../compose/runtime.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { textOf, type Input } from "./input.ts";
import type { Io } from "./io.ts";

/** What a runtime of one environment is opened with: the rules of the documents, and what the command line says beside them. */
export function runtimeOptions(
  rules: EnvironmentRules,
  source: DocumentSource,
  input: Input,
  io: Io,
): RuntimeOptions {
  const target = textOf(input.options["target"]);
  return {
    root: source.root,
    source,
    rules,
    env: io.env,
    scrubber: io.scrubber,
    ...(target === undefined ? {} : { target }),
    ...(io.isVerbose
      ? {
          trace: (line: string) => {
            io.err(`${line}\n`);
          },
        }
      : {}),
  };
}
