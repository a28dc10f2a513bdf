import { randomBytes } from "node:crypto";
import { wrapForAge } from "../../src/secrets/sops/keys/age-key.ts";
import { seal, sealMac, sopsYaml } from "./sops-builder.ts";

/**
 * A connection document whose client secret is encrypted under its own `sops:` block, the rest
 * readable and covered by the MAC.
 */
export async function ownSecretsText(
  name: string,
  secret: string,
  recipient: string,
): Promise<string> {
  const key = randomBytes(32);
  const cipher = seal(key, secret, { aad: "credentials:client_secret:" });
  const body = [
    `connection_id: ${name}`,
    "provider: gmail",
    "auth_type: oauth2",
    "credentials:",
    "    client_id: 1.apps.example",
    `    client_secret: ${cipher}`,
    "    use_platform_creds: false",
    "scopes:",
    "    - https://mail.google.com/",
    "",
  ].join("\n");
  const leaves = [
    name,
    "gmail",
    "oauth2",
    "1.apps.example",
    secret,
    "False",
    "https://mail.google.com/",
  ];
  const wrapped = await wrapForAge(key, recipient);
  return sopsYaml(
    body,
    sealMac(key, leaves),
    "    encrypted_regex: ^client_secret$\n",
  )
    .replace("enc: wrapped", `enc: ${JSON.stringify(wrapped)}`)
    .replace("recipient: age1test", `recipient: ${recipient}`);
}
