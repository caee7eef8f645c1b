// The page of the cipher suites: read, compared, put in order, negotiated, and tried in a real session.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();
const start = async (t, fragment, options = {}) => {
  const lab = await open(t, { fragment, ready: false, ...options });
  await lab.page.getByRole("region", { name: "Cipher suites, then and now" }).waitFor();
  return lab;
};
const answer = (lab) => lab.page.locator(".answer .said").innerText();
const names = (lab, whose) => lab.page.getByRole("list", { name: `The ${whose}'s list` }).locator("li code").allInnerTexts();

test("from the session to the suites and back, by keyboard", async (t) => {
  const lab = await open(t);
  await lab.page.getByRole("button", { name: "Suites", exact: true }).press("Enter");
  await lab.page.getByRole("heading", { name: "Two lists side by side" }).waitFor();
  assert.match(lab.page.url(), /view=suites&end=on&left=ws2003&right=ws2008$/);
  // 13 lines on the left, 24 on the right, 6 of them in both.
  const rows = lab.page.getByRole("table", { name: "Two lists side by side" }).locator("tbody tr");
  await counts(rows, 31);
  assert.deepEqual(await Promise.all(["only-left", "both", "only-right"].map((kind) => rows.and(lab.page.locator(`.${kind}`)).count())), [7, 6, 18]);
  await lab.page.getByRole("button", { name: "Back to the session" }).press("Enter");
  await lab.ready();
  lab.faults.assertNone();
});

test("a name is chosen by keyboard and taken apart, and the link has it", async (t) => {
  const lab = await start(t, "#v=2&view=suites");
  await lab.page.getByRole("button", { name: "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA", exact: true }).press("Enter");
  const letters = await lab.page.locator(".letters code").allInnerTexts();
  assert.equal(letters.join(""), "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA");
  assert.match(await lab.page.getByRole("table", { name: /^Four jobs/ }).innerText(), /Authentication[\s\S]*DSS[\s\S]*no name in the book/);
  const link = lab.page.url();
  const again = await start(t, new URL(link).hash);
  assert.deepEqual(await again.page.locator(".letters code").allInnerTexts(), letters);
  lab.faults.assertNone();
});

test("a line is moved and switched off by keyboard, the focus stays with it, and the answer follows", async (t) => {
  const lab = await start(t, "#v=2&view=suites");
  assert.match(await answer(lab), /TLS_RSA_WITH_RC4_128_SHA \(0x0005\)/);
  await lab.page.getByRole("button", { name: "TLS_RSA_WITH_3DES_EDE_CBC_SHA up" }).last().focus();
  await lab.page.keyboard.press("Enter");
  assert.equal((await names(lab, "server"))[2], "TLS_RSA_WITH_3DES_EDE_CBC_SHA");
  assert.equal(await lab.page.evaluate(() => document.activeElement.getAttribute("aria-label")), "TLS_RSA_WITH_3DES_EDE_CBC_SHA up");
  assert.match(await answer(lab), /TLS_RSA_WITH_3DES_EDE_CBC_SHA \(0x000A\)/);
  await lab.page.getByRole("list", { name: "The server's list" }).getByRole("checkbox", { name: "TLS_RSA_WITH_3DES_EDE_CBC_SHA" }).press("Space");
  assert.match(await answer(lab), /TLS_RSA_WITH_RC4_128_SHA/);
  assert.match(lab.page.url(), /right\.lines=1\.2\.-4\.3\./);
  await lab.page.getByRole("button", { name: "As by default" }).press("Enter");
  assert.doesNotMatch(lab.page.url(), /lines/);
  lab.faults.assertNone();
});

test("a line is dragged by the pointer", async (t) => {
  const lab = await start(t, "#v=2&view=suites&right=ws2008&prefer=client", { height: 1600 });
  const list = lab.page.getByRole("list", { name: "The client's list" });
  await list.locator("li").nth(1).dragTo(list.locator("li").nth(0));
  assert.deepEqual((await names(lab, "client")).slice(0, 2), ["TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_MD5"]);
  // What belongs to the other list is not taken.
  const before = await names(lab, "client");
  await lab.page.getByRole("list", { name: "The server's list" }).locator("li").nth(0).dragTo(list.locator("li").nth(0));
  assert.deepEqual(await names(lab, "client"), before);
  lab.faults.assertNone();
});

test("no version in common is alert 70 in the model, and 40 on the wire of the real session", async (t) => {
  const lab = await start(t, "#v=2&view=suites&left=ws2003&right=rustls");
  assert.match(await answer(lab), /alert 70, protocol_version/);
  const trial = lab.page.getByRole("region", { name: "Tried for real" });
  const wire = await trial.locator(".records code").allInnerTexts();
  assert.match(wire[0], /^16 03 01 /);
  // Content type alert, fatal, handshake_failure.
  assert.match(wire[1], /^15 03 \d\d 00 02 02 28$/);
  assert.match(await trial.locator(".fate").nth(0).innerText(), /Delivered, readable on the way/);
  assert.match(await trial.locator(".fate").nth(1).innerText(), /queue/);
  await trial.locator(".fate").nth(0).getByRole("button", { name: "Open this session" }).press("Enter");
  await lab.page.waitForURL(/preset=old-client&/);
  await lab.ready();
  assert.match(await lab.outcome.innerText(), /Delivered, readable on the way/);
  lab.faults.assertNone();
});

test("each line of the old lists says whether it ran here, and its session is one click away", async (t) => {
  const lab = await start(t, "#v=2&view=suites");
  const cells = await lab.page.locator(".suite-rows .here").allInnerTexts();
  const count = (words) => cells.filter((cell) => cell === words).length;
  assert.deepEqual([count("ran here"), count("not here: SSL 2.0"), cells.length], [29, 2, 31]);
  await lab.page.getByRole("button", { name: /^ran here: TLS_DHE_DSS_WITH_AES_256_CBC_SHA\./ }).press("Enter");
  await lab.ready();
  assert.match(lab.page.url(), /client_suite=TLS_DHE_DSS_WITH_AES_256_CBC_SHA/);
  assert.match(await lab.outcome.innerText(), /Delivered/);
  lab.faults.assertNone();
});

test("a list put in order is what runs, and its handshake is drawn", async (t) => {
  const lab = await start(t, "#v=2&view=suites&left=ws2008&right=ws2008");
  const chosen = async () => (await answer(lab)).match(/TLS_\w+/)[0];
  assert.equal(await chosen(), "TLS_RSA_WITH_AES_128_CBC_SHA");
  await lab.page.getByRole("list", { name: "The server's list" }).getByRole("checkbox", { name: "TLS_RSA_WITH_AES_128_CBC_SHA" }).press("Space");
  const up = lab.page.getByRole("list", { name: "The server's list" }).getByRole("button", { name: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P384 up" });
  for (let place = 13; place >= 0; place -= 1) {
    await up.press("Enter");
    await lab.page.waitForFunction((id) => document.activeElement.id === id, `line-server-${place}`);
  }
  assert.equal(await chosen(), "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");
  await lab.page.getByRole("button", { name: "Run this" }).press("Enter");
  await lab.ready();
  assert.match(lab.page.url(), /server_suite=c014p384\.0035\./);
  await lab.page.locator(".divider").first().click();
  await lab.page.getByText("The handshake, message by message").click();
  const flights = lab.page.getByRole("list", { name: "The handshake, message by message" });
  await counts(flights.locator("> li"), 4);
  assert.match(await flights.innerText(), /ServerHello\s+TLS 1.0, ECDHE_RSA_WITH_AES_256_CBC_SHA[\s\S]*ServerKeyExchange\s+secp384r1, signed/);
  assert.match(lab.page.url(), /open=messages\+handshake/);
  lab.faults.assertNone();
});

test("two ends that cannot be tried say why, and one press makes it possible", async (t) => {
  const lab = await start(t, "#v=2&view=suites&left=ws2008&right=openssl");
  const trial = lab.page.getByRole("region", { name: "Tried for real" });
  assert.match(await trial.innerText(), /cannot be tried here/);
  await trial.getByRole("button", { name: "Put rustls on the right" }).press("Enter");
  await trial.getByText("If TLS is required").waitFor();
  lab.faults.assertNone();
});

test("on a phone nothing is wider than the page, and each suite is a block", async (t) => {
  const lab = await start(t, "#v=2&view=suites", { width: 360, height: 740 });
  assert.equal(await lab.page.evaluate(() => document.documentElement.scrollWidth), 360);
  const [name, change] = await Promise.all([".suite-rows tbody tr:first-child th", ".suite-rows tbody tr:first-child .change"].map((at) => lab.page.locator(at).boundingBox()));
  assert.ok(change.y >= name.y + name.height - 1);
});

test("junk in the link is named, and the rest is shown", async (t) => {
  const lab = await start(t, "#v=2&view=suites&left=vista&right=rustls");
  assert.match((await lab.notices()).join(" "), /left[\s\S]*vista[\s\S]*ws2003, ws2008, rustls, openssl/);
  assert.equal(await lab.page.locator("#list-server").inputValue(), "rustls");
});
