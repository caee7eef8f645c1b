// The stage: by the keys of a clicker, at the sizes of projectors; blank, verdict, questions. And what is heard of a session.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();
const step = (lab) => lab.page.locator(".counter").textContent();

/** Presses a key and waits for another step. */
async function press(lab, key) {
  const before = await step(lab);
  await lab.page.keyboard.press(key);
  await lab.page.waitForFunction((before) => document.querySelector(".counter").textContent !== before, before);
}

for (const [width, height] of [[1920, 1080], [1280, 720]]) {
  test(`no row is broken and the current one is in view, ${width}x${height}`, async (t) => {
    const lab = await open(t, { width, height, fragment: "#v=2&preset=book&step=1&stage=on", end: false });
    const last = Number((await step(lab)).split("/")[1]);
    for (let now = 1; now < last; now += 1) {
      await press(lab, "ArrowRight");
      const looked = () => lab.page.evaluate(() => {
        const log = document.querySelector("#log").getBoundingClientRect();
        const row = document.querySelector('.log [aria-current="true"]');
        const box = row.getBoundingClientRect();
        // No word is split, and no line of less than 90 letters is.
        const boxes = (node, from, to) => {
          const range = document.createRange();
          range.setStart(node, from);
          range.setEnd(node, to);
          return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
        };
        const split = (one) => {
          const texts = [...one.childNodes].filter((node) => node.nodeType === 3);
          return texts.some((node) => [...node.data.matchAll(/\S+/g)].some((word) => boxes(node, word.index, word.index + word[0].length) > 1) || (node.data.length < 90 && boxes(node, 0, node.data.length) > 1));
        };
        const broken = [...document.querySelectorAll(".log .line .t")].filter(split).map((one) => `broken: ${one.textContent}`);
        const size = parseFloat(getComputedStyle(row).fontSize) * (1080 / innerHeight);
        const caption = document.querySelector(".caption > p");
        return [
          ...broken,
          ...(box.top < log.top + 20 || box.bottom > log.bottom + 1 ? [`row from ${box.top} to ${box.bottom} of ${log.top} to ${log.bottom}`] : []),
          ...(row.matches(".line:not(.note)") && size < 27.9 ? [`${size} px of 1080`] : []),
          ...(caption.scrollHeight > caption.clientHeight + 1 ? [`caption cut: ${caption.textContent}`] : []),
          ...(document.documentElement.scrollHeight > innerHeight ? ["the page scrolls"] : []),
        ];
      });
      // The log follows a moment after the step.
      let faults = await looked();
      for (let again = 0; faults.length > 0 && again < 20; again += 1) {
        await lab.page.waitForTimeout(25);
        faults = await looked();
      }
      assert.deepEqual(faults, [], await step(lab));
    }
    lab.faults.assertNone();
  });
}

test("a clicker steps, B blanks, V uncovers, Esc and P leave", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=20", end: false });
  await lab.page.keyboard.press("p");
  await lab.page.locator(".stage").waitFor();
  await lab.page.waitForFunction(() => /&stage=on/.test(location.hash));
  for (const gone of [".top", ".foot", "#inspector", ".controls", ".transport", ".filter"]) await counts(lab.page.locator(gone), 0, gone);
  await press(lab, "PageDown");
  assert.match(await step(lab), /^21 /);
  await press(lab, "PageUp");
  assert.match(await step(lab), /^20 /);
  assert.match(await lab.page.locator(".caption > p").innerText(), /^Go ahead/);
  // Any key brings the screen back, and does nothing else.
  const blank = lab.page.getByRole("button", { name: "Show the screen again" });
  await lab.page.keyboard.press("b");
  await blank.waitFor();
  assert.equal(await lab.page.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).className), "blank");
  await lab.page.keyboard.press("PageDown");
  await blank.waitFor({ state: "detached" });
  assert.match(await step(lab), /^20 /);
  // The verdict is covered until it is asked for, and even then only as far as it is known.
  await lab.page.keyboard.press("End");
  await lab.page.waitForFunction(() => /^(\d+) \/ \1$/.test(document.querySelector(".counter").textContent));
  assert.doesNotMatch(await lab.page.locator(".stage .session").innerText(), /Delivered, encrypted/);
  await lab.page.keyboard.press("v");
  await lab.page.getByText("Delivered, encrypted, not authenticated", { exact: true }).last().waitFor();
  await lab.page.keyboard.press("Escape");
  await lab.page.locator(".top").waitFor();
  await lab.page.waitForFunction(() => !/stage/.test(location.hash));
  // By its button, and by the same key.
  await lab.page.getByRole("button", { name: /^Stage/ }).click();
  await lab.page.locator(".stage").waitFor();
  await lab.page.keyboard.press("P");
  await lab.page.locator(".top").waitFor();
  lab.faults.assertNone();
});

test("PageDown at the end shows the verdict with its reason, then goes to the next stop, and PageUp back", async (t) => {
  const lab = await open(t, { width: 1280, height: 720, fragment: "#v=2&preset=book&step=63&stage=on&lesson=six-twists&stop=2&ask=never", end: false });
  const billing = lab.page.locator(".billing");
  assert.match(await billing.innerText(), /^Six twists · Stop 2 of 7 · Opportunistic · Between the two: nobody · Take away: /);
  await lab.page.keyboard.press("PageDown");
  await lab.page.getByText(/opportunistic sender would have accepted any certificate/).last().waitFor();
  assert.match(await step(lab), /^63 /);
  await lab.page.keyboard.press("PageDown");
  await billing.getByText("Stop 3 of 7").waitFor();
  assert.match(await step(lab), /^1 /);
  await lab.page.keyboard.press("PageUp");
  await billing.getByText("Stop 2 of 7").waitFor();
  lab.faults.assertNone();
});

test("a question stands large until hands are counted, and the next step is the answer", async (t) => {
  const lab = await open(t, { width: 1280, height: 720, fragment: "#v=2&preset=self-signed&ask=always&step=4&stage=on", end: false });
  const asked = lab.page.locator(".ask:not(.told)");
  await lab.toQuestion();
  const question = await asked.locator("h2").innerText();
  assert.ok(await asked.locator("h2").evaluate((one) => parseFloat(getComputedStyle(one).fontSize) * (1080 / innerHeight) >= 40));
  assert.ok(await asked.getByRole("listitem").count() >= 2);
  const inView = await lab.page.locator('.log [aria-current="true"]').evaluate((row) => row.getBoundingClientRect().bottom <= document.querySelector("#log").getBoundingClientRect().bottom + 1);
  assert.ok(inView, "the row stays in view above it");
  await lab.page.waitForTimeout(300);
  assert.equal(await asked.locator("h2").innerText(), question);
  await lab.page.keyboard.press("PageDown");
  await lab.page.waitForFunction((question) => document.querySelector(".ask:not(.told) h2")?.innerText !== question, question);
  // What settles it tells it, and no guess.
  for (let steps = 0; steps < 40 && !(await lab.page.locator(".ask.told").allInnerTexts()).some((card) => card.startsWith(question)); steps += 1) await lab.page.keyboard.press("PageDown").then(() => lab.page.waitForTimeout(40));
  assert.doesNotMatch((await lab.page.locator(".ask.told").allInnerTexts()).join(), /You said/);
  lab.faults.assertNone();
});

test("each step is heard in one line, while playing the points alone", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=19", end: false });
  const heard = lab.page.locator("#heard");
  await lab.page.keyboard.press("ArrowRight");
  await lab.page.getByText("20 of 63, server, in clear: 220 2.0.0 Ready to start TLS", { exact: true }).waitFor();
  assert.equal(await heard.getAttribute("aria-live"), "polite");
  for (let now = 20; now < 63; now += 1) {
    await press(lab, "ArrowRight");
    assert.match(await heard.innerText(), new RegExp(`^${now + 1} of 63(, (client|server), (in clear|sealed))?: \\S[^\n]*$`));
  }
  // Playing, it stays at the point until the next one.
  await lab.open("#v=2&preset=book&step=6&end=off");
  await lab.page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => window.said.push(document.querySelector("#heard").textContent)).observe(document.querySelector("#heard"), { subtree: true, characterData: true, childList: true });
  });
  await lab.button("Play").click();
  await lab.page.waitForFunction(() => /^12 /.test(document.querySelector(".counter").textContent));
  const said = await lab.page.evaluate(() => window.said);
  assert.ok(said.every((line) => !/^(7|8|10) of/.test(line)), said.join(" | "));
  assert.ok(said.some((line) => /^9 of/.test(line)), said.join(" | "));
  lab.faults.assertNone();
});

test("a changed switch says what becomes of the mail", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=20", end: false });
  const said = lab.page.locator("[aria-live=polite]").filter({ hasText: /Not known yet/ }).first();
  assert.equal(await said.innerText(), "Not known yet");
  await lab.open("#v=2&preset=book&starttls=not_offered&end=on");
  assert.match(await lab.page.locator(".sr > [aria-live=polite]").first().innerText(), /not offered\. Delivered, readable on the way$/i);
});

test("the first stop of the page leads to the session", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=20", end: false });
  await lab.page.keyboard.press("Tab");
  const skip = lab.page.getByRole("link", { name: "To the session" });
  assert.ok(await skip.evaluate((one) => one === document.activeElement && one.getBoundingClientRect().top >= 0));
  const hash = await lab.page.evaluate(() => location.hash);
  await lab.page.keyboard.press("Enter");
  await lab.page.waitForFunction(() => document.activeElement.getAttribute("aria-current") === "true");
  assert.equal(await lab.page.evaluate(() => location.hash), hash);
});

test("with forced colours the row and the point can be told", async (t) => {
  for (const fragment of ["#v=2&preset=book&step=20", "#v=2&preset=book&step=20&stage=on"]) {
    const lab = await open(t, { fragment, end: false, forcedColors: "active" });
    for (const now of ['.log [aria-current="true"]', ".point.current .disc"]) {
      const [style, width] = await lab.page.locator(now).first().evaluate((one) => [getComputedStyle(one).outlineStyle, parseFloat(getComputedStyle(one).outlineWidth)]);
      assert.ok(style !== "none" && width >= 2, `${now}: ${style} ${width}`);
    }
  }
});
