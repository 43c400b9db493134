// One page of each sort of a site in a folder: those at the root, and of every folder the list, the first record and the
// last page of a list.
import fs from "node:fs";
import path from "node:path";

export function kinds(site, more = []) {
  const pages = fs.readdirSync(site).filter((name) => name.endsWith(".html"));
  for (const folder of fs.readdirSync(site, { withFileTypes: true }).filter((one) => one.isDirectory()).map((one) => one.name).sort()) {
    const own = fs.readdirSync(path.join(site, folder)).filter((name) => name.endsWith(".html")).sort();
    const lists = own.filter((name) => name === "index.html" || /^page-\d+\.html$/.test(name));
    const records = own.filter((name) => !lists.includes(name));
    const some = [lists.find((name) => name === "index.html"), lists.filter((name) => name !== "index.html").pop(), records[0]];
    pages.push(...some.filter(Boolean).map((name) => `${folder}/${name}`));
  }
  return [...new Set([...pages, ...more])];
}
