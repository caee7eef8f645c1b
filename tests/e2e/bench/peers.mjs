// What the page is measured beside: node-forge in the same browser, rustls with ring and OpenSSL natively, tshark; and our own code natively.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { serve } from "../../../tools/serve.mjs";
import { ROOT } from "../browser.mjs";
import { RUNS, WARM_UP } from "./page.mjs";

/** The same program, natively; it leaves the capture for tshark. */
export function speedNatively() {
  mkdirSync(`${ROOT}target/speed`, { recursive: true });
  return JSON.parse(execFileSync(`${ROOT}target/page/examples/speed`, [`${ROOT}target/speed/long.pcapng`], { encoding: "utf8" }));
}

/** And as WebAssembly, in this browser. */
export async function speedInBrowser(browser) {
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
export function tsharkReads() {
  const rates = [0, 1, 2].map(() => {
    const start = performance.now();
    execFileSync(process.env.TSHARK ?? "tshark", ["-n", "-r", `${ROOT}target/speed/long.pcapng`, "-Y", "smtp", "-T", "fields", "-e", "smtp.command_line"],
      { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });
    return 10 / ((performance.now() - start) / 1000);
  });
  return Math.max(...rates);
}

/** rustls with ring: microseconds a handshake. */
export const ring = () => JSON.parse(execFileSync(`${ROOT}tests/bench/target/release/ring`, { encoding: "utf8" }));

/** OpenSSL, as Python has it: microseconds a handshake, and its version; nothing where there is no Python. */
export function openssl() {
  const folder = `${ROOT}target/speed/certificates`;
  execFileSync(`${ROOT}target/debug/examples/tcp`, ["certificates", "#preset=domain-secured", folder]);
  try {
    return JSON.parse(execFileSync("python3", [`${ROOT}tests/bench/openssl.py`, folder], { encoding: "utf8" }));
  } catch {
    return undefined;
  }
}

/** node-forge knows TLS up to 1.1 and no elliptic curves: RSA with 2048 bits. Its key and certificate are made before the clock starts. */
export async function forgeHandshakes(browser) {
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
