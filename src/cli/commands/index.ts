/**
 * The commands, one file each: what a command is called, what it takes, and what it does with the toolbox.
 * Nothing here may be slow to load, and nothing here prints, except through the `Io` it is given.
 */
import type { CommandDefinition, CommandGroup } from "../command.ts";
import { addCommand } from "./add.ts";
import { adoptCommand } from "./adopt.ts";
import { applyCommand } from "./apply.ts";
import { compareCommand } from "./compare.ts";
import { catalogCommands } from "./catalog/index.ts";
import { consentCommand } from "./consent.ts";
import { doctorCommand } from "./doctor.ts";
import { driftCommand } from "./drift.ts";
import { emulateCommand } from "./emulate.ts";
import { exportCommands } from "./export/index.ts";
import { explainCommand } from "./explain.ts";
import { fmtCommand } from "./fmt.ts";
import { forgetCommand } from "./forget.ts";
import { importCommand } from "./import.ts";
import { initCommand } from "./init.ts";
import { ledgerCommands } from "./ledger/index.ts";
import { keysCommands } from "./keys/index.ts";
import { lintCommand } from "./lint.ts";
import { migrateCommand } from "./migrate.ts";
import { planCommand } from "./plan.ts";
import { promoteCommand } from "./promote.ts";
import { renderCommand } from "./render.ts";
import { rollbackCommand } from "./rollback.ts";
import { schemaCommand } from "./schema.ts";
import { secretsGroup } from "./secrets/index.ts";
import { showCommand } from "./show.ts";
import { stateCommands } from "./state/index.ts";
import { statusCommand } from "./status.ts";
import { testCommand } from "./test.ts";
import { usageCommand } from "./usage.ts";
import { validateCommand } from "./validate.ts";

/** In the order help lists them: the order in which a newcomer needs them. */
export const COMMANDS: readonly (CommandDefinition | CommandGroup)[] = [
  initCommand,
  catalogCommands,
  addCommand,
  validateCommand,
  fmtCommand,
  migrateCommand,
  lintCommand,
  explainCommand,
  planCommand,
  showCommand,
  applyCommand,
  driftCommand,
  compareCommand,
  promoteCommand,
  consentCommand,
  importCommand,
  adoptCommand,
  forgetCommand,
  statusCommand,
  testCommand,
  doctorCommand,
  ledgerCommands,
  stateCommands,
  rollbackCommand,
  secretsGroup,
  usageCommand,
  renderCommand,
  exportCommands,
  emulateCommand,
  keysCommands,
  schemaCommand,
];
