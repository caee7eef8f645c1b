// Where things are on the page: every name and selector that the tests rely on, and nothing else. The names are what a screen
// reader says, so a test that finds a control has shown that it has that name.
import assert from "node:assert/strict";

/** The names of the seven points in the scenario of the book; another scenario has other words after the number. */
export const POINTS = [
  /^01\s+Greeting and EHLO/,
  /^02\b.*STARTTLS/,
  /^03\b.*AUTH.*NTLM/,
  /^04\b.*STARTTLS/,
  /^05\b.*TLS/,
  /^06\b.*EHLO/,
  /^07\b.*AUTH.*LOGIN.*PLAIN/,
];

export const PLAYBACK = ["First", "Previous", "Play", "Next", "Last"];

/** That so many are there, now or in a moment: what a press changes is drawn a little later. */
export async function counts(locator, number, message) {
  const until = Date.now() + 15_000;
  let seen = await locator.count();
  while (seen !== number && Date.now() < until) {
    await new Promise((resume) => { setTimeout(resume, 25); });
    seen = await locator.count();
  }
  assert.equal(seen, number, message);
}

/** A link that shows the end, unless it says otherwise. */
export const withEnd = (fragment) => (/[#&]end=/.test(fragment) ? fragment : `${fragment || "#"}${fragment.length > 1 ? "&" : ""}end=on`);

export class LabPage {
  constructor(page) {
    this.page = page;
    this.points = page.getByRole("navigation", { name: "Log points" });
    this.log = page.getByRole("list", { name: "Session log" });
    this.outcome = page.getByRole("region", { name: "Outcome" });
    this.sender = page.getByRole("group", { name: "Sender" });
    this.receiver = page.getByRole("group", { name: "Receiver" });
    this.tabs = page.getByRole("tablist");
    this.panel = page.getByRole("tabpanel");
    this.capabilities = page.getByRole("table", { name: "Capabilities before and after TLS" });
    this.scenario = page.getByRole("button", { name: /^Scenario/ });
    this.gallery = page.getByRole("region", { name: "Choose a story" });
    this.theme = page.getByRole("button", { name: /theme/i });
    this.help = page.getByRole("button", { name: /keyboard/i });
    this.helpDialog = page.getByRole("dialog", { name: /keyboard/i });
    this.path = page.getByRole("group", { name: "Path" });
    this.alert = page.locator(".refusal");
    // The message: folder and subject, whatever the mark.
    this.message = page.locator(".mail > summary");
    this.conditions = page.getByRole("region", { name: "Conditions of the mark" });
    this.policies = page.getByRole("button", { name: "Policies", exact: true });
    this.grid = page.getByRole("table");
    this.tree = page.getByRole("tree");
    this.octets = page.locator("#octets");
    this.save = page.locator("summary", { hasText: /^Save$/ });
    this.search = page.getByRole("searchbox");
    this.fault = page.locator("#fault");
    // What the receiver does about STARTTLS, and what the sender does about TLS.
    this.offer = this.receiver.getByRole("combobox", { name: "STARTTLS", exact: true });
    this.policy = this.sender.getByRole("combobox", { name: "What the sender does about TLS" });
  }

  /** A button of the playback, by its name. "Play" is "Pause" while it plays. */
  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The button of point 1 to 7. */
  point(number) {
    return this.points.getByRole("button", { name: new RegExp(`^0${number}\\b`) });
  }

  /** Makes the receiver offer no STARTTLS. */
  async offerNothing() {
    await this.offer.selectOption("not_offered");
  }

  /** Opens the drawer with all switches of a part of the road, and gives it. */
  async details(part) {
    const button = part.getByRole("button", { name: /: details$/ });
    if (await button.getAttribute("aria-expanded") === "false") await button.click();
    return part.getByRole("region");
  }

  /** Clicks something of the header, which is in a menu where the page is narrow. */
  async inHeader(wanted) {
    for (const menu of await this.page.locator(".opens").all()) {
      if (!await wanted.isVisible() && await menu.isVisible()) await menu.click();
    }
    await wanted.click();
  }

  tab(name) {
    return this.tabs.getByRole("tab", { name, exact: true });
  }

  /** Goes to a tab of the inspector. Where there is little room, that is a sheet, which is opened first. */
  async show(name) {
    const opener = this.page.locator("#opener");
    if (await opener.isVisible() && await opener.getAttribute("aria-expanded") !== "true") await opener.click();
    await this.tab(name).click();
  }

  /** Unfolds the outcome, which is one line where there is little room. */
  async unfold() {
    const unfold = this.outcome.getByRole("button", { name: "All of the outcome" });
    if (await unfold.isVisible()) await unfold.click();
  }

  /** Waits until the page shows a session. */
  async ready() {
    await this.points.locator('[aria-current="step"]').first().waitFor({ state: "visible", timeout: 15_000 });
    return this;
  }

  /** The button of a part without a number. */
  part(name) {
    return this.points.getByRole("button", { name });
  }

  /** The number of the current part, from its name: a point's own, 8 of the mail, 9 of the goodbye; an error when there is not exactly one. */
  async current() {
    const names = await this.points.locator('[aria-current="step"]').evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? one.textContent.trim()));
    if (names.length !== 1) throw new Error(`${names.length} points are current: ${names.join(" | ")}`);
    const number = /0([1-7])/.exec(names[0])?.[1] ?? { "The mail": 8, Goodbye: 9 }[names[0]];
    if (!number) throw new Error(`no number in ${names[0]}`);
    return Number(number);
  }

  /** Waits until point `number` is the current one. */
  async at(number) {
    const deadline = Date.now() + 5_000;
    let seen;
    do {
      seen = await this.current();
      if (seen === number) return;
      await this.page.waitForTimeout(20);
    } while (Date.now() < deadline);
    throw new Error(`the current point is ${seen}, not ${number}`);
  }

  /** The notices on show: what role=status and role=alert say. */
  async notices() {
    const said = await this.page.locator('[role="status"], [role="alert"]').evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.innerText.trim()));
    return said.filter(Boolean);
  }

  /** What there is to compare between two pages that should show the same: outcome, log, point, and every control. */
  async snapshot() {
    return {
      current: await this.current(),
      outcome: await this.outcome.innerText(),
      log: await this.page.locator("section.session").innerText(),
      panel: await this.panel.first().innerText(),
      controls: await this.page.locator("select, input").evaluateAll((all) => all.map((one) => [one.name || one.id, one.type, one.type === "checkbox" || one.type === "radio" ? one.checked : one.value])),
    };
  }

  /** The page's states that are worth a picture and an accessibility check: name, and how to get there from the start. */
  static states = [
    ["start", async () => {}],
    ["negotiation", async (lab) => { await lab.point(5).click(); await lab.at(5); }],
    ["session-reset", async (lab) => { await lab.point(6).click(); await lab.at(6); }],
    ["last", async (lab) => { await lab.page.keyboard.press("End"); await lab.at(9); }],
    ["bytes", async (lab) => { await lab.point(4).click(); await lab.show("Bytes"); }],
    ["fields", async (lab) => { await lab.point(5).click(); await lab.show("Bytes"); await lab.button("Next").click(); await lab.button("Next").click(); await lab.tree.getByRole("treeitem", { name: /^random/ }).first().click(); }],
    ["fields-sealed", async (lab) => { await lab.point(7).click(); await lab.show("Bytes"); await lab.page.getByRole("button", { name: "Expand all" }).click(); }],
    ["found", async (lab) => { await lab.search.fill("auth"); await lab.page.getByText(/^\d+ of \d+$/).waitFor(); }],
    ["save", async (lab) => { await lab.inHeader(lab.save); }],
    ["sender-details", async (lab) => { await lab.details(lab.sender); }],
    ["receiver-details", async (lab) => { await lab.open("#v=2&preset=domain-secured&receive_list=off&step=20"); await lab.details(lab.receiver); }],
    ["pinned", async (lab) => { await lab.inHeader(lab.page.getByRole("button", { name: "Pin", exact: true })); }],
    ["eavesdropper", async (lab) => { await lab.point(7).click(); await lab.show("Eavesdropper"); }],
    ["stolen-key", async (lab) => { await lab.open("#v=2&preset=postfix&client_stack=ws2008&server_stack=ws2008&tab=eavesdropper&open=messages+key"); }],
    ["guessed-key", async (lab) => { await lab.open("#v=2&preset=export-40&tab=eavesdropper&open=messages+why"); await lab.button(/^Guess the last/).click(); await lab.page.getByText(/^Found after/).waitFor(); }],
    ["sheet", async (lab) => { await lab.open("#v=2&preset=book&step=41&open=messages+why"); }],
    ["stage", async (lab) => { await lab.open("#v=2&preset=book&step=41&stage=on"); }],
    ["stage-question", async (lab) => { await lab.open("#v=2&preset=self-signed&ask=always&step=4&stage=on&end=off"); await lab.toQuestion(); }],
    ["as-printed", async (lab) => { await lab.page.getByText("As printed in the book").first().click(); }],
    ["stored-message", async (lab) => { await lab.unfold(); await lab.message.click(); }],
    ["help", async (lab) => { await lab.page.keyboard.press("?"); await lab.helpDialog.waitFor(); }],
    ["not-offered", async (lab) => { await lab.open("#v=2&preset=not-offered"); }],
    ["required-not-offered", async (lab) => { await lab.open("#v=2&preset=required-not-offered"); }],
    ["no-common-version", async (lab) => { await lab.open("#v=1&preset=no-common-version&step=5"); }],
    ["internal-ca", async (lab) => { await lab.open("#v=1&preset=internal-ca&step=30"); }],
    ["verified-wrong-name", async (lab) => { await lab.open("#v=1&preset=verified-wrong-name&step=40"); }],
    ["domain-secured", async (lab) => { await lab.open("#v=1&preset=domain-secured&step=65"); }],
    ["domain-secured-message", async (lab) => { await lab.open("#v=1&preset=domain-secured&step=65"); await lab.unfold(); await lab.message.click(); }],
    ["certificates", async (lab) => { await lab.open("#v=1&preset=default-self-signed&step=30"); await lab.show("Certificate"); }],
    ["relay-forwards", async (lab) => { await lab.open("#v=1&preset=relay-forwards&step=120"); }],
    ["relay-first-hop", async (lab) => { await lab.open("#v=2&preset=relay-forwards&step=46"); }],
    ["relay-second-hop", async (lab) => { await lab.open("#v=2&preset=relay-forwards&step=103"); }],
    ["second-connection", async (lab) => { await lab.open("#v=2&preset=verify-or-clear&step=60"); }],
    ["changed", async (lab) => { await lab.open("#v=2&preset=book&auth_mechanism=Tls+BasicAuth+BasicAuthRequireTLS+ExchangeServer&step=20"); }],
    ["cell", async (lab) => { await lab.openGrid(); await lab.page.locator("button.cell").nth(12).click(); await lab.ready(); }],
    ["stripped", async (lab) => { await lab.open("#v=1&preset=stripped&step=12"); }],
    ["impostor", async (lab) => { await lab.open("#v=1&preset=impostor&step=60"); }],
    ["refused-setting", async (lab) => { await lab.open("#v=2&preset=domain-secured"); await lab.policy.selectOption("never"); await lab.alert.waitFor(); }],
    ["gallery", async (lab) => { await lab.scenario.click(); await lab.gallery.waitFor(); }],
    ["gallery-so-far", async (lab) => { await lab.scenario.click(); await lab.gallery.getByRole("button", { name: "Hidden" }).click(); }],
    ["grid", async (lab) => { await lab.openGrid(); }],
    ["compare", async (lab) => { await lab.page.goto("about:blank"); await lab.page.goto(`${lab.page.labServer.url}#v=2&preset=book-tls13&view=compare&vs=book`); await lab.page.locator("tr.first").waitFor(); }],
    ["suites", async (lab) => { await lab.openSuites("#v=2&view=suites"); }],
    ["suites-many-ranks", async (lab) => { await lab.openSuites("#v=2&view=suites&left=rustls&right=ws2008"); }],
    ["suites-too-old", async (lab) => { await lab.openSuites("#v=2&view=suites&left=ws2003&right=rustls&suite=TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA&left.lines=2.1.-3.4.5.6.7.8.9.10.11.12.13"); }],
    ["old-client", async (lab) => { await lab.open("#v=1&preset=old-client&step=40"); }],
    ["old-server", async (lab) => { await lab.open("#v=1&preset=old-server&step=30"); }],
    ["meaning", async (lab) => { await lab.open("#v=2&preset=domain-secured&step=30&open=messages+why"); await lab.panel.locator(".term").first().click(); await lab.page.locator(".meaning:popover-open").waitFor(); }],
    ["advice", async (lab) => { await lab.open("#v=2&preset=required-not-offered&step=40&open=messages+why"); await lab.page.locator("details.advice summary").click(); }],
    ["protocol-logs", async (lab) => { await lab.open("#v=2&preset=book&log=protocol"); }],
    ["lesson-end", async (lab) => { await lab.open("#v=2&preset=stripped&step=99&lesson=own&stop=2&title=Two&stops=book,stripped"); await lab.page.locator(".ended").waitFor(); }],
    ["lessons", async (lab) => { await lab.openPlace("#v=2&view=lessons&stops=book,stripped", ".experiments"); }],
    ["handout", async (lab) => { await lab.openPlace("#v=2&preset=relay-forwards&view=print", ".paper"); }],
    ["exercise-answers", async (lab) => { await lab.openPlace("#v=2&preset=self-signed&view=print&sheet=exercise-key", ".paper"); }],
    ["junk-link", async (lab) => { await lab.open("#v=2&preset=book&colour=mauve"); }],
  ];

  /** Steps on with a clicker's key until the run asks. */
  async toQuestion() {
    const asked = this.page.locator(".ask:not(.told)");
    for (let steps = 0; steps < 80 && await asked.count() === 0; steps += 1) {
      const step = await this.page.locator(".counter").textContent();
      await this.page.keyboard.press("ArrowRight");
      await this.page.waitForFunction((step) => document.querySelector(".counter").textContent !== step, step);
    }
    await asked.waitFor();
  }

  /** Chooses a scenario in the gallery, by its name in links. */
  async choose(preset) {
    await this.scenario.click();
    await this.gallery.locator(`[data-preset="${preset}"]`).click();
    await this.ready();
  }

  /** The names of all scenarios, from the gallery, which is left by the history. */
  async presets() {
    await this.scenario.click();
    await this.gallery.waitFor();
    const names = await this.gallery.locator("[data-preset]").evaluateAll((all) => all.map((one) => one.dataset.preset));
    await this.page.goBack();
    return this.ready().then(() => names);
  }

  /** Opens the grid, and waits until every cell has run. */
  async openGrid() {
    await this.inHeader(this.policies);
    await this.page.getByText(/^All \d+ cells have run/).waitFor();
  }

  /** Loads the page anew, at the cipher suites. */
  async openSuites(fragment) {
    await this.page.goto("about:blank");
    await this.page.goto(this.page.labServer.url + fragment);
    await this.page.getByRole("region", { name: "Cipher suites, then and now" }).waitFor();
  }

  /** Loads the page anew, at a place that shows this. */
  async openPlace(fragment, selector) {
    await this.page.goto("about:blank");
    await this.page.goto(this.page.labServer.url + fragment);
    await this.page.locator(selector).first().waitFor();
  }

  /** Loads the page anew with that fragment, with the end shown, unless the link says otherwise. */
  async open(fragment = "#v=2&preset=book") {
    const { url } = this.page.labServer;
    // From elsewhere: a change of the fragment alone would not load the page.
    await this.page.goto("about:blank");
    await this.page.goto(url + withEnd(fragment));
    return this.ready();
  }
}
