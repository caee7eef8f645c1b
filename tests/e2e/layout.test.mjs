// The page fits: no sideways scrolling on a phone, with large text, or at 400 % zoom; no motion for those who do not want it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { LabPage } from "./page.mjs";

const open = suite();

/** The elements that stick out of the window, unless something around them scrolls or cuts them off. */
const sideways = (lab) => lab.page.evaluate(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const contained = (one) => {
    for (let node = one.parentElement; node && node !== document.body; node = node.parentElement) {
      if (getComputedStyle(node).overflowX !== "visible") return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width + 0.5 && !contained(one));
  return [`the page is ${document.documentElement.scrollWidth} px wide in ${width}`, ...out.slice(0, 5).map((one) => `${one.tagName}.${one.className} to ${Math.round(one.getBoundingClientRect().right)}`)];
});

for (const width of [320, 360, 768, 1024, 1280, 1920]) {
  test(`nothing scrolls sideways at ${width} px`, async (t) => {
    const lab = await open(t, { width, height: 740 });
    for (let number = 1; number <= 7; number += 1) {
      await lab.point(number).click();
      await lab.at(number);
      assert.deepEqual(await sideways(lab), [], `point ${number}`);
    }
    for (const tab of await lab.tabs.getByRole("tab").all()) {
      await tab.click();
      assert.deepEqual(await sideways(lab), [], `tab ${await tab.textContent()}`);
    }
  });
}

for (const [name, go] of LabPage.states) {
  test(`nothing scrolls sideways on a phone: ${name}`, async (t) => {
    const lab = await open(t, { width: 360, height: 740 });
    await go(lab);
    assert.deepEqual(await sideways(lab), []);
  });
}

test("text at twice the size fits as well", async (t) => {
  const lab = await open(t, { width: 720, height: 900 });
  await lab.page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
  await lab.page.waitForTimeout(100);
  assert.deepEqual(await sideways(lab), []);
});

test("the inspector has one width, whatever it shows", async (t) => {
  for (const [width, height] of [[1440, 900], [1280, 720]]) {
    const lab = await open(t, { width, height });
    const widths = [];
    for (const tab of await lab.tabs.getByRole("tab").all()) {
      await tab.click();
      widths.push(await lab.page.evaluate(() => ["aside.inspector, .inspector", ".session"].map((part) => Math.round(document.querySelector(part).getBoundingClientRect().width)).join()));
    }
    assert.equal(new Set(widths).size, 1, widths.join(" "));
  }
});

for (const [width, height] of [[1440, 900], [1024, 768], [768, 1024], [390, 844], [360, 640], [320, 640]]) {
  test(`the header is one row, and the attackers are in the first view: ${width} x ${height}`, async (t) => {
    const lab = await open(t, { width, height, end: false });
    const header = await lab.page.locator("header").boundingBox();
    assert.ok(header.height <= 56, `${header.height} px`);
    for (const card of [lab.sender, lab.path, lab.receiver]) {
      const box = await card.getByRole("combobox").first().boundingBox();
      assert.ok(box.y + box.height < height && box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
    }
    // Every place can be gone to, and is gone to by its name.
    for (const [name, part] of [["Policies", lab.page.getByRole("table")], ["Session", lab.log]]) {
      await lab.inHeader(lab.page.getByRole("button", { name, exact: true }));
      await part.first().waitFor();
    }
    lab.faults.assertNone();
  });
}

test("buttons are large enough for a finger on a phone", async (t) => {
  const lab = await open(t, { width: 360, height: 740, hasTouch: true });
  const small = await lab.page.locator("button").evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => ({ name: one.getAttribute("aria-label") ?? one.textContent.trim(), box: one.getBoundingClientRect() })).filter(({ box }) => box.width < 24 || box.height < 24).map(({ name, box }) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`));
  assert.deepEqual(small, []);
});

test("nothing moves for those who do not want it", async (t) => {
  const lab = await open(t, { reducedMotion: "reduce" });
  const moving = () => lab.page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running" && one.effect.getComputedTiming().duration > 1).map((one) => `${one.constructor.name} ${one.animationName ?? one.transitionProperty} on ${one.effect.target?.className}`));
  for (const press of ["ArrowRight", "5", "End", "Home", "?"]) {
    await lab.page.keyboard.press(press);
    assert.deepEqual(await moving(), [], `after ${press}`);
  }
  const scroll = await lab.page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior);
  assert.equal(scroll, "auto");
});
