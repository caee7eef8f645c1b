// The cover: there before the module is, a guess and its outcome by keyboard alone, the ways past it; and the gallery.
import assert from "node:assert/strict";
import { test } from "node:test";
import { violations } from "./axe.mjs";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();
const hash = (lab) => lab.page.evaluate(() => location.hash);
const guess = (lab, name) => lab.page.getByRole("radio", { name });
const end = (lab) => lab.page.getByRole("region", { name: "Your guess, and what became of the mail" });
const headline = (lab) => lab.page.getByRole("heading", { level: 1, name: "Would it arrive, and who could read it?" });

/** Frames in which the cover, or that the page starts, was to be seen; and how much moved. */
const watch = `
  window.frames_ = []; window.moved = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.moved += entry.value; }).observe({ type: "layout-shift", buffered: true });
  const look = () => {
    const sees = (one) => document.querySelector(one)?.checkVisibility() ?? false;
    window.frames_.push((sees(".cover h1") ? "cover " : "") + (sees(".starting") ? "starting " : "") + (sees(".points") ? "session" : ""));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);`;
const seen = (lab) => lab.page.evaluate(() => [...new Set(window.frames_.map((frame) => frame.trim()).filter(Boolean))]);

/** Opens the page with the module held back until `go()`; where that is the cover, with the style sheet of all that is not, too. */
async function held(t, options = {}) {
  let go;
  const gate = new Promise((resolve) => { go = resolve; });
  const prepare = (page) => page.route(options.fragment ? /\.wasm$/ : /\.(wasm|css)$/, async (route) => { await gate; await route.continue(); });
  const lab = await open(t, { fragment: "", end: false, ready: false, init: watch, prepare, ...options });
  return Object.assign(lab, { go: async () => { go(); await lab.page.waitForFunction(() => !document.querySelector(".starting")); } });
}

/** The cover, with the page there. */
async function cover(t, options = {}) {
  const lab = await held(t, options);
  await lab.go();
  // The address is written when keys are heard.
  await lab.page.waitForFunction(() => location.hash.includes("view=cover"));
  return lab;
}

/** Every element of the cover that is drawn: its words, where it stands and how it looks. */
const boxes = (lab) => lab.page.evaluate(() => {
  const looks = (one) => { const { color, background, border, font, fill, stroke, boxShadow } = getComputedStyle(one); return [color, background, border, font, fill, stroke, boxShadow].join(); };
  return [...document.querySelectorAll(".cover, .cover *")].filter((one) => one.checkVisibility()).map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [one.tagName, one.className.baseVal ?? one.className, one.getAttribute("href"), one.childElementCount ? "" : one.textContent, x, y, width, height, looks(one)].join("|");
  });
});

for (const [width, height, more] of [[1440, 900], [1280, 720, { colorScheme: "dark" }], [390, 844, { hasTouch: true }], [320, 640]]) {
  test(`is there before the module, and nothing moves when that takes over: ${width}x${height}`, async (t) => {
    const lab = await held(t, { width, height, ...more });
    await headline(lab).waitFor();
    const before = await boxes(lab);
    await lab.go();
    assert.deepEqual(await boxes(lab), before);
    await lab.page.waitForTimeout(200);
    assert.deepEqual(await seen(lab), ["cover"]);
    assert.ok(await lab.page.evaluate(() => window.moved) < 0.01);
    // What is asked first is in view, and nothing is wider than the window.
    assert.ok(await lab.page.getByRole("link", { name: "Send the mail" }).evaluate((one) => one.getBoundingClientRect().bottom <= innerHeight));
    assert.ok(await lab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.match(await hash(lab), /view=cover$/);
    lab.faults.assertNone();
  });
}

test("what is done before the module is there is not lost", async (t) => {
  const lab = await held(t);
  await guess(lab, /readable/).check();
  await lab.go();
  assert.ok(await guess(lab, /readable/).isChecked());
  assert.ok(await guess(lab, /readable/).evaluate((one) => one === document.activeElement), "it has the focus still");
  await lab.page.keyboard.press("Enter");
  await lab.ready();
  await lab.page.keyboard.press("End");
  await end(lab).getByText("Not as you said.").waitFor();
  lab.faults.assertNone();
});

test("a mail that is sent before the module is there is sent", async (t) => {
  const lab = await held(t);
  await guess(lab, /sealed/).check();
  await lab.page.getByRole("link", { name: "Send the mail" }).click();
  await lab.page.getByText(/Starting the session/).waitFor();
  await counts(headline(lab), 0);
  await lab.go();
  await lab.ready();
  await lab.page.keyboard.press("End");
  await end(lab).getByText("As you said.").waitFor();
  lab.faults.assertNone();
});

for (const [key, said, yours] of [["2", /^As you said\. Delivered, encrypted, not authenticated/, "Sealed"], ["3", /^Not as you said\. Delivered, encrypted, not authenticated/, "Verified"]]) {
  test(`by keyboard alone: the guess ${yours} stands beside what became of the mail, and somebody is put on the path`, async (t) => {
    const lab = await cover(t, { reducedMotion: "reduce" });
    await lab.page.keyboard.press(key);
    await lab.page.waitForFunction((at) => document.querySelectorAll(".cover input")[at].checked, Number(key) - 1);
    await lab.page.keyboard.press("Space");
    await lab.ready();
    assert.match(await hash(lab), /^#v=2&preset=self-signed&step=1&ask=always$/);
    // Nothing is told before the end; what was guessed is kept, and not asked again; and the run halts for other questions.
    await counts(end(lab), 0);
    await counts(lab.page.locator(".ask"), 0);
    await lab.page.getByText(`You said: It arrives, ${yours.toLowerCase()}.`).waitFor();
    for (let presses = 0; presses < 100 && (await lab.page.locator(".ask:not(.told)").count()) === 0; presses += 1) {
      await lab.page.keyboard.press("ArrowRight");
      await lab.page.waitForTimeout(30);
    }
    await counts(lab.page.locator(".ask:not(.told)"), 1);
    assert.doesNotMatch(await lab.page.locator(".ask:not(.told)").innerText(), /What will become of this mail/);
    await lab.page.keyboard.press("End");
    await end(lab).getByText(said).waitFor();
    const scale = await end(lab).getByRole("listitem").allInnerTexts();
    assert.equal(scale.length, 5);
    assert.deepEqual(scale.filter((one) => /You said/.test(one)).map((one) => one.split("\n")[0]), [yours]);
    assert.deepEqual(scale.filter((one) => /The run/.test(one)).map((one) => one.split("\n")[0]), ["Sealed"]);
    assert.equal((await end(lab).getByRole("button", { name: /^Decided at step/ }).innerText()), "Decided at step 28");
    // It is in no link and in no storage.
    assert.doesNotMatch(await hash(lab), /guess|verified|forecast/);
    assert.equal(await lab.page.evaluate(() => localStorage.length), 0);
    // It has been read, and the log below can be.
    if (key === "2") {
      await end(lab).getByRole("button", { name: "Close" }).click();
      await counts(end(lab), 0);
      await lab.page.goBack();
      await headline(lab).waitFor();
      await lab.page.keyboard.press(key);
      await lab.page.keyboard.press("Space");
      await lab.ready();
      await lab.page.keyboard.press("End");
      await end(lab).waitFor();
      await lab.page.keyboard.press("Escape");
      await counts(end(lab), 0);
      return;
    }
    const twist = end(lab).getByRole("button", { name: "Now put someone on the path" });
    await twist.focus();
    await lab.page.keyboard.press("Enter");
    await lab.page.waitForFunction(() => /preset=self-signed&path=impostor/.test(location.hash));
    await counts(end(lab), 0);
    // What became of it then is told as well, without a guess, and the lesson is what goes on from there; what it was before stands beside it.
    assert.equal(await lab.page.getByText(/^Was: /).count(), 0);
    await lab.page.keyboard.press("End");
    await lab.page.getByText("Was: Delivered, encrypted, not authenticated.").waitFor();
    await end(lab).getByText(/Delivered, encrypted, to an attacker/).waitFor();
    assert.deepEqual((await end(lab).getByRole("listitem").allInnerTexts()).filter((one) => /You said|The run/.test(one)).map((one) => one.split("\n")[0]), ["With an attacker"]);
    await counts(end(lab).getByRole("button", { name: /^Now put/ }), 0);
    await end(lab).getByRole("link", { name: /Six twists/ }).waitFor();
    // A guess is made but once: the same link opened anew tells none.
    await lab.page.goBack();
    await lab.page.keyboard.press("End");
    await counts(end(lab), 0);
    lab.faults.assertNone();
  });
}

test("a mail without a guess is asked of in the cover's words, and goes its way once that is answered", async (t) => {
  const lab = await cover(t);
  const cards = await lab.page.locator(".guesses b").allInnerTexts();
  await lab.page.getByRole("link", { name: "Send the mail" }).click();
  await lab.ready();
  const asked = lab.page.getByRole("region", { name: "A question" });
  assert.match(await asked.innerText(), /What will become of this mail/);
  assert.deepEqual((await asked.locator("li").allInnerTexts()).map((one) => one.replace(/^\d\s*/, "")), cards);
  await lab.page.keyboard.press("2");
  await lab.page.waitForFunction(() => !/step=[123]&/.test(location.hash));
  lab.faults.assertNone();
});

test("the milestones lead to their points in the session of the book", async (t) => {
  const lab = await cover(t);
  for (let number = 1; number <= 7; number += 1) {
    await lab.page.getByRole("link", { name: new RegExp(`^0${number} `) }).click();
    await lab.ready();
    await lab.at(number);
    assert.match(await hash(lab), /^#v=2&preset=book&step=\d+$/);
    await lab.page.goBack();
    await headline(lab).waitFor();
  }
  lab.faults.assertNone();
});

test("one key opens the lab, the page opens there from then on, and there is a way back", async (t) => {
  const lab = await cover(t);
  const { url } = lab.page.labServer;
  const load = async () => { await lab.page.goto("about:blank"); await lab.page.goto(url); };
  await lab.page.keyboard.press("l");
  await lab.ready();
  assert.match(await hash(lab), /^#v=2&preset=book&step=2$/);
  await load();
  await lab.ready();
  assert.ok(!(await seen(lab)).some((frame) => /cover/.test(frame)), "the cover does not flash");
  assert.match(await lab.scenario.innerText(), /The session in the book/);
  await lab.page.getByRole("button", { name: "STARTTLS lab" }).click();
  await headline(lab).waitFor();
  await load();
  await headline(lab).waitFor();
  await lab.go();
  // By its link, too.
  await lab.page.getByRole("link", { name: "Open the lab" }).click();
  await lab.ready();
  await load();
  await lab.ready();
  lab.faults.assertNone();
});

for (const fragment of ["#v=2&preset=stripped", "#v=2&view=gallery", "#step=4"]) {
  test(`a link skips the cover: ${fragment}`, async (t) => {
    const lab = await held(t, { fragment });
    await lab.page.getByText(/Starting the session/).waitFor();
    await lab.go();
    await lab.page.getByRole("button", { name: "STARTTLS lab" }).waitFor();
    assert.ok(!(await seen(lab)).some((frame) => /cover/.test(frame)));
    lab.faults.assertNone();
  });
}

test("when the page cannot start, that is said and not the question", async (t) => {
  const lab = await open(t, { fragment: "", end: false, ready: false, prepare: (page) => page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" })) });
  await lab.fault.waitFor({ state: "visible" });
  await counts(headline(lab), 0);
  await lab.page.getByRole("heading", { level: 1, name: "STARTTLS lab" }).waitFor();
});

for (const [width, height] of [[1440, 900], [390, 844], [320, 640]]) {
  test(`axe finds nothing on the cover and at the end of its run, ${width} px, light and dark`, async (t) => {
    const lab = await cover(t, { width, height, reducedMotion: "reduce" });
    await lab.page.keyboard.press("3");
    const look = async () => {
      for (const colorScheme of ["light", "dark"]) {
        await lab.page.emulateMedia({ colorScheme });
        await lab.page.waitForTimeout(150);
        assert.deepEqual(await violations(lab.page), [], colorScheme);
      }
    };
    await look();
    await lab.page.keyboard.press("Enter");
    await lab.ready();
    await lab.page.keyboard.press("End");
    await end(lab).waitFor();
    await look();
  });
}

test("the gallery shows no ending before it is asked to, and the story on show is marked", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=stripped&view=gallery", end: false, ready: false });
  const story = lab.gallery.getByRole("button", { name: /^STARTTLS is stripped on the path/ });
  await story.waitFor();
  assert.equal(await story.getAttribute("aria-current"), "true");
  assert.doesNotMatch(await lab.gallery.locator(".groups").innerText(), /With an attacker|without noticing/);
  await counts(lab.gallery.locator(".groups .shape:is(.attacked, .readable, .encrypted, .verified, .waits)"), 0);
  await lab.gallery.getByRole("button", { name: "Shown" }).press("Enter");
  await story.locator(".shape.attacked").waitFor();
  assert.match(await story.innerText(), /without noticing/);
  assert.match(await hash(lab), /view=gallery&end=on$/);
  await counts(lab.gallery.locator(".groups .shape:not(.attacked, .readable, .encrypted, .verified, .waits)"), 0);
  // How it is looked at stays, and the session begins at its beginning.
  await lab.gallery.getByRole("button", { name: /^An impostor/ }).press("Enter");
  await lab.ready();
  assert.match(await hash(lab), /^#v=2&preset=impostor&step=\d+&end=on$/);
  await lab.scenario.press("Enter");
  await lab.gallery.waitFor();
  await lab.page.getByRole("button", { name: "Session", exact: true }).press("Enter");
  await lab.ready();
  lab.faults.assertNone();
});

test("the question is painted first, and does not move when the rest of the cover comes", async (t) => {
  const lab = await open(t, { fragment: "", end: false, ready: false, init: `
    window.first = [];
    new MutationObserver(() => window.first.push(document.documentElement.hasAttribute("data-first"))).observe(document, { subtree: true, attributeFilter: ["data-first"] });` });
  await headline(lab).waitFor();
  await lab.page.waitForFunction(() => window.first.at(-1) === false);
  // Set before there is a body, taken away once.
  assert.deepEqual(await lab.page.evaluate(() => window.first.filter((now, at, all) => now !== all[at - 1])).then((all) => all.slice(-1)), [false]);
  for (const [width, height] of [[1920, 1080], [1440, 900], [1280, 720], [1024, 768], [768, 1024], [390, 844], [360, 640]]) {
    await lab.page.setViewportSize({ width, height });
    const tops = await lab.page.evaluate(() => [true, false].map((first) => {
      document.documentElement.toggleAttribute("data-first", first);
      const { left, top, height } = document.querySelector(".riddle h1").getBoundingClientRect();
      const shown = [...document.querySelectorAll(".cover .main > *, .lead")].filter((one) => one.checkVisibility()).length;
      return { left, top, height, shown };
    }));
    assert.ok(tops[0].shown < tops[1].shown, JSON.stringify(tops));
    const [{ shown: _, ...before }, { shown: __, ...after }] = tops;
    assert.deepEqual(before, after, `${width}x${height}`);
  }
  lab.faults.assertNone();
});
