// Where things are on the page: every name and selector that the tests rely on, and nothing else. The names are what a screen
// reader says, so a test that finds a control has shown that it has that name.

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
    this.scenario = page.getByRole("combobox", { name: /^Scenario/ });
    this.theme = page.getByRole("button", { name: /theme/i });
    this.help = page.getByRole("button", { name: /keyboard/i });
    this.helpDialog = page.getByRole("dialog", { name: /keyboard/i });
    this.fault = page.locator("#fault");
    // What the receiver does about STARTTLS, and what the sender does about TLS.
    this.offer = this.receiver.getByRole("combobox", { name: /STARTTLS/ }).or(this.receiver.getByRole("radio", { name: /^not offered/i }));
    this.policy = this.sender.getByRole("radio");
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
    if (await this.offer.evaluate((one) => one.tagName === "SELECT")) await this.offer.selectOption("not_offered");
    else await this.offer.check({ force: true });
  }

  tab(name) {
    return this.tabs.getByRole("tab", { name, exact: true });
  }

  /** Waits until the page shows a session. */
  async ready() {
    await this.points.locator('[aria-current="step"]').first().waitFor({ state: "visible", timeout: 15_000 });
    return this;
  }

  /** The number of the current point, from its name; an error when there is not exactly one. */
  async current() {
    const names = await this.points.locator('[aria-current="step"]').evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? one.textContent.trim()));
    if (names.length !== 1) throw new Error(`${names.length} points are current: ${names.join(" | ")}`);
    const number = /0([1-7])/.exec(names[0]);
    if (!number) throw new Error(`no number in ${names[0]}`);
    return Number(number[1]);
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
      log: await this.log.innerText(),
      panel: await this.panel.first().innerText(),
      controls: await this.page.locator("select, input").evaluateAll((all) => all.map((one) => [one.name || one.id, one.type, one.type === "checkbox" || one.type === "radio" ? one.checked : one.value])),
    };
  }

  /** The page's states that are worth a picture and an accessibility check: name, and how to get there from the start. */
  static states = [
    ["start", async () => {}],
    ["negotiation", async (lab) => { await lab.point(5).click(); await lab.at(5); }],
    ["session-reset", async (lab) => { await lab.point(6).click(); await lab.at(6); }],
    ["last", async (lab) => { await lab.button("Last").click(); }],
    ["bytes", async (lab) => { await lab.point(4).click(); if (await lab.tab("Bytes").count()) await lab.tab("Bytes").click(); }],
    ["eavesdropper", async (lab) => { await lab.point(7).click(); await lab.tab("Eavesdropper").click(); }],
    ["as-printed", async (lab) => { await lab.page.getByText("As printed in the book").first().click(); }],
    ["stored-message", async (lab) => { await lab.page.getByText("Inbox").first().click(); }],
    ["help", async (lab) => { await lab.page.keyboard.press("?"); await lab.helpDialog.waitFor(); }],
    ["not-offered", async (lab) => { await lab.open("#v=1&preset=not-offered"); }],
    ["required-not-offered", async (lab) => { await lab.open("#v=1&preset=required-not-offered"); }],
    ["no-common-version", async (lab) => { await lab.open("#v=1&preset=no-common-version&step=5"); }],
    ["internal-ca", async (lab) => { await lab.open("#v=1&preset=internal-ca&step=30"); }],
    ["verified-wrong-name", async (lab) => { await lab.open("#v=1&preset=verified-wrong-name&step=40"); }],
    ["junk-link", async (lab) => { await lab.open("#v=1&preset=book&colour=mauve"); }],
  ];

  /** Loads the page anew with that fragment. */
  async open(fragment = "") {
    const { url } = this.page.labServer;
    // From elsewhere: a change of the fragment alone would not load the page.
    await this.page.goto("about:blank");
    await this.page.goto(url + fragment);
    return this.ready();
  }
}
