// The last bits of a short key, guessed: found, stopped, by pointer and by keyboard; and where no key is short, no such search.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();
const EXPORT = "#v=2&preset=export-40";

async function tap(t, fragment, options) {
  const lab = await open(t, { fragment, ...options });
  await lab.show("Eavesdropper");
  const guess = lab.panel.getByRole("button", { name: /^Guess the last \d+ bits of the key$/ });
  return { lab, guess, stop: lab.panel.getByRole("button", { name: "Stop", exact: true }), progress: lab.panel.getByRole("progressbar") };
}

test("the key is found, and how long all keys would take is told by what was measured", async (t) => {
  const { lab, guess, progress } = await tap(t, EXPORT);
  await lab.panel.getByText("one of 1,099,511,627,776 keys").waitFor();
  await counts(progress, 0);
  const hash = await lab.page.evaluate(() => location.hash);
  const started = Date.now();
  await guess.click();
  const found = lab.panel.getByText(/^Found after [\d,]+ keys: [0-9a-f]{10}\.$/);
  await found.waitFor();
  assert.ok(Date.now() - started < 10_000);
  const tried = Number((await found.innerText()).match(/after ([\d,]+)/)[1].replaceAll(",", ""));
  assert.ok(tried > 0 && tried <= 65_536);
  assert.equal(Number(await progress.getAttribute("value")), tried);
  const told = await lab.panel.getByText(/^Measured here:/).innerText();
  const [, rate, days] = told.match(/: about ([\d,]+) keys a second\. At that rate all 2\^40 take about ([\d,]+) (?:days|years)/);
  t.diagnostic(`${tried} keys, ${rate} a second, ${days} days or years`);
  // What was found is no part of the link.
  assert.equal(await lab.page.evaluate(() => location.hash), hash);
  lab.faults.assertNone();
});

test("by keyboard it starts and stops, the button keeps the focus, and the page answers meanwhile", async (t) => {
  const { lab, guess } = await tap(t, "#v=2&preset=export-40&client_suite=TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA");
  await lab.panel.getByText("one of 72,057,594,037,927,936 keys").waitFor();
  await guess.focus();
  await lab.page.keyboard.press("Enter");
  await lab.page.keyboard.press("Enter");
  const told = lab.panel.getByText(/^(Stopped|Found) after [\d,]+ keys?/);
  await told.waitFor();
  assert.match(await lab.page.evaluate(() => document.activeElement.textContent), /^Guess the last/);
  // Another run has another key: nothing of the search is left.
  await lab.page.evaluate((link) => { location.hash = link; }, `${EXPORT}&tab=eavesdropper&end=on`);
  await lab.panel.getByText("one of 1,099,511,627,776 keys").waitFor();
  await counts(told, 0);
  lab.faults.assertNone();
});

test("where no key is short there is nothing to guess", async (t) => {
  for (const preset of ["book-2009", "null-suite", "postfix", "not-offered"]) {
    const { lab, guess } = await tap(t, `#v=2&preset=${preset}`);
    await counts(guess, 0, preset);
    lab.faults.assertNone();
  }
});

test("at 360 pixels nothing is cut off", async (t) => {
  const { lab, guess } = await tap(t, EXPORT, { width: 360, height: 740 });
  await guess.click();
  await lab.panel.getByText(/^Found after/).waitFor();
  assert.ok(await lab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  lab.faults.assertNone();
});
