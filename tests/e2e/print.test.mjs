// What comes out on paper: the sheets of the run and of a class, a place of the page, and the page itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";

const open = suite();
const paper = (lab) => lab.page.locator(".paper");

/** Pages of a PDF, as the browser prints it, and how many of them lie on their side. */
async function printed(page) {
  const text = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const boxes = [...text.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((box) => [Number(box[1]), Number(box[2])]);
  return { pages: boxes.length, wide: boxes.filter(([width, height]) => width > height).length };
}

/** Controls that would come out on paper. */
const controls = (page) => page.evaluate(() => [...document.querySelectorAll("button:not([data-row], .lamp, .cell, .term, .link, .point button), select, input")].filter((one) => one.checkVisibility({ checkVisibilityCSS: true }) && !one.closest(".points, .log, .matrix")).map((one) => one.outerHTML.slice(0, 90)));

test("the handout is verdict, whole log and notes, on a few pages and without a control", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=self-signed&view=print&step=5", end: false, ready: false });
  await paper(lab).waitFor();
  const words = await paper(lab).innerText();
  for (const said of [/Delivered, encrypted, not authenticated/, /Notes to the points/, /220 mx\.partner\.example/, /QUIT/, /#v=2&preset=self-signed/]) assert.match(words, said);
  const rows = await paper(lab).locator(".paper-log tr").count();
  assert.ok(rows > 50, String(rows));
  await lab.page.emulateMedia({ media: "print" });
  assert.deepEqual(await controls(lab.page), []);
  const { pages } = await printed(lab.page);
  assert.ok(pages >= 1 && pages <= 4, String(pages));
  lab.faults.assertNone();
});

test("the exercise has the questions without answers, and the answers are a sheet apart", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=self-signed&view=print&sheet=exercise", end: false, ready: false });
  await paper(lab).waitFor();
  const asked = await paper(lab).locator(".asked > li > p:first-child").allInnerTexts();
  assert.ok(asked.length >= 3 && asked.length <= 7, asked.join("\n"));
  assert.equal(await paper(lab).locator(".right").count(), 0);
  assert.doesNotMatch(await paper(lab).innerText(), /not authenticated/);
  await lab.page.getByRole("button", { name: "Exercise: answers" }).press("Enter");
  await paper(lab).locator(".right").first().waitFor();
  assert.deepEqual(await paper(lab).locator(".asked > li > p:first-child").allInnerTexts(), asked);
  assert.equal(await paper(lab).locator(".asked .right").count(), asked.length);
  // What becomes of the mail has one set of words: a box is ticked before the run, and the other policies are told by them.
  assert.equal(await paper(lab).locator("h3 ~ .boxes > .right").innerText(), "☑ It arrives, sealed");
  assert.match(await paper(lab).innerText(), /It arrives, sealed: delivered, encrypted, not authenticated/);
  lab.faults.assertNone();
});

test("an exercise says who sends, by which way, to whom, before it asks, and asks that once", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=self-signed&view=print&sheet=exercise&ask=always", end: false, ready: false });
  await paper(lab).waitFor();
  const words = await paper(lab).innerText();
  assert.ok(words.indexOf("Opportunistic") > 0 && words.indexOf("Opportunistic") < words.indexOf("What will become of this mail?"), words);
  for (const fact of [/mail\.somorita\.com, Opportunistic/, /a listener/, /mx\.partner\.example, STARTTLS offered/, /self-signed/]) assert.match(words, fact);
  assert.equal(words.split("What will become of this mail?").length, 2);
  const [fates, ways] = [await paper(lab).locator("h3 ~ .boxes > li").allInnerTexts(), ["readable", "sealed", "verified"]];
  assert.deepEqual(fates, [...ways.map((way) => `☐ It arrives, ${way}`), "☐ It does not arrive"]);
  // A run that was changed is called by what it is, and the name has its place beside.
  await lab.page.evaluate(() => { location.hash = "#v=2&preset=book&path=strip&policy=required&view=print&sheet=exercise"; });
  await paper(lab).getByRole("heading", { name: "The session in the book · Require TLS · an attacker who strips STARTTLS" }).waitFor();
  const [title, name] = [await paper(lab).locator("h2").boundingBox(), await paper(lab).getByText(/^Name _+$/).boundingBox()];
  assert.ok(name.x >= title.x + title.width && name.height < 30, JSON.stringify([title, name]));
  lab.faults.assertNone();
});

test("every sheet says where the page is, once", async (t) => {
  for (const sheet of ["handout", "exercise", "exercise-key", "plan", "tasks", "tasks-key"]) {
    const lab = await open(t, { fragment: `#v=2&preset=stripped&policy=required&view=print&sheet=${sheet}`, end: false, ready: false });
    await paper(lab).waitFor();
    const words = await paper(lab).innerText();
    const address = lab.page.labServer.url;
    assert.equal(words.split(address).length, 2, sheet);
    if (/handout|exercise/.test(sheet)) assert.ok(words.includes(`${address}#v=2&preset=stripped&policy=required\n`) || words.endsWith(`${address}#v=2&preset=stripped&policy=required`), sheet);
    lab.faults.assertNone();
  }
});

test("in a lesson plan and exercise are of all its runs, and the handout of the one on show", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&path=strip&lesson=six-twists&stop=4&view=print&sheet=plan", end: false, ready: false });
  await paper(lab).getByRole("heading", { name: "Six twists" }).waitFor();
  assert.match(await paper(lab).innerText(), /P opens the stage; PageDown goes on/);
  const rows = paper(lab).locator(".plan tbody tr");
  assert.equal(await rows.count(), 8);
  const seventh = await rows.nth(7).innerText();
  for (const said of [/Stop 7, run 2/, /#v=2&preset=domain-secured&lesson=six-twists&stop=7/, /Both ends must ask/]) assert.match(seventh, said);
  const asked = await rows.nth(3).locator("td > p").allInnerTexts();
  assert.ok(asked.length >= 3, asked.join("\n"));
  await lab.page.getByRole("button", { name: "Exercise", exact: true }).press("Enter");
  await paper(lab).getByRole("heading", { name: /^Stop 7, run 2 · Domain Security that works$/ }).waitFor();
  const lesson = `${lab.page.labServer.url}#v=2&preset=book&step=1&lesson=six-twists&stop=1`;
  assert.ok((await paper(lab).innerText()).includes(`The lesson: ${lesson}\n`));
  const [runs, questions] = [paper(lab).locator("h3"), paper(lab).locator(".asked > li > p:first-child")];
  assert.equal(await runs.count(), 8);
  // Of each what becomes of it, and those that the plan has; its takeaway once, behind its last run, where a class writes it.
  const stop4 = (await paper(lab).innerText()).split(/(?=Stop 4 · |Stop 5 · )/)[1];
  assert.match(stop4, /What will become of this mail\?/);
  for (const question of asked) assert.ok(stop4.includes(question.slice(0, question.indexOf("?") + 1)), question);
  const count = await questions.count();
  assert.equal((await paper(lab).innerText()).split("Take away:").length - 1, 7);
  assert.equal(await paper(lab).locator(".right").count(), 0);
  await lab.page.getByRole("button", { name: "Exercise: answers" }).press("Enter");
  await paper(lab).locator(".asked .right").first().waitFor();
  assert.equal(await paper(lab).locator(".asked .right").count(), count);
  assert.match(await paper(lab).innerText(), /Take away: One changed word undoes TLS/);
  await lab.page.getByRole("button", { name: "Handout" }).press("Enter");
  await paper(lab).getByRole("heading", { name: /^Six twists · Stop 4 of 7 · / }).waitFor();
  // One that somebody makes has its own.
  await lab.open("#v=2&preset=book&lesson=own&stop=1&title=Two%20runs&stops=book,stripped&end=off");
  await lab.page.getByRole("button", { name: "Print", exact: true }).press("Enter");
  await lab.page.getByRole("button", { name: "Class plan" }).press("Enter");
  await paper(lab).getByRole("heading", { name: "Two runs" }).waitFor();
  assert.equal(await rows.count(), 2);
  // The link of the lesson is one that opens it, and that of a row its run.
  assert.ok((await paper(lab).innerText()).includes("#v=2&preset=book&step=1&lesson=own&stop=1&title=Two%20runs&stops=book,stripped\n"));
  assert.deepEqual(await rows.getByRole("link").allInnerTexts(), ["#v=2&preset=book", "#v=2&preset=stripped"]);
  lab.faults.assertNone();
});

test("plan and tasks are there, and each task is a link that opens its run", async (t) => {
  const lab = await open(t, { fragment: "#v=2&view=print&sheet=tasks", end: false, ready: false });
  await paper(lab).waitFor();
  assert.equal(await paper(lab).locator(".asked > li").count(), 12);
  await paper(lab).getByRole("link").nth(4).press("Enter");
  await lab.page.waitForFunction(() => location.hash.includes("preset=stripped"));
  await lab.ready();
  lab.faults.assertNone();
});

test("the table of policies is printed whole, on its side", async (t) => {
  const lab = await open(t, { fragment: "#v=2&view=grid", ready: false });
  await lab.page.getByText(/^All \d+ cells have run/).waitFor({ timeout: 60_000 });
  await lab.page.emulateMedia({ media: "print" });
  await lab.page.setViewportSize({ width: 1046, height: 740 });
  const cut = await lab.page.evaluate(() => {
    const table = document.querySelector(".grid-page table").getBoundingClientRect();
    return table.right - document.documentElement.clientWidth;
  });
  assert.ok(cut <= 1, String(cut));
  const { pages, wide } = await printed(lab.page);
  assert.ok(wide >= 1 && pages <= 4, JSON.stringify({ pages, wide }));
  lab.faults.assertNone();
});

test("the session itself prints its whole log, light, without controls", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=63", colorScheme: "dark" });
  await lab.page.emulateMedia({ media: "print" });
  assert.deepEqual(await controls(lab.page), []);
  const { clipped, ink } = await lab.page.evaluate(() => {
    const log = document.querySelector("#log");
    return { clipped: log.scrollHeight - log.clientHeight, ink: getComputedStyle(document.body).color };
  });
  assert.ok(clipped <= 1, String(clipped));
  assert.equal(ink, "rgb(29, 28, 25)");
  const { pages } = await printed(lab.page);
  assert.ok(pages <= 5, String(pages));
  lab.faults.assertNone();
});

test("on paper nothing lies over the log, from the lab and from the stage", async (t) => {
  for (const more of ["", "&tab=bytes", "&stage=on"]) {
    const lab = await open(t, { fragment: `#v=2&preset=book&step=63${more}` });
    await lab.page.emulateMedia({ media: "print" });
    await lab.page.setViewportSize({ width: 690, height: 1010 });
    const over = await lab.page.evaluate(() => {
      const box = (one) => one.getBoundingClientRect();
      const log = box(document.querySelector("#log"));
      const others = [...document.querySelectorAll(".inspector, .points, .caption, .clicker, .transport")].filter((one) => one.checkVisibility());
      return others.filter((one) => getComputedStyle(one).position === "fixed" || (box(one).top < log.bottom - 1 && box(one).bottom > log.top + 1)).map((one) => one.className);
    });
    assert.deepEqual(over, [], more);
    if (more.includes("stage")) assert.equal(await lab.page.locator(".caption").isVisible(), false, "a note of the screen, not of the paper");
    else assert.equal(await lab.page.locator(".inspector").isVisible(), true);
    lab.faults.assertNone();
  }
});

test("the sheets of the book take no more paper than they need", async (t) => {
  for (const [sheet, most] of [["handout", 2], ["exercise", 1], ["exercise-key", 1], ["tasks", 2], ["tasks-key", 1], ["plan", 1]]) {
    const lab = await open(t, { fragment: `#v=2&preset=book&view=print&sheet=${sheet}`, end: false, ready: false });
    await paper(lab).waitFor();
    const { pages } = await printed(lab.page);
    assert.ok(pages <= most, `${sheet}: ${pages} pages`);
  }
});
