import { describe, expect, it } from "vitest";
import {
  applyEdits,
  type DocumentEdit,
} from "../../../../src/documents/edit/apply-edits.ts";
import { editConnection } from "../../../../src/documents/edit/edit-connection.ts";
import { fileStemOf } from "../../../../src/documents/read/file-stem.ts";
import { UserError } from "../../../../src/domain/problem/error.ts";
import type { FileChange } from "../../../../src/domain/source-file.ts";
import { connectionText, resolveTexts } from "../../../support/documents.ts";

const BASE = "connections/mail.yaml";
const OVERLAY = "environments/dev/connections/mail.yaml";
const SHARED = `# yaml-language-server: $schema=../schemas/connection.schema.json\n${connectionText("mail", "scopes:\n  - a # reads\n  - b\nsettings:\n  timeout: 30 # seconds\n  user_agent: x\n")}`;

/** The files after the connection was edited. */
function edited(
  texts: { readonly base?: string; readonly overlay?: string },
  where: "overlay" | "base",
  ...edits: readonly DocumentEdit[]
): readonly FileChange[] {
  const resolution = resolveTexts({
    base: texts.base === undefined ? {} : { "mail.yaml": texts.base },
    overlays: texts.overlay === undefined ? {} : { "mail.yaml": texts.overlay },
  });
  const authored = resolution.authored.get("mail");
  if (authored === undefined) throw new Error("the connection is not there");
  return editConnection(authored, applyEdits(authored.raw, edits), where, {
    environment: "dev",
  });
}

describe("editConnection", () => {
  it("makes an overlay that says only what differs", () => {
    expect(
      edited({ base: SHARED }, "overlay", {
        pointer: "/settings/timeout",
        value: 60,
      }),
    ).toEqual([
      {
        path: OVERLAY,
        before: null,
        after:
          "# yaml-language-server: $schema=../../../schemas/overlay.schema.json\nconnection_id: mail\nsettings:\n  timeout: 60\n",
      },
    ]);
  });

  it("takes out of an overlay what the shared document says, and the file when nothing is left", () => {
    const overlay =
      "# ours\nsettings:\n  timeout: 60 # slow\n  user_agent: y\n";
    const edit = { pointer: "/settings/timeout", value: 30 };
    expect(edited({ base: SHARED, overlay }, "overlay", edit)[0]?.after).toBe(
      "# ours\nsettings:\n  user_agent: y\n",
    );
    const bare = "settings:\n  timeout: 60\n";
    expect(edited({ base: SHARED, overlay: bare }, "overlay", edit)).toEqual([
      { path: OVERLAY, before: bare, after: null },
    ]);
  });

  it("takes a shared field away with null", () => {
    const [change] = edited({ base: SHARED }, "overlay", {
      pointer: "/settings/user_agent",
      remove: true,
    });
    expect(change?.after).toContain("settings:\n  user_agent: null\n");
  });

  it("sets null over a shared field with operations, because a merge patch cannot", () => {
    const [change] = edited({ base: SHARED }, "overlay", {
      pointer: "/settings/user_agent",
      value: null,
    });
    expect(change?.after).toContain(
      "$patch:\n  - op: replace\n    path: /settings/user_agent\n    value: null\n",
    );
  });

  it("changes and adds operations of a patch", () => {
    const overlay =
      "$patch:\n  # slow\n  - op: replace\n    path: /settings/timeout\n    value: 60\n";
    const [change] = edited(
      { base: SHARED, overlay },
      "overlay",
      { pointer: "/settings/timeout", value: 90 },
      { pointer: "/scopes", value: ["a", "b", "c"] },
    );
    expect(change?.after).toBe(
      overlay.replace("60", "90") +
        "  - op: add\n    path: /scopes/-\n    value: c\n",
    );
  });

  it("edits the shared document, but not what the environment says itself", () => {
    const overlay = "settings:\n  timeout: 60\n";
    const changes = edited(
      { base: SHARED, overlay },
      "base",
      { pointer: "/settings/timeout", value: 90 },
      { pointer: "/settings/user_agent", value: "z" },
    );
    expect(changes.map(({ path, after }) => [path, after])).toEqual([
      [BASE, SHARED.replace("user_agent: x", "user_agent: z")],
      [OVERLAY, "settings:\n  timeout: 90\n"],
    ]);
  });

  it("keeps scopes in the order of the file, and drops and appends whole lines", () => {
    const same = { pointer: "/scopes", value: ["b", "a"] };
    expect(edited({ base: SHARED }, "base", same)).toEqual([]);
    const [change] = edited({ base: SHARED }, "base", {
      pointer: "/scopes",
      value: ["c", "a"],
    });
    expect(change?.after).toBe(SHARED.replace("  - b\n", "  - c\n"));
  });

  it("edits one document of a file of several", () => {
    const text = `${connectionText("other")}---\n${connectionText("mail", "owner: a\n")}`;
    const [change] = edited({ base: text }, "base", {
      pointer: "/owner",
      value: "b",
    });
    expect(change?.after).toBe(text.replace("owner: a", "owner: b"));
  });

  it("never writes a template, and says so where nothing else would do", () => {
    const authored = resolveTexts({
      base: { "mail.yaml": "template: t\nconnection_id: mail\n" },
      templates: {
        "t.yaml":
          "template: t\nprovider: gmail\nauth_type: oauth2\nsettings:\n  timeout: 3\n  pkce: true\n",
      },
    }).authored.get("mail");
    if (authored === undefined) throw new Error("the connection is not there");
    const dev = { environment: "dev" };
    const pointer = "/settings/timeout";
    const more = applyEdits(authored.raw, [{ pointer, value: 4 }]);
    expect(editConnection(authored, more, "base", dev)[0]?.after).toBe(
      "template: t\nconnection_id: mail\nsettings:\n  timeout: 4\n",
    );
    const less = applyEdits(authored.raw, [{ pointer, remove: true }]);
    expect(() => editConnection(authored, less, "base", dev)).toThrow(
      UserError,
    );
    expect(editConnection(authored, less, "overlay", dev)[0]?.after).toContain(
      "timeout: null",
    );
  });

  it("gives a connection whose name makes no file name a safe one", () => {
    const authored = resolveTexts({
      base: { "x.yaml": connectionText('"a: b"') },
    }).authored.get("a: b");
    if (authored === undefined) throw new Error("the connection is not there");
    const wanted = applyEdits(authored.raw, [
      { pointer: "/owner", value: "y" },
    ]);
    expect(
      editConnection(authored, wanted, "overlay", { environment: "dev" }),
    ).toEqual([
      {
        path: `environments/dev/connections/${fileStemOf("a: b")}.yaml`,
        before: null,
        after: 'connection_id: "a: b"\nowner: y\n',
      },
    ]);
  });
});
