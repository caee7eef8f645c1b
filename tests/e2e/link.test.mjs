// The link always reproduces the view; a bad one gives a notice that names the part, and a working page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ROOT, suite } from "./browser.mjs";

const open = suite();
const hash = (lab) => lab.page.evaluate(() => location.hash);

for (const [name, change] of Object.entries({
  "a point": async (lab) => { await lab.point(6).click(); await lab.at(6); },
  "a step between points": async (lab) => { await lab.point(4).click(); await lab.button("Next").click(); await lab.button("Next").click(); },
  "a scenario": async (lab) => { await lab.choose("ntlm-clear-weak"); await lab.point(2).click(); },
  "a tab and what is unfolded": async (lab) => {
    await lab.point(5).click();
    await lab.tab("Eavesdropper").click();
    await lab.page.getByRole("button", { name: "Handshake messages" }).first().click();
    await lab.message.click();
  },
  "the machines' tables": async (lab) => { await lab.page.locator("details.states > summary").click(); await lab.page.locator("table.machine").nth(1).waitFor(); },
  "the log as printed": async (lab) => { await lab.page.getByText("As printed in the book").first().click(); },
  "what is looked for": async (lab) => {
    await lab.search.fill("a & b=c#%+é");
    await lab.page.getByRole("combobox", { name: "What to show" }).selectOption({ label: "From the server" });
  },
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
    // And so does loading the page anew.
    const shown = await lab.snapshot();
    await lab.page.reload();
    await lab.ready();
    assert.deepEqual(await lab.snapshot(), shown);
    assert.equal(await hash(lab), link);
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

test("a link of version 1 names an event, and becomes one of version 2, with the step of the transcript", async (t) => {
  const golden = (name) => readFileSync(`${ROOT}/tests/golden/book.${name}`, "utf8");
  const event = Number(/^(\d+) .*"220 2\.0\.0 Ready to start TLS/m.exec(golden("listing"))[1]);
  const step = Number(/^ *(\d+) .*<-  220 2\.0\.0 Ready to start TLS/m.exec(golden("transcript"))[1]);
  assert.notEqual(step, event, "machines move in between, and that is no step");
  const lab = await open(t, { fragment: `#v=1&preset=book&step=${event}` });
  assert.deepEqual(await lab.notices(), []);
  assert.match(await lab.log.locator('[aria-current="true"]').innerText(), /220 2\.0\.0 Ready to start TLS/);
  await lab.page.waitForFunction((link) => location.hash === link, `#v=2&preset=book&step=${step}&end=on`);
  assert.match(await lab.page.locator(".counter").textContent(), new RegExp(`^${step} / `));
});

test("a link that a mail program has encoded is decoded", async (t) => {
  const plain = await open(t, { fragment: "#v=2&preset=book&auth_mechanism=Tls+BasicAuth&find=250&step=9" });
  const encoded = await open(t, { fragment: "#v=2&preset=b%6fok&auth%5Fmechanism=Tls%2BBasicAuth&find=%32%350&step=9" });
  assert.deepEqual(await encoded.notices(), await plain.notices());
  assert.deepEqual(await encoded.snapshot(), await plain.snapshot());
  assert.equal(await hash(encoded), await hash(plain));
  assert.match(await hash(plain), /auth_mechanism=Tls\+BasicAuth/);
});

test("a switch of what is compared, and nothing to compare with, gives a notice", async (t) => {
  const lab = await open(t, { fragment: "#v=2&vs.policy=required" });
  assert.ok((await lab.notices()).some((notice) => /vs\.policy/.test(notice)));
});

const junk = {
  "a wrong version": ["#v=9&preset=book", /\b9\b|version/i],
  "an unknown key": ["#v=2&preset=book&colour=mauve", /colour/],
  "an unknown value": ["#v=2&preset=book&starttls=perhaps", /perhaps/],
  "an unknown scenario": ["#v=2&preset=nosuchthing", /nosuchthing/],
  "a step that is none": ["#v=2&preset=book&step=4x", /step|4x/],
  "a step beyond the end": ["#v=2&preset=book&step=99999", /step 99999/],
  "an event beyond the end": ["#v=1&preset=book&step=99999", /step 99999/],
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
