// SPDX-License-Identifier: Apache-2.0
// What `rikstal desk serve` shows of itself to whom has no session: log in, left, refused without and with a provider that
// answers; from the real program, in both languages and both themes, wide and at 400 % zoom. "You are logged in" needs a provider.
import assert from "node:assert/strict";
import { startHouse } from "./desk.mjs";

// The browser says on its console that a page came with a status of refusal, and that there is no icon.
const told = /^(request to http:\/\/127\.0\.0\.1:|Failed to load resource: .* (403|404|503) )/;
const places = [["welcome", "/", "/login"], ["left", "/login/left", "/login"], ["no-visit", "/login/return?code=a&state=b", "/login"],
  ["no-provider", "/login", "/login"]];

export const houseWalks = ["sv", "en"].map((language) => ({
  name: `house-${language}`,
  async run({ page, expected, judged, shot }) {
    const house = await startHouse(process.env.RIKSTAL, language);
    try {
      for (const [name, path, next] of places) {
        await page.goto(house.address + path);
        assert.equal(await page.getAttribute("html", "lang"), language);
        assert.equal(await page.locator("main h1").count(), 1);
        assert.equal(await page.locator("main a").getAttribute("href"), next);
        for (const [colorScheme, width] of [["light", 1280], ["dark", 320]]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          expected(told);
          await shot(`house-${name}-${language}-${colorScheme}`);
          await judged(`house ${name} ${language} ${colorScheme}`);
        }
      }
      await page.goto(`${house.address}/`); // the keyboard alone
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/login");
      await page.locator("main h1").waitFor();
      expected(told);
    } finally {
      house.stop();
    }
  },
}));
