import type { Notice } from "../../src/domain/reconcile/notice.ts";

/** A notice about a drift. */
export function aNotice(some: Partial<Notice> = {}): Notice {
  return {
    id: `sha256:${"0f".repeat(32)}`,
    kind: "drift-found",
    environment: "prod",
    isProduction: true,
    level: "warning",
    title: "prod: 1 connection changed on the platform",
    lines: ["gmail: scopes"],
    commit: "1a2b3c4d5e6f708192031a2b3c4d5e6f70819203",
    at: "2026-01-01T12:00:00.000Z",
    ...some,
  };
}

/** Texts as somebody would write them who wants to reach more than the reader. */
export const HOSTILE_TEXTS: readonly string[] = [
  "<!channel> look <@U0123456789> <#C0123|general>",
  "<!subteam^S012|everybody> @here @everyone :rotating_light:",
  "<https://evil.example|the status page>",
  "&lt;!channel&gt; &amp;",
  "*bold* _it_ ~gone~ `code` ```block```",
  "a\nsecond line\r\u0007\u001b[31mred\u001b[0m\u202Eover\u2066",
  "\ud800 half \udc00",
  '"}],"blocks":[{"type":"image","image_url":"https://evil.example/x.png"}',
  "&".repeat(5_000),
  "<".repeat(2_999),
  "😀".repeat(4_000),
  "",
];
