import type { CommandDefinition } from "../../command/command.ts";

/** `tieline secrets install-git` */
export const installGitCommand: CommandDefinition = {
  name: "install-git",
  summary:
    "Teach this clone to diff and merge files of secrets: lines of .gitattributes and settings of git. Repeating it changes nothing.",
  examples: [["secrets install-git", "once per clone"]],
  args: [],
  options: [],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const done = await tools.secrets.installGit(source.root, io);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-install-git",
          done,
          exit_code: tools.EXIT.done,
        }),
      );
    else io.out(done.map((what) => `set ${tools.plainText(what)}\n`).join(""));
    return tools.EXIT.done;
  },
};
