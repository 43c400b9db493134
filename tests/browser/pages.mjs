// Reads one page of each sort of a site from a folder, and those that are named besides:
// node tests/browser/pages.mjs SITE [PAGE…]. Of each it looks for messages on the console, links and images that lead
// nowhere, text that only a script shows, sideways scrolling when text is twice as large, and motion for those who want
// none. Ends with 1 when something is not as it should be. Needs puppeteer-core.
import puppeteer from "puppeteer-core";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { kinds } from "./kinds.mjs";

const site = path.resolve(process.argv[2] ?? "_site");
const pages = kinds(site, process.argv.slice(3));
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
let wrong = 0;
const fail = (...words) => { console.log("FAIL", ...words); wrong++; };
const page = await browser.newPage();
let at = "";
page.on("console", (message) => { if (["error", "warn"].includes(message.type())) fail(at, "console:", message.text()); });
page.on("pageerror", (error) => fail(at, "error:", error.message));
page.on("requestfailed", (request) => fail(at, "cannot load", request.url()));
page.on("request", (request) => { if (!/^(file|data):/.test(request.url())) fail(at, "asks the network for", request.url()); });
await page.setViewport({ width: 1280, height: 900 });
await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
const plain = await browser.newPage();
await plain.setJavaScriptEnabled(false);

const ids = new Map();
const anchors = (file) => {
  if (!ids.has(file)) ids.set(file, new Set([...fs.readFileSync(file, "utf8").matchAll(/\bid="([^"]*)"/g)].map((found) => found[1])));
  return ids.get(file);
};
const words = (text) => text.replace(/\s+/g, " ").trim();

for (at of pages) {
  const url = pathToFileURL(path.join(site, at)).href;
  await page.goto(url, { waitUntil: "load" });
  // A page that leads on goes elsewhere by itself.
  if (page.url().split("#")[0] !== url) continue;
  const links = await page.$$eval("[href],[src]", (all) => all.map((one) => one.getAttribute("href") ?? one.getAttribute("src")));
  for (const link of new Set(links)) {
    if (/^(https?|mailto|tel):/.test(link)) continue;
    const [file, anchor] = link.split("#");
    const target = file ? path.resolve(path.dirname(path.join(site, at)), decodeURIComponent(file)) : path.join(site, at);
    if (!fs.existsSync(target)) fail(at, "links to nothing:", link);
    else if (anchor && !anchors(target).has(anchor)) fail(at, "links to no such part:", link);
  }
  const motion = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll("body *")].some((one) => {
    const style = getComputedStyle(one);
    return style.scrollBehavior === "smooth" || parseFloat(style.animationDuration) > 0 || parseFloat(style.transitionDuration) > 0;
  }));
  if (motion) fail(at, "moves although less motion is wanted");
  const wide = await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; return document.documentElement.scrollWidth - innerWidth; });
  if (wide > 1) fail(at, "scrolls sideways by", wide, "pixels when text is twice as large");
  await plain.goto(url, { waitUntil: "load" });
  const text = await plain.$eval("body", (body) => body.textContent);
  const cut = await plain.$$eval("[hidden]", (all) => all.filter((one) => one.textContent.trim() && !one.matches("[data-filters]") && !one.querySelector("input,button")).length);
  if (words(text).length < 200 || cut) fail(at, "hides text without a script");
}
await browser.close();
console.log(wrong ? `${wrong} found` : `nothing found on ${pages.length} pages`);
process.exit(wrong ? 1 : 0);
