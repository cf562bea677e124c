// SPDX-License-Identifier: Apache-2.0
// One variant: what is typed is read by the desk, its price is told, and what was asked of it before is
// shown with denominators. Names of other sources are text alone: a link would tell them the question.
import { useEffect, useState } from "preact/hooks";
import type { Answer, Part } from "../answer/answer";
import { headFigure, interval, sharePercent, shown } from "../answer/answer";
import { Foot } from "../answer/drawing";
import { Frequencies } from "../answer/frequency";
import { StateMark } from "../answer/run";
import { load, me, mode, purpose, sigma, tables } from "../build/draft";
import * as desk from "../desk/client";
import type { Diagnostic, Price, PriceLine, Question } from "../desk/types";
import { cry, say } from "../live";
import { asProblem, ProblemNote } from "../problem";
import { go, hrefOf, route } from "../route";
import { moment, number, points, words } from "../text/words";
import "../style/answer.css";

export function criterionText(typed: string): string {
  return `variant(change = "${typed.trim().replaceAll('"', "")}")`;
}

// Where the assembly was not said, the desk names what may be meant.
export function meantBy(expected: string | undefined): string[] {
  const found = expected?.match(/GRCh3[78]:[\w-]+/g) ?? [];
  return found.length > 1 ? found : [];
}

// "17-43044295-G-A", as public sources write it.
export function publicName(change: string): string {
  return change.replace(/^GRCh3[78]:/, "");
}

export function VariantScreen() {
  const w = words().variant;
  const { rest } = route.value;
  const [typed, setTyped] = useState(rest);
  const [wrong, setWrong] = useState<Diagnostic[]>([]);
  const [failed, setFailed] = useState<desk.DeskProblem | null>(null);
  useEffect(() => {
    if (!tables.value || !me.value) void load();
  }, []);
  useEffect(() => setTyped(rest), [rest]);
  const read = async () => {
    if (typed.trim() === "") return;
    setFailed(null);
    setWrong([]);
    try {
      const parsed = await desk.parse(criterionText(typed));
      setWrong(parsed.ok ? [] : parsed.diagnostics);
      const inner = parsed.ast?.children?.[0];
      const value = inner?.values?.[0];
      if (!parsed.ok || value === undefined) cry(w.unread);
      else go("variant", value);
    } catch (error) {
      setFailed(asProblem(error));
    }
  };
  return (
    <>
      <h1>{w.title}</h1>
      <form class="card" aria-label={w.title} onSubmit={(event) => {
        event.preventDefault();
        void read();
      }}>
        <div class="row">
          <div class="field grow">
            <label for="variant-typed">{w.typed}</label>
            <input id="variant-typed" value={typed} spellcheck={false} autocomplete="off" aria-describedby="variant-forms"
              placeholder="GRCh38:17-43044295-G-A" onInput={(event) => setTyped(event.currentTarget.value)} />
          </div>
          <button type="submit">{w.show}</button>
        </div>
        <p class="hint" id="variant-forms">{w.forms}</p>
        {wrong.map((one) => (
          <div class="note bad" key={one.message}>
            <p lang="en">{one.message}{one.expected ? ` (${one.expected})` : ""}</p>
            {meantBy(one.expected).map((change) => (
              <button key={change} type="button" class="small" onClick={() => {
                setWrong([]);
                go("variant", change);
              }}>{change}</button>
            ))}
          </div>
        ))}
        {failed ? <ProblemNote problem={failed} /> : null}
      </form>
      {rest !== "" && tables.value ? <One key={rest} change={rest} /> : null}
    </>
  );
}

function questionOf(change: string): Question {
  return {
    measure: "frequency", changes: [change],
    ...(mode.value === "" ? {} : { mode: mode.value }), ...(sigma.value === 0 ? {} : { sigma: sigma.value }),
    ...(purpose.value === "" ? {} : { purpose: purpose.value }),
  };
}

// The newest answer about this change and everybody, if one was asked here.
async function askedBefore(change: string): Promise<Answer | null> {
  const { questions } = await desk.history();
  const known = questions.find((one) => one.state === "complete" && one.measure === "frequency" && !one.question?.text
    && one.question?.changes?.includes(change));
  return known ? desk.answer<Answer>(known.id) : null;
}

function One({ change }: { change: string }) {
  const w = words().variant;
  const [price, setPrice] = useState<Price | null>(null);
  const [answer, setAnswer] = useState<Answer | null | undefined>(undefined);
  const [failed, setFailed] = useState<desk.DeskProblem | null>(null);
  useEffect(() => {
    let gone = false;
    const keep = <T,>(set: (value: T) => void) => (value: T) => gone || set(value);
    const fail = (error: unknown) => gone || setFailed(asProblem(error));
    desk.price(questionOf(change)).then(keep(setPrice), fail);
    askedBefore(change).then(keep(setAnswer), fail);
    return () => void (gone = true);
  }, [change]);
  const ask = async () => {
    try {
      const { id } = await desk.ask(questionOf(change));
      say(words().aside.asked);
      go("question", id);
    } catch (error) {
      setFailed(asProblem(error));
    }
  };
  const ready = (price?.may_answer ?? []).filter((one) => one.state === "connected" && one.budget !== "too-little").length;
  const half = (line: PriceLine) => number(mode.value === "sum" ? line.sum_half_width_95 ?? 0 : line.national_half_width_95);
  const chosen = price?.menu.find((one) => one.sigma === (price.quoted?.sigma ?? sigma.value));
  return (
    <>
      <section class="card" aria-label={w.of(change)}>
        <h2><code>{change}</code></h2>
        {answer === null ? <p>{w.notAsked}</p> : null}
        {answer ? <p>{w.asked(moment(answer.asked))} <a href={hrefOf("question", answer.id)}>{w.whole}</a></p> : null}
        {chosen ? <p>{w.costs(points(chosen.price_nrho), half(chosen))} {answer ? w.again : ""}</p> : null}
        {price?.not_composed ? <div class="note bad"><p>{words().aside.notComposed}</p><p lang="en">{price.not_composed}</p></div> : null}
        {price ? <p class="hint">{words().aside.mayAnswer(ready, price.may_answer.length)}</p> : null}
        {failed ? <ProblemNote problem={failed} /> : null}
        <button type="button" class="main" aria-disabled={!price || Boolean(price.not_composed)} onClick={() => {
          if (price && !price.not_composed) void ask();
        }}>{answer ? w.askAgain : w.ask}</button>
      </section>
      {answer?.total?.parts ? <Known answer={answer} change={change} /> : null}
      <section class="card" aria-label={w.elsewhere}>
        <h2>{w.elsewhere}</h2>
        <p>{w.elsewhereHint}</p>
        <dl class="facts">
          <dt>gnomAD</dt><dd><code>{publicName(change)}</code>, {change.startsWith("GRCh37") ? "v2.1.1" : "v4.1"}</dd>
          <dt>ClinVar, dbSNP</dt><dd><code>{publicName(change).split("-").slice(0, 2).join(":")}</code> {change.slice(0, 6)}</dd>
        </dl>
      </section>
    </>
  );
}

function Known({ answer, change }: { answer: Answer; change: string }) {
  const mine = (parts: Part[] | undefined) => (parts ?? []).filter((one) => one.change === change);
  const w = words().answer;
  return (
    <Foot.Provider value={{
      line: w.rests(answer.id.slice(0, 8), answer.sigma, answer.regions_answered, answer.regions_asked, answer.asked?.slice(0, 10) ?? ""),
      file: `rikstal-${answer.id.slice(0, 8)}`,
    }}>
      <Frequencies parts={mine(answer.total?.parts)} />
      <PerRegion answer={answer} of={(parts) => mine(parts)[0]} />
    </Foot.Provider>
  );
}

// Each region with its own denominator; a sum has none.
function PerRegion({ answer, of }: { answer: Answer; of(parts: Part[] | undefined): Part | undefined }) {
  const w = words().variant;
  return (
    <section class="card" aria-label={words().answer.byRegion}>
      <h2>{words().answer.byRegion}</h2>
      {answer.mode === "sum" ? <p class="hint">{words().answer.sumMode}</p> : null}
      <div class="wide" tabIndex={0} role="region" aria-label={words().answer.byRegion}><table>
        <caption class="unseen">{words().answer.byRegion}</caption>
        <thead>
          <tr>
            <th scope="col">{words().run.region}</th><th scope="col">{words().run.state}</th><th scope="col" class="number">{w.ac}</th>
            <th scope="col" class="number">{w.an}</th><th scope="col" class="number">{w.af}</th>
          </tr>
        </thead>
        <tbody>
          {answer.regions.map((one) => {
            const part = of(one.parts);
            const cell = (figure: Part["ac"]) => (figure ? `${shown(figure)} (${interval(figure)})` : "");
            return (
              <tr key={one.node}>
                <th scope="row">{one.name}</th><td><StateMark state={headFigure(one)?.state ?? one.state} /></td>
                <td class="number">{cell(part?.ac)}</td><td class="number">{cell(part?.an)}</td>
                <td class="number">{part?.af ? sharePercent(part.af) : part ? "–" : ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table></div>
    </section>
  );
}
