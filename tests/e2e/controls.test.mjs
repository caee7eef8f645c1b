// Changing a control runs the session anew and changes what came of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();

test("the receiver no longer offers STARTTLS: the outcome and the log say so", async (t) => {
  const lab = await open(t);
  const [outcome, log] = [await lab.outcome.innerText(), await lab.log.innerText()];
  await lab.offerNothing();
  await differs(() => lab.outcome.innerText(), outcome);
  assert.notEqual(await lab.log.innerText(), log);
  assert.doesNotMatch(await lab.log.innerText(), /ClientHello/);
  lab.faults.assertNone();
});

test("the sender's policy decides what comes of a receiver without STARTTLS", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=not-offered" });
  const outcomes = new Set();
  for (const choice of await lab.policy.locator("option").evaluateAll((all) => all.map((one) => one.value))) {
    await lab.policy.selectOption(choice);
    await lab.page.waitForTimeout(50);
    outcomes.add(await lab.outcome.innerText());
  }
  assert.ok(outcomes.size >= 2, `the policies end in ${outcomes.size} outcomes`);
  lab.faults.assertNone();
});

test("every control of both ends can be changed, and every change leaves a working page with a link of its own", async (t) => {
  const lab = await open(t);
  const links = new Set([await lab.page.evaluate(() => location.hash)]);
  let changes = 0, refused = 0;
  for (const group of [lab.sender, lab.path, lab.receiver]) {
    await (await lab.details(group)).waitFor();
    for (const control of await group.locator("select, input").all()) {
      if (!await control.isEnabled()) continue;
      const before = await lab.page.evaluate(() => location.hash);
      if (await control.evaluate((one) => one.type === "radio" && one.checked)) continue;
      await change(control);
      changes += 1;
      // A setting that Exchange refuses changes nothing, and says why.
      await lab.page.waitForFunction((hash) => location.hash !== hash || document.querySelector(".controls [role=alert]"), before, { timeout: 2_000 })
        .catch(async () => assert.fail(`the link is the same after a change of ${await control.evaluate((one) => one.outerHTML)}`));
      if (await lab.page.evaluate((hash) => location.hash === hash, before)) refused += 1;
      links.add(await lab.page.evaluate(() => location.hash));
      assert.notEqual((await lab.outcome.innerText()).trim(), "");
      assert.ok(await lab.current() >= 1);
    }
  }
  assert.ok(changes >= 30 && refused < changes / 4, `${changes} controls were changed, ${refused} refused`);
  assert.ok(links.size > changes / 2);
  lab.faults.assertNone();
});

test("each scenario can be chosen by its name", async (t) => {
  const lab = await open(t);
  const values = await lab.presets();
  assert.ok(values.length >= 5, values.join());
  const seen = new Set();
  for (const value of values) {
    await lab.choose(value);
    await lab.page.waitForTimeout(50);
    seen.add(await lab.outcome.innerText() + await lab.log.innerText());
    assert.equal((await lab.notices()).some((words) => /stopped|fault/.test(words)), false);
  }
  assert.ok(seen.size >= values.length - 1, `${seen.size} different sessions from ${values.length} scenarios`);
  lab.faults.assertNone();
});

test("a drawer has the focus while it is open, Esc closes it, and its button has the focus again", async (t) => {
  const lab = await open(t);
  const focused = () => lab.page.evaluate(() => document.activeElement.id);
  const button = (part) => part.getByRole("button", { name: /: details$/ });
  await button(lab.sender).press("Enter");
  await lab.page.waitForFunction(() => document.activeElement.id === "drawer");
  assert.match(await lab.page.evaluate(() => location.hash), /open=messages\+sender/);
  // Also from within a field, and nothing else is done.
  await lab.page.keyboard.press("Tab");
  await lab.page.keyboard.press("Tab");
  const step = await lab.page.locator(".counter").textContent();
  await lab.page.keyboard.press("Escape");
  await lab.page.waitForFunction(() => document.activeElement.id === "details-sender");
  assert.equal(await lab.page.locator(".counter").textContent(), step);
  // One at a time; by the link it is open, and does not take the focus.
  await button(lab.path).press("Enter");
  await button(lab.receiver).press("Enter");
  await counts(lab.page.locator(".drawer"), 1);
  await lab.open("#v=2&open=receiver");
  await lab.receiver.getByRole("region").waitFor();
  assert.equal(await focused(), "");
  lab.faults.assertNone();
});

test("a switch that was refused says why where it was pressed, in view, and a change says what it was and can be undone", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=domain-secured", width: 1280, height: 720 });
  const inView = () => lab.alert.evaluate((one) => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; });
  await lab.policy.selectOption("never");
  await lab.sender.getByRole("alert").waitFor();
  assert.ok(await inView());
  assert.equal(await lab.policy.inputValue(), "domain_secure", "the list shows what holds");
  // One of the drawer, which scrolls.
  const drawer = await lab.details(lab.receiver);
  await drawer.getByRole("checkbox", { name: "Tls", exact: true }).or(drawer.getByRole("checkbox", { name: /^Tls/ })).first().click({ force: true });
  await lab.receiver.getByRole("alert").waitFor();
  assert.ok(await inView());
  await lab.page.keyboard.press("Escape");
  // With its drawer closed it stands above the road; its way out is taken.
  await lab.alert.waitFor();
  await lab.policy.selectOption("never");
  await lab.alert.getByRole("button", { name: /^Change it/ }).click();
  await counts(lab.alert, 0);
  const changes = lab.page.getByRole("list", { name: "Changed:" });
  await changes.getByText("Domain Security → Never use TLS").waitFor();
  await counts(changes.getByRole("listitem"), 2);
  // Undone one by one; what cannot be undone alone says so.
  await changes.getByRole("button", { name: "Undo: What the sender does about TLS" }).click();
  await counts(changes.getByRole("listitem"), 1);
  assert.equal(await lab.policy.inputValue(), "domain_secure");
  await changes.getByRole("button").click();
  await counts(changes, 0);
  lab.faults.assertNone();
});

test("the theme's button changes the theme, and the choice is kept", async (t) => {
  const lab = await open(t, { colorScheme: "light" });
  const background = () => lab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await lab.theme.click();
  await differs(background, light);
  const dark = await background();
  await lab.page.reload();
  // Before the page has started: the style is there with the first paint.
  assert.equal(await background(), dark);
  await lab.ready();
  assert.equal(await background(), dark);
});

/** Gives a control another value than it has. */
async function change(control) {
  const kind = await control.evaluate((one) => one.tagName === "SELECT" ? "select" : one.type);
  if (kind === "select") {
    const other = await control.evaluate((one) => [...one.options].find((option) => !option.disabled && option.value !== one.value)?.value);
    if (other !== undefined) await control.selectOption(other);
  } else if (kind === "checkbox" || kind === "radio") {
    await control.click({ force: true });
  } else if (kind === "number" || kind === "text") {
    await control.fill("7");
    await control.press("Tab");
  } else {
    assert.fail(`no way to change a control of kind ${kind}`);
  }
}

async function differs(read, from) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await read() !== from) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.fail(`nothing changed: ${from}`);
}

test("a drawer closes when the Tab key goes on from it, and what has the focus is seen", async (t) => {
  const lab = await open(t, { width: 1280, height: 720, fragment: "#v=2&preset=book&step=20&open=messages+sender" });
  await lab.page.locator(".drawer :is(select, input)").last().focus();
  await lab.page.keyboard.press("Tab");
  await counts(lab.page.locator(".drawer"), 0);
  const seen = await lab.page.evaluate(() => {
    const { left, top, width, height } = document.activeElement.getBoundingClientRect();
    return document.activeElement.contains(document.elementFromPoint(left + width / 2, top + height / 2)) && document.activeElement.tagName;
  });
  assert.ok(seen && seen !== "BODY" && seen !== "MAIN", String(seen));
  lab.faults.assertNone();
});
