// What matters most, in Debian's Firefox: starts, steps, every place, the page in one file; and nothing on the console.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchFirefox, noFirefox, single, suite } from "./browser.mjs";

// No browser is started for tests that are skipped.
const open = noFirefox ? undefined : suite({ start: launchFirefox });
const openFile = noFirefox ? undefined : suite({ start: launchFirefox, from: single });
const inFirefox = (name, run) => test(`Firefox: ${name}`, { skip: noFirefox }, run);

/** Every step to the end by the button, in the page itself, where it takes a tenth of the time: the address at each. */
const walk = (lab) => lab.page.evaluate(async () => {
  const next = document.querySelector('[aria-label="Next"]');
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const addresses = [];
  while (next.getAttribute("aria-disabled") !== "true" && addresses.length < 200) {
    const before = location.hash;
    next.click();
    // The address is written behind the drawing.
    for (let frames = 0; location.hash === before && frames < 20; frames += 1) await painted();
    addresses.push(location.hash);
  }
  return addresses;
});

inFirefox("starts, steps to the end, a switch changes the outcome, and nothing is asked after loading", async (t) => {
  const lab = await open(t);
  const loaded = lab.requests.length;
  assert.ok(loaded > 0);
  assert.equal(await lab.current(), 1);
  await lab.button("Last").click();
  await lab.at(9);
  const end = await lab.page.evaluate(() => location.hash);
  await lab.button("First").click();
  await lab.at(1);
  const addresses = await walk(lab);
  assert.ok(addresses.length > 40, `${addresses.length} steps`);
  assert.equal(new Set(addresses).size, addresses.length, "each step is another");
  assert.equal(addresses.at(-1), end);
  await lab.button("Previous").click();
  await lab.page.waitForFunction((before) => location.hash === before, addresses.at(-2));
  for (let number = 1; number <= 7; number += 1) { await lab.point(number).click(); await lab.at(number); }
  for (const tab of await lab.tabs.getByRole("tab").all()) await tab.click();
  const before = await lab.outcome.innerText();
  await lab.offerNothing();
  await lab.page.waitForFunction(() => /starttls=not_offered/.test(location.hash));
  assert.notEqual(await lab.outcome.innerText(), before);
  assert.deepEqual(lab.requests.slice(loaded), []);
  lab.faults.assertNone();
});

inFirefox("opens with the cover, and a guess stands beside what became of the mail", async (t) => {
  const lab = await open(t, { fragment: "", end: false, ready: false });
  await lab.page.waitForFunction(() => /view=cover/.test(location.hash));
  await lab.page.keyboard.press("2");
  await lab.page.waitForFunction(() => document.querySelectorAll(".cover input")[1].checked);
  await lab.page.keyboard.press("Space");
  await lab.ready();
  await lab.page.keyboard.press("End");
  await lab.page.getByText("As you said.").waitFor();
  lab.faults.assertNone();
});

inFirefox("what the console and a script's fault say is heard", async (t) => {
  const lab = await open(t, { ready: false });
  await lab.page.evaluate(() => { console.warn("said"); setTimeout(() => { throw new Error("thrown"); }); });
  await lab.page.waitForTimeout(200);
  assert.throws(() => lab.faults.assertNone(), /console: said[^]*error: thrown/);
});

inFirefox("policies, suites and comparison", async (t) => {
  const lab = await open(t);
  await lab.openGrid();
  await lab.page.locator("button.cell").nth(12).click();
  await lab.ready();
  await lab.openSuites("#v=2&view=suites");
  await lab.page.goto("about:blank");
  await lab.page.goto(`${lab.page.labServer.url}#v=2&preset=book-tls13&view=compare&vs=book`);
  await lab.page.locator("tr.first").waitFor();
  lab.faults.assertNone();
});

inFirefox("the page in one file starts from a disk and asks for nothing", async (t) => {
  const lab = await openFile(t, { fragment: "#v=2&preset=stripped&step=12" });
  assert.match(lab.page.url(), /^file:.*step=12\b/);
  await lab.button("Next").click();
  await lab.page.waitForFunction(() => /step=13\b/.test(location.hash));
  await lab.openGrid();
  assert.deepEqual(lab.requests.filter((url) => !url.startsWith("data:") && !url.startsWith("file:")), []);
  lab.faults.assertNone();
});
