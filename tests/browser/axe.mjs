// axe-core over pages of a site from a folder, wide, narrow and at 320 pixels, light and dark:
// node tests/browser/axe.mjs SITE [PAGE…]; without pages, one of each sort. Ends with 1 when something is found. Needs
// puppeteer-core and axe-core.
import puppeteer from "puppeteer-core";
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { kinds } from "./kinds.mjs";

const axe = fs.readFileSync(createRequire(path.resolve("package.json")).resolve("axe-core/axe.min.js"), "utf8");
const [site, ...named] = process.argv.slice(2);
const pages = named.length ? named : kinds(site);
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
let wrong = 0;
for (const [width, theme] of [[1440, "light"], [390, "dark"], [320, "light"]]) {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  for (const file of pages) {
    await page.goto(`file://${path.resolve(site)}/${file}`, { waitUntil: "load" });
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1)) { console.log("scrolls sideways", width, file); wrong++; }
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    for (const one of found.violations) { console.log(width, theme, file, one.id, one.nodes.length, one.nodes[0].target.join(" ")); wrong++; }
  }
}
await browser.close();
console.log(wrong ? `${wrong} found` : `nothing found on ${pages.length} pages`);
process.exit(wrong ? 1 : 0);
