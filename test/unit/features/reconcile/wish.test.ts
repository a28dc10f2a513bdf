import { describe, expect, it } from "vitest";
import type { Adoption } from "../../../../src/features/import/adopt-drift.ts";
import { wishOf } from "../../../../src/features/reconcile/wish.ts";

const HOSTILE = [
  "@mallory",
  "![x](https://evil.example/x)",
  "<script>alert(1)</script>",
  "#1",
  "</pre>\n/close\n",
  "```",
].join(" ");

const adoption = (some: Partial<Adoption> = {}): Adoption => ({
  report: {
    environment: "dev",
    apiHost: "api.example",
    checkedCount: 1,
    drifted: [
      {
        key: "mail",
        remoteId: HOSTILE,
        provider: "gmail",
        fields: [
          {
            path: "/settings/user_agent",
            semantics: "scalar",
            class: "drift",
            last: "mine",
            live: HOSTILE,
          },
        ],
        scopes: [],
      },
    ],
    missing: [],
    unreadable: [],
    unmanaged: [],
  },
  changes: [{ path: "connections/mail.yaml", before: "a\n", after: "b\n" }],
  adopted: [{ key: "mail", path: "/settings/user_agent" }],
  left: [{ key: HOSTILE, path: "/scopes", why: HOSTILE }],
  ...some,
});

const OPTIONS = { base: "c", prefix: "sub/", scrub: (text: string) => text };

describe("what a pull request about drift says", () => {
  it("lets nothing that the platform shows become a mention, a link, an element or a command", () => {
    const whole = wishOf(adoption(), OPTIONS)?.body ?? "";
    // Nobody looks for references in these elements.
    const body = whole.replaceAll(/<(pre|code)>[^]*?<\/\1>/gu, "");
    expect(whole).not.toContain("<script");
    expect(body).not.toMatch(/(?<![\w`>])@mallory/u);
    expect(body).not.toContain("![x](");
    expect(body).not.toContain("<script");
    expect(body).not.toMatch(/^\s*\/close/mu);
    expect(body).not.toMatch(/<\/?pre>/u);
    expect(body).toContain("Secrets are no part of it");
  });

  it("names files by their place in the repository", () => {
    expect(wishOf(adoption(), OPTIONS)?.changes[0]?.path).toBe(
      "sub/connections/mail.yaml",
    );
  });

  it("is nothing where a file would hold what is secret, or where nothing is taken over", () => {
    const scrub = (text: string): string => text.replaceAll("b\n", "***\n");
    expect(wishOf(adoption(), { ...OPTIONS, scrub })).toBeNull();
    expect(wishOf(adoption({ adopted: [] }), OPTIONS)).toBeNull();
    expect(wishOf(adoption({ changes: [] }), OPTIONS)).toBeNull();
  });

  it("fits into what every forge takes", () => {
    const many = Array.from({ length: 5000 }, (_, at) => ({
      key: `mail-${String(at)}`,
      path: "/scopes",
      why: HOSTILE.repeat(20),
    }));
    const body = wishOf(adoption({ left: many }), OPTIONS)?.body ?? "";
    expect(new TextEncoder().encode(body).length).toBeLessThan(65_536);
    expect(body).toContain("more field");
    const tags = (name: string): number => body.split(`<${name}>`).length;
    for (const name of ["code", "/code", "span", "/span"])
      expect(tags(name)).toBe(
        tags(name.replace(/^\/?/u, name[0] === "/" ? "" : "/")),
      );
  });
});
