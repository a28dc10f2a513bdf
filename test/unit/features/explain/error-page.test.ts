import { describe, expect, it } from "vitest";
import {
  ERROR_PAGES,
  RETIRED_CODES,
} from "../../../../src/domain/generated/error-pages.ts";
import {
  errorPage,
  pageJson,
  pageText,
} from "../../../../src/features/explain/error-page.ts";

describe("explain", () => {
  it("prints the page of a code under its title, however it is written", async () => {
    const page = await errorPage("sch001");
    expect(pageText(page)).toBe(ERROR_PAGES["SCH001"]);
    expect(pageText(page)).toMatch(/^# SCH001: /u);
    expect(pageJson(page)).toEqual({
      kind: "page",
      code: "SCH001",
      page: ERROR_PAGES["SCH001"],
    });
  });

  it.each(Object.entries(RETIRED_CODES))(
    "says what %s became",
    async (code, { instead, since }) => {
      const page = await errorPage(code);
      expect(pageText(page)).toContain(`was retired in ${since}`);
      expect(pageText(page)).toContain(`\n# ${instead}: `);
      expect(pageJson(page)).toMatchObject({
        code,
        retired: { since, instead },
        page: ERROR_PAGES[instead],
      });
    },
  );

  it("refuses a code that never was", async () => {
    await expect(errorPage("SCH999")).rejects.toMatchObject({
      code: "CLI001",
    });
  });
});
