// Drives a site from a folder in headless Chromium: node tests/browser/drive.mjs SITE [CHROMIUM]
// Ends with 1 when something is not as it should be. Needs puppeteer-core.
import puppeteer from "puppeteer-core";
import path from "node:path";

const site = path.resolve(process.argv[2] ?? "_site");
const browser = await puppeteer.launch({ executablePath: process.argv[3] ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
let wrong = 0;
const check = (holds, ...words) => { console.log(holds ? "ok  " : "FAIL", ...words); if (!holds) wrong++; };
const open = (file) => page.goto(`file://${site}/${file}`, { waitUntil: "load" });
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
page.on("console", (message) => { if (message.type() === "error") check(false, "console", page.url(), message.text()); });
page.on("pageerror", (error) => check(false, "error", page.url(), error.message));
await page.setViewport({ width: 1280, height: 900 });

// Search: by title with keys alone, then inside records.
await open("index.html");
const words = await page.$eval("main th.name a", (link) => link.textContent.trim());
await page.keyboard.press("/");
await page.keyboard.type(words);
await wait(700);
const hits = await page.$$eval("#hits a", (all) => all.map((hit) => hit.firstChild.textContent));
check(hits.includes(words), "search finds", words);
await page.keyboard.press("ArrowDown");
check((await page.$eval("#q", (box) => box.getAttribute("aria-activedescendant"))) === "hit0", "arrows mark a hit");
await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
check(!page.url().endsWith("/index.html"), "Enter opens it", path.basename(page.url()));
await open("index.html");
await page.keyboard.press("/");
await page.keyboard.type("the");
await wait(700);
await page.click("#hitmore");
await wait(900);
check(/record(s hold| holds)/.test(await page.$eval("#hits", (box) => box.textContent)), "search inside records answers");

// Lists: filter by words, sort.
await open("services/index.html");
const rows = () => page.$$eval("#list tbody tr", (all) => all.filter((row) => !row.hidden).map((row) => row.cells[0].textContent));
const all = await rows();
await page.type("input.words", all[all.length - 1].slice(0, 8));
check((await rows()).length < all.length || all.length === 1, "a word filters a list");
await page.$eval("input.words", (box) => { box.value = ""; box.dispatchEvent(new Event("input")); });
await page.waitForSelector("#list thead th button");
await page.click("#list thead th button");
const up = await rows();
await page.click("#list thead th button");
check(JSON.stringify(await rows()) === JSON.stringify([...up].reverse()), "a second click turns the order");

// The map lights up an item.
await open("configuration-map/index.html");
const id = await page.evaluate(() => window.gitsmMap?.ids[0]);
if (id) {
  await page.type("#pick", id);
  await page.keyboard.press("Enter");
  await wait(200);
  check(/would feel its loss/.test(await page.$eval("#says", (says) => says.textContent)), "the map tells of", id);
}

// Every stop of the tab key on the overview is reached.
await open("index.html");
const wanted = await page.$$eval("a[href],button,input,[tabindex='0'],summary", (all) => all.filter((one) => one.offsetParent !== null || one.closest("svg")).length);
const seen = new Set();
for (let at = 0; at < wanted + 20; at++) {
  await page.keyboard.press("Tab");
  const key = await page.evaluate(() => { const one = document.activeElement; if (!one || one === document.body) return null; one.dataset.key ??= String(Math.random()); return one.dataset.key; });
  if (!key) break;
  seen.add(key);
}
check(seen.size >= wanted, "tab reaches", seen.size, "of", wanted);

// Without script everything reads.
const plain = await browser.newPage();
await plain.setJavaScriptEnabled(false);
await plain.goto(`file://${site}/services/index.html`);
check((await plain.$eval("main", (main) => main.textContent.length)) > 500 && !(await plain.$(".find")), "reads without script");

await browser.close();
process.exit(wrong ? 1 : 0);
