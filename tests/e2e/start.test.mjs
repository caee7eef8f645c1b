// The page starts by itself, wherever it is served from, and says so when it cannot.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { PLAYBACK, POINTS, counts } from "./page.mjs";

const open = suite();
const openBelow = suite({ prefix: "/some/folder/" });

test("starts at point 1 with a session that has already run", async (t) => {
  const lab = await open(t);
  assert.equal(await lab.current(), 1);
  assert.match(await lab.log.innerText(), /^.*220[ -]/m, "the log shows the greeting");
  assert.match(await lab.log.innerText(), /EHLO/, "the log shows the EHLO");
  assert.notEqual((await lab.outcome.innerText()).trim(), "", "the outcome is known");
  lab.faults.assertNone();
});

test("has the landmarks, the seven points in order and the playback", async (t) => {
  const lab = await open(t);
  await counts(lab.points.getByRole("button"), 9);
  assert.deepEqual([await lab.part("The mail").count(), await lab.part("Goodbye").count()], [1, 1], "two more, without a number");
  for (let number = 1; number <= 7; number += 1) {
    await counts(lab.points.getByRole("button", { name: POINTS[number - 1] }), 1, `point ${number} has its name`);
  }
  for (const name of PLAYBACK) await counts(lab.button(name), 1, name);
  for (const [name, part] of Object.entries({ log: lab.log, outcome: lab.outcome, sender: lab.sender, receiver: lab.receiver })) {
    await counts(part, 1, name);
  }
  await counts(lab.page.getByRole("main"), 1, "one main landmark");
  await counts(lab.page.getByRole("heading", { level: 1 }), 1, "one heading of level 1");
});

test("works from a folder below the root, and asks for nothing outside it", async (t) => {
  const lab = await openBelow(t);
  assert.equal(await lab.current(), 1);
  const { origin } = new URL(lab.page.url());
  for (const url of lab.requests) assert.ok(url.startsWith(`${origin}/some/folder/`), url);
  lab.faults.assertNone();
});

for (const file of ["boot.js", "page.css", "starttls-lab.js", "starttls-lab_bg.wasm"]) {
  for (const [how, answer] of Object.entries({
    "is missing": (route) => route.fulfill({ status: 404, body: "" }),
    "does not come": (route) => route.abort(),
  })) {
    test(`says that it cannot start when ${file} ${how}`, async (t) => {
      const lab = await open(t, { ready: false, prepare: (page) => page.route(`**/${file}`, answer) });
      await lab.fault.waitFor({ state: "visible" });
      assert.match(await lab.fault.innerText(), /cannot start.*could not be loaded/);
      assert.equal(await lab.fault.getAttribute("role"), "alert");
      await counts(lab.page.getByText(/Starting the session/), 0, "and not that it is starting");
    });
  }
}

test("says how much has come when loading is slow", async (t) => {
  // The module in halves, the second one held back.
  const slow = `const real = fetch; window.fetch = async (address) => {
    const whole = await (await real(address)).arrayBuffer();
    const gate = new Promise((resolve) => { window.letGo = resolve; });
    const body = new ReadableStream({ async start(on) {
      await new Promise((resolve) => setTimeout(resolve, 1100));
      on.enqueue(new Uint8Array(whole, 0, 1_000_000)); await gate; on.enqueue(new Uint8Array(whole, 1_000_000)); on.close(); } });
    return new Response(body, { headers: { "content-type": "application/wasm" } }); };`;
  const lab = await open(t, { ready: false, init: slow });
  await lab.page.getByText("Loading the session … 1.0 MB").waitFor();
  await lab.page.evaluate(() => window.letGo());
  await lab.ready();
  lab.faults.assertNone();
});

test("the focus goes where the content went", async (t) => {
  const lab = await open(t);
  const focused = () => lab.page.evaluate(() => { const one = document.activeElement; return one.id || one.tagName; });
  const top = () => lab.page.evaluate(() => scrollY);
  // A cell of the table is gone when its session is there.
  await lab.openGrid();
  await lab.page.evaluate(() => scrollTo(0, 400));
  await lab.page.locator("button.cell").nth(30).press("Enter");
  await lab.ready();
  assert.deepEqual([await focused(), await top()], ["main", 0]);
  // So is the button that is pressed in the notices, and the one that takes changes back.
  await lab.open("#v=2&preset=book&colour=mauve");
  await lab.button("Dismiss").press("Enter");
  await lab.page.waitForFunction(() => document.activeElement.id === "main");
  await lab.offerNothing();
  await lab.button("Reset").press("Enter");
  await lab.page.waitForFunction(() => document.activeElement.id === "main");
  // Another place begins at its top, and the next Tab goes on in it.
  await lab.policies.press("Enter");
  await lab.page.keyboard.press("Tab");
  assert.ok(await lab.page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
  // And nothing takes the focus that had it already.
  await lab.open();
  await lab.tab("Bytes").focus();
  await lab.page.keyboard.press("ArrowLeft");
  assert.match(await focused(), /^tab-/);
});

test("says that it cannot start when its module is missing", async (t) => {
  const lab = await open(t, { ready: false, prepare: (page) => page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" })) });
  await lab.fault.waitFor({ state: "visible" });
  assert.match(await lab.fault.innerText(), /cannot start/);
  assert.equal(await lab.fault.getAttribute("role"), "alert");
});

test("says that it cannot start when its module is damaged", async (t) => {
  const damaged = { status: 200, contentType: "application/wasm", body: "\0asm junk" };
  const lab = await open(t, { ready: false, prepare: (page) => page.route("**/*.wasm", (route) => route.fulfill(damaged)) });
  await lab.fault.waitFor({ state: "visible" });
  assert.match(await lab.fault.innerText(), /cannot start/);
});

test("says what it needs when scripts are off", async (t) => {
  const lab = await open(t, { ready: false, javaScriptEnabled: false });
  assert.match(await lab.page.locator("noscript").innerText(), /JavaScript/);
  assert.equal(await lab.page.getByText(/Starting the session/).isVisible(), false, "and not that it is starting");
});
