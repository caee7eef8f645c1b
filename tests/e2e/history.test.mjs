// The browser's history: places and scenarios are entries, steps are not; the title says where one is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";

const open = suite();
const hash = (lab) => lab.page.evaluate(() => location.hash);
const entries = (lab) => lab.page.evaluate(() => history.length);

/** Waits until the fragment of the address matches. */
const until = (lab, wanted) => lab.page.waitForFunction((source) => new RegExp(source).test(location.hash), wanted.source);

test("steps, tabs and what is looked for add no entry", async (t) => {
  const lab = await open(t);
  await until(lab, /step=/);
  const before = await entries(lab);
  await lab.button("Next").click();
  await lab.point(5).click();
  await lab.tab("Bytes").click();
  await lab.search.fill("250");
  await lab.page.getByRole("button", { name: "Pin", exact: true }).click();
  await until(lab, /step=\d+&tab=bytes&find=250&end=on&vs=book$/);
  assert.equal(await entries(lab), before);
  lab.faults.assertNone();
});

test("Back undoes a scenario and comes to the step where one was", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book" });
  await lab.point(5).click();
  await lab.at(5);
  const [there, before] = [await hash(lab), await entries(lab)];
  await lab.choose("postfix");
  await until(lab, /preset=postfix/);
  assert.equal(await entries(lab), before + 2, "two entries more: the gallery, and the scenario");
  await lab.point(2).click();
  await lab.at(2);
  const elsewhere = await hash(lab);
  await lab.page.goBack();
  await lab.gallery.waitFor();
  await lab.page.goBack();
  await lab.at(5);
  assert.equal(await hash(lab), there);
  assert.match(await lab.scenario.innerText(), /The session in the book/);
  await lab.page.goForward();
  await lab.gallery.waitFor();
  await lab.page.goForward();
  await lab.at(2);
  assert.equal(await hash(lab), elsewhere);
  assert.match(await lab.scenario.innerText(), /Two servers of today/);
  assert.equal(await entries(lab), before + 2, "going there and back added none");
  lab.faults.assertNone();
});

test("Back undoes a switch", async (t) => {
  const lab = await open(t);
  const words = await lab.outcome.innerText();
  await lab.offerNothing();
  await until(lab, /starttls=not_offered/);
  assert.notEqual(await lab.outcome.innerText(), words);
  await lab.page.goBack();
  await until(lab, /^(?!.*starttls)/);
  await lab.page.waitForFunction((words) => document.querySelector("section.outcome")?.innerText === words, words);
  assert.equal(await lab.offer.inputValue(), "offered", "the control shows it");
});

test("Back leaves a place, and Forward comes to it again", async (t) => {
  const lab = await open(t);
  await lab.policies.click();
  await until(lab, /view=grid/);
  await lab.page.getByRole("button", { name: "Suites", exact: true }).first().click();
  await until(lab, /view=suites/);
  await lab.page.goBack();
  await until(lab, /view=grid/);
  await lab.page.goBack();
  await lab.ready();
  assert.doesNotMatch(await hash(lab), /view=/);
  await lab.page.goForward();
  await until(lab, /view=grid/);
  await lab.page.getByRole("table").waitFor();
  lab.faults.assertNone();
});

test("the cell of the grid that was opened is left by Back", async (t) => {
  const lab = await open(t);
  await lab.openGrid();
  await lab.page.locator("button.cell").nth(8).click();
  await lab.ready();
  await until(lab, /^(?!.*view=grid)/);
  await lab.page.goBack();
  await lab.page.getByText(/^All \d+ cells have run/).waitFor();
  assert.match(await hash(lab), /view=grid/);
});

test("the title says step, scenario and product", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=28" });
  const title = (wanted) => lab.page.waitForFunction((source) => new RegExp(source).test(document.title), wanted.source);
  await title(/^Step 28 of \d+ · The session in the book · STARTTLS lab$/);
  await lab.button("Next").click();
  await title(/^Step 29 of \d+ · The session in the book · STARTTLS lab$/);
  // The number is the one of the counter and of the link.
  assert.match(await lab.page.locator(".counter").textContent(), /^29 \/ \d+$/);
  assert.match(await hash(lab), /step=29&end=on$/);
  await lab.offerNothing();
  await title(/^Step \d+ of \d+ · Changed from: The session in the book · STARTTLS lab$/);
  await lab.policies.click();
  await title(/^Policies · Changed from: The session in the book · STARTTLS lab$/);
  await lab.page.goBack();
  await title(/^Step \d+ of /);
});
