import { lazily, OPAQUE, returned, type Expression } from "./expression.ts";

/**
 * Most values a function is known to give back; what gives back more is not followed any further.
 */
const MAX_RETURNS = 8;

interface Frame {
  readonly type: Expression | undefined;
  readonly values: (() => Expression)[];
}

/** The functions of a file with what they give back, gathered while the file is walked. */
export class Functions {
  readonly #byStart = new Map<number, Expression>();
  readonly #frames: Frame[] = [];

  /** A function begins. @param type - what it is declared to give back. */
  enter(from: number, type: Expression | undefined): void {
    const frame: Frame = { type, values: [] };
    const returns = lazily(() =>
      returned(
        frame.values.map((value) => value()),
        frame.type,
      ),
    );
    this.#frames.push(frame);
    this.#byStart.set(from, { kind: "function", returns });
  }

  /** The function that is being walked gives back a value. */
  returns(value: () => Expression): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined && frame.values.length < MAX_RETURNS)
      frame.values.push(value);
  }

  leave(): void {
    this.#frames.pop();
  }

  /** The function that begins at a place. */
  at(from: number): Expression {
    return this.#byStart.get(from) ?? OPAQUE;
  }
}
