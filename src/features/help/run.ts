import { UserError } from "../../domain/problem/error.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { nearest } from "../../util/nearest.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { HelpInput } from "./command.ts";
import { TOPICS } from "./topics.ts";

/** Carries out `tieline help [topic]`. Resolves to the exit status. */
export function run({ args }: HelpInput, io: Io): Promise<number> {
  const [name] = args.topic;
  const topic = TOPICS.find((each) => each.name === name);
  if (topic === undefined) throw noTopic(args.topic.join(" "));
  return Promise.resolve(
    respond(io, {
      json: () => ({ kind: "help", topic: topic.name, ...topic.json() }),
      text: () => topic.text(),
    }),
  );
}

function noTopic(word: string): UserError {
  const names = TOPICS.map(({ name }) => name);
  const near = nearest(word, names);
  return new UserError("CLI001", `there is no help about "${word}"`, {
    why: `the topics are ${names.join(", ")}; every command has help, too`,
    fix:
      near === undefined ? "tieline --help" : `tieline help ${shellWord(near)}`,
  });
}
