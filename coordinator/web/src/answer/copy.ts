// SPDX-License-Identifier: Apache-2.0
// The question as a command, and as Python and R that call the command and read its JSON. They give
// the same answer, for nothing, since a repeat is not charged.
import type { Question } from "../desk/types";

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

const protocolComment = (question: Question) =>
  question.protocol === undefined ? "" : `# trial.txt:\n${question.protocol.trim().split("\n").map((one) => `#   ${one}`).join("\n")}\n`;

export function asPython(question: Question): string {
  const list = [...commandWords(question), "--json"].map((one) => JSON.stringify(one)).join(", ");
  return `import json, subprocess

${protocolComment(question)}done = subprocess.run(["rikstal", ${list}], capture_output=True, text=True)
answer = json.loads(done.stdout)
for region in answer["regions"]:
    figure = region.get("matched") or {}
    print(region["name"], region["state"], figure.get("value"), figure.get("low95"), figure.get("high95"))`;
}

export function asR(question: Question): string {
  const list = [...commandWords(question), "--json"].map((one) => JSON.stringify(one)).join(", ");
  return `library(jsonlite)

${protocolComment(question)}lines <- system2("rikstal", shQuote(c(${list})), stdout = TRUE)
answer <- fromJSON(paste(lines, collapse = "\\n"))
answer$regions[, c("name", "state", "matched")]`;
}
