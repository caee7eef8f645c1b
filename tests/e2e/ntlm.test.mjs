// NTLM logins: octets and letters that mark each other, what a listener has, and words that are tried on it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./browser.mjs";
import { counts } from "./page.mjs";

const open = suite();

/** The tab of a step that sends the third message, which is the longest line of the login. */
async function answer(t, preset, tab, options) {
  const lab = await open(t, { fragment: `#v=2&preset=${preset}`, ...options });
  await lab.log.getByText(/TlRMTVNTUAAD/).first().click();
  await lab.show(tab);
  return lab;
}

test("letters of base64 and decoded octets mark each other", async (t) => {
  const lab = await answer(t, "ntlm-clear-weak", "Bytes");
  const row = (name) => lab.panel.getByRole("treeitem").filter({ has: lab.page.getByText(name, { exact: true }) }).first();
  await row("UserName").click();
  const marked = lab.panel.locator(".letters .on");
  const octets = lab.panel.locator(".hex .on");
  const shown = (await marked.allInnerTexts()).join("");
  // Three octets are four letters, so the letters around the name have some of its neighbours.
  const name = Buffer.from("sales", "utf16le");
  assert.match((await octets.allInnerTexts()).flatMap((words) => words.split(/\s+/)).filter((word) => /^[0-9a-f]{2}$/.test(word)).join(""), new RegExp(name.toString("hex")));
  assert.ok(shown.length >= Math.ceil((name.length * 8) / 6) && shown.length <= Math.ceil((name.length * 8) / 6) + 1, shown);
  // A letter leads to its field.
  await lab.panel.locator(".letters span").first().click();
  await lab.panel.locator(".said .title", { hasText: "Signature" }).waitFor();
  assert.match((await octets.allInnerTexts()).join(" "), /4e 54 4c 4d/);
  // A header leads to its payload.
  await row("UserNameFields").click();
  await lab.panel.getByRole("button", { name: "Go to UserName", exact: true }).click();
  await lab.panel.locator(".said .title", { hasText: "UserName" }).waitFor();
  await lab.panel.getByText(/^Checked with the password that the receiver knows: proof ok, MIC ok, binding none\.$/).waitFor();
  lab.faults.assertNone();
});

test("a weak password falls to the list, and a strong one does not", async (t) => {
  for (const [preset, words] of [["ntlm-clear-weak", /^Found: word 14 of 15 fits/], ["ntlm-clear-strong", /^No word of 15 fits/]]) {
    const lab = await answer(t, preset, "Eavesdropper");
    const guess = lab.panel.getByRole("button", { name: "Guess the NTLM password", exact: true });
    assert.equal(await guess.getAttribute("aria-pressed"), "false");
    await guess.focus();
    await lab.page.keyboard.press("Enter");
    await lab.panel.getByText(words).waitFor();
    const items = lab.panel.locator(".words li");
    await counts(items, 15);
    const proof = await lab.panel.getByText("Proof on the line").locator("code").innerText();
    const fits = await items.filter({ hasText: proof }).count();
    assert.equal(fits, preset === "ntlm-clear-weak" ? 1 : 0);
    assert.match(await lab.panel.locator(".theft .letters").innerText(), new RegExp(`^sales::SOMORITA:[0-9a-f]{16}:${proof}:0101`));
    assert.match(await lab.page.evaluate(() => location.hash), /open=messages\+words/);
    const other = await open(t, { fragment: await lab.page.evaluate(() => location.hash) });
    await other.panel.getByText(words).waitFor();
    lab.faults.assertNone();
  }
});

test("inside TLS a listener has sizes, and nothing to try words on", async (t) => {
  const lab = await open(t, { fragment: "#v=2&preset=ntlm-inside-tls&tab=eavesdropper" });
  await lab.panel.locator(".leaked").waitFor();
  await counts(lab.panel.getByRole("button", { name: "Guess the NTLM password" }), 0);
  assert.doesNotMatch(await lab.panel.locator(".leaked").innerText(), /UserName|ServerChallenge/);
  assert.match(await lab.panel.locator(".kept").innerText(), /UserName sales/);
  lab.faults.assertNone();
});

test("on a narrow screen nothing of it is cut", async (t) => {
  const lab = await answer(t, "ntlm-clear-weak", "Eavesdropper", { width: 360, height: 740 });
  await lab.panel.getByRole("button", { name: "Guess the NTLM password" }).click();
  await lab.panel.locator(".words li").first().waitFor();
  const wide = await lab.panel.evaluate((panel) => panel.scrollWidth - panel.clientWidth);
  assert.ok(wide <= 0, `${wide} too wide`);
  lab.faults.assertNone();
});
