import { describe, expect, expectTypeOf, it } from "vitest";
import { defineCommand } from "../../../src/command/command.ts";
import {
  choice,
  flag,
  list,
  optional,
  required,
  several,
  text,
  type InputOf,
} from "../../../src/command/input.ts";
import type { FINDINGS_OUTPUT } from "../../../src/command/findings-option.ts";
import type { PlanInput } from "../../../src/features/plan/command-plan.ts";

const INPUT = {
  args: {
    where: required("a place"),
    which: optional("a thing"),
    rest: several("more"),
  },
  options: {
    dryRun: flag("nothing is done"),
    out: text("file", "a file"),
    level: choice("level", ["low", "high"], "a level"),
    only: list("name", "a name"),
  },
};
const loading =
  <R>(run: R) =>
  () =>
    Promise.resolve({ run });
const WORDS = { name: "toy", summary: "A toy.", examples: [] } as const;

describe("the input of a command", () => {
  it("has the types that the definition says", () => {
    type Toy = InputOf<typeof INPUT>;
    expectTypeOf<Toy["args"]["where"]>().toEqualTypeOf<string>();
    expectTypeOf<Toy["args"]["which"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Toy["args"]["rest"]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<Toy["options"]["dryRun"]>().toEqualTypeOf<boolean>();
    expectTypeOf<Toy["options"]["out"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Toy["options"]["level"]>().toEqualTypeOf<
      "low" | "high" | undefined
    >();
    expectTypeOf<Toy["options"]["only"]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<Toy["options"]["quiet"]>().toEqualTypeOf<boolean>();
  });

  it("takes an option of its own for one that every command has", () => {
    interface Findings {
      readonly args: typeof INPUT.args;
      readonly options: typeof FINDINGS_OUTPUT;
    }
    expectTypeOf<InputOf<Findings>["options"]["output"]>().toEqualTypeOf<
      | "text"
      | "json"
      | "markdown"
      | "html"
      | "sarif"
      | "github"
      | "gitlab"
      | undefined
    >();
  });

  it("has no option that is misspelt", () => {
    const read = (input: PlanInput): unknown => [
      // @ts-expect-error the option is `detailedExitcode`
      input.options.detailedExitCode,
      // @ts-expect-error the argument is `environment`
      input.args.enviroment,
      // @ts-expect-error a word of another command
      input.options.dryRun,
    ];
    expect(read).toBeTypeOf("function");
  });

  it("is what runs must be content with", () => {
    type Toy = InputOf<typeof INPUT>;
    const fitting = (input: Toy): Promise<number> =>
      Promise.resolve(input.args.rest.length);
    const unknownOption = (input: {
      readonly options: { readonly dry: boolean };
    }): Promise<number> => Promise.resolve(Number(input.options.dry));
    const oneOfMany = (input: {
      readonly args: { readonly rest: string };
    }): Promise<number> => Promise.resolve(input.args.rest.length);
    const words = { ...WORDS, ...INPUT };
    const commands = [
      defineCommand({ ...words, load: loading(fitting) }),
      // @ts-expect-error the definition has no such option
      defineCommand({ ...words, load: loading(unknownOption) }),
      // @ts-expect-error there may be many
      defineCommand({ ...words, load: loading(oneOfMany) }),
    ];
    expect(commands).toHaveLength(3);
  });
});
