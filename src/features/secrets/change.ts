import { UserError } from "../../domain/problem/error.ts";
import { placeholderReason } from "../../domain/placeholder.ts";
import { assertPinned } from "../../secrets/recipients.ts";
import { createEmptySops } from "../../secrets/sops/edit/new-file.ts";
import { SopsEditor } from "../../secrets/sops/edit/editor.ts";
import { goText } from "../../secrets/sops/core/go-text.ts";
import { keyName } from "../../secrets/sops/keys/key-names.ts";
import { assertOneDocument } from "../../secrets/sops/file/one-document.ts";
import { openSops, type OpenedSops } from "../../secrets/sops/file/open.ts";
import {
  rotateSops,
  updateSopsKeys,
  type RekeyOptions,
} from "../../secrets/sops/edit/rekey.ts";
import {
  findCreationRule,
  type CreationRule,
} from "../../secrets/sops/file/sops-config.ts";
import type { SopsNode, SopsScalar } from "../../secrets/sops/core/tree.ts";
import { systemClock } from "../../environment/system-clock.ts";
import type { Io } from "../../command/io.ts";
import { recipientConsent } from "./recipient-consent.ts";
import { bytesOf, type SecretsFile } from "./secrets-file.ts";
import { writeFile } from "./write-file.ts";

/** What a change did. */
export interface ChangeResult {
  readonly isChanged: boolean;
  /** True when the file did not exist before. */
  readonly isNew: boolean;
  /** Who can open the file. */
  readonly recipients: readonly string[];
}

/** `a/b` and `secret://a/b` name the same place. */
export function pathOf(text: string): readonly string[] {
  return text.replace(/^secret:\/\//u, "").split("/");
}

/** Opens a file, and makes its values known to the scrubber. */
export async function openSecretsFileFile(
  target: SecretsFile,
  io: Io,
): Promise<OpenedSops> {
  const opened = await openSops(bytesOf(target), {
    path: target.shown,
    providers: target.providers,
  });
  for (const tree of opened.documents) registerAll(tree, io);
  return opened;
}

/**
 * Changes values of a file; begins the file when it does not exist and `.sops.yaml` has a rule for
 * it.
 */
export async function changeValues(
  target: SecretsFile,
  io: Io,
  change: (editor: SopsEditor) => void,
): Promise<ChangeResult> {
  const isNew = target.bytes === null;
  const now = new Date(systemClock.now());
  const opened = isNew
    ? await createEmptySops(target.shown, {
        ...(await rekeyOptions(target, io)),
        now,
      })
    : await openSecretsFileFile(target, io);
  try {
    assertOneDocument(opened.file);
    const editor = new SopsEditor(opened);
    change(editor);
    const recipients = opened.file.metadata.keyGroups.flat().map(keyName);
    if (!editor.isChanged)
      return { isChanged: false, isNew: false, recipients };
    await writeFile(target, await editor.finish(now), editor.documents);
    return { isChanged: true, isNew, recipients };
  } finally {
    opened.dispose();
  }
}

/** Why a value would be refused when it is used; `undefined` when nothing speaks against it. */
export function warningFor(value: SopsScalar): string | undefined {
  if (value.kind !== "str") return "a secret is text; leave --type out";
  return value.bytes === undefined
    ? placeholderReason(value.text)
    : "it holds bytes that are not UTF-8";
}

/**
 * Gives a file a new data key. `fromFile`: the file's own recipients are accepted unseen by rules.
 * @returns the recipients.
 */
export async function rotate(
  target: SecretsFile,
  io: Io,
  fromFile: boolean,
): Promise<readonly string[]> {
  const opened = await openSecretsFileFile(target, io);
  try {
    const options = await rekeyOptions(
      target,
      io,
      fromFile ? ruleOfFile(opened) : undefined,
    );
    const bytes = await rotateSops(opened, options);
    await writeFile(target, bytes, opened.documents);
    return recipientsOf(options.rule);
  } finally {
    opened.dispose();
  }
}

/**
 * Makes the recipients those of the rules. @returns the recipients, and whether anything changed.
 */
export async function updateKeys(
  target: SecretsFile,
  io: Io,
): Promise<{
  readonly isChanged: boolean;
  readonly recipients: readonly string[];
}> {
  const opened = await openSecretsFileFile(target, io);
  try {
    const options = await rekeyOptions(target, io);
    const bytes = await updateSopsKeys(opened, options);
    if (bytes !== undefined) await writeFile(target, bytes, opened.documents);
    return {
      isChanged: bytes !== undefined,
      recipients: recipientsOf(options.rule),
    };
  } finally {
    opened.dispose();
  }
}

/**
 * What giving out the data key of a file needs; the rule is that of `.sops.yaml` unless one is
 * given.
 */
async function rekeyOptions(
  target: SecretsFile,
  io: Io,
  given?: CreationRule,
): Promise<RekeyOptions> {
  const rule = given ?? (await requireRule(target));
  const { shown, providers, pinned } = target;
  const keys = rule.keyGroups.flat();
  assertPinned({ source: rule.config, file: shown, keys }, pinned);
  return {
    rule,
    providers,
    consent: recipientConsent(target, rule, io),
    now: new Date(systemClock.now()),
  };
}

function recipientsOf(rule: CreationRule): readonly string[] {
  return rule.keyGroups.flat().map(keyName);
}

function ruleOfFile({ file }: OpenedSops): CreationRule {
  return {
    config: file.path,
    keyGroups: file.metadata.keyGroups,
    shamirThreshold: file.metadata.shamirThreshold,
    rule: file.metadata.rule,
    isRuleDefault: true,
    macOnlyEncrypted: file.metadata.macOnlyEncrypted,
  };
}

async function requireRule(target: SecretsFile): Promise<CreationRule> {
  const rule = await findCreationRule(target.file);
  if (rule !== undefined) return rule;
  throw new UserError(
    "SEC022",
    `${target.shown}: no .sops.yaml says who may open the file`,
    {
      why: "neither its folder nor one above it has a .sops.yaml with creation rules",
      fix: 'make a key with: age-keygen -o keys.txt (keep it out of the repository); write .sops.yaml beside environments/ with the line "creation_rules: [{ age: <the public key> }]"; or, for rotate, accept those of the file with --recipients-from-file',
      notDone: "nothing was written",
    },
  );
}

function registerAll(node: SopsNode, io: Io): void {
  if (node.kind === "map")
    for (const child of node.entries.values()) registerAll(child, io);
  else if (node.kind === "list")
    for (const item of node.items) registerAll(item, io);
  else if (node.kind === "str")
    io.scrubber.register(goText(node), "a value of the file");
}
