import { isAlias, type Alias, type Node } from "yaml";
import { UserError } from "../../domain/problem/error.ts";
import type { TextStyle } from "./render-node.ts";
import type { Splices } from "./splices.ts";

/** What every step of changing one document's text works with. */
export interface EditContext {
  readonly splices: Splices;
  readonly style: TextStyle;
  /** The document's own mapping. */
  readonly root: Node;
  /** Blanks at the start of the line an offset is on. */
  readonly indentOfLine: (offset: number) => number;
  /**
   * @throws UserError CFG047 when the node is an alias: what it shows is written somewhere else.
   */
  readonly assertOwn: (node: unknown) => void;
}

/** A context for one document. */
export function editContext(
  splices: Splices,
  style: TextStyle,
  root: Node,
): EditContext {
  return {
    splices,
    style,
    root,
    indentOfLine: (offset) => {
      const start = splices.lineStart(offset);
      let at = start;
      while (splices.text[at] === " ") at += 1;
      return at - start;
    },
    assertOwn: (node) => {
      if (isAlias(node)) throw shared(node);
    },
  };
}

/** Says that a value is written once and used at several places. */
export function shared(alias?: Alias): UserError {
  const name = alias === undefined ? "" : ` *${alias.source}`;
  return new UserError("CFG047", "the text cannot be edited", {
    why: `a value that would change is shared through an anchor or alias${/^[\w-]{1,40}$/u.test(alias?.source ?? "") ? name : ""}, and the change is meant for one place`,
    fix: "write the value out at each place, then run the command again",
    notDone: "nothing was written",
  });
}
