import { describe, expect, it } from "vitest";
import * as library from "../../src/index.ts";

describe("the library's surface", () => {
  it("is exactly this: adding to it is a decision, removing from it breaks people", () => {
    expect(Object.keys(library).sort()).toEqual([
      "AppError",
      "ConflictError",
      "InternalError",
      "InterruptedError",
      "InvalidDocumentsError",
      "RefusedError",
      "RemoteError",
      "TransientError",
      "UserError",
      "openConfiguration",
    ]);
  });
});
