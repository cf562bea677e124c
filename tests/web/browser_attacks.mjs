// SPDX-License-Identifier: Apache-2.0
// Names that regions and term lists give themselves are text on every screen. Behind that stands the policy: markup that came
// into the page all the same would not run. Without the policy it runs, so that the test of it is one.
import assert from "node:assert/strict";
import { payload } from "./stub.mjs";

const taken = (page) => page.evaluate(() => window.taken ?? 0);

async function shown(page, where) {
  await page.getByText(payload).first().waitFor();
  assert.equal(await page.locator("main img").count(), 0, `${where}: it is text`);
}

// As a mistake of the page would do it; tells what stopped it.
function planted(page) {
  return page.evaluate(async (markup) => {
    try {
      document.body.append(document.createRange().createContextualFragment(markup));
    } catch (error) {
      return String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    return "";
  }, payload);
}

export const attackWalks = [{
  name: "attack-names",
  async run({ page, stub, expected }) {
    stub.state.evil = true;
    await page.goto(stub.address);
    await page.getByRole("searchbox").fill("c50");
    await shown(page, "terms");
    await page.locator(".search .found button").first().click();
    await page.locator("button.main[aria-disabled=false]").waitFor();
    await shown(page, "who may answer");
    await page.locator("button.main").click();
    await page.locator(".headline .big").waitFor();
    await shown(page, "the answer");
    for (const screen of ["network", "mine"]) {
      await page.evaluate((hash) => void (location.hash = hash), `#/${screen}`);
      await page.locator("main details summary").first().waitFor();
    }
    await page.evaluate(() => void (location.hash = "#/network"));
    await shown(page, "the board");
    assert.equal(await taken(page), 0);
    assert.match(await planted(page), /TrustedHTML/);
    assert.equal(await taken(page), 0, "with the policy markup does not run");
    await page.evaluate(() => window.reports.splice(0));
    stub.state.evil = false;
    stub.state.noPolicy = true;
    await page.reload();
    await page.locator("main h1").waitFor();
    assert.equal(await planted(page), "");
    assert.equal(await taken(page), 1, "control: without the policy it runs");
    stub.state.noPolicy = false;
    expected(/404|TrustedHTML/);
  },
}];
