// SPDX-License-Identifier: Apache-2.0
// The same question as it was answered from here before, and what has changed since: after a new release, say.
import { useEffect, useState } from "preact/hooks";
import * as desk from "../desk/client";
import type { Asked, Figure } from "../desk/types";
import { hrefOf } from "../route";
import { moment, number, words } from "../text/words";
import { type Answer, headFigure, persons } from "./answer";

// The one before this, of the same question to the member.
export function earlierOf(id: string, list: Asked[]): Asked | undefined {
  const now = list.find((one) => one.id === id);
  if (!now?.question) return undefined;
  const same = JSON.stringify(now.question);
  return list.filter((one) => one.id !== id && one.asked <= now.asked && JSON.stringify(one.question) === same)
    .sort((one, other) => (one.asked < other.asked ? 1 : -1))[0];
}

// How much more, and how far that may be off: both figures have their own noise. Where regions gave the same answer again it
// is the same noise, and the interval is wider than it need be.
export function difference(now: Figure | undefined, before: Figure | null | undefined): { value: number; half: number } | null {
  if (!now || !before || now.value === null || before.value === null) return null;
  const half = (one: Figure) => one.high95 - (one.value ?? 0);
  return { value: now.value - before.value, half: Math.ceil(Math.hypot(half(now), half(before))) };
}

export function Before({ answer }: { answer: Answer }) {
  const w = words().before;
  const [before, setBefore] = useState<Asked | undefined>(undefined);
  useEffect(() => {
    desk.history().then(({ questions }) => setBefore(earlierOf(answer.id, questions))).catch(() => {}); // Mine has the list too
  }, [answer.id]);
  if (!before) return null;
  const change = difference(headFigure(answer.total), before.headline);
  const signed = (n: number) => `${n > 0 ? "+" : ""}${number(n)}`;
  return (
    <section class="card" aria-label={w.title}>
      <h2>{w.title}</h2>
      <p>
        <a href={hrefOf("question", before.id)}>{moment(before.asked)}</a>: {before.headline ? persons(before.headline) : w.noFigure}
        {before.regions_asked === undefined ? "" : ` ${w.regions(before.regions_answered ?? 0, before.regions_asked)}`}
      </p>
      {change === null ? null : (
        <p>{change.value === 0 ? w.same
          : w.change(signed(change.value), signed(change.value - change.half), signed(change.value + change.half), Math.abs(change.value) <= change.half)}</p>
      )}
    </section>
  );
}
