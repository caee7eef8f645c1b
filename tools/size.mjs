// The size budget: every file of dist/ after brotli at quality 11, as a static host sends it.
//
//   node tools/size.mjs [folder] [budget in bytes]
//
// All of dist/ counts, so that nothing the page loads can be forgotten. Ends with status 1 over the budget,
// if the page was built as small as it can be: tools/small.sh node tools/size.mjs.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [root = "dist", budget = "450000"] = process.argv.slice(2);
const brotli = (content) => brotliCompressSync(content, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  },
}).length;

const rows = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const content = readFileSync(file);
    return { name: relative(root, file), plain: content.length, packed: brotli(content) };
  })
  .sort((a, b) => b.packed - a.packed);
if (rows.length === 0) throw new Error(`${root} is empty: make build`);

const total = rows.reduce((sum, row) => ({ plain: sum.plain + row.plain, packed: sum.packed + row.packed }), { plain: 0, packed: 0 });
const line = (name, plain, packed) => console.log(name.padEnd(28), String(plain).padStart(10), String(packed).padStart(10));
line("file", "bytes", "brotli");
for (const row of rows) line(row.name, row.plain, row.packed);
line("all that the page loads", total.plain, total.packed);
line("budget", "", budget);
// tools/small.sh says so where it could build all of the page for size.
if (!process.env.CARGO_UNSTABLE_BUILD_STD) {
  console.log("The budget is not judged: the page has the standard library as it came with the toolchain.");
} else if (total.packed > Number(budget)) {
  console.error(`Over the size budget by ${total.packed - Number(budget)} bytes.`);
  process.exit(1);
}
