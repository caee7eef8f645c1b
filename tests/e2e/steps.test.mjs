// Stepping through the session, by pointer and by keyboard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();

test("a point's button goes to the point, and says that it is the current one", async (t) => {
  const lab = await open(t);
  for (const number of [3, 7, 5, 1, 6, 2, 4]) {
    await lab.point(number).click();
    await lab.at(number);
    assert.equal(await lab.point(number).getAttribute("aria-current"), "step");
  }
  lab.faults.assertNone();
});

test("First, Next, Previous and Last step through the whole session and back", async (t) => {
  const lab = await open(t);
  await lab.button("Last").click();
  await lab.at(9);
  const end = await lab.page.evaluate(() => location.hash);
  await lab.button("First").click();
  await lab.at(1);
  const there = await walk(lab, "Next", end);
  assert.deepEqual(there.points, [1, 2, 3, 4, 5, 6, 7, 8, 9], "forward through every part in order");
  const back = await walk(lab, "Previous");
  assert.deepEqual(back.points, [9, 8, 7, 6, 5, 4, 3, 2, 1], "and back through every part");
  assert.equal(back.steps, there.steps, "as many steps back as forward");
});

/** Presses a button until nothing moves any more, or until the link is `end`; the points seen, without repeats. */
async function walk(lab, name, end) {
  const points = [await lab.current()];
  let steps = 0;
  for (; steps < 500; steps += 1) {
    const before = await lab.page.evaluate(() => location.hash);
    if (before === end || await isOff(lab.button(name))) break;
    await lab.button(name).click();
    await lab.page.waitForTimeout(10);
    if (await lab.page.evaluate(() => location.hash) === before) break;
    const now = await lab.current();
    if (now !== points.at(-1)) points.push(now);
  }
  return { points, steps };
}

async function isOff(button) {
  return await button.isDisabled() || await button.getAttribute("aria-disabled") === "true";
}

for (const colorScheme of ["light", "dark"]) {
  test(`the number of the current point can be read, before its point has begun as well: ${colorScheme}`, async (t) => {
    const lab = await open(t, { fragment: "#v=2&preset=book&step=1", end: false, colorScheme, reducedMotion: "reduce" });
    const contrast = () => lab.points.locator('[aria-current="step"] .disc').evaluate((disc) => {
      const { color, backgroundColor } = getComputedStyle(disc);
      const luminance = (words) => {
        const parts = words.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
      };
      const [dark, light] = [luminance(color), luminance(backgroundColor)].sort((one, other) => one - other);
      return (light + 0.05) / (dark + 0.05);
    });
    for (const key of ["Home", "ArrowRight", "5", "7", "End"]) {
      await lab.page.keyboard.press(key);
      assert.ok(await contrast() >= 4.5, `${key}: ${await contrast()}`);
    }
  });
}

test("Play moves on by itself, and stops when asked", async (t) => {
  const lab = await open(t);
  const start = await lab.page.evaluate(() => location.hash);
  await lab.button("Play").click();
  await lab.page.waitForFunction((hash) => location.hash !== hash, start, { timeout: 8_000 });
  await lab.button("Pause").click();
  await lab.page.waitForTimeout(100);
  const stopped = await lab.page.evaluate(() => location.hash);
  await lab.page.waitForTimeout(2_500);
  assert.equal(await lab.page.evaluate(() => location.hash), stopped);
  await counts(lab.button("Play"), 1);
});

test("the keyboard does all that the pointer does", async (t) => {
  const lab = await open(t);
  const press = (key) => lab.page.keyboard.press(key);
  for (const number of [4, 7, 1, 6, 2, 5, 3]) {
    await press(String(number));
    await lab.at(number);
  }
  await press("Home");
  await lab.at(1);
  await press("End");
  await lab.at(9);
  await press("Home");
  await lab.at(1);
  const start = await lab.page.evaluate(() => location.hash);
  await press("ArrowRight");
  await lab.page.waitForFunction((hash) => location.hash !== hash, start);
  await press("ArrowLeft");
  await lab.page.waitForFunction((hash) => location.hash === hash, start);
  await press("Space");
  await lab.button("Pause").waitFor();
  await press("Space");
  await lab.button("Play").waitFor();
  lab.faults.assertNone();
});

test("keys are left to what scrolls, and to places without steps", async (t) => {
  const lab = await open(t, { width: 1280, height: 640 });
  await lab.tab("Why").click();
  const step = await lab.page.evaluate(() => location.hash);
  await lab.panel.focus();
  const scrolled = (where) => lab.page.waitForFunction((where) => {
    const one = where === "page" ? document.scrollingElement : document.querySelector(where);
    return one.scrollTop + one.scrollLeft > 0;
  }, where);
  await lab.page.keyboard.press("End");
  await scrolled("#panel");
  await lab.page.keyboard.press("Home");
  await lab.page.waitForFunction(() => document.querySelector("#panel").scrollTop === 0);
  await lab.page.keyboard.press("Space");
  await scrolled("#panel");
  assert.equal(await lab.page.evaluate(() => location.hash), step, "the session stays where it is");
  await counts(lab.button("Play"), 1, "and does not play");
  // The cipher suites are longer than the window, and have no steps.
  await lab.openSuites("#v=2&view=suites");
  const before = await lab.page.evaluate(() => location.hash);
  await lab.page.keyboard.press("End");
  await scrolled("page");
  await lab.page.keyboard.press("Home");
  await lab.page.waitForFunction(() => document.scrollingElement.scrollTop === 0);
  // A key that comes while the page still scrolls is lost.
  for (let tries = 0; tries < 20 && await lab.page.evaluate(() => document.scrollingElement.scrollTop) === 0; tries += 1) {
    await lab.page.keyboard.press("Space");
    await lab.page.waitForTimeout(250);
  }
  await scrolled("page");
  assert.equal(await lab.page.evaluate(() => location.hash), before);
  // The table of policies is wider than a phone.
  const phone = await open(t, { width: 360, height: 740 });
  await phone.openGrid();
  const there = await phone.page.evaluate(() => location.hash);
  await phone.page.locator("div.scroll").focus();
  await phone.page.keyboard.press("ArrowRight");
  await phone.page.waitForFunction(() => document.querySelector("div.scroll").scrollLeft > 0);
  assert.equal(await phone.page.evaluate(() => location.hash), there);
});

test("points, lamps and lists are of the connection of the step, and a switch leads to the other", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=verify-or-clear&step=10" });
  const choice = lab.page.getByRole("group", { name: "Connection", exact: true });
  const pressed = () => choice.locator('[aria-pressed="true"]').innerText();
  assert.equal(await pressed(), "1 sender to receiver");
  await lab.button("Last").click();
  await lab.at(9);
  assert.equal(await pressed(), "2 sender to receiver, again");
  await lab.log.getByRole("button").filter({ hasText: /MAIL FROM/ }).first().click();
  await lab.at(8);
  assert.match(await lab.panel.innerText(), /The mail itself/);
  assert.match(await lab.panel.innerText(), /readable on this connection/);
  assert.equal(await lab.point(5).getAttribute("aria-disabled"), "true", "there is no TLS on it");
  await choice.getByRole("button").first().click();
  await lab.point(5).click();
  await lab.at(5);
  assert.equal(await pressed(), "1 sender to receiver");
  assert.equal(await lab.point(5).getAttribute("aria-disabled"), null);
  // One connection needs no choice.
  await lab.open("#v=2&preset=book");
  await counts(choice, 0);
});

test("? shows the list of keys, Escape closes it and gives the focus back", async (t) => {
  const lab = await open(t);
  await lab.point(2).focus();
  await lab.page.keyboard.press("?");
  await lab.helpDialog.waitFor({ state: "visible" });
  const words = await lab.helpDialog.innerText();
  for (const key of [/Home/, /End/, /Space/i, /1/, /7/, /\?/]) assert.match(words, key);
  assert.ok(await lab.helpDialog.evaluate((dialog) => dialog.contains(document.activeElement)), "the focus is in the dialog");
  await lab.page.keyboard.press("Escape");
  await lab.helpDialog.waitFor({ state: "hidden" });
  assert.ok(await lab.point(2).evaluate((button) => button === document.activeElement), "the focus is back");
});

test("keys that belong to a control stay with it", async (t) => {
  const lab = await open(t);
  await lab.point(3).click();
  const select = lab.page.getByRole("combobox").first();
  await select.focus();
  await lab.page.keyboard.press("End");
  await lab.page.keyboard.press("Home");
  assert.ok(await select.evaluate((one) => one === document.activeElement));
  // Modified keys are the browser's: Alt with an arrow goes back in the history.
  const hash = await lab.page.evaluate(() => location.hash);
  await lab.point(3).focus();
  await lab.page.keyboard.press("Control+End");
  await lab.page.waitForTimeout(50);
  assert.equal(await lab.page.evaluate(() => location.hash), hash);
});

test("every control can be reached with Tab, and the focus can be seen", async (t) => {
  const lab = await open(t);
  const wanted = await lab.page.locator("button, select, input, a[href], summary").evaluateAll((all) => all.filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && one.type !== "radio").length);
  const seen = new Set();
  let hidden = [];
  for (let presses = 0; presses < 200; presses += 1) {
    await lab.page.keyboard.press("Tab");
    const focus = await lab.page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const path = [];
      for (let node = one; node; node = node.parentElement) path.push(`${node.tagName}:${[...(node.parentElement?.children ?? [])].indexOf(node)}`);
      const style = getComputedStyle(one);
      const visible = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
      return { path: path.join(), radio: one.type === "radio", name: one.getAttribute("aria-label") ?? one.textContent.trim().slice(0, 40), visible };
    });
    if (!focus || seen.has(focus.path)) break;
    if (!focus.visible) hidden.push(focus.name);
    if (!focus.radio) seen.add(focus.path);
  }
  assert.deepEqual(hidden, [], "the focus is drawn on each");
  assert.ok(seen.size >= wanted, `Tab reached ${seen.size} of ${wanted} controls`);
});

test("a line of the log can be chosen, and the views follow it", async (t) => {
  const lab = await open(t);
  const before = await lab.page.evaluate(() => location.hash);
  const line = lab.log.getByRole("button").filter({ hasText: /MAIL FROM/ }).first();
  await line.click();
  await lab.page.waitForFunction((hash) => location.hash !== hash, before);
  assert.equal(await lab.current(), 8, "the mail comes after the last point");
});

test("the tabs of the inspector work as tabs do", async (t) => {
  const lab = await open(t);
  const tabs = lab.tabs.first().getByRole("tab");
  assert.ok(await lab.tab("Why").count() === 1);
  assert.equal(await lab.tab("Why").getAttribute("aria-selected"), "true");
  for (let index = 0; index < await tabs.count(); index += 1) {
    const tab = tabs.nth(index);
    await tab.click();
    assert.equal(await tab.getAttribute("aria-selected"), "true");
    const panel = lab.page.getByRole("tabpanel", { name: (await tab.textContent()).trim() });
    await counts(panel, 1, "its panel has its name");
    assert.notEqual((await panel.innerText()).trim(), "", "and is not empty");
  }
});

test("the table tells what TLS changed: STARTTLS is gone, AUTH has LOGIN and PLAIN", async (t) => {
  const lab = await open(t);
  await lab.point(7).click();
  await lab.at(7);
  const rows = await lab.capabilities.getByRole("row").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim())));
  const row = (name) => rows.find((cells) => cells[0] === name) ?? assert.fail(`no row ${name} in ${JSON.stringify(rows)}`);
  assert.match(row("AUTH")[1], /^NTLM$/);
  assert.match(row("AUTH")[2], /^NTLM LOGIN PLAIN$/);
  assert.doesNotMatch(row("STARTTLS")[1], /gone|–|^$/);
  assert.match(row("STARTTLS")[2], /gone|–|not|^$/i);
});

test("unfolds the tables of the two machines, by keyboard, and keeps them open from step to step", async (t) => {
  const lab = await open(t);
  const summary = lab.page.locator("details.states > summary");
  const tables = lab.page.locator("table.machine");
  await counts(tables, 0);
  await summary.focus();
  await lab.page.keyboard.press("Enter");
  await tables.nth(1).waitFor();
  await lab.button("Next").click();
  await lab.point(6).click();
  await counts(tables, 2);
  assert.ok((await tables.locator("tr.here").count()) >= 2);
  await summary.click();
  await tables.first().waitFor({ state: "detached" });
  lab.faults.assertNone();
});

test("what has not happened yet is not shown, until the end is asked for", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book", end: false });
  const verdict = "Delivered, encrypted, not authenticated";
  assert.match(await lab.outcome.innerText(), /Not known yet/);
  await counts(lab.log.locator("[data-row]"), 2, "two steps");
  await lab.button("Next").click();
  await counts(lab.log.locator("[data-row]"), 3);
  await lab.page.getByRole("button", { name: "Show the end" }).click();
  await lab.page.waitForFunction(() => /&end=on$/.test(location.hash));
  assert.match(await lab.outcome.innerText(), new RegExp(verdict));
  await lab.page.getByRole("button", { name: "So far" }).click();
  await lab.page.waitForFunction(() => !/end=/.test(location.hash));
  // A point that is ahead leads there, and the verdict comes with the event that settles it.
  await lab.point(7).click();
  await lab.at(7);
  assert.match(await lab.outcome.innerText(), /Not known yet/);
  await lab.page.getByRole("button", { name: "Go to where it shows" }).click();
  await lab.page.waitForFunction((verdict) => document.querySelector("section.outcome").innerText.includes(verdict), verdict);
  lab.faults.assertNone();
});
