import { EXIT } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import { respondInForm } from "../../command/write-forms.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { createGit } from "../../platform/git/index.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { openGitTree } from "../../sources/git-tree.ts";
import { readProvenance } from "../../sources/provenance.ts";
import type { DiffInput } from "./command.ts";
import { diffSides, type EnvironmentDiff } from "./diff.ts";
import { diffForms } from "./forms.ts";
import { diffJson } from "./json.ts";
import type { SideOrigin } from "./plan-sides.ts";
import { renderDiff } from "./text.ts";

/** Carries out `tieline diff [from] [to]`. Resolves to the exit status. */
export async function run(
  { args, options }: DiffInput,
  io: Io,
): Promise<number> {
  const workspace = await openWorkspace({ options }, io);
  const from = args.from ?? "HEAD";
  const git = createGit(workspace.root, io.env);
  const before = await openGitTree(git, workspace.root, from);
  const { source: after, origin } = await endOf(workspace, args.to, io);
  const environments = await diffSides({
    before,
    after,
    origin,
    names: options.environment,
    env: io.env,
    now: new Date(systemClock.now()).toISOString(),
  });
  const compared = { from, to: args.to ?? null };
  return respondInForm(io, {
    ...diffForms(compared, environments, workspace.root),
    json: () => diffJson(compared, environments),
    text: () =>
      renderDiff(compared, environments, {
        ...io.style,
        verbose: io.isVerbose,
      }),
    exitCode: exitCodeOf(environments, options.detailedExitcode),
  });
}

async function endOf(
  workspace: DocumentSource,
  to: string | undefined,
  io: Io,
): Promise<{ readonly source: DocumentSource; readonly origin: SideOrigin }> {
  if (to === undefined)
    return {
      source: workspace,
      origin: await readProvenance(workspace.root, io.env),
    };
  const git = createGit(workspace.root, io.env);
  const source = await openGitTree(git, workspace.root, to);
  return { source, origin: { commit: source.commit, dirty: false } };
}

/** As of a plan; what cannot be compared is not done. */
function exitCodeOf(
  environments: readonly EnvironmentDiff[],
  isDetailed: boolean,
): number {
  const isRefused = environments.some(
    (found) =>
      "plan" in found &&
      found.plan.findings.some(({ level }) => level === "refuse"),
  );
  if (isRefused) return EXIT.refused;
  if (environments.some(({ kind }) => kind === "unreadable"))
    return EXIT.failed;
  return isDetailed && environments.some(({ kind }) => kind !== "same")
    ? EXIT.changes
    : EXIT.done;
}
