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
