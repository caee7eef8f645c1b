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
  assert.match(await paper(lab).innerText(), /Delivered, encrypted, not authenticated/);
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
  for (const [sheet, most] of [["handout", 2], ["exercise", 1], ["exercise-key", 1], ["tasks", 1], ["tasks-key", 1], ["plan", 1]]) {
    const lab = await open(t, { fragment: `#v=2&preset=book&view=print&sheet=${sheet}`, end: false, ready: false });
    await paper(lab).waitFor();
    const { pages } = await printed(lab.page);
    assert.ok(pages <= most, `${sheet}: ${pages} pages`);
  }
});
