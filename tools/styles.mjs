// Writes the style sheets of the built page; Trunk.toml calls it.
//
//   node tools/styles.mjs "FIRST..." "LATER..."
//
// Those of the first paint stand in index.html, in its empty <style>, and its policy names them by their digest: the first paint waits for
// no request. The others become page.css, which boot.js loads; later ones win. Lines, comments and the space around marks are for readers
// of static/.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.TRUNK_STAGING_DIR;
const [first, later] = process.argv.slice(2).map((names) => names.split(" ").map((name) => readFileSync(join("static", name), "utf8")).join("")
  .replace(/\/\*[^]*?\*\//g, "").replace(/\s+/g, " ").replace(/ *([{};,]) */g, "$1").replace(/: /g, ":").replace(/;}/g, "}").trim());
writeFileSync(join(folder, "page.css"), later);

const file = join(folder, "index.html");
const page = readFileSync(file, "utf8");
const digest = createHash("sha256").update(first).digest("base64");
const swap = (text, found, by) => {
  if (text.split(found).length !== 2) throw new Error(`index.html has not just one ${found}`);
  return text.replace(found, () => by);
};
writeFileSync(file, swap(swap(page, "<style></style>", `<style>${first}</style>`), "style-src 'self'", `style-src 'self' 'sha256-${digest}'`));
