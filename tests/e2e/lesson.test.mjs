// Questions and lessons, by keyboard alone: where a run halts, what a right and a wrong answer come to, and a lesson from stop to stop.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();
const asked = (lab) => lab.page.locator(".ask:not(.told)");
const told = (lab) => lab.page.locator(".ask.told");

/** Steps on to the next question. */
async function halt(lab) {
  for (let steps = 0; steps < 80 && (await asked(lab).count()) === 0; steps += 1) {
    const step = await lab.page.locator(".counter").textContent();
    await lab.page.keyboard.press("ArrowRight");
    await lab.page.waitForFunction((step) => document.querySelector(".counter").textContent !== step, step);
  }
  await asked(lab).waitFor();
}

test("a run halts, and the event that comes tells a right guess and a wrong one", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=self-signed&ask=always&step=1", end: false });
  const last = Number((await lab.page.locator(".counter").textContent()).split("/")[1]);
  const guessed = [], settled = { right: 0, wrong: 0 };
  const number = async () => Number((await lab.page.locator(".counter").textContent()).split("/")[0]);
  for (let step = await number(); step < last || (await asked(lab).count()) > 0; step = await number()) {
    for (const card of await told(lab).allInnerTexts()) {
      const question = card.split("\n")[0];
      if (!guessed.includes(question)) continue;
      guessed.splice(guessed.indexOf(question), 1);
      if (!/You said/.test(card)) settled.right += 1;
      else {
        assert.match(card, /You said: .+ Not so: .+\n+Right: /);
        settled.wrong += 1;
      }
    }
    const stands = await asked(lab).locator("h2").allInnerTexts();
    if (stands.length > 0) guessed.push(stands[0]);
    await lab.page.keyboard.press(stands.length > 0 ? String(1 + ((settled.right + settled.wrong) % 2)) : "ArrowRight");
    // One step on at most: nothing is passed over.
    await lab.page.waitForFunction(([step, stands]) => {
      const now = Number(document.querySelector(".counter").textContent.split("/")[0]);
      const question = document.querySelector(".ask:not(.told) h2")?.innerText ?? null;
      return now === step + 1 || (now === step && stands !== null && question !== stands);
    }, [step, stands[0] ?? null]);
  }
  assert.ok(settled.right > 0 && settled.wrong > 0 && settled.right + settled.wrong >= 4, JSON.stringify([settled, guessed]));
  // No answer is in the link.
  assert.doesNotMatch(await lab.page.evaluate(() => location.hash), /answer|guess/);
  lab.faults.assertNone();
});

test("playing stops where the run asks", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=self-signed&ask=always&step=1", end: false });
  await halt(lab);
  const step = await lab.page.locator(".counter").textContent();
  await lab.button("Play").click();
  await lab.page.waitForTimeout(2_500);
  assert.equal(await lab.page.locator(".counter").textContent(), step);
  lab.faults.assertNone();
});

test("an answer stays until it is told, and playing stops there, however fast", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=self-signed&ask=always&step=1&pace=fast", end: false });
  const open_ = lab.page.locator(".so-far", { hasText: "The run will show." });
  await asked(lab).waitFor();
  await lab.page.keyboard.press("1");
  await open_.getByText(/^You said: /).waitFor();
  let stops = 0;
  await lab.button("Play").click();
  for (; stops < 20; stops += 1) {
    await asked(lab).or(lab.button("Play")).first().waitFor();
    if (await asked(lab).count() > 0) {
      await lab.page.keyboard.press("2");
      await asked(lab).waitFor({ state: "detached" }).catch(() => {});
      continue;
    }
    // Not at the end: what stopped it is an answer.
    const [at, last] = (await lab.page.locator(".counter").textContent()).split("/").map(Number);
    if (at === last) break;
    await counts(told(lab), 1, `at ${at}`);
    await lab.button("Play").click();
    await lab.page.waitForFunction((at) => Number(document.querySelector(".counter").textContent.split("/")[0]) > at, at);
  }
  assert.ok(stops >= 4, `${stops} stops`);
  await counts(open_, 0);
  lab.faults.assertNone();
});

for (const fragment of ["#v=2&preset=self-signed&step=22&lesson=certificates&stop=1", "#v=2&preset=self-signed&ask=always&step=1", "#v=2&preset=client-certificate-missing&step=1&lesson=domain-security&stop=3"]) {
  test(`a question is there whole, above a bar that is: ${fragment}`, async (t) => {
    const lab = await open(t, { width: 1280, height: 720, fragment, end: false });
    await lab.toQuestion();
    const cut = () => lab.page.evaluate(() => {
      const box = (selector) => document.querySelector(selector).getBoundingClientRect();
      const [ask, asks, bar, card] = [".ask:not(.told)", ".asks", ".transport", ".card.session"].map(box);
      return [ask.bottom - asks.bottom, asks.bottom - bar.top, bar.bottom - Math.min(innerHeight, card.bottom)].filter((over) => over > 1);
    });
    assert.deepEqual(await cut(), []);
  });
}

test("six twists, from stop to stop", async (t) => {
  const lab = await open(t, { end: false });
  await lab.page.getByRole("button", { name: "Lessons", exact: true }).press("Enter");
  await lab.page.getByRole("button", { name: "Begin “Six twists”" }).press("Enter");
  const bar = lab.page.getByRole("region", { name: "Lessons" });
  for (let stop = 1; stop <= 7; stop += 1) {
    await bar.getByText(`Stop ${stop} of 7`).waitFor();
    await bar.getByText(/^Watch:/).waitFor();
    await lab.page.waitForFunction((stop) => new RegExp(`lesson=six-twists(&stop=${stop})?(&|$)`).test(location.hash), stop);
    // What is taken away is of all runs of a stop; the last has two.
    if (stop === 7) {
      await lab.button("Last").press("Enter");
      await counts(bar.getByText(/^Take away:/), 0);
      await bar.getByRole("button", { name: "Run 2 of this stop" }).press("Enter");
    }
    await lab.button("Last").press("Enter");
    await bar.getByText(/^Take away:/).waitFor();
    assert.notEqual((await lab.outcome.innerText()).trim(), "");
    if (stop < 7) await bar.getByRole("button", { name: "Next stop" }).press("Enter");
  }
  await bar.getByRole("button", { name: "Leave the lesson" }).press("Enter");
  await lab.page.waitForFunction(() => !/lesson=/.test(location.hash));
  lab.faults.assertNone();
});

test("at the end of a run Next is the next run, then the end of the lesson", async (t) => {
  const lab = await open(t, { width: 360, height: 640, fragment: "#v=2&preset=domain-secured&path=impostor&step=99&lesson=six-twists&stop=7&ask=never", end: false });
  await lab.button("Next run").press("Enter");
  await lab.page.waitForFunction(() => !/path=impostor/.test(location.hash));
  // The box offers the run that is not on show.
  await lab.button("Run 1 of this stop").waitFor();
  await lab.page.keyboard.press("End");
  await lab.button("Lesson done").waitFor();
  assert.equal(await lab.button("Lesson done").getAttribute("aria-disabled"), "true");
  lab.faults.assertNone();
});

test("a lesson that somebody makes is all in its link", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&view=lessons", end: false, ready: false });
  await lab.page.getByLabel("Title").fill("Stripped or not");
  await lab.page.getByRole("button", { name: /^Add the run on show/ }).press("Enter");
  await lab.page.evaluate(() => { location.hash = "#v=2&preset=stripped&view=lessons"; });
  await lab.page.getByRole("button", { name: /^Add the run on show: An attacker strips/ }).or(lab.page.getByRole("button", { name: /^Add the run on show: .*[Ss]trip/ })).first().press("Enter");
  const begin = lab.page.getByRole("link", { name: "Begin “Stripped or not”" });
  const link = await begin.getAttribute("href");
  assert.match(link, /lesson=own&stop=1&title=Stripped%20or%20not&stops=book,stripped$/);
  await lab.open(`${link}&end=off`);
  const bar = lab.page.getByRole("region", { name: "Lessons" });
  await bar.getByText("Stop 1 of 2").waitFor();
  await bar.getByRole("button", { name: "Next stop" }).press("Enter");
  await bar.getByText("Stop 2 of 2").waitFor();
  assert.equal(await lab.page.locator(".ended").count(), 0);
  await lab.button("Last").press("Enter");
  // What is asked at the end comes first.
  await bar.page().locator(".ask").getByRole("button", { name: "Show me" }).press("Enter");
  // Its end is a row beside that of an opportunistic sender.
  const rows = lab.page.locator(".ended tbody tr");
  await counts(rows, 2);
  assert.match(await rows.nth(0).innerText(), /^Stop 1 The session in the book\s+Delivered, encrypted, not authenticated/);
  assert.match(await rows.nth(1).innerText(), /^Stop 2 [\s\S]*also to the attacker/);
  lab.faults.assertNone();
});

test("the end of a lesson has its stops by name, in sight, and nothing over it", async (t) => {
  for (const [width, height] of [[1440, 900], [1280, 720], [360, 640]]) {
    // The last stop has two runs: the first is not the end.
    const lab = await open(t, { width, height, fragment: "#v=2&preset=domain-secured&path=impostor&step=41&lesson=six-twists&stop=7&ask=never", end: false });
    assert.equal(await lab.page.locator(".ended").count(), 0);
    await lab.button("Next run").click();
    await lab.page.waitForFunction(() => !/path=impostor/.test(location.hash));
    await lab.page.keyboard.press("End");
    const rows = lab.page.locator(".ended tbody tr");
    await counts(rows, 8);
    const names = await rows.locator("th").allInnerTexts();
    assert.equal(new Set(names).size, 8);
    assert.match(names[2], /^Stop 3\b.*STARTTLS: not offered/);
    assert.match(names[7], /^Stop 7, run 2\b.*Domain Security/);
    const seen = await lab.page.evaluate(() => {
      const box = (name) => document.querySelector(name).getBoundingClientRect();
      const [ended, bar, card] = [box(".ended"), box(".transport"), box(".card.session")];
      const cell = document.querySelector(".ended td .cell");
      const next = [...document.querySelectorAll(".card.session > *")].filter((one) => one.checkVisibility() && !/fixed|sticky/.test(getComputedStyle(one).position));
      const top = document.querySelector(".ended h2").getBoundingClientRect();
      return {
        bar: top.top >= 0 && top.bottom <= bar.top && bar.bottom <= innerHeight + 1, inside: ended.bottom <= card.bottom + 1 && ended.right <= innerWidth,
        over: next.some((one, at) => at > 0 && one.getBoundingClientRect().top < next[at - 1].getBoundingClientRect().bottom - 1 && !one.matches(".over-log") && !next[at - 1].matches(".over-log")),
        size: parseFloat(getComputedStyle(cell).fontSize), side: document.documentElement.scrollWidth - innerWidth,
      };
    });
    assert.deepEqual({ ...seen, size: seen.size >= 12 }, { bar: true, inside: true, over: false, size: true, side: 0 }, `${width}: ${JSON.stringify(seen)}`);
    lab.faults.assertNone();
  }
});

test("a stop that cannot be read is named, with what was expected", async (t) => {
  const lab = await open(t, { fragment: "#v=2&lesson=own&stops=book,book.starttls:maybe,bok", end: false });
  const notices = (await lab.notices()).join("\n");
  assert.match(notices, /starttls:maybe/);
  assert.match(notices, /not_offered/);
  assert.match(notices, /bok/);
  lab.faults.assertNone();
});

test("what is said to an answer is whole, wherever it is told, and Next has the focus", async (t) => {
  for (const [width, height] of [[1280, 720], [1280, 800], [1440, 900]]) {
    for (const fragment of ["preset=book&step=19&lesson=six-twists&stop=2", "preset=book&path=strip&step=10&lesson=six-twists&stop=4", "preset=book&path=impostor&policy=required&step=18&lesson=six-twists&stop=6"]) {
      const lab = await open(t, { width, height, fragment: `#v=2&${fragment}`, end: false });
      const asked = lab.page.locator(".ask:not(.told)");
      await lab.toQuestion();
      const question = await asked.locator("h2").innerText();
      // A wrong one, or the right one: what is said is longer to the first.
      await asked.getByRole("listitem").last().getByRole("button").press("Enter");
      const told = lab.page.locator(".ask.told", { hasText: question }).or(lab.page.locator(".so-far")).first();
      await told.waitFor();
      const { below, cut } = await told.evaluate((one) => ({
        below: one.getBoundingClientRect().bottom - document.querySelector(".transport").getBoundingClientRect().top,
        cut: one.closest(".asks").scrollHeight - one.closest(".asks").clientHeight,
      }));
      assert.ok(below <= 0 && cut <= 1, `${width}x${height} ${fragment}: ${below} ${cut}`);
      assert.equal(await lab.page.evaluate(() => document.activeElement.id), "next");
      lab.faults.assertNone();
    }
  }
});

test("a number that names no answer, or is pressed twice, leads nowhere", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=19&lesson=six-twists&stop=2", end: false });
  const counter = lab.page.locator(".counter");
  await lab.page.locator(".ask:not(.told)").waitFor();
  await lab.page.keyboard.press("7");
  assert.match(await counter.innerText(), /^19 /);
  await lab.page.keyboard.press("2");
  await lab.page.locator(".ask.told").waitFor();
  const told = await counter.innerText();
  await lab.page.keyboard.press("2");
  assert.equal(await counter.innerText(), told);
  lab.faults.assertNone();
});
