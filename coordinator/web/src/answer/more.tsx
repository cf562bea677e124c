// SPDX-License-Identifier: Apache-2.0
// A curve of who is left without the event, and an association of an exposure with an outcome.
import { scaleLinear } from "d3-scale";
import { line, curveStepAfter } from "d3-shape";
import { number, percent, words } from "../text/words";
import { dimensionsOf, type Figures, interval, type Part, partName, sharePercent, shown } from "./answer";

export function Curve({ parts }: { parts: Part[] }) {
  const w = words().curve;
  const dimensions = dimensionsOf(parts);
  return (
    <section class="card" aria-label={w.title}>
      <h2>{w.title}</h2>
      <Steps parts={parts} name={(part) => partName(part, dimensions)} />
      <div class="wide" tabIndex={0} role="region" aria-label={w.title}>
        <table>
          <caption class="unseen">{w.title}</caption>
          <thead>
            <tr>
              <th scope="col">{w.time}</th><th scope="col" class="number">{w.left}</th>
              <th scope="col" class="number">{w.atRisk}</th><th scope="col" class="number">{w.events}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part, at) => (
              <tr key={at}>
                <th scope="row">{partName(part, dimensions)}</th><td class="number">{part.left ? sharePercent(part.left) : "–"}</td>
                <td class="number">{shown(part.at_risk)} ({interval(part.at_risk)})</td>
                <td class="number">{shown(part.events)} ({interval(part.events)})</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">{w.hint}</p>
    </section>
  );
}

function Steps({ parts, name }: { parts: Part[]; name(part: Part): string }) {
  const x = scaleLinear().domain([0, Math.max(1, parts.length)]).range([50, 620]);
  const y = scaleLinear().domain([0, 1]).range([210, 10]);
  const known = parts.map((part, at) => ({ at: at + 1, left: part.left })).filter((one) => one.left);
  const draw = line<[number, number]>().x((one) => x(one[0])).y((one) => y(one[1])).curve(curveStepAfter);
  return (
    <figure class="chart">
      <svg viewBox="0 0 640 250" role="img" aria-label={words().answer.chartOf(words().curve.title)}>
        {y.ticks(4).map((tick) => (
          <g key={tick}>
            <line class="grid" x1={50} x2={620} y1={y(tick)} y2={y(tick)} />
            <text class="axis" x={44} y={y(tick) + 4} text-anchor="end">{percent(tick, 0)}</text>
          </g>
        ))}
        {known.map(({ at, left }) => left ? <line key={at} class="error" x1={x(at)} x2={x(at)} y1={y(left.low95)} y2={y(left.high95)} /> : null)}
        <path class="curve" d={draw([[0, 1], ...known.map(({ at, left }): [number, number] => [at, left?.value ?? 0])]) ?? ""} />
        {parts.length <= 12
          ? parts.map((part, at) => <text key={at} class="axis" x={x(at + 1)} y={236} text-anchor="end">{name(part)}</text>) : null}
      </svg>
    </figure>
  );
}

export function Association({ figures }: { figures: Figures }) {
  const w = words().association;
  const odds = figures.odds_ratio;
  return (
    <section class="card" aria-label={w.title}>
      <h2>{w.title}</h2>
      <p class="big">{odds ? w.odds(number(odds.value, 2), number(odds.low95, 2), number(odds.high95, 2)) : w.noOdds}</p>
      <div class="wide" tabIndex={0} role="region" aria-label={w.title}><table>
        <caption class="unseen">{w.title}</caption>
        <thead><tr><th scope="col">{w.who}</th><th scope="col" class="number">{w.with}</th><th scope="col" class="number">{w.without}</th></tr></thead>
        <tbody>
          <tr>
            <th scope="row">{w.exposed}</th><td class="number">{shown(figures.exposed_with)} ({interval(figures.exposed_with)})</td>
            <td class="number">{shown(figures.exposed_without)} ({interval(figures.exposed_without)})</td>
          </tr>
          <tr>
            <th scope="row">{w.unexposed}</th><td class="number">{shown(figures.unexposed_with)} ({interval(figures.unexposed_with)})</td>
            <td class="number">{shown(figures.unexposed_without)} ({interval(figures.unexposed_without)})</td>
          </tr>
        </tbody>
      </table></div>
    </section>
  );
}
