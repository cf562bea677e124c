// SPDX-License-Identifier: Apache-2.0
// Every question of tests/questions, but those with a variant as an event or with two hits, is built from its tree by the functions of
// the cards, form by form: each step is one that the desk takes, and the last is the canonical question of the text. Run by tests/web/run,
// which has a desk.
// @vitest-environment node
import { expect, test } from "vitest";
import { groupOf, type Made } from "../src/build/group_form";
import { draftOf, fieldsOf, type Scope, testOf } from "../src/build/test_form";
import { at, atLeast, both, either, everybody, grown, negated, replace } from "../src/build/tree";
import type { Ast, Field, LanguageTables, Parsed } from "../src/desk/types";

const { RIKSTAL, QUESTIONS, PLANS } = process.env;

interface Step { op: string; section?: string; at: number[]; form: Made; n?: number; gap?: Ast["gap"] }

function scopeOf(kind: string): Scope {
  return kind === "test" || kind === "at_least" ? "person" : kind === "variant" || kind === "tested" ? "variant" : "event";
}

// As the form would: what it cannot hold, or does not offer here, does not come out of it.
function filled(form: Made, fields: Field[], within: Scope): Made {
  const scope = form.kind === "test" ? within : scopeOf(form.kind);
  return { ...form, tests: form.tests.map((one) => {
    const field = fieldsOf(scope, fields).find((each) => each.name === one.field);
    expect(field?.operators, `${scope} ${one.field}`).toContain(one.op);
    return testOf(draftOf(one, scope), field) ?? everybody;
  }) };
}

function withinAt(root: Ast, place: number[]): Scope {
  let scope: Scope = "person";
  for (let n = 0; n <= place.length; n += 1) {
    const kind = at(root, place.slice(0, n))?.kind;
    if (kind === "variant") scope = "variant";
    if (kind === "event" || kind === "sequence") scope = "event";
  }
  return scope;
}

function stepped(root: Ast, step: Step, fields: Field[]): Ast {
  const node = step.at ? at(root, step.at) ?? everybody : root;
  const made = () => groupOf(filled(step.form, fields, step.at ? withinAt(root, step.at) : "person"));
  switch (step.op) {
    case "add": return both(root, step.section === "mustnot" ? negated(made()) : made());
    case "or": return replace(root, step.at, either(node, made()));
    case "and": return replace(root, step.at, both(node, made()));
    case "inside": return replace(root, step.at, grown(node, made()));
    case "not": return replace(root, step.at, negated(node));
    case "least": return replace(root, step.at, atLeast(node, step.n ?? 1));
    default: return replace(root, step.at, { ...node, ...(step.gap ? { gap: step.gap } : {}) });
  }
}

test.runIf(PLANS)("every question is built by the functions of the cards", { timeout: 60_000 }, async () => {
  const { startDesk, questionsOf } = await import(/* @vite-ignore */ `${PLANS}/desk.mjs`);
  const { isTyped, planOf } = await import(/* @vite-ignore */ `${PLANS}/plan.mjs`);
  const desk = await startDesk(RIKSTAL);
  try {
    const { fields } = (await desk.call("/language")) as LanguageTables;
    const questions = questionsOf(QUESTIONS) as { name: string; text: string }[];
    expect(questions.length).toBeGreaterThan(100);
    const typed: string[] = [];
    for (const { name, text } of questions) {
      const wanted = (await desk.call("/parse", { text })) as Parsed;
      expect(wanted.diagnostics, name).toEqual([]);
      if (isTyped(wanted.ast)) {
        typed.push(name);
        continue;
      }
      let root: Ast = everybody;
      for (const step of planOf(wanted.ast) as Step[]) {
        const printed = (await desk.call("/print", { ast: stepped(root, step, fields) })) as Parsed;
        expect(printed.diagnostics, `${name}: ${JSON.stringify(step)}`).toEqual([]);
        root = printed.ast ?? everybody;
      }
      expect(((await desk.call("/print", { ast: root })) as Parsed).canonical, name).toBe(wanted.canonical);
    }
    expect(typed).toEqual(["R03", "S02", "S02b", "T04 I5"]);
  } finally {
    desk.stop();
  }
});
