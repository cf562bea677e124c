// SPDX-License-Identifier: Apache-2.0
// A curve of who is left without the event, and an association of an exposure with an outcome.
import { scaleLinear } from "d3-scale";
import { line, curveStepAfter } from "d3-shape";
import { number, percent, words } from "../text/words";
import { dimensionsOf, type Figures, interval, type Part, partName, sharePercent, shown } from "./answer";
import { Drawing } from "./drawing";

export function Curve({ parts }: { parts: Part[] }) {
  const w = words().curve;
  const dimensions = dimensionsOf(parts);
  return (
    <section class="card" aria-label={w.title}>
      <h2>{w.title}</h2>
      <Steps parts={parts} />
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

// The last day of a bin "365-729", of one "730" that day.
export function endOf(part: Part): number | undefined {
  const last = /^(?:\d+-)?(\d+)$/.exec(part.days ? String(part.days) : "")?.[1];
  return last === undefined ? undefined : Number(last);
}

function Steps({ parts }: { parts: Part[] }) {
  const known = parts.flatMap((part) => {
    const at = endOf(part);
    return at !== undefined && part.left ? [{ at, left: part.left }] : [];
  });
  const x = scaleLinear().domain([0, Math.max(1, ...known.map((one) => one.at))]).range([50, 600]);
  const y = scaleLinear().domain([0, 1]).range([210, 10]);
  const draw = line<[number, number]>().x((one) => x(one[0])).y((one) => y(one[1])).curve(curveStepAfter);
  return (
    <Drawing title={words().curve.title}>
      <svg viewBox="0 0 640 256" role="img" aria-label={words().answer.chartOf(words().curve.title)}>
        {y.ticks(4).map((tick) => (
          <g key={tick}>
            <line class="grid" x1={50} x2={620} y1={y(tick)} y2={y(tick)} />
            <text class="axis" x={44} y={y(tick) + 4} text-anchor="end">{percent(tick, 0)}</text>
          </g>
        ))}
        {x.ticks(6).map((tick) => <text key={tick} class="axis" x={x(tick)} y={230} text-anchor="middle">{number(tick)}</text>)}
        <text class="axis" x={600} y={248} text-anchor="end">{words().curve.axis}</text>
        <path class="curve" d={draw([[0, 1], ...known.map(({ at, left }): [number, number] => [at, left.value])]) ?? ""} />
        {known.map(({ at, left }) => (
          <g key={at}>
            <path class="error" d={`M${x(at)} ${y(left.low95)}V${y(left.high95)}M${x(at) - 4} ${y(left.low95)}h8M${x(at) - 4} ${y(left.high95)}h8`} />
            <circle class="point" cx={x(at)} cy={y(left.value)} r={4} />
          </g>
        ))}
      </svg>
    </Drawing>
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
