import type { CommandDefinition } from "../../command/command.ts";

/** `tieline secrets check` */
export const checkCommand: CommandDefinition = {
  name: "check",
  summary:
    "Look for secrets that are readable, and for files of secrets that are not as .sops.yaml says. Needs no key; with one, every file is verified.",
  examples: [
    ["secrets check", "the whole folder"],
    [
      "secrets check --staged",
      "what is about to be committed, as a pre-commit hook",
    ],
  ],
  args: [],
  options: [
    {
      flags: "--staged",
      description: "look at what is staged in git instead of the files",
    },
    {
      flags: "--second-engine",
      description: "have sops-decoder read files for AWS KMS too, and compare",
    },
  ],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const { diagnostics, files } = await tools.secrets.checkSecrets(
      source,
      io,
      {
        isStaged: input.options["staged"] === true,
        asksSecondEngine: input.options["secondEngine"] === true,
      },
    );
    const isInvalid = tools.hasErrors(diagnostics);
    const exitCode = isInvalid ? tools.EXIT.invalid : tools.EXIT.done;
    if (io.isJson) {
      io.out(
        tools.jsonText({
          kind: "secrets-check",
          valid: !isInvalid,
          files,
          diagnostics: diagnostics.map(tools.diagnosticJson),
          exit_code: exitCode,
        }),
      );
      return exitCode;
    }
    if (diagnostics.length > 0)
      io.err(tools.renderDiagnostics(diagnostics, io.errStyle));
    for (const { path, verified } of files)
      io.out(
        `${tools.plainText(path)}: ${verified ? "opened and verified" : "looked at without a key"}\n`,
      );
    return exitCode;
  },
};
