// Pictures of every state, in both themes and at two widths, for a person to look at: tests/e2e/shots/STATE-THEME-WIDTH.png
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serve } from "../../tools/serve.mjs";
import { DIST, launch, open } from "./browser.mjs";
import { LabPage } from "./page.mjs";

const folder = fileURLToPath(new URL("shots", import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const server = await serve({ root: DIST });
const browser = await launch();
let failed = 0;
for (const [name, go] of LabPage.states) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[1440, 900], [360, 740]]) {
      const file = `${folder}/${name}-${colorScheme}-${width}.png`;
      let lab;
      try {
        lab = await open(browser, server, undefined, { colorScheme, width, height, reducedMotion: "reduce" });
        await go(lab);
        await lab.page.waitForTimeout(150);
        // The whole length on a phone, where most of the page is below the first screen.
        await lab.page.screenshot({ path: file, fullPage: width < 500 });
        console.log(file);
      } catch (error) {
        failed += 1;
        console.error(`${file}: ${error.message}`);
      }
      await lab?.page.context().close();
    }
  }
}
await browser.close();
await server.stop();
process.exit(failed ? 1 : 0);
