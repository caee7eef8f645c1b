// Where there is little room: the row of the step and Next are in view after loading and after each step; the sheet, its focus, its Esc.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchLarge, suite } from "./browser.mjs";

const open = suite();
const openLarge = suite({ start: launchLarge });

/** What of the current row and of Next is not in view: behind an edge of the window, or behind something else. */
const hidden = (lab) => lab.page.evaluate(() => {
  const faults = [];
  const now = document.querySelector('.log [aria-current="true"]');
  for (const [name, one] of [["row", now], ["Next", document.querySelector(".transport .next")]]) {
    const box = one.getBoundingClientRect();
    const at = [box.left + box.width / 2, box.top + Math.min(box.height, 40) / 2];
    if (box.top < 0 || box.top + Math.min(box.height, 40) > innerHeight) faults.push(`${name} from ${Math.round(box.top)} to ${Math.round(box.bottom)} of ${innerHeight}`);
    else if (!one.contains(document.elementFromPoint(...at))) faults.push(`${name} is behind ${document.elementFromPoint(...at)?.className}`);
  }
  return faults;
});

// The last is 1440x900 at 200 %.
for (const [width, height] of [[360, 640], [390, 844], [1024, 768], [720, 450]]) {
  for (const sheet of ["", "&open=messages+why"]) {
    test(`the row and Next are in view at each step, ${width}x${height}${sheet && ", with the sheet"}`, async (t) => {
      const lab = await open(t, { width, height, fragment: `#v=2&preset=book${sheet}`, end: false });
      assert.deepEqual(await hidden(lab), [], "after loading");
      const next = lab.button("Next");
      let steps = 0;
      for (; await next.getAttribute("aria-disabled") !== "true"; steps += 1) {
        const step = await lab.page.locator(".counter").textContent();
        await next.click();
        await lab.page.waitForFunction((step) => document.querySelector(".counter").textContent !== step, step);
        assert.deepEqual(await hidden(lab), [], `after ${await lab.page.locator(".counter").textContent()}`);
      }
      assert.ok(steps > 50);
      // And anywhere, from a link.
      await lab.page.goto("about:blank");
      await lab.page.goto(`${lab.page.labServer.url}#v=2&preset=book&step=33&end=on${sheet}`);
      await lab.ready();
      assert.deepEqual(await hidden(lab), [], "a step in the middle of all");
      lab.faults.assertNone();
    });
  }
}

test("the line of the step opens the sheet, and Esc gives the focus back", async (t) => {
  const lab = await open(t, { width: 360, height: 640, fragment: "#v=2&preset=book&step=20", end: false });
  const opener = lab.page.locator("#opener");
  assert.match(await opener.innerText(), /^Why: Go ahead/);
  assert.ok(await lab.tabs.isHidden());
  await opener.press("Enter");
  await lab.panel.waitFor();
  await lab.page.waitForFunction(() => document.activeElement.id === "tab-why");
  assert.match(await lab.panel.innerText(), /^This step/);
  assert.equal(await opener.getAttribute("aria-expanded"), "true");
  await lab.page.keyboard.press("Escape");
  await lab.panel.waitFor({ state: "hidden" });
  await lab.page.waitForFunction(() => document.activeElement.id === "opener");
  // By its button as well.
  await opener.click();
  await lab.page.locator("#inspector").getByRole("button", { name: "Close", exact: true }).click();
  await lab.panel.waitFor({ state: "hidden" });
  lab.faults.assertNone();
});

test("the outcome is its verdict, whole, and unfolds", async (t) => {
  const lab = await open(t, { width: 360, height: 640 });
  const height = async () => (await lab.outcome.boundingBox()).height;
  assert.ok(await height() < 72, `${await height()} px`);
  // No word of it is cut off.
  assert.ok(await lab.page.locator(".headline").evaluate((one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight + 1));
  assert.ok(await lab.page.locator(".lamps").isHidden());
  await lab.unfold();
  await lab.page.locator(".lamps").waitFor();
  assert.ok(await height() > 100);
  await lab.page.waitForFunction(() => /open=messages\+outcome/.test(location.hash));
});

test("text at twice the size on a phone: Next and the sheet's tabs are there whole", async (t) => {
  const lab = await openLarge(t, { width: 360, height: 640, fragment: "#v=2&preset=book&step=8&ask=never&open=messages+why", end: false });
  const boxes = await lab.page.locator(".transport .next, .transport .opener, .inspector .shut").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ left, top, right, bottom }) => [left, top, innerWidth - right, innerHeight - bottom]));
  assert.equal(boxes.length, 3);
  assert.ok(boxes.flat().every((room) => room >= 0), JSON.stringify(boxes));
  const over = await lab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${over} px sideways`);
});

test("the details of the road end above the edge of the window, and lie over the bar", async (t) => {
  for (const [which, last] of [["path", "seed"], ["sender", ""], ["receiver", ""]]) {
    const lab = await open(t, { width: 360, height: 640, fragment: `#v=2&preset=old-server&step=2&open=messages+${which}`, end: false });
    const control = last ? lab.page.locator(`.drawer [name="${last}"]`) : lab.page.locator(".drawer :is(select, input)").last();
    await control.scrollIntoViewIfNeeded();
    const own = await control.evaluate((one) => {
      const { left, top, width, height } = one.getBoundingClientRect();
      const there = document.elementFromPoint(left + width / 2, top + height / 2);
      return one.closest(".field, .choice, .drawer").contains(there);
    });
    assert.ok(own, which);
  }
});

test("a place that is come to is shown from its top", async (t) => {
  const lab = await open(t, { width: 1280, height: 720, end: false });
  for (const name of ["Stories", "Lessons", "Policies", "Suites", "Print"]) {
    await lab.page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
    await lab.page.waitForFunction(() => document.activeElement.id === "main");
    assert.equal(await lab.page.evaluate(() => scrollY), 0, name);
  }
});

test("the policies have room in a window of 1366", async (t) => {
  const lab = await open(t, { width: 1366, height: 768, fragment: "#v=2&preset=book&view=grid", end: false, ready: false });
  const wide = lab.page.locator(".grid-page .scroll");
  await lab.page.locator("button.cell").nth(125).waitFor();
  assert.deepEqual(await wide.evaluate((one) => one.scrollWidth - one.clientWidth), 0);
});

test("Next is wide under a finger, with its word inside", async (t) => {
  const lab = await open(t, { width: 360, height: 640, hasTouch: true, isMobile: true, fragment: "#v=2&preset=book&step=8", end: false });
  assert.ok(await lab.page.evaluate(() => matchMedia("(pointer: coarse)").matches));
  const wide = await lab.button("Next").evaluate((one) => [one.getBoundingClientRect().width, one.scrollWidth - one.clientWidth]);
  assert.ok(wide[0] >= 112 && wide[1] <= 0, `${wide}`);
});
