// Reads a JSON list of Mermaid texts from standard input; prints a JSON list of their errors, null for a text that parses.
// The packages mermaid and jsdom are found from the folder in MODULES.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const found = createRequire(join(process.env.MODULES, "package.json"));
const { JSDOM } = found("jsdom");
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document, Element: window.Element });
const entry = join(process.env.MODULES, "node_modules/mermaid/dist/mermaid.core.mjs");
const mermaid = (await import(pathToFileURL(entry))).default;

const answers = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  answers.push(await mermaid.parse(text).then(() => null, (error) => String(error.message ?? error)));
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
