// Has the Nu HTML checker read one page of each sort of a site from a folder, and those that are named besides:
// node tests/browser/html.mjs SITE [PAGE…]. Ends with 1 when it finds an error. Needs Java and vnu-jar.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { kinds } from "./kinds.mjs";

const site = path.resolve(process.argv[2] ?? "_site");
const pages = kinds(site, process.argv.slice(3));
const module = path.dirname(createRequire(path.resolve("package.json")).resolve("vnu-jar/package.json"));
const jar = path.join(module, "build/dist/vnu.jar");
if (!fs.existsSync(jar)) { console.error(`there is no ${jar}`); process.exit(2); }
const run = spawnSync("java", ["-Xss8m", "-jar", jar, "--format", "json", "--exit-zero-always", ...pages], { cwd: site, encoding: "utf8", maxBuffer: 1 << 28 });
if (run.status !== 0) { console.error(run.error ?? run.stderr); process.exit(2); }
const { messages } = JSON.parse(run.stderr);
const errors = messages.filter((one) => one.type === "error" || one.type === "non-document-error");
for (const one of messages) console.log(one.type, one.url?.replace(/^file:/, "").replace(`${site}/`, ""), `${one.lastLine}:`, one.message);
console.log(errors.length ? `${errors.length} errors` : `no error on ${pages.length} pages`);
process.exit(errors.length ? 1 : 0);
