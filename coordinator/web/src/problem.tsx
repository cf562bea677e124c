// SPDX-License-Identifier: Apache-2.0
// What went wrong, in the reader's language where the code is known, with the desk's own sentence.
import { DeskProblem } from "./desk/client";
import { words } from "./text/words";

export function ProblemNote({ problem }: { problem: DeskProblem }) {
  const { code, detail } = problem.problem;
  const known: Record<string, string> = words().problems;
  return (
    <div class="note bad" role="alert">
      <p><strong>{known[code] ?? words().problems.other}</strong></p>
      {detail === "" ? null : <p lang="en">{detail}</p>}
      <p class="hint">{words().problemCode}: <code>{code}</code></p>
    </div>
  );
}

export function asProblem(error: unknown): DeskProblem {
  if (error instanceof DeskProblem) return error;
  return new DeskProblem({ code: "page", title: "", status: 0, detail: error instanceof Error ? error.message : String(error) });
}
