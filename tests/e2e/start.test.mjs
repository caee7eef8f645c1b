// The page starts by itself, wherever it is served from, and says so when it cannot.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { PLAYBACK, POINTS } from "./page.mjs";

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
  assert.equal(await lab.points.getByRole("button").count(), 7);
  for (let number = 1; number <= 7; number += 1) {
    assert.equal(await lab.points.getByRole("button", { name: POINTS[number - 1] }).count(), 1, `point ${number} has its name`);
  }
  for (const name of PLAYBACK) assert.equal(await lab.button(name).count(), 1, name);
  for (const [name, part] of Object.entries({ log: lab.log, outcome: lab.outcome, sender: lab.sender, receiver: lab.receiver })) {
    assert.equal(await part.count(), 1, name);
  }
  assert.equal(await lab.page.getByRole("main").count(), 1, "one main landmark");
  assert.equal(await lab.page.getByRole("heading", { level: 1 }).count(), 1, "one heading of level 1");
});

test("works from a folder below the root, and asks for nothing outside it", async (t) => {
  const lab = await openBelow(t);
  assert.equal(await lab.current(), 1);
  const { origin } = new URL(lab.page.url());
  for (const url of lab.requests) assert.ok(url.startsWith(`${origin}/some/folder/`), url);
  lab.faults.assertNone();
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
});
