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

/** What is wrong with the stage as it stands: type that is too small for a room, what is cut, broken, out of the window or over something. */
const looked = (page, scale) => page.evaluate((scale) => {
  const faults = [];
  const stage = document.querySelector(".stage");
  const name = (one) => `${one.className || one.tagName}: ${one.textContent.slice(0, 40)}`;
  const seen = (one) => one.checkVisibility() && !one.closest(".sr, [aria-hidden=true], dialog:not([open]), .point:not(.current) .label") && one.getClientRects().length > 0;
  // Nothing is under 18 px of 720, and the log is 26.
  for (const one of stage.querySelectorAll("*")) {
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) || !seen(one)) continue;
    const size = parseFloat(getComputedStyle(one).fontSize) / scale;
    if (size < (one.matches(".log .t, .log .what") ? 26 : 18) - 0.05) faults.push(`${size} px: ${name(one)}`);
  }
  // No word is split, and no line of less than 60 letters is.
  const lines = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
  };
  if (scale >= 1) for (const one of document.querySelectorAll(".log .line .t")) {
    for (const node of [...one.childNodes].filter((node) => node.nodeType === 3)) {
      if ([...node.data.matchAll(/[^\s-]+/g)].some((word) => word[0].length < 50 && lines(node, word.index, word.index + word[0].length) > 1)) faults.push(`split: ${name(one)}`);
      if (node.data.length < (innerWidth < 1200 ? 45 : 60) && lines(node, 0, node.data.length) > 1) faults.push(`broken: ${name(one)}`);
    }
  }
  // One part under the other, all of them in the window, and none wider than it or cut.
  let bottom = 0;
  for (const part of document.querySelector(".session").children) {
    const box = part.getBoundingClientRect();
    if (box.height === 0) continue;
    if (box.top < bottom - 1) faults.push(`over another: ${name(part)}`);
    bottom = box.bottom;
  }
  if (bottom > innerHeight + 1) faults.push(`${bottom} of ${innerHeight}`);
  for (const one of stage.querySelectorAll(".billing, .caption, .caption > *, .clicker, .ask, .ask *, .clicker *, .current .label, .log .line > *, .log .message > *")) {
    if (!seen(one)) continue;
    const box = one.getBoundingClientRect();
    const within = one.closest(".caption, .ask, .clicker, .log")?.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1 || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline") faults.push(`wide: ${name(one)}`);
    if (within && !one.closest(".log") && (box.top < within.top - 1 || box.bottom > within.bottom + 1) || one.matches(".caption > p") && one.scrollHeight > one.clientHeight + 1) faults.push(`cut: ${name(one)}`);
  }
  // The current row is all in view.
  const [row, log] = ['.log [aria-current="true"]', "#log"].map((one) => document.querySelector(one).getBoundingClientRect());
  if (row.top < log.top + 1 || row.bottom > log.bottom + 1) faults.push(`row from ${row.top} to ${row.bottom} of ${log.top} to ${log.bottom}`);
  if (document.documentElement.scrollHeight > innerHeight) faults.push("the page scrolls");
  return faults;
}, scale);

/** That it is so; what follows a press is drawn, and scrolled to, a moment later. */
async function fits(lab, scale, where = "") {
  let faults = await looked(lab.page, scale);
  for (let again = 0; faults.length > 0 && again < 20; again += 1) {
    await lab.page.waitForTimeout(25);
    faults = await looked(lab.page, scale);
  }
  assert.deepEqual(faults, [], `${where} ${await step(lab)}`);
}

/** How many times as large as on 1280x720 it is; on a phone it is read in the hand. */
const SIZES = [[1280, 720, 1], [1920, 1080, 1.5], [1024, 768, 1], [360, 640, 0.5]];
for (const [width, height, scale] of SIZES) {
  test(`the last row of a room reads it, and nothing is cut or broken, ${width}x${height}`, async (t) => {
    const lab = await open(t, { width, height, fragment: "#v=2&preset=book&step=1&stage=on", end: false });
    const last = Number((await step(lab)).split("/")[1]);
    for (let now = 1; now < last; now += 1) {
      await press(lab, "ArrowRight");
      await fits(lab, scale);
    }
    await lab.page.keyboard.press("v");
    await lab.page.getByText("Delivered, encrypted, not authenticated", { exact: true }).last().waitFor();
    await fits(lab, scale, "verdict");
    // With questions: as they stand, and with their answers.
    await lab.open("#v=2&preset=self-signed&ask=always&step=1&stage=on&end=off");
    for (let asked = 0; asked < 4; asked += 1) {
      await lab.toQuestion();
      await fits(lab, scale, "question");
      const question = await lab.page.locator(".ask:not(.told) h2").innerText();
      await lab.page.keyboard.press("PageDown");
      await lab.page.waitForFunction((question) => document.querySelector(".ask:not(.told) h2")?.innerText !== question, question);
      await fits(lab, scale, "answer");
    }
    await lab.page.keyboard.press("?");
    const dialog = lab.page.getByRole("dialog");
    await dialog.waitFor();
    const sizes = await dialog.locator("kbd, dt, dd, h2, h3, h4, button").evaluateAll((all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize)));
    assert.ok(Math.min(...sizes) >= 17.9 * scale, `${Math.min(...sizes)}`);
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
  assert.match(await billing.innerText(), /^Six twists · Stop 2 of 7 · The session in the book · Opportunistic · Take away: /);
  await lab.page.keyboard.press("PageDown");
  await lab.page.getByText(/opportunistic sender would have accepted any certificate/).last().waitFor();
  assert.match(await step(lab), /^63 /);
  await lab.page.keyboard.press("PageDown");
  await billing.getByText("Stop 3 of 7").waitFor();
  assert.match(await step(lab), /^1 /);
  await lab.page.keyboard.press("PageUp");
  await billing.getByText("Stop 2 of 7").waitFor();
  // At its end, where one came from.
  assert.match(await step(lab), /^63 /);
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

test("P leads from the cover to the stage, S shows an answer, and all that was to choose from stays", async (t) => {
  const lab = await open(t, { width: 1280, height: 720, fragment: "", ready: false, end: false });
  await lab.page.getByRole("link", { name: "For a room: the stage" }).waitFor();
  // The address is written when keys are heard.
  await lab.page.waitForFunction(() => location.hash.includes("view=cover"));
  await lab.page.keyboard.press("p");
  await lab.page.locator(".stage .billing").getByText("Six twists · Stop 1 of 7").waitFor();
  // The first question of the book that is answered at the step behind it.
  await lab.open("#v=2&preset=self-signed&ask=always&step=4&stage=on&end=off");
  await lab.toQuestion();
  const asked = await lab.page.locator(".ask:not(.told) .guess").allInnerTexts();
  await lab.page.getByText("PageDown").locator("..").getByText("show the answer").waitFor();
  await lab.page.keyboard.press("s");
  const told = lab.page.locator(".ask.told .guess");
  await counts(told, asked.length);
  const right = lab.page.locator(".ask.told .right");
  await counts(right, 1);
  assert.match(await right.innerText(), /✓ Right: /);
  const plain = (words) => words.replace(/\s+/g, " ").replace("✓ Right: ", "").trim();
  assert.deepEqual((await told.allInnerTexts()).map(plain), asked.map(plain));
  lab.faults.assertNone();
});

test("the changes of a stop take one line, and the bar stays in its card", async (t) => {
  const lab = await open(t, { width: 1280, height: 720, fragment: "#v=2&preset=stripped&step=2&lesson=own&stop=2&stops=book,stripped,impostor", end: false });
  const changed = lab.page.locator(".changed summary");
  const low = await changed.evaluate((one) => one.getBoundingClientRect().height);
  const inside = () => lab.page.evaluate(() => document.querySelector(".transport").getBoundingClientRect().bottom <= Math.min(innerHeight, document.querySelector(".session").getBoundingClientRect().bottom) + 1);
  assert.ok(low < 40 && await inside());
  await changed.click();
  await lab.page.waitForFunction((low) => document.querySelector(".changed summary").getBoundingClientRect().height > low, low);
  assert.ok(await inside());
});

test("at the end of a lesson stands what its runs came to, all of it in view, and nothing behind it", async (t) => {
  for (const [width, height] of [[1280, 720], [1440, 900], [1024, 768], [1920, 1080]]) {
    const lab = await open(t, { width, height, fragment: "#v=2&preset=domain-secured&step=68&lesson=six-twists&stop=7&stage=on&ask=never", end: false });
    const keys = lab.page.locator(".clicker");
    await keys.getByText("PageDown verdict").or(keys.getByRole("button", { name: "PageDown verdict" })).or(keys.getByText("verdict")).first().waitFor();
    await lab.page.keyboard.press("PageDown");
    await lab.page.getByText("Delivered, encrypted, both sides verified", { exact: true }).last().waitFor();
    assert.equal(await lab.page.locator(".ended").count(), 0, "the verdict comes first");
    await lab.page.keyboard.press("PageDown");
    await counts(lab.page.locator(".ended tbody tr"), 8);
    await counts(lab.page.locator(".ended td .cell"), 16);
    const { cut, below, smallest } = await lab.page.evaluate(() => {
      const ended = document.querySelector(".ended");
      const sizes = [...ended.querySelectorAll("th, .cell, p")].map((one) => parseFloat(getComputedStyle(one).fontSize) * 1080 / innerHeight);
      return { cut: ended.scrollHeight - ended.clientHeight, below: document.querySelector(".clicker").getBoundingClientRect().bottom - innerHeight, smallest: Math.min(...sizes) };
    });
    assert.ok(cut <= 1 && below <= 1, `${width}x${height}: ${cut} ${below}`);
    if (width / height > 1.7) assert.ok(smallest >= 26.9, String(smallest));
    assert.equal(await keys.getByText("PageDown").count(), 0);
    // Black, and as it was.
    await lab.page.keyboard.press("b");
    await lab.page.getByRole("button", { name: "Show the screen again" }).waitFor();
    await lab.page.keyboard.press("PageDown");
    await counts(lab.page.locator(".ended tbody tr"), 8);
    lab.faults.assertNone();
  }
});

test("back to the run before and off the stage, and nothing is said of a step that no link named", async (t) => {
  const lab = await open(t, { width: 1280, height: 720, fragment: "#v=2&preset=book&step=1&stage=on&lesson=six-twists&stop=2&ask=never", end: false });
  await lab.page.keyboard.press("PageUp");
  await lab.page.locator(".billing").getByText("Stop 1 of 7").waitFor();
  await lab.page.keyboard.press("Escape");
  await lab.page.locator(".top").waitFor();
  assert.equal(await lab.page.locator(".notices").innerText(), "");
  lab.faults.assertNone();
});
