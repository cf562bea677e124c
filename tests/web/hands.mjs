// SPDX-License-Identifier: Apache-2.0
// Who carries out a plan (plan.mjs) on the page in Swedish: a mouse, or a keyboard that comes everywhere by Tab.
async function keyTo(page, place) {
  const wanted = await place.elementHandle();
  for (let n = 0; n < 250; n += 1) {
    if (await page.evaluate((one) => document.activeElement === one, wanted)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${place}`);
}

export const mouse = (page) => ({
  press: (place) => place.click(),
  tick: (place) => place.check(),
  async write(place, text) {
    await place.fill(text);
    await place.blur(); // as the next click does
  },
  async choose(place, value) {
    await place.selectOption(value);
  },
});

export const keyboard = (page) => ({
  async press(place) {
    await keyTo(page, place);
    await page.keyboard.press("Enter");
  },
  async tick(place) {
    await keyTo(page, place);
    await page.keyboard.press("Space");
  },
  async write(place, text) {
    await keyTo(page, place);
    await page.keyboard.press("Control+A");
    await page.keyboard.type(text);
  },
  async choose(place, value) {
    await keyTo(page, place);
    const steps = await place.evaluate((one, to) => [...one.options].findIndex((each) => each.value === to) - one.selectedIndex, value);
    for (let n = 0; n < Math.abs(steps); n += 1) await page.keyboard.press(steps > 0 ? "ArrowDown" : "ArrowUp");
  },
});

const written = (text) => text.replace(/^(\d+)\.9{9}$/, (_, whole) => `<${BigInt(whole) + 1n}`).replace(/^(\d+)\.0{8}1$/, ">$1");

async function fillTest(hand, fields, test, known) {
  const label = (name) => fields.getByLabel(name, { exact: true });
  const choose = async (place, value) => (await place.inputValue()) !== value && hand.choose(place, value);
  const ends = async () => {
    if (test.low) await hand.write(label("Från och med"), written(test.low));
    if (test.high) await hand.write(label("Till och med"), written(test.high));
  };
  await choose(label("Uppgift"), test.field);
  await choose(label("Hur"), test.op);
  if (test.op === "range") {
    await ends();
    if (test.unit) await choose(label("Enhet"), test.unit);
  } else if (test.op === "measured" || test.op === "answered") {
    await hand.write(label("Kod för det som mättes eller besvarades"), test.code);
    if (test.op === "answered") await hand.write(label("Svar, med komma mellan"), test.values.join(", "));
    else await ends();
    if (test.unit) await hand.write(label("Enhet (UCUM)"), test.unit);
  } else {
    const { form, words } = known.find((one) => one.name === test.field);
    const place = label(form === "gene" ? "Gen" : form === "code" ? "Kod, eller ord ur dess namn" : "Värde");
    for (const value of test.values ?? []) {
      if (form === "word" && words.length <= 13) await hand.tick(fields.locator(`input[value="${value}"]`));
      else {
        await (form === "word" || form === "region" ? hand.choose(place, value) : hand.write(place, value));
        await hand.press(fields.getByRole("button", { name: "Ta med", exact: true }));
      }
    }
  }
}

async function fillGap(hand, row, { side, gap }, ofTwo) {
  if (gap) {
    await hand.choose(row.getByLabel("Avstånd i tid"), gap.form);
    if (gap.first !== undefined) await hand.write(row.getByLabel("Minst", { exact: true }), String(gap.first));
    if (gap.last !== undefined) await hand.write(row.getByLabel("Högst", { exact: true }), String(gap.last));
    if (gap.unit !== "months") await hand.choose(row.getByLabel("Enhet"), gap.unit);
  }
  if (ofTwo && side !== "before") await hand.choose(row.getByLabel("Den första är"), side);
}

async function fillForm(hand, sheet, form, known) {
  const kind = sheet.getByLabel("Slag av villkor");
  if ((await kind.count()) && (await kind.inputValue()) !== form.kind) await hand.choose(kind, form.kind);
  if (form.kind === "times") await hand.write(sheet.getByLabel("Minst så många gånger"), String(form.least));
  if (form.origin) await hand.choose(sheet.getByLabel("Prov"), form.origin);
  const gap = () => fillGap(hand, sheet.locator("> .row").first(), form, form.kind === "relation");
  for (const [k, test] of form.tests.entries()) {
    if (k === 1 && form.gap && form.kind === "sequence") await gap();
    if (k === 1 && form.kind === "relation") await gap();
    await fillTest(hand, sheet.locator(".test-fields").nth(k), test, known);
  }
  if (form.kind === "times") await gap();
}

// Carries out one step, and waits until the desk has printed what came of it.
export async function carryOut(page, hand, step, known) {
  const here = `[data-at="${(step.at ?? []).join(".")}"]`;
  const button = (name) => page.locator(`${here} > .row-buttons > button, ${here} > .node > .row-buttons > button`).getByText(name, { exact: true });
  const printed = page.waitForResponse((one) => one.url().endsWith("/print"));
  printed.catch(() => undefined);
  const opener = {
    add: () => page.locator(`.group.${step.section} > .row button`).nth(step.form.kind === "test" ? 0 : 1),
    or: () => button("Eller …"),
    and: () => button("Och …"),
    inside: () => page.locator(`.box${here} > button`),
  }[step.op];
  if (step.op === "not") await hand.press(button("Inte"));
  else if (step.op === "least") {
    const count = page.locator(`.box${here} > .node .least input`);
    await hand.write(count, String(step.n));
    await count.press("Tab");
  } else {
    await hand.press(opener());
    const sheet = page.locator(".cards form.test-form");
    await fillForm(hand, sheet, step.form, known);
    await hand.press(sheet.locator("button[type=submit]"));
    await sheet.waitFor({ state: "detached" });
  }
  const answer = await (await printed).json();
  if (!answer.ok) throw new Error(`${JSON.stringify(step)}: ${answer.diagnostics[0]?.message}`);
  await page.waitForTimeout(20); // the page shows it
  return answer.canonical;
}
