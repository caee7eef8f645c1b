// The page as one file, which opens from a disk: no server, no request.
//
//   node tools/single.mjs [folder of the built page] [file]
//
// The style sheet and the scripts stand in the page, and its policy names each by its digest: nothing else runs, and nothing at all can be
// asked. The module is compressed, and written in 85 characters. Says what is in dist/ that it does not know.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const [dist = "dist", file = "dist-single/starttls-lab.html"] = process.argv.slice(2);
const LIMIT = 1_300_000;
const KNOWN = ["index.html", "boot.js", "page.css", "starttls-lab.js", "starttls-lab_bg.wasm"];

const fail = (words) => { console.error(words); process.exit(1); };
const read = (name) => readFileSync(join(dist, name), "utf8");
// What is for readers of the sources is not in the file.
const source = (name) => readFileSync(fileURLToPath(new URL(`../static/${name}`, import.meta.url)), "utf8").replace(/^ *\/\/ .*\n/gm, "");

/** Replaces what is there exactly once; a function, so that `$` means nothing. */
const swap = (text, found, by) => {
  const count = text.split(found).length - 1;
  if (count !== 1) fail(`tools/single.mjs: ${count} times instead of once: ${found}`);
  return text.replace(found, () => by);
};

/** What stands between `<script>` and `</script>`, or in a style, must not end it. */
const inline = (tag, attributes, text) => {
  if (/<\/(script|style)|<!--/i.test(text)) fail(`tools/single.mjs: a ${tag} has a mark that ends it`);
  return `<${tag}${attributes}>${text}</${tag}>`;
};

/** Five characters for four octets: the 85 from "(" on, and "}" for "<". Zeros fill the last four. */
const written = (octets) => {
  const full = Buffer.concat([octets, Buffer.alloc((4 - (octets.length % 4)) % 4)]);
  const text = Buffer.alloc((full.length / 4) * 5);
  for (let at = 0; at < full.length; at += 4) {
    let value = full.readUInt32BE(at);
    for (let place = 4; place >= 0; place -= 1) {
      const code = 40 + (value % 85);
      text[(at / 4) * 5 + place] = code === 60 ? 125 : code;
      value = Math.floor(value / 85);
    }
  }
  return text.toString("latin1");
};

const unknown = readdirSync(dist).filter((name) => !KNOWN.includes(name));
if (unknown.length > 0) fail(`tools/single.mjs does not know what to do with ${unknown.join(", ")} in ${dist}.`);

// The glue becomes a function, so that its names are its own.
const glue = read("starttls-lab.js").replace(/^export (function) /gm, "$1 ");
const exported = /^export \{.*\b(\w+) as default };$/m.exec(glue) ?? fail("tools/single.mjs: the glue has no default export");
const init = `const glue = (() => {\n${swap(glue, exported[0], `return ${exported[1]};`)}})();\n`;
const start = read("boot.js").replace(/^const LOST = [^]*?^(?=try \{)/m, () => init + source("single.js"));
if (!start.includes("DecompressionStream")) fail("tools/single.mjs: boot.js has no place for the parts");

const packed = gzipSync(readFileSync(join(dist, "starttls-lab_bg.wasm")), { level: 9 });
const module = written(packed);

let page = read("index.html");
// After the style sheet that stands in the page already.
page = swap(page, "</style>", `${read("page.css")}</style>`);
if (page.split(/<\/?style/).length !== 3) fail("tools/single.mjs: the style sheet has a mark that ends it");
const [starts] = page.match(/<script>shown\.[^]*?<\/script>/) ?? fail("tools/single.mjs: nothing starts the page");
page = swap(page, starts, inline("script", ' type="module"', `await shown;\n${start}`));
// Behind all that is to be seen, so that it is seen while the rest is still read.
page = swap(page, "</body>", `${inline("script", "", source("old.js"))}\n${inline("script", ` type="text/plain" id="module" data-octets="${packed.length}" data-length="${module.length}"`, module)}\n</body>`);

const digests = (pattern) => [...page.matchAll(pattern)].map(([, text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`).join(" ");
const scripts = digests(/<script(?! type="text\/plain")[^>]*>([^]*?)<\/script>/g);
const styles = digests(/<style>([^]*?)<\/style>/g);
const policy = /(http-equiv="Content-Security-Policy" content=")([^"]*)"/;
const [, , before] = policy.exec(page) ?? fail("tools/single.mjs: the page has no policy");
const after = before.split("; ").flatMap((directive) => {
  const [name] = directive.split(" ");
  // Nothing may be asked: default-src says it.
  if (name === "connect-src") return [];
  if (name === "script-src") return [`script-src 'wasm-unsafe-eval' ${scripts}`];
  if (name === "style-src") return [`style-src ${styles}`];
  return [directive];
}).join("; ");
if (/'self'|https?:|'unsafe-inline'|'unsafe-eval'/.test(after)) fail(`tools/single.mjs: the policy is too wide: ${after}`);
page = page.replace(policy, (_, head) => `${head}${after}"`);

if (/\b(src|href)="(?!data:)(?!#)/.test(page.replace(/<script[^]*?<\/script>/g, ""))) fail("tools/single.mjs: the page still asks for a file");
const size = Buffer.byteLength(page);
if (size > LIMIT) fail(`The page in one file has ${size} octets, ${size - LIMIT} more than it may.`);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, page);
console.log(`${file}: ${size} octets`);
