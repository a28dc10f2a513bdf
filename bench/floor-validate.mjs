/**
 * The unavoidable part of validation: read each file, parse it, run the compiled validator. Parsed
 * for its values alone (`js-yaml`), or with the place of each (`yaml`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import validate from "../src/documents/generated/validate-connection.js";

const [folder, parser = "js-yaml"] = process.argv.slice(2);
const parse = await parserOf(parser);
let valid = 0;
for (const name of readdirSync(folder))
  if (validate(parse(readFileSync(join(folder, name), "utf8")))) valid += 1;
console.log(valid);

async function parserOf(name) {
  if (name === "js-yaml") return (await import("js-yaml")).load;
  const { LineCounter, parseDocument } = await import("yaml");
  return (text) =>
    parseDocument(text, { lineCounter: new LineCounter() }).toJS();
}
