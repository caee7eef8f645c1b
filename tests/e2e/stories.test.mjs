// The stories of trust, told by keyboard alone: choose a scenario, flip a switch, see what becomes of the mail.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();

/** Presses Tab until the focused element is the wanted one. */
async function tabTo(lab, wanted, key = "Tab") {
  const target = await wanted.elementHandle();
  for (let presses = 0; presses < 150; presses += 1) {
    if (await target.evaluate((one) => one === document.activeElement)) return;
    await lab.page.keyboard.press(key);
  }
  throw new Error(`the focus never reached ${wanted}`);
}

/** Chooses a scenario in the gallery. */
async function choose(lab, name) {
  await tabTo(lab, lab.scenario);
  await lab.page.keyboard.press("Enter");
  await tabTo(lab, lab.gallery.getByRole("button").filter({ hasText: name }));
  await lab.page.keyboard.press("Enter");
  await lab.scenario.filter({ hasText: name }).waitFor();
  await lab.ready();
}

const says = (lab, words) => lab.outcome.getByText(words).first().waitFor();

test("Domain Security works until the partner takes the domain off his list", async (t) => {
  const lab = await open(t);
  await choose(lab, "Domain Security that works");
  await says(lab, "Delivered, encrypted, both sides verified");
  await tabTo(lab, lab.message);
  await lab.page.keyboard.press("Enter");
  await lab.conditions.waitFor();
  const boxes = lab.conditions.getByRole("checkbox");
  await counts(boxes, 11);
  for (const box of await boxes.all()) assert.ok(await box.isChecked());
  await tabTo(lab, boxes.first());
  await lab.page.keyboard.press("Space");
  await says(lab, "not Domain Secured");
  assert.ok(!await boxes.first().isChecked());
  assert.match(await lab.page.evaluate(() => location.hash), /receive_list=off/);
  await lab.page.keyboard.press("Space");
  await lab.page.waitForFunction(() => !location.hash.includes("receive_list"));
  lab.faults.assertNone();
});

test("an internal CA: opportunistic goes on, verify-or-clear sends the mail back to clear text", async (t) => {
  const lab = await open(t);
  await choose(lab, "A certificate from an internal CA");
  await says(lab, "Delivered, encrypted, not authenticated");
  await tabTo(lab, lab.policy);
  await lab.page.keyboard.press("ArrowDown");
  await says(lab, "Delivered, readable on the way");
  assert.match(await lab.log.innerText(), /Connection 2: sender to receiver/);
  await lab.page.keyboard.press("ArrowDown");
  await says(lab, "Delivered, encrypted, not authenticated");
  await lab.page.keyboard.press("ArrowDown");
  await says(lab, "Not delivered, waiting in the queue");
  // The decision is a link from the outcome, and says what it rests on.
  await tabTo(lab, lab.outcome.getByRole("button", { name: /^Decided at step/ }), "Shift+Tab");
  await lab.page.keyboard.press("Enter");
  await lab.panel.getByText("The decision: give up for now").waitFor();
  const reason = lab.panel.getByRole("button", { name: /^step \d+/ }).first();
  await tabTo(lab, reason);
  await lab.page.keyboard.press("Enter");
  await lab.panel.getByText("The verifier looks at chain, name, dates and purpose apart").waitFor();
  lab.faults.assertNone();
});

test("what Exchange refuses is refused, with its reason, and the session stays", async (t) => {
  const lab = await open(t);
  await choose(lab, "Domain Security that works");
  const log = await lab.log.innerText();
  await tabTo(lab, lab.policy);
  await lab.page.keyboard.press("N");
  await lab.alert.waitFor();
  assert.match(await lab.alert.innerText(), /Exchange refuses this.*IgnoreSTARTTLS.*Nothing was changed/s);
  assert.equal(await lab.policy.inputValue(), "domain_secure");
  assert.doesNotMatch(await lab.page.evaluate(() => location.hash), /policy=never/);
  assert.ok(log.length > 100);
  // The way out makes the change with what has to change for it.
  await tabTo(lab, lab.alert.getByRole("button", { name: /^Change it, and with it: Send connector: DomainSecureEnabled/ }));
  await lab.page.keyboard.press("Enter");
  await lab.page.waitForURL(/send_domain_secure=off/);
  await counts(lab.alert, 0);
  lab.faults.assertNone();
});

test("the grid fills while the page answers, and a cell opens its session", async (t) => {
  const lab = await open(t);
  await tabTo(lab, lab.policies);
  await lab.page.keyboard.press("Enter");
  // Half-way: the theme still changes at once.
  const dark = await lab.page.evaluate(() => document.documentElement.dataset.theme);
  await lab.theme.click();
  await lab.page.waitForFunction((before) => document.documentElement.dataset.theme !== before, dark);
  await lab.page.getByText("All 126 cells have run.").waitFor();
  await counts(lab.grid.getByRole("button"), 126);
  assert.match(await lab.page.evaluate(() => location.hash), /view=grid/);
  const row = lab.grid.getByRole("row").filter({ has: lab.page.getByRole("rowheader", { name: "Opportunistic", exact: true }) });
  const stripped = row.getByRole("button", { name: /The attacker reads the message/ }).first();
  // The table is one stop: the arrows go on in it.
  await tabTo(lab, lab.grid.locator("[tabindex='0']"));
  while (!await row.evaluate((one) => one.contains(document.activeElement))) await lab.page.keyboard.press("ArrowDown");
  await tabTo(lab, stripped, "ArrowRight");
  await lab.page.keyboard.press("Enter");
  await says(lab, "Delivered, readable, also to the attacker");
  assert.match(await lab.page.evaluate(() => location.hash), /path=strip/);
  lab.faults.assertNone();
});

test("the certificates of both ends are there when the connection failed", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=client-certificate-missing&client_certificate=expired" });
  await says(lab, "Not delivered, waiting in the queue");
  await tabTo(lab, lab.tab("Why"));
  // Each press is drawn before the next: the focus goes along.
  for (const name of ["Bytes", "Certificate"]) {
    await lab.page.keyboard.press("ArrowRight");
    await lab.page.waitForFunction((name) => document.activeElement.textContent === name, name);
  }
  await lab.panel.getByText("The server's certificate").first().waitFor();
  const words = await lab.panel.innerText();
  assert.match(words, /The server's certificate/);
  assert.match(words, /The client's certificate[\s\S]*it has expired/);
  assert.match(words, /too late/);
  lab.faults.assertNone();
});
