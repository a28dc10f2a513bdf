import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { hmacSha256, utf8Equal } from "../../util/hash.ts";
import type { Switches } from "../switches.ts";

/**
 * What is kept of a secret: enough to recognise it and to show its mask, never the secret itself.
 * The data file of an embedded API may end up anywhere, and no behaviour of the vendor that we
 * imitate needs the text back.
 */
export interface SealedSecret {
  /** HMAC-SHA-256 of the secret under the store's salt, hex. */
  readonly digest: string;
  /** Last four characters, or `""` for a secret too short to show any of it. */
  readonly tail: string;
}

/** Sealed secrets of a connection by their path (`oauth_config.client_secret`). */
export type SealedSecrets = Readonly<Record<string, SealedSecret>>;

const ASTERISKS = "********";

/** A secret shorter than this shows no tail. */
const SHORTEST_WITH_TAIL = 12;

/**
 * Members that read back masked. @remarks Source: vendor OpenAPI document and SDK reference text.
 */
const SECRET_MEMBERS = new Map<string, readonly string[]>([
  ["oauth_config", ["client_secret", "googleads_developer_token"]],
  ["google_dwd_config", ["service_account_json"]],
]);

/** Seals a secret under a salt. */
export function sealSecret(salt: string, text: string): SealedSecret {
  const digest = Buffer.from(
    hmacSha256(Buffer.from(salt, "utf8"), Buffer.from(text, "utf8")),
  ).toString("hex");
  const tail = text.length < SHORTEST_WITH_TAIL ? "" : text.slice(-4);
  return { digest, tail };
}

/** True when `text` is the sealed secret. */
export function isSealedSecret(
  sealed: SealedSecret,
  salt: string,
  text: string,
): boolean {
  return utf8Equal(sealSecret(salt, text).digest, sealed.digest);
}

/** A config object cut in two. */
export interface SplitConfig {
  readonly plain: JsonObject;
  /** Secrets that were sent: a text to seal, or `null` to forget the stored one. */
  readonly sent: ReadonlyMap<string, string | null>;
}

/**
 * Takes the secrets out of a config object as it was sent. A text that equals a mask of the stored
 * secret is left out of `sent`: sending a mask back keeps the secret.
 * @remarks Source: SDK reference text ("sending the masked value back keeps the stored secret").
 */
export function splitConfig(
  name: string,
  config: JsonObject,
  stored: SealedSecrets,
): SplitConfig {
  const members = SECRET_MEMBERS.get(name);
  if (name === "static_config") return splitStatic(config, stored);
  if (members === undefined) return { plain: config, sent: new Map() };
  const sent = new Map<string, string | null>();
  for (const member of members) {
    const value = config[member];
    if (typeof value === "string") {
      takeSecret(sent, stored, { path: `${name}.${member}`, value });
    }
  }
  const plain = Object.fromEntries(
    Object.entries(config).filter(([member]) => !members.includes(member)),
  );
  return { plain, sent };
}

/**
 * Every member of a static config that could be a secret is treated as one; only scalars that
 * cannot be read back clear.
 */
function splitStatic(config: JsonObject, stored: SealedSecrets): SplitConfig {
  const values = config["static_config"];
  if (!isJsonObject(values)) return { plain: config, sent: new Map() };
  const sent = new Map<string, string | null>();
  const open: [string, JsonValue][] = [];
  for (const [member, value] of Object.entries(values)) {
    const path = `static_config.static_config.${member}`;
    if (typeof value === "string") {
      takeSecret(sent, stored, { path, value });
    } else if (typeof value === "object" && value !== null) {
      sent.set(path, canonicalJson(value));
    } else {
      open.push([member, value]);
    }
  }
  return { plain: { static_config: Object.fromEntries(open) }, sent };
}

/** Notes a secret that was sent, unless it is a mask of the stored one; `""` forgets it. */
export function takeSecret(
  sent: Map<string, string | null>,
  stored: SealedSecrets,
  { path, value }: { readonly path: string; readonly value: string },
): void {
  const sealed = Object.hasOwn(stored, path) ? stored[path] : undefined;
  const masks =
    sealed === undefined ? [] : [ASTERISKS, ASTERISKS + sealed.tail];
  if (masks.includes(value)) return;
  sent.set(path, value === "" ? null : value);
}

/** The connection with its secrets shown as masks, or not at all. */
export function showMasks(
  connection: JsonObject,
  secrets: SealedSecrets,
  style: Switches["maskStyle"],
): JsonObject {
  if (style === "omitted") return connection;
  let shown = connection;
  for (const [path, sealed] of Object.entries(secrets)) {
    shown = setMember(shown, path, maskOf(path, sealed, style));
  }
  return shown;
}

/** The mask of a secret. */
export function maskSecret(
  { tail }: SealedSecret,
  style: "full" | "last4",
): string {
  return style === "last4" ? ASTERISKS + tail : ASTERISKS;
}

/** The developer token always shows its tail. @remarks Source: vendor OpenAPI document. */
function maskOf(
  path: string,
  sealed: SealedSecret,
  style: "full" | "last4",
): string {
  const isDeveloperToken = path === "oauth_config.googleads_developer_token";
  return maskSecret(sealed, isDeveloperToken ? "last4" : style);
}

/**
 * Sets a member of a config; static members may themselves contain dots, so only the config names
 * are split off.
 */
function setMember(
  connection: JsonObject,
  path: string,
  mask: string,
): JsonObject {
  const [config = "", ...rest] = path.split(".");
  const current = connection[config];
  const holder = isJsonObject(current) ? current : {};
  if (config !== "static_config") {
    return { ...connection, [config]: { ...holder, [rest.join(".")]: mask } };
  }
  const inner = holder["static_config"];
  const values = isJsonObject(inner) ? inner : {};
  const member = rest.slice(1).join(".");
  return {
    ...connection,
    static_config: { static_config: { ...values, [member]: mask } },
  };
}
