// Nothing leaves the page: no request after it has loaded, whatever is pressed, and the policy that the browser enforces.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { suite } from "./browser.mjs";

const open = suite();

test("makes no request after it has loaded, whatever is pressed", async (t) => {
  const lab = await open(t);
  await lab.page.waitForLoadState("networkidle");
  const loaded = lab.requests.length;
  for (let number = 1; number <= 7; number += 1) await lab.point(number).click();
  for (const name of ["First", "Next", "Previous", "Last"]) await lab.button(name).click();
  for (const tab of await lab.tabs.getByRole("tab").all()) await tab.click();
  for (const part of [lab.sender, lab.path, lab.receiver]) {
    await (await lab.details(part)).waitFor();
    for (const select of await lab.page.getByRole("combobox").all()) {
      for (const value of await select.locator("option").evaluateAll((all) => all.map((one) => one.value))) await select.selectOption(value);
    }
    for (const box of await lab.page.getByRole("checkbox").all()) if (await box.isEnabled()) await box.click({ force: true });
  }
  await lab.page.waitForTimeout(200);
  assert.deepEqual(lab.requests.slice(loaded), []);
  lab.faults.assertNone();
});

test("asks only its own folder while it loads", async (t) => {
  const lab = await open(t);
  await lab.page.waitForLoadState("networkidle");
  const { origin } = new URL(lab.page.url());
  for (const url of lab.requests) assert.ok(url.startsWith(`${origin}/`) || url.startsWith("data:"), url);
  assert.equal(new Set(lab.requests).size, lab.requests.length, `nothing is loaded twice: ${lab.requests.join(" ")}`);
});

test("has a policy that allows no inline script, no inline style and no foreign host, and the browser enforces it", async (t) => {
  const lab = await open(t);
  const policy = await lab.page.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute("content");
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
  const blocked = await lab.page.evaluate(async () => {
    const seen = [];
    document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.append("window.inlineRan = true");
    document.body.append(script);
    await import("http://127.0.0.1:9/foreign.js").catch(() => {});
    const style = document.createElement("style");
    style.textContent = "body { color: red }";
    document.head.append(style);
    await fetch("http://127.0.0.1:9/").catch(() => {});
    try {
      document.createElement("div").innerHTML = "<b>text</b>";
    } catch {
      // Counted below.
    }
    await new Promise((done) => setTimeout(done, 100));
    return { seen, ran: "inlineRan" in window };
  });
  assert.equal(blocked.ran, false);
  for (const directive of ["script-src-elem", "style-src-elem", "connect-src", "require-trusted-types-for"]) assert.ok(blocked.seen.includes(directive), directive);
});

test("has two scripts and one style sheet in the page itself, which the policy names by their digests", async (t) => {
  const lab = await open(t);
  const page = await (await lab.page.request.get(lab.page.url().split("#")[0])).text();
  // What looks before the first paint, and what starts the page behind it.
  for (const [tag, directive, count] of [["script", "script-src", 2], ["style", "style-src", 1]]) {
    const texts = [...page.matchAll(new RegExp(`<${tag}(?![^>]*\\bsrc=)[^>]*>([^]*?)</${tag}>`, "g"))].map(([, text]) => text);
    assert.equal(texts.length, count);
    const allowed = new RegExp(`${directive} ([^;]*)`).exec(page)[1];
    assert.deepEqual([...allowed.matchAll(/'sha256-([^']+)'/g)].map(([, found]) => found), texts.map((text) => createHash("sha256").update(text).digest("base64")), tag);
  }
});

test("leaves nothing in the browser's storage but the theme", async (t) => {
  const lab = await open(t);
  for (let number = 1; number <= 7; number += 1) await lab.point(number).click();
  const kept = await lab.page.evaluate(async () => ({
    local: Object.keys(localStorage).filter((key) => key !== "theme"),
    session: Object.keys(sessionStorage),
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
  }));
  assert.deepEqual(kept, { local: [], session: [], cookies: "", databases: 0 });
});

test("asks nothing of its own folder any more, once it has loaded", async (t) => {
  const lab = await open(t);
  const answer = await lab.page.evaluate(() => fetch(document.baseURI).then(() => "answered", (error) => error.name));
  assert.equal(answer, "TypeError");
  const beacon = await lab.page.evaluate(() => new Promise((done) => {
    document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective), { once: true });
    navigator.sendBeacon(document.baseURI, "x");
  }));
  assert.equal(beacon, "connect-src");
});

test("works without a network, once it has loaded", async (t) => {
  const lab = await open(t);
  await lab.page.context().setOffline(true);
  await lab.button("Policies").click();
  await lab.page.getByRole("table").first().waitFor();
  await lab.page.evaluate(() => { location.hash = "#v=2&preset=stripped&end=on"; });
  await lab.page.getByText("Delivered, readable, also to the attacker").first().waitFor();
  lab.faults.assertNone();
});
