// How fast and how large, each beside something that people would use instead, measured in the same run. One table, in Markdown; with the
// name of a file it is written there, too.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { serve } from "../../tools/serve.mjs";
import { DIST, launch } from "./browser.mjs";
import { LOADS, RUNS, WARM_UP, covers, grids, loads, memory, runs, steps } from "./bench/page.mjs";
import { parts, shipped } from "./bench/parts.mjs";
import { forgeHandshakes, openssl, ring, speedInBrowser, speedNatively, tsharkReads } from "./bench/peers.mjs";

const median = (times) => [...times].sort((a, b) => a - b).at(Math.floor(times.length / 2));
const ms = (time) => `${time.toFixed(2)} ms`;
const kb = (octets) => `${(octets / 1000).toFixed(1)} kB`;
const mb = (octets) => `${(octets / 1e6).toFixed(2)} MB`;

const server = await serve({ root: DIST, brotli: true });
const nothing = mkdtempSync(join(tmpdir(), "empty-"));
writeFileSync(join(nothing, "index.html"), "<!doctype html><html lang=en><title>empty</title><p>Nothing.</p>");
const empty = await serve({ root: nothing, brotli: true });
const browser = await launch();
try {
  const forge = median(await forgeHandshakes(browser));
  const book = median((await runs(browser, server, "#v=2&preset=book")).times);
  const book13 = median((await runs(browser, server, "#v=2&preset=book-tls13")).times);
  // What the book's time spoke, and what tomorrow will, each a whole run in the page.
  const old = "client_stack=ws2008&server_stack=ws2008";
  const others = [];
  for (const [what, fragment] of [
    ["TLS 1.0, RSA-2048 with AES-128 (`book-2009`)", "#v=2&preset=book-2009"],
    ["TLS 1.0, RSA-2048 with RC4", `#v=2&preset=postfix&${old}&client_suite=TLS_RSA_WITH_RC4_128_SHA`],
    ["TLS 1.0, RSA-2048 with 3DES", `#v=2&preset=postfix&${old}&client_suite=TLS_RSA_WITH_3DES_EDE_CBC_SHA`],
    ["TLS 1.0, DHE with DSA-1024", `#v=2&preset=postfix&${old}&client_suite=TLS_DHE_DSS_WITH_AES_128_CBC_SHA`],
    ["TLS 1.0, ECDHE and ECDSA on P-521", `#v=2&preset=postfix&${old}&client_suite=TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P521`],
    ["TLS 1.3, X25519MLKEM768 (`post-quantum`)", "#v=2&preset=post-quantum"],
  ]) others.push([what, median((await runs(browser, server, fragment)).times)]);
  const load = await loads(browser, server, empty);
  const cover = await covers(browser, server, empty);
  const stepping = await steps(browser, server);
  const grid = await grids(browser, server);
  const held = await memory(browser, server, [100, 1000]);
  const [native, wasm] = [speedNatively(), await speedInBrowser(browser)];
  const [limit, other] = [ring(), openssl()];
  const size = { ...shipped(), ...parts() };

  const rows = [];
  const row = (what, page, ours = "", beside = "") => rows.push([what, page, ours, beside]);
  const ratio = (key) => `${ms(native[key])}; the page takes ${(wasm[key] / native[key]).toFixed(1)} times that`;
  row("a whole run, TLS 1.2 (`book`)", ms(book), "", "goal: 5 ms");
  row("a whole run, TLS 1.3 (`book-tls13`)", ms(book13), "", "goal: 5 ms");
  for (const [what, time] of others) row(`a whole run, ${what}`, ms(time), "", `goal: 20 ms; node-forge's handshake alone takes ${(forge / time).toFixed(1)} times as long`);
  row("a whole run (`postfix`)", ms(wasm.run), ratio("run"), "goal: 2.5 times");
  for (const [what, key] of [["TLS 1.2", "handshake12"], ["TLS 1.3", "handshake13"], ["TLS 1.3, a certificate at both ends", "mutual"]]) {
    const peers = [`rustls with ring, native: ${ms(limit[key] / 1000)}`];
    if (other) peers.push(`${other.version.match(/OpenSSL \S+/)[0]}, native: ${ms(other[key] / 1000)}`);
    if (key !== "mutual") peers.push(`node-forge: ${ms(forge)}, ${(forge / wasm[key]).toFixed(1)} times as long (goal: 5)`);
    row(`handshake, ${what}`, ms(wasm[key]), ratio(key), peers.join("; "));
  }
  row("handshake, TLS 1.3, X25519MLKEM768", ms(wasm.post_quantum), ratio("post_quantum"), "goal: 8 ms");
  row("handshake, TLS 1.3, P-384", ms(wasm.p384), ratio("p384"));
  row("dissecting a run", ms(wasm.dissect), ratio("dissect"), "goal: 2 ms");
  row(`every field of it, ${wasm.leaves}`, ms(wasm.layers), ratio("layers"));
  row("15 words tried on an NTLM login", ms(wasm.words), ratio("words"), "goal: 5 ms");
  const tshark = tsharkReads();
  row("10 MB opened and read, TLS 1.2", `${wasm.tls12.toFixed(1)} MB/s`, `${native.tls12.toFixed(1)} MB/s`);
  row("10 MB opened and read, TLS 1.3", `${wasm.tls13.toFixed(1)} MB/s`, `${native.tls13.toFixed(1)} MB/s`, `tshark, its start included: ${tshark.toFixed(1)} MB/s`);
  row(`the grid, ${grid.cells} runs`, ms(median(grid.times)), "", `longest task meanwhile: ${ms(median(grid.longest))}`);
  const goal = 2.5 * median(load.empty) + 150;
  row("first step drawn, from the start of the navigation", ms(median(load.page)), "", `an empty page: ${ms(median(load.empty))}; goal: 2.5 times that and 150 ms, ${ms(goal)}`);
  const [first, blank] = [median(cover.page), median(cover.empty)];
  row("first contentful paint, the cover's question", ms(first), "", `an empty page: ${ms(blank)}; ${(first / blank).toFixed(2)} times that (goal: 1.5)`);
  row("all of the cover is painted", ms(median(cover.whole)), "", `an empty page: ${ms(blank)}`);
  const ready = 2.5 * blank + 150;
  row("the cover can be answered", ms(median(cover.ready)), "", `goal: 2.5 times the paint of an empty page and 150 ms, ${ms(ready)}`);
  const sorted = [...stepping.times].sort((a, b) => a - b);
  row(`pressing Next until it is painted, ${sorted.length} steps (\`book\`)`, `${ms(median(sorted))}, 95th percentile ${ms(sorted[Math.ceil(sorted.length * 0.95) - 1])}`, "", "goal: 50 ms");
  row("the longest task meanwhile", ms(stepping.longest), "", "goal: 50 ms");
  row("layout shift meanwhile", stepping.moved.toFixed(4), "", "goal: 0");
  const [few, many] = held.map((one) => one.heap + one.module);
  row("held by the page after 100 runs", mb(few), "", `of it the module: ${mb(held[0].module)}`);
  row("held by the page after 1,000 runs", mb(many), "", `${((many / few - 1) * 100).toFixed(1)} % more (goal: within 5 %)`);
  row("shipped, after brotli", kb(size.brotli), "", `${kb(size.plain)} before; goal: 690 kB`);
  for (const [part, octets] of size.parts.filter(([, octets]) => octets > size.all / 100)) {
    row(`of the module: ${part}`, `${((octets / size.all) * 100).toFixed(1)} %`, "", kb(octets));
  }

  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; ${browser.browserType().name()} ${browser.version()}`;
  const text = `# Benchmarks

Measured by \`make bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.

Times of runs and handshakes are medians (${RUNS} runs after ${WARM_UP} to warm up, ${LOADS} loads with an empty cache). node-forge shakes hands in
TLS 1.1 with RSA of 2048 bits, since it has no more; all others with ECDSA of P-256, certificates checked. The parts are those of the module before
wasm-opt, which has no names after it.

| what | the page | our own code, native | beside it |
|---|---:|---:|---|
${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
  console.log(text);
  if (process.argv[2]) writeFileSync(process.argv[2], text);
} finally {
  await browser.close();
  await server.stop();
  await empty.stop();
  rmSync(nothing, { recursive: true });
}
