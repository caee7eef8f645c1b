// The table of policies by keyboard: one stop of the Tab key, and the arrows from cell to cell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();

test("the cells are one stop, and arrows, Home and End go from one to the next", async (t) => {
  const lab = await open(t);
  await lab.openGrid();
  const cells = lab.page.locator("button.cell");
  const all = await cells.count(), columns = await lab.page.locator(".matrix tbody tr").first().locator("button").count();
  assert.ok(all > 100 && columns > 10);
  const stop = lab.page.locator('button.cell[tabindex="0"]');
  await counts(stop, 1);
  await stop.focus();
  const at = () => lab.page.evaluate(() => [...document.querySelectorAll("button.cell")].indexOf(document.activeElement));
  const first = await at();
  const start = first - (first % columns);
  for (const [key, there] of [["Home", start], ["ArrowRight", start + 1], ["ArrowDown", start + 1 + columns], ["End", start + 2 * columns - 1], ["ArrowLeft", start + 2 * columns - 2], ["ArrowUp", start + columns - 2]]) {
    await lab.page.keyboard.press(key);
    assert.equal(await at(), there, key);
    await counts(stop, 1, key);
  }
  // Tab leaves the table, and comes back to where one was.
  await lab.page.keyboard.press("Tab");
  assert.equal(await at(), -1);
  await lab.page.keyboard.press("Shift+Tab");
  assert.equal(await at(), start + columns - 2);
  await lab.page.keyboard.press("Enter");
  await lab.ready();
  lab.faults.assertNone();
});
