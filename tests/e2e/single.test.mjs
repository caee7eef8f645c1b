// The page in one file, opened from a disk: starts, asks for nothing, and says so when it cannot start.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { DIST, single, suite } from "./browser.mjs";
import { counts } from "./page.mjs";

let one;
const open = suite({ from: async () => { one = await single(); return one; } });
const openServed = suite();

/** Another file beside it, of a text made from its own. */
const altered = (change) => {
  const file = join(one.file, "../altered.html");
  const text = readFileSync(one.file, "utf8");
  const other = change(text);
  assert.notEqual(other, text);
  writeFileSync(file, other);
  return pathToFileURL(file).href;
};

test("has at most 1.3 MB", () => assert.ok(statSync(one.file).size <= 1_300_000));

test("starts from a file, steps and changes, and asks for nothing", async (t) => {
  const lab = await open(t);
  assert.match(lab.page.url(), /^file:/);
  assert.equal(await lab.current(), 1);
  for (let number = 1; number <= 7; number += 1) { await lab.point(number).click(); await lab.at(number); }
  for (const name of ["First", "Next", "Previous", "Last"]) await lab.button(name).click();
  for (const tab of await lab.tabs.getByRole("tab").all()) await tab.click();
  const before = await lab.outcome.innerText();
  await lab.offerNothing();
  await lab.page.waitForFunction(() => /starttls=not_offered/.test(location.hash));
  assert.notEqual(await lab.outcome.innerText(), before);
  await lab.openGrid();
  assert.deepEqual(lab.requests.filter((url) => !url.startsWith("data:")).map((url) => url.split("#")[0]), [one.url]);
  lab.faults.assertNone();
});

test("shows what the page on a server shows, from the same link", async (t) => {
  const fragment = "#v=2&preset=stripped&step=12";
  const [here, there] = [await open(t, { fragment }), await openServed(t, { fragment })];
  assert.deepEqual(await here.snapshot(), await there.snapshot());
  // And a step is in the address.
  await here.button("Next").click();
  await here.page.waitForFunction(() => /step=13\b/.test(location.hash));
  await here.page.reload();
  await here.ready();
  assert.match(here.page.url(), /^file:.*step=13\b/);
  here.faults.assertNone();
});

test("carries the module of the page, octet for octet", async (t) => {
  const lab = await open(t, { init: `{ const real = WebAssembly.instantiate; WebAssembly.instantiate = async (octets, ...more) => {
    window.digest = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", octets)), (one) => one.toString(16).padStart(2, "0")).join("");
    return real(octets, ...more); }; }` });
  assert.equal(await lab.page.evaluate(() => window.digest), createHash("sha256").update(readFileSync(join(DIST, "starttls-lab_bg.wasm"))).digest("hex"));
});

test("has a policy that allows its own scripts and style and nothing else, and the browser enforces it", async (t) => {
  const lab = await open(t);
  const policy = await lab.page.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute("content");
  assert.match(policy, /^default-src 'none'; script-src 'wasm-unsafe-eval'( 'sha256-[^']+'){3}; style-src 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/);
  const seen = await lab.page.evaluate(async () => {
    const seen = [];
    document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
    document.body.append(Object.assign(document.createElement("style"), { textContent: "body { color: red }" }));
    const script = document.createElement("script");
    script.append("window.inlineRan = true");
    document.body.append(script);
    await fetch("http://127.0.0.1:9/").catch(() => {});
    await import("http://127.0.0.1:9/foreign.js").catch(() => {});
    await new Promise((done) => setTimeout(done, 100));
    return { seen, ran: "inlineRan" in window };
  });
  assert.equal(seen.ran, false);
  for (const directive of ["script-src-elem", "style-src-elem", "connect-src"]) assert.ok(seen.seen.includes(directive), directive);
});

for (const missing of ["DecompressionStream", "WebAssembly"]) {
  test(`says that it cannot start in a browser without ${missing}`, async (t) => {
    const lab = await open(t, { ready: false, init: `delete window.${missing};` });
    await lab.fault.waitFor({ state: "visible" });
    assert.match(await lab.fault.innerText(), new RegExp(`The page cannot start\\. It needs a current browser with WebAssembly\\.[^]*${missing}`));
    await counts(lab.page.getByText(/Starting the session/), 0);
  });
}

test("says that it cannot start where a browser does not understand its script", async (t) => {
  const lab = await open(t, { ready: false });
  // Syntax of no browser, and no policy, which would not let it be read.
  await lab.page.goto(altered((text) => text.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "").replace("await parts();", "await parts(;")));
  await lab.fault.waitFor({ state: "visible" });
  assert.equal(await lab.fault.innerText(), "The page cannot start. It needs a current browser with WebAssembly.");
  await counts(lab.page.getByText(/Starting the session/), 0);
});

test("says that the file is damaged when a part of it is missing", async (t) => {
  const lab = await open(t, { ready: false });
  await lab.page.goto(altered((text) => text.slice(0, 700_000)));
  await lab.fault.waitFor({ state: "visible" });
  assert.match(await lab.fault.innerText(), /this file is damaged or incomplete/);
});

test("says what it needs when scripts are off", async (t) => {
  const lab = await open(t, { ready: false, javaScriptEnabled: false });
  assert.match(await lab.page.locator("noscript").innerText(), /JavaScript/);
});
