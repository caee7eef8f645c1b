// Starts the browser and the server, opens the page, and keeps a list of what must never happen in it.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium, firefox } from "playwright-core";
import { serve } from "../../tools/serve.mjs";
import { LabPage, withEnd } from "./page.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const ROOT = here("../..");
export const DIST = here("../../dist");
/** The command line, as `cargo test` leaves it. */
export const LAB = here("../../target/debug/starttls-lab");

// The same flags as the wasm tests use.
const flags = JSON.parse(readFileSync(here("../../webdriver.json")))["goog:chromeOptions"].args;

/** Chromium, headless. */
export const launch = (...more) => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...flags, ...more] });
/** For a reader who has set the browser's text to twice its size: the queries of style sheets know of it. */
export const launchLarge = () => launch("--blink-settings=defaultFontSize=32");

const FIREFOX = process.env.FIREFOX ?? here("../../.tools/bin/firefox-esr");
/** Why there is no Firefox to test with, or false. */
export const noFirefox = !existsSync(FIREFOX) && `there is no Firefox at ${FIREFOX}: make tools-test installs it, or name yours with FIREFOX=`;

/** Firefox as it is, not one that was built for tests: over WebDriver BiDi. */
export const launchFirefox = () => firefox.launch({ channel: "moz-firefox", executablePath: FIREFOX });

/** The page in one file, made of dist/: `url`, its address on the disk, and `file`. As a server, it can be stopped. */
export async function single() {
  const folder = mkdtempSync(join(tmpdir(), "starttls lab "));
  const file = join(folder, "starttls-lab.html");
  execFileSync(process.execPath, [here("../../tools/single.mjs"), DIST, file]);
  return { url: pathToFileURL(file).href, file, stop: async () => rmSync(folder, { recursive: true }) };
}

/** Records what must never happen; `assertNone` fails with the list. */
export class Faults {
  #list = [];
  constructor(page) {
    page.on("pageerror", (error) => this.#list.push(`error: ${error.message}`));
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) this.#list.push(`console: ${message.text()}`); });
    page.on("requestfailed", (request) => this.#list.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
    page.on("response", (response) => { if (response.status() >= 400) this.#list.push(`status ${response.status()}: ${response.url()}`); });
  }
  assertNone() {
    assert.deepEqual(this.#list, [], "the page had errors, or broke its content security policy");
  }
}

// What is done to the page by hand.
const ACTS = ["click", "dblclick", "press", "fill", "selectOption", "check", "uncheck", "hover", "focus", "dragTo"];

// What an act changes is drawn in tasks behind it, at most three, and a busy machine lets more acts and questions in between. A person
// who looks before the next press sees none of that.
const REST = () => new Promise((rest) => { setTimeout(() => setTimeout(() => setTimeout(rest))); });

/** Lets each of these acts end when what it changed is drawn. */
function patient(object, names, page) {
  for (const name of names) {
    const act = object[name];
    object[name] = async function actAndRest(...args) {
      const result = await act.apply(this, args);
      // The act may have left the page: then there is nothing to wait for.
      await page(this).evaluate(REST).catch(() => {});
      return result;
    };
  }
}

// The class of all locators, once it is known.
const classes = new Set();
function restAfterActs(page) {
  patient(page.keyboard, ["press"], () => page);
  const locators = Object.getPrototypeOf(page.locator("html"));
  if (classes.has(locators)) return;
  classes.add(locators);
  patient(locators, ACTS, (locator) => locator.page());
}

/**
 * For a test file: one browser (`start`) and one server (`from`) for all of its tests. Returns `open(options)`, which gives a fresh page.
 * Options: `fragment` (the session of the book without it; an empty one opens the cover), `end: false` (show what has happened up to the step, as the page does by itself), `prefix` (the folder the page is served from), `width`, `height`, `init` (a script to run first), `ready: false` (do not wait for
 * a session), and those of a browser context (colorScheme, reducedMotion, javaScriptEnabled).
 */
export function suite({ prefix = "/", start = launch, from = () => serve({ root: DIST, prefix }) } = {}) {
  let browser, server;
  before(async () => {
    server = await from();
    browser = await start();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  return (t, options) => open(browser, server, t, options);
}

export async function open(browser, server, t, { fragment = "#v=2&preset=book", end = true, width = 1280, height = 900, init, ready = true, prepare, ...context } = {}) {
  const own = await browser.newContext({ viewport: { width, height }, ...context });
  t?.after(() => own.close());
  const page = await own.newPage();
  page.setDefaultTimeout(10_000);
  page.labServer = server;
  // Without scripts no timer ends.
  if (context.javaScriptEnabled !== false) restAfterActs(page);
  const lab = new LabPage(page);
  lab.faults = new Faults(page);
  lab.requests = [];
  page.on("request", (request) => lab.requests.push(request.url()));
  if (init) await page.addInitScript(init);
  if (prepare) await prepare(page);
  const shown = end ? withEnd(fragment) : fragment;
  await page.goto(server.url + shown);
  if (ready) await lab.ready();
  return lab;
}
