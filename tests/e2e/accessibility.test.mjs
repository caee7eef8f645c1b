// axe finds nothing, in every state, both themes and two widths.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { LabPage } from "./page.mjs";

const open = suite();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, each with its rule, its elements and their faults. */
async function violations(page) {
  // Evaluated by the debugger, so the page's policy does not have to allow it. No preload: it would fetch the style sheets.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  return page.evaluate(async (runOnly) => (await window.axe.run(document, { preload: false, runOnly })).violations
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 4).map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`).join("; ")}`), RULES);
}

for (const [name, go] of LabPage.states) {
  for (const width of [1280, 360]) {
    test(`axe finds nothing: ${name}, ${width} px, light and dark`, async (t) => {
      // No animation: a colour half-way through a transition has a contrast that nobody chose.
      const lab = await open(t, { colorScheme: "light", width, height: width === 360 ? 740 : 900, reducedMotion: "reduce" });
      await go(lab);
      for (const colorScheme of ["light", "dark"]) {
        await lab.page.emulateMedia({ colorScheme });
        await lab.page.waitForTimeout(150);
        assert.deepEqual(await violations(lab.page), [], colorScheme);
      }
    });
  }
}

test("the page that cannot start passes too", async (t) => {
  const lab = await open(t, { ready: false, prepare: (page) => page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" })) });
  await lab.fault.waitFor({ state: "visible" });
  assert.deepEqual(await violations(lab.page), []);
});
