// SPDX-License-Identifier: Apache-2.0
// What people do on the page, from beginning to end.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || "");

// Presses Tab until what has the focus fits; fails when it comes round without it.
export async function tabTo(page, selector, most = 120) {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector)) return;
  }
  throw new Error(`Tab never came to ${selector}; it is at ${await focused(page)}`);
}

export const walks = [
  {
    name: "swedish-first",
    async run({ page, stub }) {
      await page.goto(stub.address);
      await page.locator("main h1").waitFor();
      assert.equal(await page.getAttribute("html", "lang"), "sv");
      assert.equal(await page.title(), "Ställ en fråga – rikstal");
      await page.getByRole("button", { name: "English" }).click();
      assert.equal(await page.getAttribute("html", "lang"), "en");
      assert.equal(await page.title(), "Ask a question – rikstal");
      await page.reload();
      assert.equal(await page.getAttribute("html", "lang"), "en");
    },
  },
  {
    name: "skip-link",
    async run({ page, stub }) {
      await page.goto(stub.address);
      await page.locator("main h1").waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      assert.equal(await focused(page), "content");
    },
  },
  {
    name: "text-keyboard",
    async run({ page, stub, shot }) {
      await page.goto(stub.address);
      await page.locator("[role=tablist]").waitFor();
      await tabTo(page, "[role=tab][aria-selected=true]");
      await page.keyboard.press("End");
      await page.keyboard.press("Home");
      while (!(await page.locator("#tab-text[aria-selected=true]").count())) await page.keyboard.press("ArrowRight");
      await page.locator(".cm-content").waitFor();
      await tabTo(page, ".cm-content");
      await page.keyboard.type("diag");
      await page.keyboard.press("Control+Space");
      await page.locator(".cm-tooltip-autocomplete li").first().waitFor();
      await page.waitForTimeout(120); // the list takes no key in the first 75 ms, so that typing goes on
      await page.keyboard.press("Enter");
      await page.keyboard.type(" under icd10:C50 and age >= 18");
      assert.match(await page.locator(".cm-content").innerText(), /diagnosis under icd10:C50 and age >= 18/);
      await page.keyboard.press("Tab");
      assert.notEqual(await page.evaluate(() => document.activeElement?.className), "cm-content", "Tab leaves the editor");
      await page.locator("button.main[aria-disabled=false]").waitFor();
      await shot("text");
      await tabTo(page, "button.main");
      await page.keyboard.press("Enter");
      await page.locator(".headline .big").waitFor();
      assert.equal(await focused(page), "content", "the focus is at the top of the answer");
      assert.match(await page.locator(".headline .big").innerText(), /^≈ [\d\s]+ personer \(95 %: [\d\s]+–[\d\s]+\)$/);
      await tabTo(page, "details summary");
      await page.keyboard.press("Enter");
      assert.match(await page.locator("pre.copied").first().innerText(), /^rikstal ask .*'diagnosis under icd10:C50 and age >= 18'$/);
    },
  },
  {
    name: "cards-keyboard",
    async run({ page, stub, shot }) {
      await page.goto(stub.address);
      await page.locator("input[type=search]").waitFor();
      await tabTo(page, "input[type=search]");
      await page.keyboard.type("C50");
      await page.locator(".search .found button").first().waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.locator(".group.must .criterion").waitFor();
      await page.locator("input[type=search]:focus").waitFor(); // ready for the next word
      await page.locator("button.main[aria-disabled=false]").waitFor();
      await tabTo(page, ".group.mustnot > .row button");
      await page.keyboard.press("Enter");
      await page.locator(".group.mustnot .test-form select:focus").first().waitFor(); // a form that opens has the focus
      await page.keyboard.press("Home"); // the first field: age
      await tabTo(page, ".group.mustnot .test-form input");
      await page.keyboard.type("18");
      await page.keyboard.press("Enter");
      await page.locator(".group.mustnot .criterion").waitFor();
      await page.locator(".group.mustnot > .row button:focus").waitFor(); // back where the form was opened
      await shot("cards");
      await page.locator("#tab-text").click();
      await page.locator(".cm-content").waitFor();
      assert.equal(await page.locator(".cm-content").innerText(), "diagnosis under icd10:C50 and not age >= 18");
      await page.locator("#tab-cards").click();
      await page.locator(".group.mustnot .criterion button").last().click();
      await page.locator(".group.mustnot .criterion").waitFor({ state: "detached" });
      await page.locator("button.main[aria-disabled=false]").waitFor();
      await tabTo(page, "button.main");
      await page.keyboard.press("Enter");
      await page.locator(".headline .big").waitFor();
    },
  },
  {
    name: "saved-again",
    async run({ page, stub }) {
      await page.goto(`${stub.address}#/build`);
      await page.locator(".templates button").nth(2).click();
      await page.locator(".group.must .box").waitFor();
      await page.locator("nav a", { hasText: "Mitt" }).click();
      await page.locator("#save-name").fill("BRCA1");
      await page.keyboard.press("Enter");
      await page.locator(".list li button").first().click();
      await page.locator(".group.must .box").waitFor();
      assert.match(await page.locator(".group.must").innerText(), /BRCA1/);
    },
  },
  {
    name: "survival-picture",
    async run({ page, stub, shot }) {
      await page.goto(`${stub.address}#/build`);
      await page.locator("#measure").selectOption("survival");
      await page.getByText("Fyll i först: Från händelsen, Till händelsen, ").waitFor();
      assert.equal(await page.locator("button.main").getAttribute("aria-disabled"), "true", "it cannot be asked yet");
      for (const [name, text] of [["from", "diagnosis under icd10:C50"], ["to", "deceased = yes"], ["bins", "0..1825/365"]]) {
        await page.locator(`#beside-${name}`).fill(text);
      }
      await page.locator("button.main[aria-disabled=false]").click();
      await page.locator("path.curve").waitFor();
      const asked = [...stub.state.asked.values()].at(-1).question;
      assert.deepEqual([asked.measure, asked.from, asked.to, asked.bins], ["survival", "diagnosis under icd10:C50", "deceased = yes", "0..1825/365"]);
      for (const form of ["SVG", "PNG"]) {
        const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".chart").first().getByText(form, { exact: true }).click()]);
        const bytes = readFileSync(await file.path());
        assert.match(file.suggestedFilename(), new RegExp(`^rikstal-[0-9a-f]{8}\\.${form.toLowerCase()}$`));
        if (form === "PNG") assert.equal(bytes.subarray(1, 4).toString(), "PNG");
        else assert.match(bytes.toString(), /^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[\s\S]*rikstal [0-9a-f]{8}, 2026-11-30/);
        if (form === "PNG") assert.ok(bytes.length > 10_000, `a picture of ${bytes.length} bytes has nothing in it`);
        if (process.env.SHOTS) copyFileSync(await file.path(), join(process.env.SHOTS, `picture.${form.toLowerCase()}`));
      }
      await shot("survival");
    },
  },
  {
    name: "values-and-order",
    async run({ page, stub, shot }) {
      await page.goto(`${stub.address}#/build`);
      await page.locator(".group.must > .row button").first().click();
      const form = page.locator(".group.must .test-form");
      await form.locator("select").first().selectOption("lab");
      await form.locator("select").nth(1).selectOption("measured");
      await form.getByLabel("Kod för det som mättes").fill("npu:NPU19651");
      await form.getByLabel("Från och med").fill("4,9");
      await form.getByLabel("Enhet (UCUM)").fill("mmol/L");
      await shot("values-form");
      await page.keyboard.press("Enter");
      await page.locator(".group.must .criterion").waitFor();
      await page.locator(".group.must .criterion button").first().click(); // it can be changed where it stands
      assert.equal(await page.getByLabel("Enhet (UCUM)").inputValue(), "mmol/L");
      await page.getByLabel("Från och med").fill("5");
      await page.keyboard.press("Enter");
      await page.locator(".group.must .test-form").waitFor({ state: "detached" });
      await page.locator(".group.must > .row button").nth(1).click();
      await form.locator("select").first().selectOption("sequence");
      for (const [at, code] of [[0, "icd10:C34"], [1, "icd10:C79"]]) {
        await form.locator("fieldset.inner").nth(at).getByRole("textbox").fill(code);
        await page.keyboard.press("Enter");
      }
      await form.locator("button[type=submit]").click();
      const order = page.getByRole("group", { name: "Händelser efter varandra" });
      await order.waitFor();
      await order.locator("> button").click();
      await order.locator("> .test-form").getByRole("textbox").fill("icd10:C80");
      await page.keyboard.press("Enter");
      await order.locator("> .test-form button[type=submit]").click();
      await order.locator("> .test-form").waitFor({ state: "detached" });
      await shot("values-and-order");
      await page.locator("#tab-text").click();
      assert.match(await page.locator(".cm-content").innerText(),
        /^lab npu:NPU19651 >= 5 mmol\/L and sequence\(diagnosis under icd10:C34 then diagnosis under icd10:C79 then diagnosis under icd10:C80\)$/);
    },
  },
  {
    name: "variant",
    async run({ page, stub, shot }) {
      await page.goto(`${stub.address}#/variant`);
      await page.locator("#variant-typed").fill("chr17:43044295G>A");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "GRCh38:17-43044295-G-A" }).click(); // the assembly was not said
      await page.locator("h2 code").getByText("GRCh38:17-43044295-G-A").waitFor();
      await page.getByText("Den är inte frågad härifrån än.").waitFor();
      await page.locator("button.main[aria-disabled=false]").click();
      await page.locator(".variant .big").waitFor();
      assert.deepEqual([...stub.state.asked.values()].at(-1).question.changes, ["GRCh38:17-43044295-G-A"]);
      await page.goBack();
      await page.getByText("Frågad ").waitFor();
      await page.locator(".variant .big").waitFor();
      assert.equal(await page.locator("a[href^=http]").count(), 0, "nothing links to elsewhere");
      await shot("variant");
    },
  },
  {
    name: "polling",
    async run({ page, stub, expected }) {
      stub.state.noEvents = true;
      await page.goto(stub.address);
      await page.locator("button.main[aria-disabled=false]").click();
      await page.locator(".headline .big").waitFor();
      stub.state.noEvents = false;
      expected(/503/);
    },
  },
  {
    name: "cancel",
    async run({ page, stub }) {
      stub.state.slow = true;
      await page.goto(stub.address);
      await page.locator("button.main[aria-disabled=false]").click();
      await page.locator("progress").waitFor();
      await page.getByRole("button", { name: "Avbryt frågan" }).click();
      await page.locator(".note.warn").waitFor();
      await page.locator(".headline").waitFor();
      stub.state.slow = false;
    },
  },
  {
    name: "session",
    async run({ page, stub }) {
      stub.state.session = "idle=60 left=3600";
      await page.goto(stub.address);
      await page.locator("#session").waitFor();
      assert.match(await page.locator("[role=alert]").textContent(), /loggas snart ut/);
      stub.state.session = "idle=1800 left=3600";
      await page.getByRole("button", { name: "Stanna kvar" }).click();
      await page.locator("#session").waitFor({ state: "detached" });
      stub.state.session = "idle=1800 left=60";
      await page.evaluate(() => void (location.hash = "#/network"));
      await page.locator("#session").waitFor();
      assert.equal(await page.locator("#session button").count(), 0); // no use makes it longer
      await page.getByRole("button", { name: "Logga ut" }).click();
      await page.waitForURL(/login\/left$/);
      stub.state.session = "";
    },
  },
];
