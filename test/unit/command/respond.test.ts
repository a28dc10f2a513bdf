import { describe, expect, it } from "vitest";
import { respond } from "../../../src/command/respond.ts";
import type { Io } from "../../../src/command/io.ts";

/** As much of an `Io` as an answer needs, with what was written. */
function terminal(isJson: boolean): {
  readonly io: Io;
  readonly said: string[];
} {
  const said: string[] = [];
  const out = (text: string): void => {
    said.push(text);
  };
  return { io: { isJson, out } as Partial<Io> as Io, said };
}

const json = (): object => ({ kind: "toy", exit_code: 9 });

describe("an answer", () => {
  it("is one JSON value that ends with the exit status, whatever the report says", () => {
    const { io, said } = terminal(true);
    expect(respond(io, { json, text: () => "not said", exitCode: 3 })).toBe(3);
    expect(said.map((text): unknown => JSON.parse(text))).toEqual([
      { kind: "toy", exit_code: 3 },
    ]);
  });

  it("is a text, and all went well, where nothing else is said", () => {
    const { io, said } = terminal(false);
    expect(respond(io, { json, text: () => "a text\n" })).toBe(0);
    expect(said).toEqual(["a text\n"]);
  });

  it("is printed by whoever needs both streams", () => {
    const { io, said } = terminal(false);
    const print = (): void => {
      io.out("first");
      io.out("second");
    };
    expect(respond(io, { json, print, exitCode: 2 })).toBe(2);
    expect(said).toEqual(["first", "second"]);
  });
});
