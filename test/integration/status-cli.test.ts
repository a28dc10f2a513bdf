import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
} from "../support/cli.ts";

const MS_PER_DAY = 86_400_000;

describe("tieline status", () => {
  it("says when each secret that asks for rotation is to be renewed", async () => {
    const secret = (name: string, more: readonly string[]): string =>
      connectionText(name, ["https://mail.google.com/"], more).replace(
        "use_platform_creds",
        "client_secret: env://TIELINE_SECRET_MAIL, use_platform_creds",
      );
    const cwd = await aWorkspace({
      "environments/dev/environment.yaml": environmentText(),
      "connections/mail.yaml": secret("mail", ["rotation: {every: 2w}"]),
      "connections/other.yaml": secret("other", []),
    });
    const env = { TIELINE_SECRET_MAIL: "secret-4471-of-mail" };
    const before = await tieline(["status", "dev", "--json"], { cwd, env });
    expect(JSON.parse(before.stdout)).toMatchObject({ rotation: [] });
    expect(
      (await tieline(["apply", "dev", "--yes"], { cwd, env })).status,
    ).toBe(0);
    const { stdout } = await tieline(["status", "dev", "--json"], { cwd, env });
    const { rotation } = JSON.parse(stdout) as {
      readonly rotation: readonly Readonly<Record<string, string>>[];
    };
    expect(rotation).toMatchObject([
      {
        connection: "mail",
        path: "/credentials/client_secret",
        every: "2w",
        overdue: false,
      },
    ]);
    const [due] = rotation;
    expect(
      Date.parse(due?.["due_at"] ?? "") - Date.parse(due?.["applied_at"] ?? ""),
    ).toBe(14 * MS_PER_DAY);
    const text = await tieline(["status", "dev"], { cwd, env });
    expect(text.stdout).toContain(
      `mail credentials.client_secret: due on ${due?.["due_at"]?.slice(0, 10) ?? ""}`,
    );
  });
});
