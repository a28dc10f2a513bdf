import { agentVariable } from "../../command/agent.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { isPipeline } from "../../command/switches.ts";
import { openWorkspace, workspaceFolder } from "../../command/workspace.ts";
import { loadDesired } from "../../environment/documents/documents.ts";
import type { ViewInput } from "./command-view.ts";
import type { ConfigView, Setting } from "./report.ts";
import { ruleSettings } from "./rule-settings.ts";
import { renderConfig } from "./text.ts";

/** Carries out `tieline config view [environment]`. Resolves to the exit status. */
export async function run(input: ViewInput, io: Io): Promise<number> {
  const name = input.args.environment;
  const view: ConfigView = {
    run: runSettings(input, io),
    environment: name === undefined ? null : await rulesOf(name, input, io),
  };
  return respond(io, {
    json: () => ({ kind: "config", ...view }),
    text: () => renderConfig(view, { showsOrigin: input.options.showOrigin }),
  });
}

async function rulesOf(
  name: string,
  input: ViewInput,
  io: Io,
): Promise<ConfigView["environment"]> {
  const source = await openWorkspace(input, io);
  const { rules } = await loadDesired(source, name, io.env);
  return { name, rules: ruleSettings(rules) };
}

/** How commands run here, whatever the environment. */
function runSettings(input: ViewInput, io: Io): readonly Setting[] {
  const { options } = input;
  const root = workspaceFolder(input, io);
  const agent = agentVariable(io.env);
  return [
    {
      name: "root",
      ...(root === undefined ? {} : { value: root }),
      origin:
        options.root !== undefined
          ? givenBy("root", input)
          : root === undefined
            ? "not found"
            : "the nearest folder upward",
    },
    { name: "output", value: io.form, origin: outputOrigin(input, agent) },
    {
      name: "color",
      value: io.style.color,
      origin:
        options.color === undefined ? colorOrigin(io) : givenBy("color", input),
    },
    {
      name: "asks",
      value: io.canAsk && !io.isJson,
      origin: asksOrigin(input, io, agent),
    },
    {
      name: "pipeline",
      value: isPipeline(io.env),
      origin: io.env["CI"] === undefined ? "default" : "CI",
    },
    {
      name: "agent",
      value: agent !== undefined,
      origin: agent ?? "default",
    },
  ];
}

/** Where an option comes from that is given. */
function givenBy(option: string, { variables }: ViewInput): string {
  return variables?.[option] ?? "command line";
}

function outputOrigin(input: ViewInput, agent: string | undefined): string {
  const { options } = input;
  if (options.output !== undefined) return givenBy("output", input);
  if (!options.json) return "default";
  const by = givenBy("json", input);
  return by === "command line" ? (agent ?? by) : by;
}

function colorOrigin({ env }: Io): string {
  if ((env["NO_COLOR"] ?? "") !== "") return "NO_COLOR";
  if ((env["FORCE_COLOR"] ?? "") !== "") return "FORCE_COLOR";
  return env["TERM"] === "dumb" ? "TERM" : "whether this is a terminal";
}

function asksOrigin(
  input: ViewInput,
  io: Io,
  agent: string | undefined,
): string {
  if (input.options.noInput) return givenBy("noInput", input);
  if (agent !== undefined) return agent;
  if (isPipeline(io.env)) return "CI";
  return io.isJson ? "JSON mode" : "whether this is a terminal";
}
