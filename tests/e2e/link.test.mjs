// The link always reproduces the view; a bad one gives a notice that names the part, and a working page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";

const open = suite();
const hash = (lab) => lab.page.evaluate(() => location.hash);

for (const [name, change] of Object.entries({
  "a point": async (lab) => { await lab.point(6).click(); await lab.at(6); },
  "a step between points": async (lab) => { await lab.point(4).click(); await lab.button("Next").click(); await lab.button("Next").click(); },
  "a scenario": async (lab) => { await lab.scenario.selectOption({ index: 3 }); await lab.point(2).click(); },
  "a changed control": async (lab) => { await lab.offerNothing(); await lab.button("Last").click(); },
})) {
  test(`the link reproduces ${name}`, async (t) => {
    const lab = await open(t);
    await change(lab);
    await lab.page.waitForTimeout(200);
    const link = await hash(lab);
    assert.match(link, /^#v=2&/);
    const other = await open(t, { fragment: link });
    assert.deepEqual(await other.snapshot(), await lab.snapshot());
    assert.equal(await hash(other), link, "and it stays as it is");
    assert.deepEqual(await other.notices(), await lab.notices());
    other.faults.assertNone();
  });
}

test("a link that is pasted into the open page is followed", async (t) => {
  const lab = await open(t);
  await lab.point(5).click();
  await lab.at(5);
  const link = await hash(lab);
  await lab.point(1).click();
  await lab.at(1);
  await lab.page.evaluate((to) => { location.hash = to; }, link);
  await lab.at(5);
  lab.faults.assertNone();
});

const junk = {
  "a wrong version": ["#v=9&preset=book", /\b9\b|version/i],
  "an unknown key": ["#v=2&preset=book&colour=mauve", /colour/],
  "an unknown value": ["#v=2&preset=book&starttls=perhaps", /perhaps/],
  "an unknown scenario": ["#v=2&preset=nosuchthing", /nosuchthing/],
  "a step that is none": ["#v=1&preset=book&step=4x", /step|4x/],
  "a step beyond the end": ["#v=1&preset=book&step=99999", /step|99999/],
  "percent signs that encode nothing": ["#v=2&preset=book&%zz=%e0%a4%a", /./],
  "markup": ["#v=2&preset=book&%3Cimg%20src=x%20onerror=alert(1)%3E=1", /./],
  "100 KB of junk": [`#${"junk&".repeat(20_480)}`, /./],
};
for (const [name, [fragment, words]] of Object.entries(junk)) {
  test(`a link with ${name} gives a notice and a working page`, async (t) => {
    const lab = await open(t, { fragment });
    const notices = await lab.notices();
    assert.ok(notices.some((notice) => words.test(notice)), `the notice names the part: ${JSON.stringify(notices)}`);
    assert.ok(notices.every((notice) => notice.length < 1_000), "and stays short");
    await lab.point(5).click();
    await lab.at(5);
    await lab.button("First").click();
    await lab.at(1);
    assert.doesNotMatch(await hash(lab), /mauve|perhaps|nosuchthing|junk|%zz/, "the link is a good one again");
    lab.faults.assertNone();
  });
}

test("the rest of a partly bad link is applied", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=not-offered&colour=mauve" });
  const good = await open(t, { fragment: "#v=2&preset=not-offered" });
  assert.equal(await lab.log.innerText(), await good.log.innerText());
  assert.equal(await lab.outcome.innerText(), await good.outcome.innerText());
});

test("a good link gives no notice", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book" });
  assert.deepEqual((await lab.notices()).filter((words) => /link/i.test(words)), []);
});
