// The page fits: no sideways scrolling on a phone, with large text, or at 400 % zoom; no motion for those who do not want it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchLarge, suite } from "./browser.mjs";
import { LabPage } from "./page.mjs";

const open = suite();
const openLarge = suite({ start: launchLarge });

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
    for (const tab of ["Why", "Bytes", "Certificate", "Eavesdropper"]) {
      await lab.show(tab);
      assert.deepEqual(await sideways(lab), [], `tab ${tab}`);
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

/** What is written over something else, or cut off, in what stands around the log. */
const covered = (lab) => lab.page.evaluate(() => {
  window.scrollTo(0, 0);
  const faults = [];
  for (const one of document.querySelectorAll(".top, .strip, .outcome, .points, .lanes, .filter, .transport")) {
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const parent = text.parentElement;
      if (!text.data.trim() || box.width < 2 || box.height < 2 || !parent.checkVisibility() || parent.closest(".sr, option, select")) continue;
      const bar = document.querySelector(".transport").getBoundingClientRect();
      if (y < 0 || y > innerHeight || (one.className !== "transport" && y > bar.top)) continue;
      const top = document.elementFromPoint(x, y);
      if (top && !parent.contains(top) && !top.contains(parent)) faults.push(`${text.data.trim().slice(0, 30)} under ${top.className || top.tagName}`);
    }
  }
  return faults;
});

for (const [width, height] of [[1440, 900], [1024, 768], [720, 450]]) {
  test(`text at twice the size wraps at ${width}x${height}`, async (t) => {
    const lab = await openLarge(t, { width, height, fragment: "#v=2&preset=book&step=20&open=messages+outcome", end: false });
    assert.equal(await lab.page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "32px");
    assert.deepEqual(await sideways(lab), []);
    assert.deepEqual(await covered(lab), []);
  });
}

/** Presses Next until the end as a script does it, which exempts no shift, and sums up what moved that was there before. */
const shifts = (lab) => lab.page.evaluate(async () => {
  let sum = 0;
  const worst = [];
  const name = ({ node, previousRect, currentRect }) => `${node?.nodeName}.${node?.className ?? ""} ${Math.round(previousRect.y)}>${Math.round(currentRect.y)}`;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      sum += entry.value;
      if (entry.value > 0.00001) worst.push(`${document.querySelector(".counter").textContent}: ${entry.value.toFixed(4)} ${entry.sources.slice(0, 2).map(name).join(", ")}`);
    }
  }).observe({ type: "layout-shift" });
  const next = document.querySelector(".transport .next");
  let steps = 0;
  for (; next.getAttribute("aria-disabled") !== "true" && steps < 400; steps += 1) {
    next.click();
    await new Promise((resume) => { setTimeout(resume, 60); });
  }
  return { sum, steps, worst: worst.slice(0, 8) };
});

for (const preset of ["book", "relay-forwards"]) {
  for (const tab of ["why", "bytes", "certificate", "eavesdropper"]) {
    for (const end of [false, true]) {
      test(`nothing moves while stepping: ${preset}, ${tab}, ${end ? "with the end" : "so far"}`, async (t) => {
        const lab = await open(t, { width: 1440, height: 900, fragment: `#v=2&preset=${preset}&step=1&tab=${tab}`, end });
        const { sum, steps, worst } = await shifts(lab);
        assert.ok(steps > 50, `${steps} steps`);
        assert.ok(sum < 0.00005, `${sum.toFixed(6)}: ${worst.join("; ")}`);
      });
    }
  }
}

test("the inspector has one width, whatever it shows", async (t) => {
  const lab = await open(t, { width: 1440 });
  const width = () => lab.page.locator("#inspector").evaluate((one) => one.getBoundingClientRect().width);
  const [why, log] = [await width(), await lab.log.boundingBox()];
  for (const tab of ["Bytes", "Certificate", "Eavesdropper"]) {
    await lab.show(tab);
    assert.equal(await width(), why, tab);
    assert.deepEqual(await lab.log.boundingBox(), log, tab);
  }
});

test("buttons are large enough for a finger on a phone", async (t) => {
  const lab = await open(t, { width: 360, height: 740, hasTouch: true, isMobile: true });
  assert.ok(await lab.page.evaluate(() => matchMedia("(pointer: coarse)").matches));
  // What stands in a sentence is as high as its line; nine points share the width.
  const low = await lab.page.locator("button:not(.link, .term), summary, select").evaluateAll((all) => all.filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.9).map((one) => `${one.className} ${one.textContent.trim().slice(0, 20)}: ${one.getBoundingClientRect().height}`));
  assert.deepEqual(low, []);
  const small = await lab.page.locator("button:not(.term)").evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => ({ name: one.getAttribute("aria-label") ?? one.textContent.trim(), box: one.getBoundingClientRect() })).filter(({ box }) => box.width < 24 || box.height < 24).map(({ name, box }) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`));
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
