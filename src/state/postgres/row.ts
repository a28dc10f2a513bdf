import { damaged } from "../codec.ts";
import type { Row } from "./database.ts";

/** A text of a row. @throws UserError STA001 for anything else. */
export function textIn(row: Row, column: string, place: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw damaged(place, `its column ${column} holds no text`);
}
