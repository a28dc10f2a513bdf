import type { EnvironmentRules } from "../../domain/environment.ts";
import { getAt } from "../../domain/field/pointer.ts";
import { RULE_FACTS } from "../../domain/generated/rules.ts";
import type { Setting } from "./report.ts";

/** Every rule of an environment, in the order of the schema: what is written, else the default. */
export function ruleSettings({
  declared,
}: EnvironmentRules): readonly Setting[] {
  return RULE_FACTS.map(({ name, pointer, default: usual }) => {
    const written = getAt(declared.document, pointer);
    if (written === undefined)
      return {
        name,
        ...(usual === undefined ? {} : { value: usual }),
        origin: usual === undefined ? "not set" : "default",
      };
    const { file, line } = declared.placeOf(pointer);
    return { name, value: written, origin: `${file}:${String(line)}` };
  });
}
