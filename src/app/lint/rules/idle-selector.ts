import {
  placeAt,
  placeOfDocument,
  quoted,
  type NamedDocument,
} from "../../../config/index.ts";
import { isJsonObject, type JsonValue } from "../../../domain/json.ts";
import { getAt, pointerOf } from "../../../domain/pointer.ts";
import type { LintRule } from "../rule.ts";

const LISTS = ["include", "exclude"] as const;

/** A label nobody has. */
export const idleSelectorRule: LintRule = {
  code: "LNT019",
  name: "idle-selector",
  level: "warning",
  summary: "A label that an environment selects by is on some connection.",
  why: "with a misspelt label connections are left in, or left out, without anybody noticing",
  fix: "correct the label, or remove the line",
  check: ({ chosen, shared }) =>
    chosen.flatMap(({ document, isSound }) =>
      document === null || !isSound
        ? []
        : LISTS.flatMap((list) => {
            const selectors = getAt(document.value, `/connections/${list}`);
            if (!Array.isArray(selectors)) return [];
            // Array.isArray leaves `any[]`; documents hold JSON values only.
            return (selectors as readonly JsonValue[]).flatMap((text, index) =>
              typeof text === "string" && isIdle(text, shared)
                ? [
                    {
                      at:
                        placeAt(
                          document,
                          pointerOf(["connections", list, index]),
                          "value",
                        ) ?? placeOfDocument(document),
                      message: `${list} selects by ${quoted(text)}, but no shared connection has that label`,
                    },
                  ]
                : [],
            );
          }),
    ),
};

function isIdle(text: string, shared: readonly NamedDocument[]): boolean {
  const match = /^label:([^=]+)=(.*)$/u.exec(text);
  const name = match?.[1];
  if (name === undefined) return false;
  return !shared.some(({ document }) => {
    const { labels } = document.value;
    return (
      isJsonObject(labels) &&
      Object.hasOwn(labels, name) &&
      labels[name] === match?.[2]
    );
  });
}
