import type { RuntimeOptions } from "../environment/runtime.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import type { CommonInput } from "./input.ts";
import type { Io } from "./io.ts";

/**
 * What a runtime of one environment is opened with: the rules of the documents, and what the
 * command line says beside them.
 */
export function runtimeOptions(
  rules: EnvironmentRules,
  source: DocumentSource,
  input: CommonInput,
  io: Io,
): RuntimeOptions {
  return { root: source.root, source, rules, ...saidBeside(input, io) };
}

/** What the command line and the process say beside the documents. */
export function saidBeside(
  input: CommonInput,
  io: Io,
): Pick<RuntimeOptions, "env" | "scrubber" | "target" | "trace"> {
  const target = input.options.target;
  return {
    env: io.env,
    scrubber: io.scrubber,
    ...(target === undefined ? {} : { target }),
    ...(io.trace === undefined ? {} : { trace: io.trace }),
  };
}
