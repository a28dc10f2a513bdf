import type { RollbackInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { renderPlan } from "../plan/text.ts";
import { prepareRollback, rollbackJson } from "./prepare-rollback.ts";
import { renderRollback } from "./text.ts";

/** Carries out `tieline rollback <environment> --to <receipt>`. Resolves to the exit status. */
export async function run(input: RollbackInput, io: Io): Promise<number> {
  const rollback = await prepareRollback(
    input.args.environment,
    input.options.to ?? "",
    input,
    io,
  );
  const isWritten = input.options.write;
  if (isWritten) await rollback.write();
  return respond(io, {
    json: () => rollbackJson(rollback, isWritten),
    text: () => {
      const { environment, target, files, limits, plan } = rollback;
      io.out(renderPlan(plan, io.style, { verbose: io.isVerbose }));
      return renderRollback(
        {
          environment,
          receipt: target.receipt.digest,
          commit: target.commit,
          files,
          limits,
          isWritten,
        },
        io.style,
      );
    },
  });
}
