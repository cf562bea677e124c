// SPDX-License-Identifier: Apache-2.0
// A copied command is one command, whatever the question has in it, and so are the copies for packages.
import { expect, test } from "vitest";
import { asCommand, asPython, asR, commandWords, mailto, shellWord } from "../src/answer/copy";

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

test("what bins and an association need beside the text", () => {
  expect(commandWords({ measure: "survival", from: "diagnosis under icd10:C50", to: "deceased = yes", bins: "0..1825/365" }))
    .toEqual(["ask", "--measure", "survival", "--from", "diagnosis under icd10:C50", "--to", "deceased = yes", "--bins", "0..1825/365"]);
});

test("a protocol is a file", () => {
  expect(asCommand({ protocol: "I1 adult: age >= 18\n", measure: "funnel" }))
    .toBe("cat > trial.txt <<'END'\nI1 adult: age >= 18\nEND\nrikstal ask --measure funnel --protocol trial.txt");
});

const desk = "http://127.0.0.1:8490";

test("Python", () => {
  expect(asPython({ text: 'hgvs = "p.(Arg1)"', measure: "count", mode: "sum", blind: true }, desk))
    .toContain('rikstal.Desk("http://127.0.0.1:8490").ask("hgvs = \\"p.(Arg1)\\"", mode="sum", blind=True)');
  expect(asPython({ measure: "timeline", from: "age >= 1", period: "2019..2020" }, desk)).toContain('measure="timeline", from_="age >= 1"');
});

test("R", () => {
  expect(asR({ text: "age >= 18", measure: "breakdown", by: ["sex"], sigma: 5 }, desk))
    .toContain('rikstal_ask(rikstal_desk("http://127.0.0.1:8490"), "age >= 18", measure = "breakdown", by = c("sex"), sigma = 5)');
});

test("a draft for the mail program has nothing but its letter", () => {
  const to = [{ node: "12", name: "Skåne", contact: "gms+a@skane.example" }, { node: "01", name: "Stockholm", contact: "b@c.example" }];
  const made = mailto({ reference: "R", id: "1", to, subject: "S & åäö", body: "a\nb&bcc=x@y.example?#" });
  expect(made).toBe("mailto:gms%2Ba%40skane.example,b%40c.example?subject=S%20%26%20%C3%A5%C3%A4%C3%B6&body=a%0D%0Ab%26bcc%3Dx%40y.example%3F%23");
});
