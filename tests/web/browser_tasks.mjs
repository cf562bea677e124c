// SPDX-License-Identifier: Apache-2.0
// Ten tasks as somebody who has never been here would try them, in Swedish, finding everything by the words on the page. The
// number is that of clicks (writing is not counted), from the first screen to where the answer can be read.
import assert from "node:assert/strict";

const big = (page) => page.locator(".headline .big");

async function asked(page, press) {
  await page.locator("button.main[aria-disabled=false]").waitFor();
  await press(page.locator("button.main"));
  await big(page).waitFor();
  return big(page).innerText();
}

const tasks = [
  ["how many a trial of mine would have here", 2, async ({ page, press }) => {
    await press(page.getByRole("button", { name: "Klinisk prövning" }));
    assert.match(await asked(page, press), /personer/);
    await page.getByRole("heading", { name: "Kvar efter varje villkor" }).waitFor();
  }],
  ["how many carry this variant", 3, async ({ page, press }) => {
    await press(page.getByRole("link", { name: "En variant" }));
    await page.locator("#variant-typed").fill("GRCh38:17-43044295-G-A");
    await press(page.locator("main form button[type=submit]"));
    await page.locator("button.main[aria-disabled=false]").waitFor();
    await press(page.locator("button.main"));
    await page.locator(".variant .big").waitFor();
  }],
  ["who is missing in this number", 1, async ({ page, press }) => {
    await asked(page, press);
    assert.match(await page.locator(".headline").innerText(), /2 gav ingen siffra.*Gotland.*Jämtland Härjedalen/s);
  }],
  ["why a region declined", 1, async ({ page, press }) => {
    await asked(page, press);
    const row = page.getByRole("row").filter({ hasText: "Jämtland Härjedalen" }).first();
    assert.match(await row.innerText(), /avböjde\s+ändamålet är inte tillåtet där/);
  }],
  ["what is left of our budget", 1, async ({ page, press }) => {
    await press(page.getByRole("link", { name: "Mitt" }));
    await page.getByText(/Minst [\d,]+ poäng av 100 poäng är kvar/).waitFor();
  }],
  ["a saved question again", 3, async ({ page, press, stub }) => {
    stub.state.saved = [{ id: 1, name: "Bröstcancer, vuxna", created: "2026-11-30T10:00:00Z", question: { text: "diagnosis under icd10:C50 and age >= 18" } }];
    await press(page.getByRole("link", { name: "Mitt" }));
    await press(page.getByRole("button", { name: "Öppna Bröstcancer, vuxna" }));
    assert.match(await asked(page, press), /personer/);
    stub.state.saved = [];
  }],
  ["the answer in R", 3, async ({ page, press }) => {
    await asked(page, press);
    await press(page.locator("summary").filter({ hasText: /\bR$/ }));
    assert.match(await page.locator("pre.copied").last().innerText(), /rikstal_ask\(rikstal_desk\("http:/);
    await press(page.getByRole("button", { name: "Kopiera" }).last());
  }],
  ["has the number changed since last time", 3, async ({ page, press, stub }) => {
    await page.locator("button.main[aria-disabled=false]").waitFor();
    await asked(page, press);
    await press(page.getByRole("button", { name: "Ändra frågan" })); // as it stands, to be asked again
    stub.state.more = 60; // a new release
    await asked(page, press);
    stub.state.more = 0;
    await page.getByRole("region", { name: "Jämfört med förra gången" }).getByText(/\+60/).waitFor();
  }],
  ["who must not have had PARP inhibitors, found by a Swedish word", 1, async ({ page, press }) => {
    await page.getByRole("searchbox").fill("parp-hämmare");
    await press(page.getByRole("button", { name: "Får inte ha atc:L01XK" }));
    await page.locator(".group.mustnot .criterion").getByText("atc:L01XK").waitFor();
  }],
  ["ask a region for more than the number", 5, async ({ page, press, stub, judged }) => {
    await asked(page, press);
    await press(page.locator("summary").filter({ hasText: "Kontakta regionerna" }));
    await press(page.getByRole("checkbox", { name: /Skåne/ }));
    await page.getByLabel("Vem som ber").fill("Anna Ek, anna@gms.example");
    await page.getByLabel("Syfte").fill("Rekrytering & mer");
    await press(page.getByRole("button", { name: "Skriv brevet" }));
    const draft = page.getByRole("link", { name: "Öppna i e-postprogrammet" });
    const sent = new URL(await draft.getAttribute("href"));
    assert.equal(sent.protocol + decodeURIComponent(sent.pathname), "mailto:gms@region12.example");
    assert.match(sent.searchParams.get("subject"), /RIK-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}$/);
    assert.match(sent.searchParams.get("body"), /Syfte: Rekrytering & mer\r\n/);
    assert.ok(!sent.searchParams.get("body").includes("Fråga:"), "the question only where it is ticked");
    await judged("task-10 the letter");
    await press(page.getByRole("link", { name: "Mitt" }));
    await page.getByRole("region", { name: "Brev till regioner" }).getByText(/RIK-.*Anna Ek/).waitFor();
    stub.state.letters = [];
  }],
];

export const taskWalks = tasks.map(([name, clicks, run], at) => ({
  name: `task-${at + 1}`,
  async run({ page, stub, shot, judged }) {
    let done = 0;
    const press = async (place) => {
      done += 1;
      await place.click();
    };
    await page.goto(stub.address);
    await page.locator("main h1").waitFor();
    await run({ page, stub, press, judged: async (where) => (await shot(`task-${at + 1}-${where.split(" ").at(-1)}`), judged(where)) });
    await shot(`task-${at + 1}`);
    assert.equal(done, clicks, `${name}: clicks`);
  },
}));
