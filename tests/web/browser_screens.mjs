// SPDX-License-Identifier: Apache-2.0
// Every screen that the reader can come to, and how a test comes there.
async function open(page, stub, hash) {
  await page.goto(stub.address + hash);
  await page.locator("main h1").waitFor();
}

// Asks through the API, as the page would, and opens the question's screen.
async function asked(page, stub, question) {
  await open(page, stub, "#/about");
  const id = await page.evaluate(async (body) => {
    const headers = { "Content-Type": "application/json", "X-Rikstal-Desk": "1" };
    const response = await fetch("/api/v1/questions", { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()).id;
  }, question);
  await page.evaluate((hash) => void (location.hash = hash), `#/question/${id}`);
}

const protocol = "I1 vuxen: age >= 18\nI2 bröstcancer: diagnosis under icd10:C50\nE1 redan behandlad: treatment under atc:L01XK";
const text = "diagnosis under icd10:C50 and age >= 18";
const answers = [
  ["count", { text }],
  ["sum", { text, mode: "sum" }],
  ["breakdown", { text, measure: "breakdown", by: ["sex", "age_band"] }],
  ["timeline", { text, measure: "timeline", from: "diagnosis under icd10:C50", period: "2019..2025" }],
  ["survival", { text, measure: "survival", from: "diagnosis under icd10:C50", to: "deceased = yes", bins: "0..1825/365" }],
  ["association", { text, measure: "association", exposure: "gene = BRCA1", outcome: "diagnosis under icd10:C50" }],
  ["frequency", { measure: "frequency", changes: ["GRCh38:17-43044295-G-A"] }],
  ["funnel", { protocol, measure: "funnel" }],
  ["leave-one-out", { protocol, measure: "leave_one_out" }],
  ["share", { text, measure: "share" }],
].map(([name, question]) => ({
  name: `answer-${name}`,
  async open(page, stub) {
    await asked(page, stub, question);
    await page.locator(".map svg").waitFor();
    await page.locator("details").first().waitFor();
    await page.locator("details summary").first().click();
  },
}));

export const screens = [
  ...answers,
  {
    name: "run",
    async open(page, stub) {
      stub.state.slow = true;
      await asked(page, stub, { text, hold: true });
      await page.locator("progress").waitFor();
    },
  },
  {
    name: "contact",
    async open(page, stub) {
      await asked(page, stub, { text });
      await page.locator("details.card summary").click();
      await page.locator("#contact-person").fill("Anna Ek, anna@gms.example");
      await page.locator("#contact-purpose").fill("Rekrytering till en studie");
      await page.locator("details.card input[type=checkbox]").first().check();
      await page.locator("details.card button[type=submit]").click();
      await page.locator("details.card a.button").waitFor();
      stub.state.letters = [];
    },
  },
  {
    name: "question-unknown",
    async open(page, stub) {
      await open(page, stub, `#/question/${"0".repeat(32)}`);
      await page.locator(".note.bad").waitFor();
    },
    expected: /404/,
  },
  {
    name: "build-empty",
    async open(page, stub) {
      await open(page, stub, "#/build");
      await page.locator("aside button.main").waitFor();
    },
  },
  {
    name: "build-cards",
    async open(page, stub) {
      await open(page, stub, "#/build");
      await page.locator(".templates button").nth(3).click();
      await page.locator(".group.atleast .criterion").waitFor();
      await page.locator("input[type=search]").fill("bröst");
      await page.locator(".search .found button").first().click();
      await page.locator("input[type=search]").fill("l01");
      await page.locator(".search .found button").nth(1).click();
      await page.locator(".group.mustnot .criterion").waitFor();
      await page.locator("input[type=search]").fill("br");
      await page.locator(".search .found").waitFor();
      await page.locator(".group.must > .row button").first().click();
      await page.locator("button.main[aria-disabled=false]").waitFor();
    },
  },
  {
    name: "build-survival",
    async open(page, stub) {
      await open(page, stub, "#/build");
      await page.locator("#measure").selectOption("survival");
      await page.locator("#beside-from").fill("diagnosis under icd10:C50");
      await page.locator("#beside-bins").fill("0..1825/365");
    },
  },
  {
    name: "build-group",
    async open(page, stub) {
      await open(page, stub, "#/build");
      await page.locator(".templates button").nth(2).click();
      await page.locator(".group.must .box").waitFor();
      await page.locator(".group.must > .row button").nth(1).click();
      await page.locator(".test-form select").first().selectOption("relation");
      await page.locator(".test-form .inner").nth(1).waitFor();
    },
  },
  {
    name: "mine",
    async open(page, stub) {
      await asked(page, stub, { text });
      await page.locator(".headline").waitFor();
      await page.evaluate(() => void (location.hash = "#/mine"));
      await page.locator("meter").waitFor();
      await page.locator("#save-name").fill("Bröstcancer, vuxna");
      await page.keyboard.press("Enter");
      await page.locator(".list li").waitFor();
      await page.locator("details summary").click();
    },
  },
  {
    name: "network",
    async open(page, stub) {
      await open(page, stub, "#/network");
      await page.locator("details summary").first().click();
    },
  },
  {
    name: "build-text",
    async open(page, stub) {
      await open(page, stub, "#/build");
      await page.locator("#tab-text").click();
      await page.locator(".cm-content").click();
      await page.keyboard.type("diagnosis under icd10:C50 and age >= 18");
      await page.locator("button.main[aria-disabled=false]").waitFor();
    },
  },
  {
    name: "build-text-mistake",
    async open(page, stub) {
      await open(page, stub, "#/build");
      await page.locator("#tab-text").click();
      await page.locator(".cm-content").click();
      await page.keyboard.type("genee = BRCA1");
      await page.locator(".note.bad").waitFor();
      await page.locator(".cm-lintRange-error").waitFor();
    },
  },
  {
    name: "build-protocol",
    async open(page, stub) {
      await open(page, stub, "#/build");
      await page.locator(".templates button").nth(1).click();
      await page.locator("button.main[aria-disabled=false]").waitFor();
    },
  },
  {
    name: "variant-empty",
    async open(page, stub) {
      await open(page, stub, "#/variant");
      await page.locator("#variant-typed").fill("nonsense");
      await page.keyboard.press("Enter");
      await page.locator(".note.bad").waitFor();
    },
  },
  {
    name: "variant-asked",
    async open(page, stub) {
      await asked(page, stub, { measure: "frequency", changes: ["GRCh38:17-43044295-G-A"] });
      await page.locator(".variant").waitFor();
      await page.evaluate(() => void (location.hash = "#/variant/GRCh38:17-43044295-G-A"));
      await page.locator(".variant").waitFor();
      await page.locator("button.main[aria-disabled=false]").waitFor();
    },
  },
  { name: "about", open: (page, stub) => open(page, stub, "#/about") },
  { name: "accessibility", open: (page, stub) => open(page, stub, "#/accessibility") },
  { // the last: the page keeps its session
    name: "session-ends",
    async open(page, stub) {
      stub.state.session = "idle=110 left=3600";
      await open(page, stub, "#/network");
      await page.locator("#session button").waitFor();
    },
  },
];
