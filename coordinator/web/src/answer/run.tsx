// SPDX-License-Identifier: Apache-2.0
// The run of a question: a row for each region with its state and its time.
import type { RegionState, State } from "../desk/types";
import { number, words } from "../text/words";

const marks: Record<string, [mark: string, kind: string]> = {
  waiting: ["…", "soft"],
  answered: ["✓", "good"],
  value: ["✓", "good"],
  suppressed: ["✓", "good"],
  "took-part": ["✓", "good"],
  connected: ["✓", "good"],
  "never-seen": ["–", "soft"],
  declined: ["✕", "warn"],
  "no-budget": ["✕", "warn"],
  unsupported: ["✕", "warn"],
  stale: ["!", "warn"],
  offline: ["–", "bad"],
  "timed-out": ["!", "bad"],
  failed: ["!", "bad"],
};

export function StateMark({ state }: { state: string }) {
  const named: Record<string, string> = words().states;
  const [mark, kind] = marks[state] ?? ["?", "soft"];
  return <span class={`state ${kind}`} data-mark={mark}>{named[state] ?? state}</span>;
}

export function Run({ state }: { state: State }) {
  const w = words().run;
  return (
    <section class="card" aria-label={w.title}>
      <h2>{w.title}</h2>
      <p>{w.progress(state.answered, state.asked, state.waiting)}</p>
      <progress max={Math.max(1, state.asked)} value={state.asked - state.waiting} aria-label={w.title} />
      <div class="wide" tabIndex={0} role="region" aria-label={w.table}>
        <table>
          <caption class="unseen">{w.table}</caption>
          <thead>
            <tr><th scope="col">{w.region}</th><th scope="col">{w.state}</th><th scope="col" class="number">{w.time}</th></tr>
          </thead>
          <tbody>{state.regions.map((one) => <Row key={one.node} one={one} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ one }: { one: RegionState }) {
  const codes: Record<string, string> = words().codes;
  return (
    <tr>
      <th scope="row">{one.name}</th>
      <td>
        <StateMark state={one.state} />
        {one.code !== "" && codes[one.code] ? <span class="hint"> {codes[one.code]}</span> : null}
      </td>
      <td class="number">{one.state === "waiting" ? "" : `${number(one.ms / 1000, 1)} s`}</td>
    </tr>
  );
}
