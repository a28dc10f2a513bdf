/**
 * The commands of the program. Definitions only: what carries them out is loaded when one runs.
 */
import type { CommandDefinition, CommandGroup } from "../command/command.ts";
import { addCommand } from "../features/add/command.ts";
import { adoptCommand } from "../features/ownership/command-adopt.ts";
import { applyCommand } from "../features/apply/command.ts";
import { compareCommand } from "../features/compare/command.ts";
import { catalogCommands } from "../features/catalogue/command.ts";
import { consentCommand } from "../features/consent/command.ts";
import { doctorCommand } from "../features/checks/command-doctor.ts";
import { driftCommand } from "../features/drift/command.ts";
import { emulateCommand } from "../features/emulate/command.ts";
import { exportCommands } from "../features/export/command.ts";
import { explainCommand } from "../features/explain/command.ts";
import { fmtCommand } from "../features/format/command-fmt.ts";
import { forgetCommand } from "../features/ownership/command-forget.ts";
import { importCommand } from "../features/import/command.ts";
import { initCommand } from "../features/init/command.ts";
import { ledgerCommands } from "../features/ledger/command.ts";
import { keysCommands } from "../features/keys/command.ts";
import { lintCommand } from "../features/lint/command.ts";
import { migrateCommand } from "../features/format/command-migrate.ts";
import { planCommand } from "../features/plan/command-plan.ts";
import { promoteCommand } from "../features/promote/command.ts";
import { renderCommand } from "../features/export/command-render.ts";
import { rollbackCommand } from "../features/rollback/command.ts";
import { schemaCommand } from "../features/schema/command.ts";
import { secretsGroup } from "../features/secrets/command.ts";
import { showCommand } from "../features/plan/command-show.ts";
import { stateCommands } from "../features/state/command.ts";
import { statusCommand } from "../features/status/command.ts";
import { testCommand } from "../features/checks/command-test.ts";
import { usageCommand } from "../features/usage/command.ts";
import { validateCommand } from "../features/validate/command.ts";

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
