// axe finds nothing, in every state, both themes and two widths.
import assert from "node:assert/strict";
import { test } from "node:test";
import { violations } from "./axe.mjs";
import { suite } from "./browser.mjs";
import { LabPage } from "./page.mjs";

const open = suite();
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
