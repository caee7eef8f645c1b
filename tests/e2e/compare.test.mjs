// Pin a run, change a switch, compare: by keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";

const open = suite();

test("pin, change a switch, compare, and go to the first difference, by keyboard", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book" });
  await lab.page.getByRole("button", { name: "Pin", exact: true }).press("Enter");
  await lab.page.getByRole("button", { name: "Compare", exact: true }).waitFor();
  await lab.offer.selectOption("not_offered");
  await lab.page.getByRole("button", { name: "Compare", exact: true }).press("Enter");
  const page = lab.page.getByRole("region", { name: "Two runs, line by line" });
  await page.getByText("makes the first difference").waitFor();
  const first = page.locator("tr.first");
  assert.match(await first.innerText(), /250-STARTTLS/);
  assert.match(await first.locator("th").innerText(), /only pinned/);
  assert.match(await page.innerText(), /they part at octet [\d,]+ of what the server sends on connection 1/);
  assert.match(await lab.page.evaluate(() => location.hash), /view=compare&end=on&vs=book/);
  await page.getByRole("button", { name: "Show all rows" }).press("Enter");
  await page.getByRole("button", { name: "Show the differences" }).waitFor();
  // The pinned run changes places with the one on show.
  await first.getByRole("button").first().press("Enter");
  await lab.ready();
  // The address follows when the other run is drawn.
  await lab.page.waitForURL(/preset=book&step=\d+&open=messages\+alike&end=on&vs=book&vs\.starttls=not_offered/);
  lab.faults.assertNone();
});

test("two runs of one preset have two titles, and the first difference two sayings", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=ntlm-to-impostor&view=compare&vs=ntlm-to-impostor&vs.path=direct", ready: false });
  const first = lab.page.locator("tr.first");
  await first.waitFor();
  const titles = await lab.page.locator(".side b").allInnerTexts();
  assert.equal(titles[1], "NTLM to an impostor, who relays it");
  assert.equal(titles[0], `${titles[1]} · Between the two: a listener`);
  const [left, right] = await first.locator("td .t").allInnerTexts();
  assert.notEqual(left, right);
  assert.match(right, /attacker/);
  lab.faults.assertNone();
});

test("a link brings both runs back, and one without a pin says so", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book-tls13&view=compare&vs=book", ready: false });
  await lab.page.getByText("Two runs, line by line").waitFor();
  assert.ok(await lab.page.locator("table.pairs tbody tr").count() > 5);
  await lab.page.getByRole("button", { name: "Unpin", exact: true }).last().click();
  await lab.ready();
  await lab.page.goto("about:blank");
  await lab.page.goto(lab.page.labServer.url + "#v=2&view=compare");
  await lab.page.getByText("Nothing is pinned").waitFor();
});

test("the nearest other run is one press away: the same without the attacker", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=stripped" });
  await lab.page.getByRole("button", { name: "Compare", exact: true }).press("Enter");
  await lab.page.getByRole("button", { name: /^Compare with the same run, Between the two/ }).press("Enter");
  await lab.page.getByText("decides the outcome").waitFor();
  assert.match(await lab.page.evaluate(() => location.hash), /view=compare&end=on&vs=stripped&vs\.path=direct/);
  lab.faults.assertNone();
});
