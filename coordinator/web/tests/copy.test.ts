// SPDX-License-Identifier: Apache-2.0
// A copied command is one command, whatever the question has in it.
import { expect, test } from "vitest";
import { asCommand, asPython, commandWords, shellWord } from "../src/answer/copy";

test("words of the shell", () => {
  expect(shellWord("--mode")).toBe("--mode");
  expect(shellWord("age >= 18")).toBe("'age >= 18'");
  expect(shellWord("it's; rm -rf $HOME `x`")).toBe("'it'\\''s; rm -rf $HOME `x`'");
});

test("a question with its options", () => {
  expect(commandWords({ text: "age >= 18", measure: "breakdown", by: ["sex", "age_band"], mode: "sum", sigma: 5, blind: true }))
    .toEqual(["ask", "--measure", "breakdown", "--by", "sex,age_band", "--mode", "sum", "--sigma", "5", "--blind", "age >= 18"]);
  expect(asCommand({ text: "sex = female", measure: "count" })).toBe("rikstal ask 'sex = female'");
});

test("a protocol is a file", () => {
  expect(asCommand({ protocol: "I1 adult: age >= 18\n", measure: "funnel" }))
    .toBe("cat > trial.txt <<'END'\nI1 adult: age >= 18\nEND\nrikstal ask --measure funnel --protocol trial.txt");
});

test("Python's list is JSON's", () => {
  expect(asPython({ text: 'hgvs = "p.(Arg1)"', measure: "count" })).toContain('["rikstal", "ask", "hgvs = \\"p.(Arg1)\\"", "--json"]');
});
