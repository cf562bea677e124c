// SPDX-License-Identifier: Apache-2.0
// What is the reader's own: what is left of the budget, saved questions, and what was asked before.
import { useEffect, useState } from "preact/hooks";
import { persons } from "../answer/answer";
import { load as loadTables, question, tables, take } from "../build/draft";
import * as desk from "../desk/client";
import type { Asked, PreparedLetter, Saved } from "../desk/types";
import { say } from "../live";
import { asProblem, ProblemNote } from "../problem";
import { go, hrefOf } from "../route";
import { moment, number, percent, points, words } from "../text/words";
import "../style/mine.css";

interface BudgetLine {
  node: string;
  dataset: string;
  window: string;
  left_nrho: number;
  cap_nrho: number;
  lifetime_left_nrho: number;
  lifetime_cap_nrho: number;
  said: string;
}

export function MineScreen() {
  const w = words().mine;
  const [asked, setAsked] = useState<Asked[] | null>(null);
  const [saved, setSaved] = useState<Saved[] | null>(null);
  const [letters, setLetters] = useState<PreparedLetter[]>([]);
  const [budget, setBudget] = useState<BudgetLine[] | null>(null);
  const [failed, setFailed] = useState<desk.DeskProblem | null>(null);
  const load = async () => {
    try {
      const [past, kept, written, left] = await Promise.all([desk.history(), desk.saved(), desk.letters(), desk.budget<{ nodes: BudgetLine[] }>()]);
      setAsked(past.questions);
      setSaved(kept.saved);
      setLetters(written.letters);
      setBudget(left.nodes);
      setFailed(null);
    } catch (error) {
      setFailed(asProblem(error));
    }
  };
  useEffect(() => {
    void load();
    if (!tables.value) void loadTables(); // the names of the regions
  }, []);
  return (
    <>
      <h1>{w.title}</h1>
      {failed ? <><ProblemNote problem={failed} /><button type="button" onClick={() => void load()}>{words().tryAgain}</button></> : null}
      {budget ? <Budget lines={budget} /> : null}
      {saved ? <SavedList list={saved} changed={load} failed={setFailed} /> : null}
      {asked ? <History list={asked} /> : null}
      {letters.length > 0 ? <Letters list={letters} /> : null}
    </>
  );
}

function Budget({ lines }: { lines: BudgetLine[] }) {
  const w = words().mine;
  const least = lines.reduce<BudgetLine | null>((one, line) => (one === null || line.left_nrho < one.left_nrho ? line : one), null);
  return (
    <section class="card" aria-label={w.budget}>
      <h2>{w.budget}</h2>
      {least === null ? <p>{w.noBudget}</p> : (
        <>
          <p class="big">{w.left(points(least.left_nrho), points(least.cap_nrho))}</p>
          <meter min={0} max={least.cap_nrho} value={least.left_nrho} aria-label={w.budget} />
          <p class="hint">{w.window(least.window)}</p>
          <details>
            <summary>{w.perRegion}</summary>
            <div class="wide" tabIndex={0} role="region" aria-label={w.perRegion}>
              <table>
                <caption class="unseen">{w.perRegion}</caption>
                <thead>
                  <tr>
                    <th scope="col">{words().run.region}</th><th scope="col">{w.dataset}</th><th scope="col" class="number">{w.leftShort}</th>
                    <th scope="col" class="number">{w.of}</th><th scope="col" class="number">{w.lifetime}</th><th scope="col">{w.said}</th>
                  </tr>
                </thead>
                <tbody>
                  {lines.map((line) => (
                    <tr key={line.node + line.dataset}>
                      <th scope="row">{tables.value?.regions.find((one) => one.code === line.node)?.name ?? line.node}</th>
                      <td>{line.dataset}</td><td class="number">{points(line.left_nrho)}</td>
                      <td class="number">{percent(line.left_nrho / Math.max(1, line.cap_nrho), 0)}</td>
                      <td class="number">{points(line.lifetime_left_nrho)}</td><td>{moment(line.said)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </section>
  );
}

function SavedList({ list, changed, failed }: {
  list: Saved[];
  changed(): Promise<void>;
  failed(problem: desk.DeskProblem): void;
}) {
  const w = words().mine;
  const [name, setName] = useState("");
  const act = (work: Promise<unknown>, said: string) => {
    work.then(changed).then(() => say(said), (error: unknown) => failed(asProblem(error)));
  };
  return (
    <section class="card" aria-label={w.saved}>
      <h2>{w.saved}</h2>
      {list.length === 0 ? <p class="hint">{w.nothingSaved}</p> : null}
      <ul class="list">
        {list.map((one) => (
          <li key={one.id}>
            <span><strong>{one.name}</strong> <code>{one.question.text ?? one.question.protocol ?? ""}</code></span>
            <span class="row-buttons">
              <button type="button" class="small" aria-label={w.openNamed(one.name)} onClick={() => {
                take(one.question);
                go("build");
              }}>{w.open}</button>
              <button type="button" class="small bare" aria-label={w.forgetNamed(one.name)}
                onClick={() => act(desk.forget(one.id), w.forgotten)}>{words().remove}</button>
            </span>
          </li>
        ))}
      </ul>
      <form class="row" onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") return;
        act(desk.save(name.trim(), question.value), w.savedNow);
        setName("");
      }}>
        <div class="field grow">
          <label for="save-name">{w.saveNow}</label>
          <input id="save-name" maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </div>
        <button type="submit" aria-disabled={name.trim() === ""}>{w.save}</button>
      </form>
      <p class="hint">{w.saveWhat} <code>{question.value.text ?? question.value.protocol ?? w.everybody}</code></p>
    </section>
  );
}

// The variants or the criteria, where the question has no text of its own.
function whatOf({ text, question: of }: Asked): string {
  return [of?.changes?.join(", "), text || of?.protocol].filter(Boolean).join(": ");
}

function History({ list }: { list: Asked[] }) {
  const w = words().mine;
  const measures: Record<string, string> = words().measures;
  const states: Record<string, string> = words().questionStates;
  return (
    <section class="card" aria-label={w.history}>
      <h2>{w.history}</h2>
      {list.length === 0 ? <p class="hint">{w.nothingAsked}</p> : (
        <div class="wide" tabIndex={0} role="region" aria-label={w.history}>
          <table>
            <caption class="unseen">{w.history}</caption>
            <thead>
              <tr>
                <th scope="col">{w.when}</th><th scope="col">{w.question}</th><th scope="col">{w.answer}</th>
                <th scope="col" class="number">{w.regions}</th><th scope="col" class="number">{w.price}</th>
              </tr>
            </thead>
            <tbody>
              {list.map((one) => (
                <tr key={one.id}>
                  <th scope="row"><a href={hrefOf("question", one.id)}>{moment(one.asked)}</a></th>
                  <td><code>{whatOf(one) || w.everybody}</code><span class="hint reason">{measures[one.measure] ?? one.measure}</span></td>
                  <td>{one.headline ? persons(one.headline) : states[one.state] ?? one.state}</td>
                  <td class="number">{one.regions_asked === undefined ? "" : `${number(one.regions_answered ?? 0)}/${number(one.regions_asked)}`}</td>
                  <td class="number">{one.price_nrho === undefined ? "" : one.charged === false ? w.free : points(one.price_nrho)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Letters({ list }: { list: PreparedLetter[] }) {
  const w = words().mine;
  const name = (node: string) => tables.value?.regions.find((one) => one.code === node)?.name ?? node;
  return (
    <section class="card" aria-label={w.letters}>
      <h2>{w.letters}</h2>
      <ul class="list">
        {list.map((one) => (
          <li key={one.id + one.prepared}>
            <span><a href={hrefOf("question", one.id)}>{one.reference}</a> {moment(one.prepared)}, {one.person} → {one.nodes.map(name).join(", ")}</span>
          </li>
        ))}
      </ul>
      <p class="hint">{words().contact.sent}</p>
    </section>
  );
}
