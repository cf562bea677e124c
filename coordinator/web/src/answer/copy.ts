// SPDX-License-Identifier: Apache-2.0
// The question as a command, and for the packages for Python and R (coordinator/clients), which use
// this desk with a token of `rikstal scripts`. They give the same answer, for nothing, since a repeat
// is not charged.
import type { Letter, Question } from "../desk/types";

export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

// The words after `rikstal`; a protocol is read from trial.txt.
export function commandWords(question: Question): string[] {
  const made = ["ask"];
  const option = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== "") made.push(`--${name}`, String(value));
  };
  if (question.measure !== "count") option("measure", question.measure);
  if (question.measure === "breakdown") option("by", question.by?.join(","));
  option("changes", question.changes?.join(","));
  for (const name of ["from", "to", "exposure", "outcome", "period", "bins"] as const) option(name, question[name]);
  option("protocol", question.protocol === undefined ? undefined : "trial.txt");
  option("mode", question.mode);
  option("sigma", question.sigma);
  option("role", question.role);
  option("purpose", question.purpose);
  option("permit", question.permit);
  option("disease", question.disease);
  option("nodes", question.nodes?.join(","));
  if (question.blind) made.push("--blind");
  if (question.adds_up) made.push("--adds-up");
  if (question.everybody) made.push("--everybody");
  if (question.text) made.push(question.text);
  return made;
}

export function asCommand(question: Question): string {
  const file = question.protocol === undefined ? ""
    : `cat > trial.txt <<'END'\n${question.protocol.trim()}\nEND\n`;
  return `${file}rikstal ${commandWords(question).map(shellWord).join(" ")}`;
}

// Members of a question that were set, but for the text, which comes first.
function members(question: Question): [string, unknown][] {
  return Object.entries(question).filter(([name, value]) => name !== "text" && value !== undefined && !(name === "measure" && value === "count"));
}

// A text of JSON is one of Python and of R too.
const literal = (value: unknown, yes: string, no: string, list: (inner: string) => string): string =>
  Array.isArray(value) ? list(value.map((one) => literal(one, yes, no, list)).join(", "))
    : typeof value === "boolean" ? (value ? yes : no) : JSON.stringify(value);

function call(question: Question, begun: string[], value: (of: unknown) => string, name: (of: string) => string): string {
  const text = question.text ? [value(question.text)] : [];
  return [...begun, ...text, ...members(question).map(([one, of]) => `${name(one)}${value(of)}`)].join(", ");
}

export function asPython(question: Question, address: string): string {
  const value = (of: unknown) => literal(of, "True", "False", (inner) => `[${inner}]`);
  return `import rikstal  # token: rikstal scripts new NAME --scope ask, in RIKSTAL_TOKEN

answer = rikstal.Desk(${value(address)}).ask(${call(question, [], value, (one) => `${one === "from" ? "from_" : one}=`)})
print(answer)
answer.to_frame()`;
}

export function asR(question: Question, address: string): string {
  const value = (of: unknown) => literal(of, "TRUE", "FALSE", (inner) => `c(${inner})`);
  return `library(rikstal)  # token: rikstal scripts new NAME --scope ask, in RIKSTAL_TOKEN

answer <- rikstal_ask(${call(question, [`rikstal_desk(${value(address)})`], value, (one) => `${one} = `)})
answer
answer$rows`;
}

// A draft in the reader's own mail program; addresses are those that the desk verified, every text is escaped (RFC 6068).
export function mailto({ to, subject, body }: Letter): string {
  const text = encodeURIComponent(body.replace(/\n/g, "\r\n"));
  return `mailto:${to.map((one) => encodeURIComponent(one.contact)).join(",")}?subject=${encodeURIComponent(subject)}&body=${text}`;
}
