import { describe, expect, it } from "vitest";
import { placeholderReason } from "../../../src/domain/placeholder.ts";

const BAD = [
  "",
  " ",
  "\n",
  "\t \n",
  " secret-9f8e7d",
  "secret-9f8e7d ",
  "secret-9f8e7d\n",
  "\u00a0secret-9f8e7d",
  "ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]",
  "ENC[",
  "prefix ENC[AES256_GCM,data:a",
  "***",
  "*",
  "********",
  "••••••••",
  "●●●●",
  "****abcd",
  "••••••1234",
  "sk-****abcd",
  "ghp_•••xyz",
  "**ab",
  "changeme",
  "CHANGEME",
  "change-me",
  "change_me",
  "Change Me",
  "changeme!",
  "<changeme>",
  "(changeme)",
  "please-change",
  "todo",
  "TODO",
  "todo: secret",
  "fixme",
  "tbd",
  "xxx",
  "XXXXXXXX",
  "xxx-xxx-xxx",
  "xxxx-secret",
  "placeholder",
  "PLACEHOLDER_SECRET",
  "replace-me",
  "replace-with-your-token",
  "dummy",
  "dummy-secret",
  "example",
  "example_api_key",
  "your-client-secret",
  "YOUR_CLIENT_SECRET",
  "your client secret here",
  "your_api_key_here",
  "my-secret",
  "the-password",
  "insert-token-here",
  "enter your password",
  "put-your-key-here",
  "<your-client-secret>",
  "[your-token]",
  "api-key-here",
  "secret goes here",
  "${CLIENT_SECRET}",
  "Bearer ${TOKEN}",
  "${}",
  "##CLIENT_SECRET##",
  "<secret>",
  "{{ secret }}",
  "{{.Values.secret}}",
  "$(SECRET)",
  "%SECRET%",
  "__SECRET__",
  "$CLIENT_SECRET",
  "secret://gmail/client_secret",
  "env://SECRET",
  "var://name",
  "null",
  "undefined",
  "none",
  "N/A",
  "[REDACTED]",
  "«redacted»",
  "hidden",
  "...",
  "---",
  "???",
  "…",
];

const GOOD = [
  "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",
  "p@ss w0rd with blanks",
  "xoxb-1234567890-abcdefghijkl",
  "s3cr3t",
  "hunter2",
  "a$b{c}d",
  "50%OFF%now!",
  "*a9",
  "my-dog-has-fleas",
  "your.friend.1987",
  "-----BEGIN PRIVATE KEY-----\nMIIEvQ==\n-----END PRIVATE KEY-----\n",
  '{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\\nAA==\\n-----END PRIVATE KEY-----\\n"}',
  "XxXa8XxX",
  "example9f3b2c71",
];

describe("placeholderReason", () => {
  it("has at least sixty bad values to go by", () => {
    expect(BAD.length).toBeGreaterThanOrEqual(60);
  });

  it.each(BAD)("refuses %j", (value) => {
    expect(placeholderReason(value)).toBeTypeOf("string");
  });

  it.each(GOOD)("takes %j", (value) => {
    expect(placeholderReason(value)).toBeUndefined();
  });

  it("never repeats the value", () => {
    expect(
      BAD.filter(
        (value) =>
          value.length > 12 && placeholderReason(value)?.includes(value),
      ),
    ).toEqual([]);
  });
});
