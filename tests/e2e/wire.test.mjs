// The octets, field by field; what a wiretap learns; and looking for rows: by pointer and by keyboard.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LAB, suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();

/** Opens the Bytes of the ClientHello of the book's session. */
async function bytes(t) {
  const lab = await open(t);
  await lab.point(5).click();
  await lab.at(5);
  await lab.button("Next").click();
  await lab.tab("Bytes").click();
  await lab.tree.waitFor();
  return lab;
}

/** What is chosen: the row's name, the words below, and the octets that are marked. */
async function chosen(lab) {
  const row = lab.tree.locator('[aria-selected="true"]');
  return {
    name: await row.locator(".name").innerText(),
    said: await lab.panel.locator(".said").innerText(),
    octets: (await lab.octets.locator(".first .on, .second .on").allInnerTexts()).join(" "),
  };
}

test("a field chosen in the tree is marked in the octets, and an octet chosen is marked in the tree", async (t) => {
  const lab = await bytes(t);
  await lab.tree.getByRole("treeitem", { name: /^random/ }).click();
  const random = await chosen(lab);
  assert.equal(random.name, "random");
  assert.match(random.said, /32 of them/);
  assert.equal(random.octets.split(" ").length, 32);
  // The first two octets of a record: its type is one leaf.
  await lab.octets.locator("[data-leaf]").first().click();
  const type = await chosen(lab);
  assert.deepEqual([type.name, type.octets], ["type", "16"]);
  lab.faults.assertNone();
});

test("the pointer marks without choosing", async (t) => {
  const lab = await bytes(t);
  const before = await chosen(lab);
  await lab.tree.getByRole("treeitem", { name: /^random/ }).hover();
  await lab.octets.locator(".pointed").first().waitFor();
  assert.deepEqual(await chosen(lab), before);
  await lab.octets.locator("[data-leaf]").first().hover();
  await lab.tree.locator(".pointed").waitFor();
  assert.match(await lab.tree.locator(".pointed").innerText(), /type/);
});

test("the tree and the octets are used by keyboard alone", async (t) => {
  const lab = await bytes(t);
  await lab.tree.locator('[tabindex="0"]').focus();
  const step = await lab.page.evaluate(() => location.hash);
  await lab.page.keyboard.press("Home");
  for (let presses = 0; presses < 3; presses += 1) await lab.page.keyboard.press("ArrowDown");
  assert.match((await chosen(lab)).said, /legacy_record_version|version/);
  assert.equal(await lab.page.evaluate(() => document.activeElement.getAttribute("aria-selected")), "true", "the focus goes along");
  const rows = await lab.tree.getByRole("treeitem").count();
  await lab.page.keyboard.press("Home");
  await lab.page.keyboard.press("ArrowLeft");
  assert.ok(await lab.tree.getByRole("treeitem").count() < rows, "left closes");
  await lab.page.keyboard.press("*");
  await lab.page.waitForTimeout(50);
  assert.ok(await lab.tree.getByRole("treeitem").count() >= rows, "the star opens all");
  await lab.octets.focus();
  await lab.page.keyboard.press("Home");
  assert.equal((await chosen(lab)).octets, "16");
  await lab.page.keyboard.press("ArrowRight");
  assert.equal((await chosen(lab)).octets, "03 01");
  await lab.page.keyboard.press("ArrowDown");
  assert.ok((await chosen(lab)).octets.length > 0);
  assert.equal(await lab.page.evaluate(() => location.hash), step, "the step stays");
  lab.faults.assertNone();
});

test("what is copied is whole, as hex, base64 and text", async (t) => {
  const lab = await bytes(t);
  await lab.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await lab.tree.getByRole("treeitem", { name: /^random/ }).click();
  const hex = (await chosen(lab)).octets.replaceAll(" ", "");
  const copied = async (name) => {
    await lab.panel.getByRole("button", { name, exact: true }).click();
    await lab.page.waitForTimeout(100);
    return lab.page.evaluate(() => navigator.clipboard.readText());
  };
  assert.equal(await copied("hex"), hex);
  assert.equal(await copied("base64"), Buffer.from(hex, "hex").toString("base64"));
  assert.ok((await copied("text")).length > 0);
});

test("a sealed line shows the record, what opened it, and the line", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book" });
  await lab.button("Last").click();
  await lab.point(7).click();
  await lab.tab("Bytes").click();
  const said = await lab.tree.innerText();
  for (const part of [/TLS, on the wire/, /What the record held/, /opened with\s+CLIENT_RANDOM/, /SMTP/]) assert.match(said, part);
  await lab.tree.getByRole("treeitem", { name: /^opened with/ }).click();
  await lab.page.keyboard.press("ArrowRight");
  assert.match(await lab.tree.innerText(), /secret[\s\S]*key[\s\S]*iv[\s\S]*record number[\s\S]*nonce/);
  lab.faults.assertNone();
});

test("the eavesdropper's lists follow the switch from TLS 1.2 to 1.3, and to clear", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book" });
  await lab.tab("Eavesdropper").click();
  const leaked = lab.panel.locator(".leaked");
  const kept = lab.panel.locator(".kept");
  assert.match(await leaked.innerText(), /Names in the server's certificate/);
  await lab.open("#v=2&preset=book-tls13");
  await lab.tab("Eavesdropper").click();
  assert.match(await kept.innerText(), /Names in the server's certificate/);
  assert.match(await leaked.innerText(), /SNI/);
  await lab.offerNothing();
  await lab.panel.getByText("Nothing: whoever listened").waitFor();
  assert.match(await leaked.innerText(), /The message/);
  await leaked.getByRole("button", { name: /octets/ }).last().click();
  assert.match(await lab.page.evaluate(() => location.hash), /step=\d+/);
  lab.faults.assertNone();
});

test("what is found is counted over the whole run, wherever one stands", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=book&step=25", end: false });
  await lab.search.fill("auth");
  const count = lab.page.getByText(/^\d+ of \d+$/);
  await count.waitFor();
  const words = await count.innerText();
  const seen = new Set();
  for (let presses = 0; presses < 12; presses += 1) {
    const hash = await lab.page.evaluate(() => location.hash);
    await lab.search.press("Enter");
    await lab.page.waitForFunction((hash) => location.hash !== hash, hash);
    seen.add(await lab.page.evaluate(() => location.hash));
    assert.equal(await count.innerText(), words);
  }
  // Each of them is come to, behind the step and before it.
  assert.equal(seen.size, Number(words.split(" ")[0]));
  lab.faults.assertNone();
});

test("rows are found by words and by kind, with context, and stepping goes on", async (t) => {
  const lab = await open(t);
  const all = await lab.log.getByRole("listitem").count();
  await lab.search.fill("starttls");
  await lab.page.getByText(/^\d+ of \d+$/).waitFor();
  const found = await lab.log.getByRole("listitem").count();
  assert.ok(found < all, `${found} of ${all}`);
  assert.match(await lab.log.innerText(), /rows? not shown/);
  assert.ok(await lab.log.locator(".context").count() > 0);
  assert.ok(await lab.log.locator("mark").count() >= 3);
  // From match to match, and back.
  const current = () => lab.page.evaluate(() => /step=(\d+)/.exec(location.hash)?.[1]);
  await lab.search.press("Enter");
  await lab.page.waitForFunction(() => document.querySelector(".log .now mark"));
  const first = await current();
  await lab.search.press("Enter");
  await lab.page.waitForFunction((step) => !location.hash.includes(`step=${step}&`), first);
  await lab.search.press("Shift+Enter");
  await lab.page.waitForFunction((step) => location.hash.includes(`step=${step}`), first);
  await lab.search.fill("nothing has these words");
  await lab.page.getByText("Nothing matches “nothing has these words”.").waitFor();
  await lab.page.getByRole("button", { name: "Clear", exact: true }).click();
  await counts(lab.log.getByRole("listitem"), all);
  await lab.page.getByRole("combobox", { name: "What to show" }).selectOption({ label: "Sealed" });
  await lab.button("Next").click();
  lab.faults.assertNone();
});

test("each format is saved by keyboard, and is what the command line writes", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=internal-ca" });
  for (const [name, key] of [["Capture for Wireshark", "pcapng"], ["Key log", "keylog"], ["Transcript", "transcript"], ["Send connector's log", "send-log"],
    ["Receive connector's log", "receive-log"], ["Drawing", "svg"], ["Trace", "json"], ["Listing", "listing"]]) {
    await lab.save.focus();
    await lab.page.keyboard.press("Enter");
    const [download] = await Promise.all([
      lab.page.waitForEvent("download"),
      lab.page.getByRole("button", { name: new RegExp(`^${name}`) }).press("Enter"),
    ]);
    assert.match(download.suggestedFilename(), /^internal-ca\.[a-z.]+$/);
    const saved = readFileSync(await download.path());
    const written = execFileSync(LAB, ["run", "#preset=internal-ca", "--format", key]);
    assert.ok(saved.length > 100 && saved.equals(written), `${name}: ${saved.length} and ${written.length} octets`);
    await counts(lab.page.locator("details.menu[open]"), 0);
  }
  lab.faults.assertNone();
});
