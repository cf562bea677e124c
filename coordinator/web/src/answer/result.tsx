// SPDX-License-Identifier: Apache-2.0
// The answer: its headline in words, what its measure tells, the regions as map and table, and where
// every figure comes from.
import { type ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale, number, words } from "../text/words";
import { type Answer, dimensionsOf, type Figures, headFigure, interval, type Part, partName, persons, sharePercent, shown } from "./answer";
import { Bars } from "./bars";
import { Before } from "./before";
import { Contact } from "./contact";
import { Foot } from "./drawing";
import { Frequencies } from "./frequency";
import { Association, Curve, endOf } from "./more";
import { Provenance } from "./provenance";
import { StateMark } from "./run";

export function Result({ answer }: { answer: Answer }) {
  const { total } = answer;
  const line = words().answer.rests(answer.id.slice(0, 8), answer.sigma, answer.regions_answered, answer.regions_asked, answer.asked?.slice(0, 10) ?? "");
  return (
    <Foot.Provider value={{ line, file: `rikstal-${answer.id.slice(0, 8)}` }}>
      <Headline answer={answer} />
      {answer.state === "complete" ? <Before answer={answer} /> : null}
      {total?.steps ? <Funnel answer={answer} figures={total} /> : null}
      {total?.parts && answer.measure === "survival" ? <Curve parts={total.parts} /> : null}
      {total && total.odds_ratio !== undefined ? <Association figures={total} /> : null}
      {total?.parts && answer.measure !== "frequency" && answer.measure !== "survival" ? <Parts answer={answer} parts={total.parts} /> : null}
      {total?.parts && answer.measure === "frequency" ? <Frequencies parts={total.parts} /> : null}
      <Regions answer={answer} />
      <Provenance answer={answer} />
      {answer.state === "complete" ? <Contact id={answer.id} /> : null}
    </Foot.Provider>
  );
}

// The sentence that a reader takes along: figure, interval, denominator, how many regions.
export function headline(answer: Answer): string {
  const w = words().answer;
  const { total } = answer;
  if (!total) return w.nobodyAnswered;
  if (total.share !== undefined) {
    return total.share ? w.share(sharePercent(total.share), persons(total.told)) : w.shareHidden;
  }
  if (answer.measure === "leave_one_out") return w.leaveOneOut(total.steps?.length ?? 0);
  if (total.steps) return w.funnel(persons(headFigure(total)), total.steps.length);
  const only = total.parts?.length === 1 ? total.parts[0]?.af : null;
  if (answer.measure === "frequency" && only) return words().frequency.af(sharePercent(only));
  if (answer.measure === "frequency") return w.frequency(total.parts?.length ?? 0);
  if (answer.measure === "survival") {
    const last = [...total.parts ?? []].reverse().find((part) => part.left && endOf(part) !== undefined);
    return last?.left ? words().curve.ends(number(endOf(last) ?? 0), sharePercent(last.left)) : words().curve.title;
  }
  if (total.odds_ratio !== undefined) {
    const odds = total.odds_ratio;
    const w = words().association;
    return odds ? w.odds(number(odds.value, 2), number(odds.low95, 2), number(odds.high95, 2)) : w.noOdds;
  }
  const figure = headFigure(total);
  return figure ? persons(figure) : w.inParts(total.parts?.length ?? 0);
}

const NAMED_MAX = 5; // of more the table tells

function missingNames(answer: Answer): string {
  const without = answer.regions.filter((one) => !["value", "suppressed", "took-part", "answered"].includes(one.state));
  if (without.length === 0 || without.length > NAMED_MAX) return "";
  return words().answer.without(new Intl.ListFormat(locale()).format(without.map((one) => one.name)));
}

function Headline({ answer }: { answer: Answer }) {
  const w = words().answer;
  const { total } = answer;
  const missing = answer.regions_asked - answer.regions_answered;
  const unsure = total?.undetermined ?? total?.steps?.at(-1)?.undetermined;
  const figure = headFigure(total);
  return (
    <section class="card headline" aria-label={w.title}>
      <p class="big">{headline(answer)}</p>
      <p>
        {w.regions(answer.regions_answered, answer.regions_asked)} {missing > 0 ? w.missingRegions(missing) : ""} {missingNames(answer)}
        {answer.asked ? ` ${w.when(new Date(answer.asked))}` : ""}
      </p>
      {unsure ? <p>{w.undetermined(persons(unsure))}</p> : null}
      {figure?.state === "suppressed" ? <p class="hint">{w.suppressed}</p> : null}
      <p class="hint">{answer.mode === "regions" ? w.twice : w.sumMode}</p>
    </section>
  );
}

function Funnel({ answer, figures }: { answer: Answer; figures: Figures }) {
  const w = words().answer;
  const steps = figures.steps ?? [];
  const gained = answer.measure === "leave_one_out";
  const title = gained ? w.gainedTitle : w.funnelTitle;
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <Bars title={title} bars={steps.map((step) => ({ name: step.name, figure: gained ? step.gained : step.survivors }))} />
      <Scroll label={title}>
        <table>
          <caption class="unseen">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{w.step}</th><th scope="col">{w.criterion}</th>
              <th scope="col" class="number">{gained ? w.gained : w.left}</th><th scope="col" class="number">{w.of95}</th>
              {gained ? null : <th scope="col" class="number">{w.cannotTell}</th>}
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => {
              const figure = gained ? step.gained : step.survivors;
              return (
                <tr key={step.name}>
                  <th scope="row">{step.name}</th><td>{step.text ? <code>{step.text}</code> : null}</td>
                  <td class="number">{shown(figure)}</td><td class="number">{interval(figure)}</td>
                  {gained ? null : <td class="number">{shown(step.undetermined)}</td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      <p class="hint">{gained ? w.gainedHint : w.funnelHint}</p>
    </section>
  );
}

const BARS_MAX = 60;

function Parts({ answer, parts }: { answer: Answer; parts: Part[] }) {
  const w = words().answer;
  const dimensions = dimensionsOf(parts);
  const names: Record<string, string> = words().dimensions;
  const measures: Record<string, string> = words().measures;
  const title = measures[answer.measure] ?? answer.measure;
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {parts.length <= BARS_MAX
        ? <Bars title={title} bars={parts.map((part) => ({ name: partName(part, dimensions), figure: part.matched }))} /> : null}
      <Scroll label={title}>
        <table>
          <caption class="unseen">{title}</caption>
          <thead>
            <tr>
              {dimensions.map((one) => <th key={one} scope="col">{names[one] ?? one}</th>)}
              <th scope="col" class="number">{w.matched}</th><th scope="col" class="number">{w.of95}</th>
              <th scope="col" class="number">{w.cannotTell}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part, at) => (
              <tr key={at}>
                {dimensions.map((one, column) => column === 0
                  ? <th key={one} scope="row">{partName(part, [one])}</th> : <td key={one}>{partName(part, [one])}</td>)}
                <td class="number">{shown(part.matched)}</td><td class="number">{interval(part.matched)}</td>
                <td class="number">{shown(part.undetermined)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

export function Scroll({ label, children }: { label: string; children: ComponentChild }) {
  return <div class="wide" tabIndex={0} role="region" aria-label={label}>{children}</div>;
}

function Regions({ answer }: { answer: Answer }) {
  const w = words().answer;
  const [Map, setMap] = useState<null | typeof import("./map").SwedenMap>(null);
  useEffect(() => {
    import("./map").then(({ SwedenMap }) => setMap(() => SwedenMap)).catch(() => {}); // the table says the same
  }, []);
  return (
    <section class="card" aria-label={w.byRegion}>
      <h2>{w.byRegion}</h2>
      <div class="regions">
        <div class="map-place">{Map ? <Map answer={answer} /> : null}</div>
        <RegionTable answer={answer} />
      </div>
    </section>
  );
}

function RegionTable({ answer }: { answer: Answer }) {
  const w = words().answer;
  const figures = answer.mode === "regions" && answer.regions.some((one) => headFigure(one));
  const codes: Record<string, string> = words().codes;
  return (
    <Scroll label={w.byRegion}>
      <table>
        <caption class="unseen">{w.byRegion}</caption>
        <thead>
          <tr>
            <th scope="col">{words().run.region}</th><th scope="col">{words().run.state}</th>
            {figures ? <><th scope="col" class="number">{w.matched}</th><th scope="col" class="number">{w.of95}</th></> : null}
            {figures ? <th scope="col" class="number">{w.cannotTell}</th> : null}
          </tr>
        </thead>
        <tbody>
          {answer.regions.map((one) => {
            const figure = headFigure(one);
            return (
              <tr key={one.node}>
                <th scope="row">{one.name}</th>
                <td>
                  <StateMark state={one.state} />
                  {one.code && codes[one.code] ? <span class="hint"> {codes[one.code]}</span> : null}
                  {one.reason ? <span class="hint reason" lang="en">{one.reason}</span> : null}
                </td>
                {figures ? <><td class="number">{shown(figure)}</td><td class="number">{interval(figure)}</td></> : null}
                {figures ? <td class="number">{shown(one.undetermined ?? one.steps?.at(-1)?.undetermined)}</td> : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

