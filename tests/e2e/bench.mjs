// What a whole run in the page costs, next to node-forge's TLS handshake alone, in the same browser.
//
// The page: certificates, both EHLOs, handshake, message, with rustls on both ends, all in one call.
// node-forge: one TLS handshake between an in-memory client and server, RSA with 2048 bits; its key and certificate are made before the clock starts.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { serve } from "../../tools/serve.mjs";
import { DIST, ROOT, launch, open } from "./browser.mjs";

// Browsers compile what is hot a second time, in the background: it takes that many runs until the times settle.
const WARM_UP = 100, RUNS = 50, LOADS = 10;
const median = (times) => [...times].sort((a, b) => a - b).at(Math.floor(times.length / 2));
const row = (name, times) => console.log(name.padEnd(58), median(times).toFixed(2).padStart(8), Math.min(...times).toFixed(2).padStart(8), Math.max(...times).toFixed(2).padStart(8));

const server = await serve({ root: DIST });
const browser = await launch();
try {
  const forge = await forgeHandshakes();
  const { times: book } = await runs("#v=1&preset=book");
  const { times: tls13 } = await runs("#v=1&preset=book-tls13");
  const loads = await drawn();
  const grid = await grids();
  const speed = { native: JSON.parse(speedNatively()), wasm: await speedInBrowser(), tshark: tsharkReads() };

  console.log(`${browser.browserType().name()} ${browser.version()}; median of ${RUNS} after ${WARM_UP} to warm up; milliseconds`.padEnd(58));
  console.log("".padEnd(58), "median".padStart(8), "least".padStart(8), "most".padStart(8));
  row("node-forge: handshake alone, TLS 1.1, RSA-2048", forge);
  row("the page: whole run, TLS 1.2 (book)", book);
  row("the page: whole run, TLS 1.3 (book-tls13)", tls13);
  row(`navigation start to first step drawn (of ${LOADS} loads)`, loads);
  row(`grid of ${grid.cells} runs (of ${grid.times.length} loads)`, grid.times);
  row("longest task while the grid fills", grid.longest);
  console.log();
  console.log("reading what was recorded (examples/speed.rs)".padEnd(58), "wasm".padStart(8), "native".padStart(8), "ratio".padStart(8));
  const pair = (name, key, digits = 2) => console.log(name.padEnd(58), speed.wasm[key].toFixed(digits).padStart(8), speed.native[key].toFixed(digits).padStart(8),
    (key.startsWith("tls") ? speed.native[key] / speed.wasm[key] : speed.wasm[key] / speed.native[key]).toFixed(1).padStart(8));
  pair("a whole run, milliseconds", "run");
  pair("dissecting it, milliseconds", "dissect");
  pair(`every field of it (${speed.wasm.leaves}), milliseconds`, "layers");
  pair("10 MB opened and read, TLS 1.2, MB/s", "tls12", 1);
  pair("10 MB opened and read, TLS 1.3, MB/s", "tls13", 1);
  console.log(`tshark on the capture of the same 10 MB, TLS 1.3, its start included`.padEnd(76), speed.tshark.toFixed(1).padStart(8), "MB/s");
  console.log(`node-forge's handshake takes ${(median(forge) / median(book)).toFixed(1)} times as long as a whole run (book).`);
} finally {
  await browser.close();
  await server.stop();
}

/** The same program, natively; it leaves the capture for tshark. */
function speedNatively() {
  mkdirSync(`${ROOT}target/speed`, { recursive: true });
  return execFileSync(`${ROOT}target/release/examples/speed`, [`${ROOT}target/speed/long.pcapng`], { encoding: "utf8" });
}

/** And as WebAssembly, in this browser. */
async function speedInBrowser() {
  writeFileSync(`${ROOT}target/speed/index.html`, '<!doctype html><script type="module">import init from "./speed.js"; init();</script>');
  const own = await serve({ root: `${ROOT}target/speed` });
  const page = await (await browser.newContext()).newPage();
  await page.goto(own.url);
  await page.waitForFunction(() => document.title.startsWith("{"), undefined, { timeout: 300_000 });
  const title = await page.title();
  await page.context().close();
  await own.stop();
  return JSON.parse(title);
}

/** MB/s of a whole tshark process that decrypts the long message, the best of three. */
function tsharkReads() {
  const rates = [0, 1, 2].map(() => {
    const start = performance.now();
    execFileSync(process.env.TSHARK ?? "tshark", ["-n", "-r", `${ROOT}target/speed/long.pcapng`, "-Y", "smtp", "-T", "fields", "-e", "smtp.command_line"],
      { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });
    return 10 / ((performance.now() - start) / 1000);
  });
  return Math.max(...rates);
}

/** From the press of the button until every cell has run, and the longest task meanwhile; each time in a fresh page. */
async function grids() {
  const times = [], longest = [];
  let cells;
  for (let load = 0; load < 5; load += 1) {
    const lab = await open(browser, server);
    // As a person would: the page has been looked at for a moment.
    await lab.page.waitForTimeout(500);
    const result = await lab.page.evaluate(() => new Promise((done) => {
      let longest = 0;
      // Tasks of less than 50 ms are not reported; the beats in between tell how long each of ours took.
      const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => { longest = Math.max(longest, entry.duration); }));
      observer.observe({ type: "longtask" });
      const channel = new MessageChannel();
      let last = performance.now();
      const start = last;
      channel.port1.onmessage = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        const progress = document.querySelector("progress");
        if (progress && progress.value === progress.max) return done({ time: now - start, longest, cells: progress.max });
        channel.port2.postMessage(0);
      };
      [...document.querySelectorAll("button")].find((one) => one.textContent === "Policies").click();
      channel.port2.postMessage(0);
    }));
    times.push(result.time);
    longest.push(result.longest);
    cells = result.cells;
    await lab.page.context().close();
  }
  return { times, longest, cells };
}

/** A whole run, through the same instance of the module as the page uses. */
async function runs(fragment) {
  const lab = await open(browser, server);
  const result = await lab.page.evaluate(async ({ link, warmUp, count }) => {
    const { fingerprint } = await import(new URL("starttls-lab.js", document.baseURI));
    const times = [];
    let digest;
    for (let run = -warmUp; run < count; run += 1) {
      const start = performance.now();
      digest = fingerprint(link);
      if (run >= 0) times.push(performance.now() - start);
      // Let the browser breathe, as it does between two runs of a person.
      await new Promise((done) => setTimeout(done, 0));
    }
    return { times, digest };
  }, { link: fragment, warmUp: WARM_UP, count: RUNS });
  if (!/^[0-9a-f]{64}$/.test(result.digest)) throw new Error(`no digest: ${result.digest}`);
  await lab.page.context().close();
  return result;
}

async function forgeHandshakes() {
  const page = await (await browser.newContext()).newPage();
  await page.goto("about:blank");
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("node-forge/dist/forge.min.js"), "utf8"));
  const times = await page.evaluate(async ({ warmUp, count }) => {
    const { forge } = window;
    const keys = forge.pki.rsa.generateKeyPair(2048);
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = keys.publicKey;
    certificate.serialNumber = "01";
    certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
    certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
    const name = [{ name: "commonName", value: "server" }];
    certificate.setSubject(name);
    certificate.setIssuer(name);
    certificate.setExtensions([{ name: "basicConstraints", cA: true }]);
    certificate.sign(keys.privateKey, forge.md.sha256.create());
    const certificatePem = forge.pki.certificateToPem(certificate);
    const keyPem = forge.pki.privateKeyToPem(keys.privateKey);

    const handshake = () => new Promise((done, fail) => {
      let client, server;
      const start = performance.now();
      const up = new Set();
      const connected = (side) => {
        up.add(side);
        if (up.size === 2) done(performance.now() - start);
      };
      const common = { virtualHost: "server", error: (_, error) => fail(new Error(error.message)), closed: () => {}, dataReady: () => {} };
      client = forge.tls.createConnection({
        ...common,
        server: false,
        caStore: [certificatePem],
        verify: () => true,
        connected: () => connected("client"),
        tlsDataReady: (connection) => server.process(connection.tlsData.getBytes()),
      });
      server = forge.tls.createConnection({
        ...common,
        server: true,
        getCertificate: () => certificatePem,
        getPrivateKey: () => keyPem,
        connected: () => connected("server"),
        tlsDataReady: (connection) => client.process(connection.tlsData.getBytes()),
      });
      client.handshake();
    });
    const times = [];
    for (let run = -warmUp; run < count; run += 1) {
      const time = await handshake();
      if (run >= 0) times.push(time);
      await new Promise((next) => setTimeout(next, 0));
    }
    return times;
  }, { warmUp: WARM_UP, count: RUNS });
  await page.context().close();
  return times;
}

/** From the start of the navigation to the frame with the first step in it, each time with an empty cache. */
async function drawn() {
  const times = [];
  for (let load = 0; load < LOADS; load += 1) {
    const lab = await open(browser, server, undefined, {
      init: () => {
        const look = () => {
          if (!document.querySelector('[aria-current="step"]')) return false;
          // The second frame after the change: by then the first one is on the screen.
          requestAnimationFrame(() => requestAnimationFrame(() => { window.firstStepDrawn ??= performance.now(); }));
          return true;
        };
        const observer = new MutationObserver(() => look() && observer.disconnect());
        observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-current"] });
      },
    });
    await lab.page.waitForFunction(() => window.firstStepDrawn !== undefined);
    times.push(await lab.page.evaluate(() => window.firstStepDrawn));
    await lab.page.context().close();
  }
  return times;
}
