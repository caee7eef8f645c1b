// Terms of art open their meaning where they stand; sections of RFCs are links; lines for real systems stand at an outcome, to be copied.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";

const open = suite();
const meaning = (lab) => lab.page.locator(".meaning:popover-open");

test("a term opens its meaning by keyboard, and Escape closes it", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=20" });
  const term = lab.panel.getByRole("button", { name: "STARTTLS", exact: true }).first();
  await term.focus();
  const step = await lab.page.locator(".counter").textContent();
  await lab.page.keyboard.press("Enter");
  await meaning(lab).waitFor();
  assert.match(await meaning(lab).innerText(), /^STARTTLS The command that turns the open connection into TLS\./);
  // In place: it begins no further from its term than a line or two.
  const [here, there] = [await term.boundingBox(), await meaning(lab).boundingBox()];
  assert.ok(Math.abs(there.y - here.y) < 200 && there.x < here.x + here.width + 40, JSON.stringify([here, there]));
  // The next stop is what stands in it.
  await lab.page.keyboard.press("Tab");
  assert.equal(await lab.page.evaluate(() => document.activeElement.closest(".meaning")?.matches(":popover-open")), true);
  await lab.page.keyboard.press("Escape");
  await meaning(lab).waitFor({ state: "detached" }).catch(() => {});
  assert.equal(await meaning(lab).count(), 0);
  assert.equal(await lab.page.evaluate(() => document.activeElement.textContent), "STARTTLS");
  assert.equal(await lab.page.locator(".counter").textContent(), step);
  // What is open goes with its words.
  await lab.page.keyboard.press("Enter");
  await meaning(lab).waitFor();
  await lab.button("Last").evaluate((button) => button.click());
  await lab.page.waitForFunction(() => document.querySelectorAll(".meaning:popover-open").length === 0);
  lab.faults.assertNone();
});

test("a term of a question opens over the log, and leaves the answers free", async (t) => {
  for (const [width, height] of [[1440, 900], [360, 640]]) {
    const lab = await open(t, { width, height, fragment: "#v=2&preset=book&step=1&ask=always", end: false });
    const term = lab.page.locator(".ask:not(.told) h2 .term").first();
    for (let steps = 0; steps < 60 && await term.count() === 0; steps += 1) {
      await lab.page.keyboard.press(await lab.page.locator(".ask:not(.told)").count() > 0 ? "1" : "ArrowRight");
      await lab.page.waitForTimeout(60);
    }
    await term.click();
    await meaning(lab).waitFor();
    const box = await meaning(lab).boundingBox();
    const first = await lab.page.locator(".ask:not(.told) .guess").first().boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= first.y, JSON.stringify([width, box, first]));
    lab.faults.assertNone();
  }
});

test("a term is looked up in the glossary, which is first where fingers are", async (t) => {
  for (const hasTouch of [false, true]) {
    const lab = await open(t, { hasTouch, isMobile: hasTouch, width: hasTouch ? 360 : 1280, height: 800 });
    await lab.page.keyboard.press("?");
    await lab.helpDialog.waitFor();
    const at = async (name) => (await lab.helpDialog.getByRole("heading", { name, exact: true }).boundingBox()).y;
    assert.equal(await at("Words") < await at("Keys"), hasTouch);
    const all = await lab.helpDialog.locator(".terms dt").count();
    await lab.helpDialog.getByRole("searchbox").fill("dane");
    await lab.page.waitForFunction((all) => document.querySelectorAll(".help .terms dt").length < all, all);
    const found = await lab.helpDialog.locator(".terms dt").allInnerTexts();
    assert.ok(found.some((name) => name.includes("DANE")) && found.length < 12, found.join());
    await lab.helpDialog.getByRole("searchbox").fill("no such word");
    await lab.helpDialog.getByText("Nothing matches “no such word”.").waitFor();
    lab.faults.assertNone();
  }
});

test("no term stands in another control, and no id twice", async (t) => {
  for (const fragment of ["#v=2&preset=domain-secured&step=30", "#v=2&view=lessons", "#v=2&view=suites", "#v=2&view=grid", "#v=2&preset=book&log=printed"]) {
    const lab = await open(t, { fragment, ready: false });
    await lab.page.locator("main.main > *:not(:empty)").first().waitFor();
    const wrong = await lab.page.evaluate(() => [...document.querySelectorAll(".term")].filter((term) => term.parentElement.closest("button, a, label, summary, select")).length);
    assert.equal(wrong, 0, fragment);
    const twice = await lab.page.evaluate(() => {
      const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
      return ids.filter((id, index) => ids.indexOf(id) !== index);
    });
    assert.deepEqual(twice, [], fragment);
    lab.faults.assertNone();
  }
});

test("a section of an RFC is a link, and nothing asks for it by itself", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=20" });
  const link = lab.panel.getByRole("link", { name: "RFC 3207 §4", exact: true }).first();
  assert.equal(await link.getAttribute("href"), "https://www.rfc-editor.org/rfc/rfc3207#section-4");
  assert.match(await link.getAttribute("rel"), /noreferrer/);
  lab.faults.assertNone();
});

test("an outcome has lines for real systems, of its own kind, to be copied", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=not-offered" });
  await lab.button("Last").click();
  const advice = lab.page.locator("details.advice");
  await advice.locator("summary").press("Enter");
  const lines = await advice.locator("code").allInnerTexts();
  assert.ok(lines.some((line) => /^swaks --server \S+ --ehlo .* --quit-after FIRST-EHLO$/.test(line)), lines.join("\n"));
  assert.ok(!lines.some((line) => line.includes("HOST")), lines.join("\n"));
  assert.match(await advice.innerText(), /Nobody is told that it went out readable/);
  // Before it is known, there is none.
  await lab.open("#v=2&preset=not-offered&step=3&end=off");
  assert.equal(await lab.page.locator("details.advice").count(), 0);
  lab.faults.assertNone();
});
