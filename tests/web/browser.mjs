// SPDX-License-Identifier: Apache-2.0
// The page in a real browser: every screen in both languages, both themes and at 400 % zoom has no
// finding of axe (WCAG 2.1 A and AA), no report of the content security policy, no error on the
// console, no request to elsewhere and nothing that must be scrolled sideways; and the whole way from
// an empty question to its answer goes with the keyboard alone.
//
//   WEB=FOLDER_WITH_node_modules_AND_dist CHROMIUM=/usr/bin/chromium SHOTS=FOLDER node browser.mjs
//
// ONLY=WORD: the screens and walks with the word in their names alone. RIKSTAL_ALL=1: all eight looks of
// each screen; an ordinary run takes turns between two that differ in everything: Swedish, light, wide
// and English, dark, 400 %.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { screens } from "./browser_screens.mjs";
import { walks } from "./browser_walks.mjs";
import { attackWalks } from "./browser_attacks.mjs";
import { buildWalks } from "./browser_build.mjs";
import { houseWalks } from "./browser_house.mjs";
import { taskWalks } from "./browser_tasks.mjs";
import { startStub } from "./stub.mjs";

const web = process.env.WEB;
const shots = process.env.SHOTS;
const need = createRequire(join(web, "package.json"));
const { chromium } = need("playwright-core");
const axe = readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");

const only = (list) => list.filter((one) => one.name.includes(process.env.ONLY ?? ""));
const allWalks = [...walks, ...taskWalks, ...attackWalks, ...houseWalks, ...buildWalks];
const failures = [];
function fail(where, what) {
  failures.push(`${where}: ${what}`);
  console.log(`FAILED ${where}: ${what}`);
}

// 1280 CSS pixels at 400 % are 320: the same layout as a window of 320.
const looks = [];
for (const [zoom, viewport] of [["wide", { width: 1280, height: 900 }], ["400", { width: 320, height: 800 }]]) {
  for (const theme of ["light", "dark"]) {
    for (const language of ["sv", "en"]) {
      const opposite = (theme === "dark") === (language === "en") && (theme === "dark") === (zoom === "400");
      if (opposite || process.env.RIKSTAL_ALL) looks.push({ zoom, viewport, theme, language });
    }
  }
}

async function newPage(browser, stub) {
  const context = await browser.newContext({ viewport: looks[0].viewport, locale: "sv-SE", reducedMotion: "reduce", acceptDownloads: true });
  await context.addInitScript(() => {
    window.reports = [];
    addEventListener("securitypolicyviolation", (event) => window.reports.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  context.setDefaultTimeout(40_000);
  const page = await context.newPage();
  const seen = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") seen.push(message.text());
  });
  page.on("pageerror", (error) => seen.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(stub.address) && !request.url().startsWith("data:") && !request.url().startsWith("blob:")) {
      seen.push(`request to ${request.url()}`);
    }
  });
  return { page, seen, close: () => context.close() };
}

// As a reader does it: by the two choices in the header.
async function put(page, { viewport, theme, language }) {
  await page.setViewportSize(viewport);
  await page.locator("header select").selectOption(theme);
  if ((await page.getAttribute("html", "lang")) !== language) await page.locator("header button[lang]").click();
  await page.locator(`html[lang=${language}][data-theme=${theme}]`).waitFor();
}

async function judge(page, seen, where) {
  for (const one of seen.splice(0)) fail(where, one);
  for (const one of await page.evaluate(() => window.reports.splice(0))) fail(where, `CSP: ${one}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) fail(where, `is ${wide} pixels too wide`);
  await page.evaluate((source) => window.axe ?? (0, eval)(source), axe).catch(() => page.evaluate(axe));
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"],
  }));
  for (const one of violations) {
    fail(where, `axe ${one.id}: ${one.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).slice(0, 3).join(" | ")}`);
  }
  seen.length = 0; // axe may be warned about; the page was judged before it
  await page.evaluate(() => window.reports.splice(0));
}

async function main() {
  mkdirSync(shots, { recursive: true });
  const stub = await startStub(join(web, "dist"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--headless", "--disable-background-networking", "--disable-component-update",
      "--disable-default-apps", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"],
  });
  let judged = 0;
  for (const walk of only(allWalks)) {
    const { page, seen, close } = await newPage(browser, stub);
    const expected = (pattern) => void seen.splice(0, seen.length, ...seen.filter((one) => !pattern.test(one)));
    try {
      const judgeHere = (where) => judge(page, seen, where);
      await walk.run({ page, stub, expected, judged: judgeHere, shot: (name) => page.screenshot({ path: join(shots, `walk-${name}.png`), fullPage: true }) });
    } catch (error) {
      fail(`walk ${walk.name}`, String(error).split("\n").slice(0, 3).join(" "));
      await page.screenshot({ path: join(shots, `walk-${walk.name}-failed.png`), fullPage: true }).catch(() => {});
    }
    for (const one of seen) fail(`walk ${walk.name}`, one);
    for (const one of await page.evaluate(() => window.reports)) fail(`walk ${walk.name}`, `CSP: ${one}`);
    await close();
    console.log(`walk ${walk.name}: done`);
  }
  const { page, seen } = await newPage(browser, stub); // one for all screens, which begin with nothing kept
  for (const [turn, screen] of only(screens).entries()) {
    const seenAs = process.env.RIKSTAL_ALL ? looks : [looks[turn % looks.length]];
    try {
      stub.state.slow = false;
      await screen.open(page, stub);
      if (screen.expected) seen.splice(0, seen.length, ...seen.filter((one) => !screen.expected.test(one)));
      for (const look of seenAs) {
        const name = `${screen.name}-${look.language}-${look.theme}-${look.zoom}`;
        await put(page, look);
        await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
        await judge(page, seen, name);
        judged += 1;
      }
    } catch (error) {
      fail(screen.name, String(error).split("\n").slice(0, 3).join(" "));
      await page.screenshot({ path: join(shots, `${screen.name}-failed.png`), fullPage: true }).catch(() => {});
    }
    await page.evaluate(() => localStorage.clear());
    await page.goto("about:blank");
    seen.length = 0;
  }
  await browser.close();
  stub.stop();
  console.log(`web: ${judged} screens judged, ${allWalks.length} walks, ${failures.length} failures; screenshots in ${shots}`);
  process.exit(failures.length === 0 ? 0 : 1);
}

await main();
