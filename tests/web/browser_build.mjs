// SPDX-License-Identifier: Apache-2.0
// Questions of tests/questions built in the cards, click by click and key by key, from their trees; the desk's text of what
// was built is the canonical question of their text. Some of each kind; RIKSTAL_ALL=1: all of them by mouse. That every one
// can be built, but those that are typed, is shown by coordinator/web/tests/questions.test.ts too, with the functions of the
// cards.
import assert from "node:assert/strict";
import { questionsOf, startDesk } from "./desk.mjs";
import { carryOut, keyboard, mouse } from "./hands.mjs";
import { isTyped, planOf } from "./plan.mjs";

// What each shows: germline and tumour, one event on its date, alternatives of groups, alternatives within one variant, at
// least n, a group that must not be.
const byMouse = ["H04", "R08", "S01"];
const byKeyboard = ["P01"];

async function build(page, stub, make, { name, text }) {
  const { ast, canonical } = await stub.state.desk.call("/parse", { text });
  if (isTyped(ast)) return;
  const { fields } = await stub.state.desk.call("/language");
  await page.goto("about:blank");
  await page.goto(`${stub.address}#/build`);
  await page.locator(".group.must > .row button").first().waitFor();
  let printed = "";
  for (const step of planOf(ast)) printed = await carryOut(page, make(page), step, fields);
  assert.equal(printed, canonical, `${name}: ${printed}`);
}

function walk(name, make, wanted) {
  return {
    name,
    async run({ page, stub, shot }) {
      stub.state.desk = await startDesk(process.env.RIKSTAL);
      try {
        const questions = questionsOf(process.env.QUESTIONS).filter((one) => wanted === null || wanted.includes(one.name));
        assert.ok(questions.length >= (wanted?.length ?? 100));
        for (const question of questions) {
          await build(page, stub, make, question);
          if (question.name === "S01" || question.name === "H04") await shot(`built-${question.name}`);
        }
        await page.locator("#tab-text").click();
        const last = await stub.state.desk.call("/parse", { text: questions.at(-1).text });
        assert.equal(await page.locator(".cm-content").innerText(), last.canonical, "cards and text are one question");
      } finally {
        stub.state.desk.stop();
        stub.state.desk = null;
      }
    },
  };
}

export const buildWalks = [
  walk("questions-mouse", mouse, process.env.RIKSTAL_ALL ? null : byMouse),
  walk("questions-keyboard", keyboard, byKeyboard),
];
