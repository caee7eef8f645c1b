// The same scenario gives the same octets in the page as on the command line.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { LAB, suite } from "./browser.mjs";

const open = suite();
const commandLine = (...args) => execFileSync(LAB, args, { encoding: "utf8" });
const presets = commandLine("presets").trim().split("\n");

const digest = (fragment) => {
  const last = commandLine("run", fragment, "--format", "transcript").trimEnd().split("\n").at(-1);
  return /^sha256 ([0-9a-f]{64})$/.exec(last)?.[1] ?? assert.fail(`the last line is ${last}`);
};

test("the command line knows the scenarios of the page", async (t) => {
  const lab = await open(t);
  const values = await lab.presets();
  for (const name of presets) assert.ok(values.includes(name), name);
});

for (const name of presets) {
  test(`${name}: the page shows the digest that the command line prints`, async (t) => {
    const fragment = `#v=2&preset=${name}`;
    const expected = digest(fragment);
    const lab = await open(t, { fragment });
    const shown = await lab.page.evaluate(() => document.body.textContent.replace(/\s+/g, ""));
    assert.ok(shown.includes(expected), `the page shows ${expected}`);
    const computed = await lab.page.evaluate(async (link) => {
      const module = await import(new URL("starttls-lab.js", document.baseURI));
      return module.fingerprint(link);
    }, fragment);
    assert.equal(computed, expected);
  });
}

test("two runs on the command line print the same", () => {
  assert.equal(commandLine("run", "#preset=book", "--format", "transcript"), commandLine("run", "#preset=book", "--format", "transcript"));
});
