// SPDX-License-Identifier: Apache-2.0
// Beside the question: what it means in words, what it costs and how precise it will be, who may
// answer, and the one button that asks.
import { useState } from "preact/hooks";
import * as desk from "../desk/client";
import type { Answerer, Explained, Price, PriceLine } from "../desk/types";
import { cry, say } from "../live";
import { asProblem, ProblemNote } from "../problem";
import { go } from "../route";
import { number, points, words } from "../text/words";
import {
  type Beside, beside, besideOf, by, changes, empty, explained, judging, lacking, measure, mode, parsed, partsOf, priced, purpose, question, sigma, tables,
  trouble, asProtocol,
} from "./draft";

export function Aside() {
  const w = words().aside;
  return (
    <aside aria-label={w.label}>
      <section class="card" aria-label={w.meaning}>
        <h2>{w.meaning}</h2>
        <Meaning />
      </section>
      <section class="card" aria-label={w.what}>
        <h2>{w.what}</h2>
        <What />
      </section>
      <section class="card" aria-label={w.cost}>
        <h2>{w.cost}</h2>
        <Cost />
        <Ask />
      </section>
      {priced.value ? <Answerers list={priced.value.may_answer} /> : null}
    </aside>
  );
}

function Meaning() {
  const w = words().aside;
  const meaning = explained.value;
  if (!parsed.value.ok) return <p class="hint">{w.mistaken(parsed.value.diagnostics.length)}</p>;
  if (empty.value) return <p class="hint">{besideOf(measure.value).length > 0 ? w.among : w.everybody}</p>;
  if (!meaning) return <p class="hint">{judging.value ? w.judging : w.none}</p>;
  return (
    <>
      <Lines meaning={meaning} />
      <Codes meaning={meaning} />
    </>
  );
}

function Lines({ meaning }: { meaning: Explained }) {
  return (
    <ul class="meaning">
      {meaning.lines.map((line, at) => {
        const level = /^ */.exec(line)?.[0].length ?? 0;
        return <li key={at} style={{ marginInlineStart: `${level / 2}rem` }}>{line.trim()}</li>;
      })}
    </ul>
  );
}

function Codes({ meaning }: { meaning: Explained }) {
  const w = words().aside;
  const odd = [...(meaning.codes ?? []), ...(meaning.genes ?? [])].filter((one) =>
    !one.checked || one.today || one.obsolete || one.has_below || (one.cannot_tell?.length ?? 0) > 0);
  return (
    <>
      {odd.map((one) => (
        <p key={one.asked} class="hint">
          <code>{one.asked}</code>: {[
            one.checked ? "" : w.unchecked,
            one.today ? w.today(one.today) : "",
            one.obsolete ? w.obsolete : "",
            one.has_below ? w.hasBelow : "",
            one.cannot_tell?.length ? w.lacks(one.cannot_tell.length) : "",
          ].filter(Boolean).join(" ")}
        </p>
      ))}
      {(meaning.diagnostics ?? []).map((one) => (
        <div class="note bad" key={one.message}>
          <p lang="en">{one.message}</p>
          {one.suggestion ? <p>{words().text.replaceWith(one.suggestion)}</p> : null}
        </div>
      ))}
    </>
  );
}

function What() {
  const w = words().aside;
  const named: Record<string, string> = words().measures;
  const list = tables.value?.measures ?? [];
  const offered = list.filter((one) => (asProtocol.value ? ["steps", "none"].includes(one.parts) : one.parts !== "steps"));
  return (
    <div class="stack">
      <div class="field">
        <label for="measure">{w.measure}</label>
        <select id="measure" value={measure.value} onChange={(event) => void (measure.value = event.currentTarget.value)}>
          {offered.map((one) => <option key={one.name} value={one.name}>{named[one.name] ?? one.name}</option>)}
        </select>
      </div>
      {partsOf(measure.value) === "dimensions" ? <Dimensions /> : null}
      {partsOf(measure.value) === "changes" ? (
        <div class="field">
          <label for="changes">{w.changes}</label>
          <textarea id="changes" rows={3} value={changes.value} placeholder="GRCh38:17-43044295-G-A"
            onInput={(event) => void (changes.value = event.currentTarget.value)} />
        </div>
      ) : null}
      {besideOf(measure.value).map((name) => <One key={name} name={name} />)}
      <fieldset class="field plain">
        <legend>{w.mode}</legend>
        {(tables.value?.modes ?? []).map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="mode" checked={mode.value === one} onChange={() => void (mode.value = one)} />
            <span>{one === "sum" ? w.modeSum : w.modeRegions}</span>
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for="purpose">{w.purpose}</label>
        <select id="purpose" value={purpose.value} onChange={(event) => void (purpose.value = event.currentTarget.value)}>
          {(tables.value?.purposes ?? []).map((one) => (
            <option key={one} value={one}>{(words().purposes as Record<string, string>)[one] ?? one}</option>
          ))}
        </select>
      </div>
    </div>
  );
}

const examples: Record<keyof Beside, string> = {
  from: "diagnosis under icd10:C50", to: "deceased = yes", exposure: "gene = BRCA1", outcome: "diagnosis under icd10:C50",
  period: "2019..2025", bins: "0,18,40,65",
};

// An event or edges beside the question, as text, with its example; what is wrong with it the desk says.
function One({ name }: { name: keyof Beside }) {
  const w = words().aside;
  const days = name === "bins" && (measure.value === "survival" || beside.value.from.trim() !== "");
  const example = days ? "0..1825/365" : examples[name];
  return (
    <div class="field">
      <label for={`beside-${name}`}>{days ? w.beside.days : w.beside[name]}</label>
      <input id={`beside-${name}`} value={beside.value[name]} spellcheck={false} autocomplete="off" aria-describedby={`beside-${name}-as`}
        onInput={(event) => void (beside.value = { ...beside.value, [name]: event.currentTarget.value })} />
      <p class="hint" id={`beside-${name}-as`}>{w.as} <code>{example}</code></p>
    </div>
  );
}

function Dimensions() {
  const named: Record<string, string> = words().dimensions;
  const toggle = (name: string) => {
    const without = by.value.filter((one) => one !== name);
    by.value = without.length === by.value.length ? [...without, name] : without;
  };
  return (
    <fieldset class="field plain">
      <legend>{words().aside.by}</legend>
      {(tables.value?.dimensions ?? []).map((one) => (
        <label key={one} class="choice">
          <input type="checkbox" checked={by.value.includes(one)} onChange={() => toggle(one)} />
          <span>{named[one] ?? one}</span>
        </label>
      ))}
    </fieldset>
  );
}

function width(line: PriceLine, price: Price): number | undefined {
  if (mode.value === "sum") return line.sum_half_width_95;
  return price.regions === 1 ? line.region_half_width_95 : line.national_half_width_95;
}

function Cost() {
  const w = words().aside;
  const price = priced.value;
  if (lacking.value.length > 0) return <p class="hint">{w.lacking(lacking.value.map((name) => w.beside[name]).join(", "))}</p>;
  if (!price) return <p class="hint">{judging.value ? w.judging : w.noPrice}</p>;
  const chosen = price.menu.find((one) => one.sigma === sigma.value);
  const left = price.may_answer.map((one) => one.left_nrho).filter((one) => one !== undefined);
  return (
    <>
      <fieldset class="field plain">
        <legend>{w.precision}</legend>
        {price.menu.map((line) => {
          const half = width(line, price);
          return (
            <label key={line.sigma} class="choice">
              <input type="radio" name="sigma" checked={sigma.value === line.sigma}
                onChange={() => void (sigma.value = line.sigma)} />
              <span>{half === undefined ? `σ ${line.sigma}` : w.within(number(half))}
                <span class="hint"> · {points(line.price_nrho)}</span></span>
            </label>
          );
        })}
      </fieldset>
      {mode.value === "regions" && chosen ? <p class="hint">{w.eachRegion(number(chosen.region_half_width_95))}</p> : null}
      <p>{chosen ? w.costs(points(chosen.price_nrho)) : ""} {left.length > 0 ? w.left(points(Math.min(...left))) : w.leftUnknown}</p>
      <p class="hint">{w.repeat}</p>
      {price.not_composed ? <div class="note bad"><p>{w.notComposed}</p><p lang="en">{price.not_composed}</p></div> : null}
    </>
  );
}

function Ask() {
  const w = words().aside;
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState<desk.DeskProblem | null>(null);
  const ready = priced.value !== null && parsed.value.ok && !judging.value && !priced.value.not_composed
    && (explained.value?.diagnostics ?? []).length === 0;
  const ask = async () => {
    if (!ready || asking) {
      cry(parsed.value.ok ? w.notReady : w.mistaken(parsed.value.diagnostics.length));
      return;
    }
    setAsking(true);
    setFailed(null);
    try {
      const { id } = await desk.ask(question.value);
      say(w.asked);
      go("question", id);
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setAsking(false);
    }
  };
  return (
    <>
      {trouble.value ? <ProblemNote problem={trouble.value} /> : null}
      {failed ? <ProblemNote problem={failed} /> : null}
      <button type="button" class="main" aria-disabled={!ready || asking} onClick={() => void ask()}>
        {asking ? w.asking : empty.value && besideOf(measure.value).length === 0 ? w.askEverybody : w.ask}
      </button>
    </>
  );
}

function why(one: Answerer): string[] {
  const w = words().aside;
  const named: Record<string, string> = words().nodeStates;
  return [
    one.state === "connected" ? "" : named[one.state] ?? one.state,
    one.budget === "too-little" ? w.tooLittle : "",
    one.policy === "decline" ? w.policyDeclines(one.policy_why ?? "") : one.policy === "hold" ? w.policyHolds : "",
    one.cannot_tell?.length ? w.lacksCodes(one.cannot_tell.join(", ")) : "",
    one.not_delivered?.length ? w.notDelivered(one.not_delivered.join(", ")) : "",
  ].filter(Boolean);
}

function Answerers({ list }: { list: Answerer[] }) {
  const w = words().aside;
  const ready = list.filter((one) => one.state === "connected" && one.budget !== "too-little" && one.policy !== "decline").length;
  const remarks = list.map((one) => ({ one, why: why(one) })).filter((each) => each.why.length > 0);
  return (
    <section class="card" aria-label={w.who}>
      <h2>{w.who}</h2>
      <p>{w.mayAnswer(ready, list.length)}</p>
      {remarks.length > 0 ? (
        <ul class="meaning">
          {remarks.map((each) => <li key={each.one.node}><strong>{each.one.name}</strong>: {each.why.join("; ")}</li>)}
        </ul>
      ) : null}
      <p class="hint">{w.policy}</p>
    </section>
  );
}
