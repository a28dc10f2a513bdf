/**
 * The unavoidable part of validation: read each file, parse it with positions, run the compiled
 * validator.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import validate from "../src/documents/generated/validate-connection.js";

const folder = process.argv[2];
let valid = 0;
for (const name of readdirSync(folder)) {
  const lineCounter = new LineCounter();
  const document = parseDocument(readFileSync(join(folder, name), "utf8"), {
    lineCounter,
  });
  if (validate(document.toJS())) valid += 1;
}
console.log(valid);
