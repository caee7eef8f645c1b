// The server's private key, stolen later: by pointer and by keyboard, with RSA key exchange and with forward secrecy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";

const open = suite();
const OLD = "#v=2&preset=postfix&client_stack=ws2008&server_stack=ws2008";

/** The tab of the eavesdropper, with its button and what that comes to. */
async function tap(t, fragment, options) {
  const lab = await open(t, { fragment, ...options });
  await lab.show("Eavesdropper");
  return parts(lab);
}

function parts(lab) {
  const steal = lab.panel.getByRole("button", { name: "Steal the server's key", exact: true });
  const status = lab.panel.getByRole("status");
  return { lab, steal, status, leaked: lab.panel.locator(".leaked"), wire: lab.panel.locator(".tap .t") };
}

test("with RSA key exchange the key opens the recording, and given back it closes it", async (t) => {
  const { lab, steal, status, leaked, wire } = await tap(t, OLD);
  assert.equal(await steal.getAttribute("aria-pressed"), "false");
  assert.equal(await status.innerText(), "");
  const before = (await wire.allInnerTexts()).join("\n");
  assert.doesNotMatch(before, /MAIL FROM/);
  await steal.click();
  await lab.panel.getByText(/^The server's key is stolen\. Of \d+ sealed records all open\.$/).waitFor();
  assert.equal(await steal.getAttribute("aria-pressed"), "true");
  assert.match(await status.innerText(), /RSA key exchange[\s\S]*RFC 5246 §F\.1\.1\.2/);
  assert.match(await leaked.innerText(), /Sender and recipient[\s\S]*The message/);
  assert.match((await wire.allInnerTexts()).join("\n"), /MAIL FROM/);
  assert.match(await lab.page.evaluate(() => location.hash), /open=messages\+key/);
  await steal.click();
  assert.equal(await steal.getAttribute("aria-pressed"), "false");
  assert.equal(await status.innerText(), "");
  assert.equal((await wire.allInnerTexts()).join("\n"), before);
  assert.doesNotMatch(await lab.page.evaluate(() => location.hash), /open=/);
  lab.faults.assertNone();
});

test("with forward secrecy the key opens nothing, and the page says why", async (t) => {
  for (const [preset, source] of [["book", /RFC 5246 §F\.1\.1\.3/], ["book-tls13", /RFC 8446 §E\.1/]]) {
    const { lab, steal, status, leaked, wire } = await tap(t, `#v=2&preset=${preset}`);
    const before = [await leaked.innerText(), await wire.allInnerTexts()];
    await steal.click();
    await lab.panel.getByText(/none opens\.$/).waitFor();
    assert.match(await status.innerText(), /Forward secrecy/);
    assert.match(await status.innerText(), source);
    assert.deepEqual([await leaked.innerText(), await wire.allInnerTexts()], before);
    lab.faults.assertNone();
  }
});

test("the key is stolen by keyboard, keeps the focus, and stays stolen in another run and in the link", async (t) => {
  const { lab, steal, status } = await tap(t, OLD);
  await steal.focus();
  await lab.page.keyboard.press("Enter");
  await lab.panel.getByText(/all open\.$/).waitFor();
  assert.equal(await lab.page.evaluate(() => document.activeElement.getAttribute("aria-pressed")), "true");
  const hash = await lab.page.evaluate(() => location.hash);
  const other = parts(await open(t, { fragment: hash }));
  assert.equal(await other.steal.getAttribute("aria-pressed"), "true");
  assert.match(await other.status.innerText(), /all open\./);
  // Both ends of today: the same theft, and nothing opens.
  await lab.open(hash.replaceAll("ws2008", "rustls"));
  await lab.panel.getByText(/none opens\.$/).waitFor();
  assert.match(await status.innerText(), /Forward secrecy/);
  lab.faults.assertNone();
});

test("the step at which the secret is sent leads to what the key opens", async (t) => {
  const lab = await open(t, { fragment: OLD });
  await lab.log.getByText(/ClientKeyExchange/).first().click();
  await lab.panel.getByText(/Whoever gets that key/).waitFor();
  await lab.panel.getByRole("button", { name: /^Try what the server's key opens/ }).click();
  await lab.panel.getByText(/all open\.$/).waitFor();
  assert.equal(await lab.page.evaluate(() => document.activeElement.id), "tab-eavesdropper");
  lab.faults.assertNone();
});

test("at 360 pixels nothing is cut off", async (t) => {
  const { lab, steal } = await tap(t, `${OLD}&open=messages+key`, { width: 360, height: 740 });
  await steal.scrollIntoViewIfNeeded();
  const box = await steal.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
  assert.ok(await lab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  lab.faults.assertNone();
});
