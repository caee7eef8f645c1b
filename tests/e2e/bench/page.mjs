// What is measured in the page itself, in Chromium.

import { open } from "../browser.mjs";

// Browsers compile what is hot a second time, in the background: it takes that many runs until the times settle.
export const WARM_UP = 100;
export const RUNS = 50;
export const LOADS = 10;

/** A whole run, through the same instance of the module as the page uses. */
export async function runs(browser, server, fragment) {
  const lab = await open(browser, server);
  const result = await lab.page.evaluate(async ({ link, warmUp, count }) => {
    const { fingerprint } = await import(new URL("starttls-lab.js", document.baseURI));
    const times = [];
    let digest;
    for (let run = -warmUp; run < count; run += 1) {
      const start = performance.now();
      digest = fingerprint(link);
      if (run >= 0) times.push(performance.now() - start);
      // Let the browser breathe, as it does between two runs of a person.
      await new Promise((done) => setTimeout(done, 0));
    }
    return { times, digest };
  }, { link: fragment, warmUp: WARM_UP, count: RUNS });
  if (!/^[0-9a-f]{64}$/.test(result.digest)) throw new Error(`no digest: ${result.digest}`);
  await lab.page.context().close();
  return result;
}

/** From the press of the button until every cell has run, and the longest task meanwhile; each time in a fresh page. */
export async function grids(browser, server) {
  const times = [], longest = [];
  let cells;
  for (let load = 0; load < 5; load += 1) {
    const lab = await open(browser, server);
    // As a person would: the page has been looked at for a moment.
    await lab.page.waitForTimeout(500);
    const result = await lab.page.evaluate(() => new Promise((done) => {
      let longest = 0;
      // Tasks of less than 50 ms are not reported; the beats in between tell how long each of ours took.
      const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => { longest = Math.max(longest, entry.duration); }));
      observer.observe({ type: "longtask" });
      const channel = new MessageChannel();
      let last = performance.now();
      const start = last;
      channel.port1.onmessage = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        const progress = document.querySelector("progress");
        if (progress && progress.value === progress.max) return done({ time: now - start, longest, cells: progress.max });
        channel.port2.postMessage(0);
      };
      [...document.querySelectorAll("button")].find((one) => one.textContent === "Policies").click();
      channel.port2.postMessage(0);
    }));
    times.push(result.time);
    longest.push(result.longest);
    cells = result.cells;
    await lab.page.context().close();
  }
  return { times, longest, cells };
}

/** Two frames after something is there, so that it is on the screen, in milliseconds from the start of the navigation. */
const watch = (selector) => {
  const look = () => {
    if (!document.querySelector(selector)) return false;
    requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn ??= performance.now(); }));
    return true;
  };
  const observer = new MutationObserver(() => look() && observer.disconnect());
  observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-current"] });
};

/** From the start of the navigation to the frame with the first step in it, and the same for an empty page; each time with an empty cache. */
export async function loads(browser, server, empty) {
  const times = { page: [], empty: [] };
  for (let load = 0; load < LOADS; load += 1) {
    for (const [name, url, selector] of [["empty", empty.url, "p"], ["page", `${server.url}#v=2&preset=book`, '[aria-current="step"]']]) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      await page.addInitScript(`(${watch})(${JSON.stringify(selector)})`);
      await page.goto(url);
      await page.waitForFunction(() => window.drawn !== undefined);
      times[name].push(await page.evaluate(() => window.drawn));
      await context.close();
    }
  }
  return times;
}

// The second policy is what boot.js sets once the module runs.
const POLICY = 'meta[http-equiv="Content-Security-Policy"]';
const READY = `${POLICY} ~ ${POLICY}`;

// The cover's question is painted first (theme.js); two frames after the rest of it is there, that is on the screen.
const whole = () => {
  const observer = new MutationObserver(() => {
    if (document.documentElement.hasAttribute("data-first")) return;
    requestAnimationFrame(() => requestAnimationFrame(() => { window.whole ??= performance.now(); }));
    observer.disconnect();
  });
  observer.observe(document, { subtree: true, attributeFilter: ["data-first"] });
};

/** First contentful paint of the cover, which is its question, and of an empty page; when all of the cover is painted, and when its answers can be pressed; each time with an empty cache. */
export async function covers(browser, server, empty) {
  const times = { page: [], empty: [], whole: [], ready: [] };
  for (let load = 0; load < LOADS; load += 1) {
    for (const [name, url, selector] of [["empty", empty.url, "p"], ["page", server.url, READY]]) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      await page.addInitScript(`(${watch})(${JSON.stringify(selector)}); (${whole})()`);
      await page.goto(url);
      await page.waitForFunction(() => window.drawn !== undefined && performance.getEntriesByName("first-contentful-paint").length > 0);
      times[name].push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
      if (name === "page") {
        times.ready.push(await page.evaluate(() => window.drawn));
        times.whole.push(await page.evaluate(() => window.whole));
      }
      await context.close();
    }
  }
  return times;
}

/**
 * A whole session by the key for Next, as a person presses it: from the press until the frame behind it is painted, the longest task
 * between two beats, and what moved that was there before.
 */
export async function steps(browser, server) {
  const lab = await open(browser, server, undefined, { fragment: "#v=2&preset=book&step=1", end: false });
  await lab.page.waitForTimeout(1000);
  await lab.page.evaluate(() => {
    Object.assign(window, { presses: [], longest: 0, moved: 0 });
    new PerformanceObserver((list) => { for (const { value } of list.getEntries()) window.moved += value; }).observe({ type: "layout-shift" });
    // Tasks of less than 50 ms are not reported; the beats in between tell how long each of ours took.
    const beat = new MessageChannel();
    let last = performance.now();
    beat.port1.onmessage = () => {
      window.longest = Math.max(window.longest, performance.now() - last);
      last = performance.now();
      setTimeout(() => { last = performance.now(); beat.port2.postMessage(0); });
    };
    beat.port2.postMessage(0);
    addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => {
      // The first task behind the frame.
      const painted = new MessageChannel();
      painted.port1.onmessage = () => window.presses.push(performance.now() - timeStamp);
      painted.port2.postMessage(0);
    }), { capture: true });
  });
  const next = lab.page.locator(".transport .next");
  let count = 0;
  for (; await next.getAttribute("aria-disabled") !== "true" && count < 400; count += 1) {
    await lab.page.keyboard.press("ArrowRight");
    await lab.page.waitForTimeout(50);
  }
  const result = await lab.page.evaluate(() => ({ times: window.presses, longest: window.longest, moved: window.moved }));
  if (count < 50 || result.times.length !== count) throw new Error(`${count} presses, ${result.times.length} frames`);
  await lab.page.context().close();
  return result;
}

/** Octets that the page holds after so many runs, each by a link that a person would follow: what JavaScript holds after a collection, and the module's memory. */
export async function memory(browser, server, counts) {
  const lab = await open(browser, server);
  const session = await lab.page.context().newCDPSession(lab.page);
  const held = [];
  let done = 0;
  for (const count of counts) {
    await lab.page.evaluate(async ({ from, to }) => {
      for (let run = from; run < to; run += 1) {
        location.hash = `#v=1&preset=${run % 2 ? "book" : "book-tls13"}&seed=${run}`;
        // The change is read in a task of its own, and drawn in another.
        await new Promise((next) => setTimeout(next, 0));
        await new Promise((next) => requestAnimationFrame(() => setTimeout(next, 0)));
      }
    }, { from: done, to: count });
    done = count;
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    const module = await lab.page.evaluate(async () => (await import(new URL("starttls-lab.js", document.baseURI))).default().then((exports) => exports.memory.buffer.byteLength));
    held.push({ runs: count, heap: usedSize, module });
  }
  lab.faults.assertNone();
  await lab.page.context().close();
  return held;
}
