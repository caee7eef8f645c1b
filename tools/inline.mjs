// Writes what stands in the built page itself, and its style sheet; Trunk.toml calls it.
//
//   node tools/inline.mjs "FIRST..." "LATER..."
//
// The style sheets of the first paint go into index.html, into its empty <style>: the first paint waits for no request. The others become
// page.css, which boot.js loads; later ones win. The policy names that style and the scripts by their digests. Lines, comments and the
// space around marks are for readers of static/.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.TRUNK_STAGING_DIR;
const [first, later] = process.argv.slice(2).map((names) => names.split(" ").map((name) => readFileSync(join("static", name), "utf8")).join("")
  .replace(/\/\*[^]*?\*\//g, "").replace(/\s+/g, " ").replace(/ *([{};,>]) */g, "$1").replace(/: /g, ":").replace(/;}/g, "}").trim());
writeFileSync(join(folder, "page.css"), later);

const file = join(folder, "index.html");
let page = readFileSync(file, "utf8");
const swap = (found, by) => {
  if (page.split(found).length !== 2) throw new Error(`index.html has not just one ${found}`);
  page = page.replace(found, () => by);
};
const digest = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => {
  const script = text.replace(/^ *\/\/ .*\n/gm, "").replace(/^ +/gm, "");
  swap(text, script);
  return digest(script);
});
swap("<style></style>", `<style>${first}</style>`);
swap("script-src 'self'", `script-src 'self' ${scripts.join(" ")}`);
swap("style-src 'self'", `style-src 'self' ${digest(first)}`);
writeFileSync(file, page);
