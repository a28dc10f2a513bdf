import { safe, type SafeText, textOf } from "../../output/escape.ts";
import { valueText } from "../../output/value-text.ts";
import { largest } from "../../util/extremes.ts";
import type { ConfigView, Setting } from "./report.ts";

/** The settings, for people. */
export function renderConfig(
  { run, environment }: ConfigView,
  options: { readonly showsOrigin: boolean },
): string {
  return textOf([
    ...settingLines(run, options.showsOrigin),
    ...(environment === null
      ? []
      : [
          safe``,
          safe`${environment.name}:`,
          ...settingLines(environment.rules, options.showsOrigin),
        ]),
  ]);
}

function settingLines(
  settings: readonly Setting[],
  showsOrigin: boolean,
): readonly SafeText[] {
  const width = largest(
    settings.map(({ name }) => name.length),
    0,
  );
  return settings.map(({ name, value, origin }) => {
    const said = value === undefined ? safe`-` : valueText(value);
    const from = showsOrigin ? safe`  (${origin})` : safe``;
    return safe`${name.padEnd(width)}  ${said}${from}`;
  });
}
