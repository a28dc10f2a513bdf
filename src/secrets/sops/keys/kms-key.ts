import type { ProcessEnv } from "../../../domain/environment-access.ts";
import { hostname } from "node:os";
import type * as Kms from "@aws-sdk/client-kms";
import {
  loadOptional,
  type OptionalPackage,
} from "../../../platform/optional-package.ts";
import type { KeyEntry } from "../core/key-entry.ts";
import { damagedEntry, type KeyProvider } from "../core/key-provider.ts";

const REQUEST_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Longest session name STS takes. @remarks Source: AWS STS, AssumeRole. */
const MAX_SESSION_NAME = 64;

/**
 * Opens and wraps data keys with AWS KMS. The key's ARN goes along with every request, so that KMS
 * refuses a wrapped key of another master key; the region is the one in the ARN. The AWS client is
 * loaded for the first entry.
 * @remarks Source: docs/decisions/0013-aws-kms.md.
 */
export function createKmsProvider(env: ProcessEnv): KeyProvider {
  const notes = new Set<string>();
  return {
    type: "kms",
    unwrap: async (entry, file) => {
      const opened = await withClient(env, entry, async (client, aws) => {
        const reply = await client.send(
          new aws.DecryptCommand({
            KeyId: entry.fields.get("arn"),
            CiphertextBlob: Buffer.from(
              entry.fields.get("enc") ?? "",
              "base64",
            ),
            EncryptionContext: contextOf(entry),
          }),
        );
        return reply.Plaintext;
      });
      if ("problem" in opened) {
        if (opened.isDamaged) throw damagedEntry(entry, file);
        notes.add(opened.problem);
        return null;
      }
      const key = Buffer.from(opened.bytes);
      opened.bytes.fill(0);
      return key;
    },
    wrap: async (entry, dataKey) => {
      const wrapped = await withClient(env, entry, async (client, aws) => {
        const reply = await client.send(
          new aws.EncryptCommand({
            KeyId: entry.fields.get("arn"),
            Plaintext: dataKey,
            EncryptionContext: contextOf(entry),
          }),
        );
        return reply.CiphertextBlob;
      });
      if ("problem" in wrapped) return wrapped;
      const enc = Buffer.from(wrapped.bytes).toString("base64");
      return { fields: new Map([...entry.fields, ["enc", enc]]) };
    },
    explain: () => Promise.resolve([...notes]),
  };
}

type Aws = typeof Kms;
type Answer =
  | { readonly bytes: Uint8Array }
  | { readonly problem: string; readonly isDamaged?: boolean };

async function withClient(
  env: ProcessEnv,
  entry: KeyEntry,
  act: (client: Kms.KMSClient, aws: Aws) => Promise<Uint8Array | undefined>,
): Promise<Answer> {
  const region = regionOf(entry.fields.get("arn") ?? "");
  if (region === undefined)
    return {
      problem:
        "the file names an AWS KMS key by something that is not the ARN of a key or alias",
    };
  const loaded = await loadOptional(
    "@aws-sdk/client-kms",
    () => import("@aws-sdk/client-kms"),
  );
  if (!("module" in loaded))
    return { problem: unusable("@aws-sdk/client-kms", loaded) };
  const aws = loaded.module;
  let client: Kms.KMSClient | undefined;
  try {
    const credentials = await credentialsFor(env, entry, region);
    if ("problem" in credentials) return credentials;
    client = new aws.KMSClient({
      ...clientOptions(env, region, "KMS"),
      ...credentials,
    });
    const bytes = await act(client, aws);
    return bytes === undefined || bytes.length === 0
      ? { problem: "AWS KMS answered without a key" }
      : { bytes };
  } catch (error) {
    return failure(error);
  } finally {
    client?.destroy();
  }
}

function unusable(
  name: OptionalPackage,
  { why, fix }: { readonly why: string; readonly fix: string },
): string {
  return `AWS KMS needs the package ${name}; ${why}; ${fix}, or install the sops program`;
}

/**
 * The name of an AWS error is a public code; its message may quote the request, so it is not
 * repeated.
 */
function failure(error: unknown): Answer {
  const name = error instanceof Error ? error.name : "unknown";
  const shown = /^[A-Za-z]{1,60}$/u.test(name) ? name : "unknown";
  return {
    problem: `AWS KMS refused or could not be reached (${shown})`,
    isDamaged: ["InvalidCiphertextException", "IncorrectKeyException"].includes(
      name,
    ),
  };
}

function clientOptions(
  env: ProcessEnv,
  region: string,
  service: "KMS" | "STS",
): object {
  const endpoint =
    env[`AWS_ENDPOINT_URL_${service}`] ?? env["AWS_ENDPOINT_URL"];
  return {
    region,
    maxAttempts: 3,
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionTimeout: CONNECT_TIMEOUT_MS,
    },
    ...(endpoint === undefined || endpoint === "" ? {} : { endpoint }),
  };
}

/**
 * The profile and role of the entry, or the variables handed in; else the AWS client looks where it
 * always does.
 */
async function credentialsFor(
  env: ProcessEnv,
  entry: KeyEntry,
  region: string,
): Promise<object | { readonly problem: string }> {
  const base = baseCredentials(env, entry.fields.get("aws_profile") ?? "");
  const role = entry.fields.get("role") ?? "";
  if (role === "") return base;
  const loaded = await loadOptional(
    "@aws-sdk/client-sts",
    () => import("@aws-sdk/client-sts"),
  );
  if (!("module" in loaded))
    return { problem: unusable("@aws-sdk/client-sts", loaded) };
  const sts = loaded.module;
  const client = new sts.STSClient({
    ...clientOptions(env, region, "STS"),
    ...base,
  });
  try {
    const { Credentials: given } = await client.send(
      new sts.AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: sessionName(),
      }),
    );
    return {
      credentials: {
        accessKeyId: given?.AccessKeyId ?? "",
        secretAccessKey: given?.SecretAccessKey ?? "",
        sessionToken: given?.SessionToken ?? "",
      },
    };
  } finally {
    client.destroy();
  }
}

function baseCredentials(env: ProcessEnv, profile: string): object {
  if (profile !== "") return { profile };
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = env["AWS_SESSION_TOKEN"];
  if (accessKeyId === undefined || secretAccessKey === undefined) return {};
  return {
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
  };
}

/** @remarks Source: SOPS names its sessions `sops@host`; STS takes these characters. */
function sessionName(): string {
  return `sops@${hostname()}`
    .replace(/[^\w+=,.@-]/gu, "")
    .slice(0, MAX_SESSION_NAME);
}

/** Strict, because the region becomes part of a host name. */
function regionOf(arn: string): string | undefined {
  return /^arn:aws[a-z-]*:kms:([a-z0-9-]{1,40}):[0-9]+:(?:key|alias)\/.+$/u.exec(
    arn,
  )?.[1];
}

function contextOf(entry: KeyEntry): Record<string, string> | undefined {
  return entry.context === undefined || entry.context.size === 0
    ? undefined
    : Object.fromEntries(entry.context);
}
