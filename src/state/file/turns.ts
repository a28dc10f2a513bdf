import { join } from "node:path";
import { listPrivate, removePrivate } from "../../platform/files/index.ts";
import { createExclusively, readTextOrNull } from "../durable.ts";

/**
 * A right that one process holds at a time, kept as numbered files `<name>.<n>`. The highest number
 * speaks; taking the right means making the next number, which only one process can do. Numbers
 * never go back: a right that is given back leaves its file, with what says so. So of two that find
 * the same dead holder, one succeeds, and there is no moment in which a third could slip in.
 */
export interface Turns {
  /** The file that speaks now; `number` 0 and no text when there is none yet. */
  current(): Promise<Turn>;
  /** Makes the turn after this one; false when somebody else did. */
  take(after: Turn, text: string): Promise<boolean>;
  pathOf(number: number): string;
}

/** One numbered file. */
export interface Turn {
  readonly number: number;
  readonly text: string | null;
}

/** The turns of this name in a folder. */
export function turnsIn(folder: string, name: string): Turns {
  const pathOf = (number: number): string =>
    join(folder, `${name}.${String(number)}`);
  const numbers = (): number[] =>
    listPrivate(folder)
      .filter((file) => file.startsWith(`${name}.`))
      .map((file) => file.slice(name.length + 1))
      .filter((rest) => /^[1-9]\d{0,14}$/u.test(rest))
      .map(Number)
      .sort((a, b) => b - a);
  return {
    pathOf,
    async current() {
      const [highest = 0] = numbers();
      return {
        number: highest,
        text: highest === 0 ? null : await readTextOrNull(pathOf(highest)),
      };
    },
    async take(after, text) {
      const number = after.number + 1;
      if (!(await createExclusively(pathOf(number), text))) return false;
      // Whoever looked long ago may make a number that was passed over meanwhile; it does not
      // speak.
      const all = numbers();
      if (all[0] !== number) {
        removePrivate(pathOf(number));
        return false;
      }
      for (const old of all.slice(1)) removePrivate(pathOf(old));
      return true;
    },
  };
}
