// The picture in the README: the real page, light, at the session reset. node tests/e2e/picture.mjs FILE
import { serve } from "../../tools/serve.mjs";
import { DIST, launch, open } from "./browser.mjs";

const [file = "docs/page.png"] = process.argv.slice(2);
const server = await serve({ root: DIST });
const browser = await launch();
try {
  const lab = await open(browser, server, undefined, { width: 1440, height: 900, colorScheme: "light", reducedMotion: "reduce" });
  await lab.point(6).click();
  await lab.at(6);
  // A focus ring says where the keyboard is, which nobody asks of a picture.
  await lab.page.evaluate(() => document.activeElement?.blur());
  await lab.page.waitForTimeout(200);
  await lab.page.screenshot({ path: file });
  console.log(file);
} finally {
  await browser.close();
  await server.stop();
}
