import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Files that an addition writes, and what becomes of what they held. */
export type Addition = Readonly<Record<string, (text: string) => string>>;

const file = (text: string) => () => text;

function pageOf(code: string): string {
  return `docs/errors/${code}.md`;
}

/** Puts text at the one place in front of what begins so. */
function before(place: string, added: string): (text: string) => string {
  return (text) => {
    const parts = text.split(place);
    if (parts.length !== 2) throw new Error(`not there once: ${place}`);
    return parts.join(`${added}${place}`);
  };
}

/** A command that only reads. */
const command: Addition = {
  "src/features/count/command.ts": file(`
import { defineCommand, type CommandDefinition } from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to count") },
  options: {},
};

/** What it was given. */
export type CountInput = InputOf<typeof INPUT>;

/** \`tieline count <environment>\` */
export const countCommand: CommandDefinition = defineCommand({
  name: "count",
  place: 987654,
  summary: "Count the connections that an environment declares.",
  examples: [["count dev", "one environment"]],
  ...INPUT,
  load: () => import("./run.ts"),
});
`),
  "src/features/count/run.ts": file(`
import { EXIT } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { respond } from "../../command/respond.ts";
import type { CountInput } from "./command.ts";
import { countDeclared } from "./count.ts";
import { countText } from "./text.ts";

/** Carries out \`tieline count <environment>\`. Resolves to the exit status. */
export async function run(input: CountInput, io: Io): Promise<number> {
  const report = await withEnvironment(
    input.args.environment,
    { input, io },
    async (environment) => countDeclared(await environment.documents()),
  );
  return respond(io, {
    json: () => ({ ...report }),
    text: () => countText(report),
    exitCode: EXIT.done,
  });
}
`),
  "src/features/count/count.ts": file(`
import type { Desired } from "../../environment/documents/documents.ts";
import type { CountReport } from "./report.ts";

/** Counts what is declared. */
export function countDeclared({ connections, rules }: Desired): CountReport {
  return { environment: rules.name, declared: connections.length };
}
`),
  "src/features/count/report.ts": file(`
/** What was counted. */
export interface CountReport {
  readonly environment: string;
  readonly declared: number;
}
`),
  "src/features/count/text.ts": file(`
import { safe, textOf } from "../../output/escape.ts";
import type { CountReport } from "./report.ts";

/** The count, for people. */
export function countText({ environment, declared }: CountReport): string {
  return textOf([safe\`\${environment}: \${declared}\`]);
}
`),
};

/**
 * A guard with a limit of its own: its row, its page, its limit, its test, and a line for users.
 */
const guard: Addition = {
  "src/engine/guards/limits.ts": before(
    "  accountsGuard,\n",
    `  limitGuard({
    code: "PLN987",
    limit: "maxCreates",
    measure: ({ changes }) => counted(changes, ["create"], "create"),
    message: ({ text }, limit) =>
      \`the plan has \${text}, more than the \${limit} that limits.max_creates allows\`,
    fix: () => "apply in parts",
  }),
`,
  ),
  [pageOf("PLN987")]: file(
    "---\ntitle: too many creates in one plan\n---\n\n## How to fix\n\nApply in parts.\n",
  ),
  "schemas/environment.schema.json": before(
    '        "max_deletes": {',
    `        "max_creates": {
          "description": "Most creates in one apply; any number when absent.",
          "type": "integer",
          "minimum": 0
        },
`,
  ),
  "test/unit/engine/guards/guards.test.ts": (text) =>
    `${text}\n// Both sides of the limit.\n`,
  "CHANGELOG.md": (text) => `${text}\n- \`limits.max_creates\`\n`,
};

/** A code: its page. */
const code: Addition = {
  [pageOf("CLI987")]: file(
    "---\ntitle: something of the command line\n---\n\n## How to fix\n\nDo it.\n",
  ),
};

/** A driver: the folder of the guide, and its name in the schema. */
const driver: Addition = {
  ...Object.fromEntries(
    [
      ...readFileSync(
        fileURLToPath(
          new URL("../../docs/guides/add-a-driver.md", import.meta.url),
        ),
        "utf8",
      ).matchAll(/```ts (src\/\S+)\n([\s\S]*?)```/gu),
    ].map(([, path = "", text = ""]) => [path, file(text)]),
  ),
  "schemas/environment.schema.json": (text) =>
    text.replace(
      '"enum": ["scalekit", "agent-auth"]',
      '"enum": ["scalekit", "agent-auth", "toy"]',
    ),
};

/** One of each kind that CONTRIBUTING.md says the cost of. */
export const ADDITIONS = { command, guard, code, driver };
