// SPDX-License-Identifier: Apache-2.0
// Bars with their intervals. The drawing is for the eye; the same figures stand in the table below it.
import { scaleLinear } from "d3-scale";
import type { Figure } from "../desk/types";
import { number, words } from "../text/words";
import { interval, shown } from "./answer";
import { Drawing } from "./drawing";

export interface Bar {
  name: string;
  figure: Figure | undefined;
  more?: string | undefined; // a text below the name
}

const left = 150;
const right = 560;
const high = 30;

export function Bars({ title, bars }: { title: string; bars: Bar[] }) {
  const most = Math.max(1, ...bars.map((one) => one.figure?.high95 ?? 0));
  const x = scaleLinear().domain([0, most]).range([left, right]).nice(5);
  const height = bars.length * high + 30;
  return (
    <Drawing title={title}>
      <svg viewBox={`0 0 640 ${height}`} role="img" aria-label={words().answer.chartOf(title)}>
        <Hatch />
        {x.ticks(5).map((tick) => (
          <g key={tick}>
            <line class="grid" x1={x(tick)} x2={x(tick)} y1={4} y2={height - 24} />
            <text class="axis" x={x(tick)} y={height - 8} text-anchor="middle">{number(tick)}</text>
          </g>
        ))}
        {bars.map((bar, at) => <OneBar key={at} bar={bar} y={at * high + 6} x={x} />)}
      </svg>
    </Drawing>
  );
}

function OneBar({ bar, y, x }: { bar: Bar; y: number; x: (value: number) => number }) {
  const { figure } = bar;
  const middle = y + 10;
  return (
    <g>
      <title>{`${bar.name}: ${shown(figure)} (${interval(figure)})`}</title>
      <text x={left - 8} y={middle + 4} text-anchor="end">{bar.name.length > 22 ? `${bar.name.slice(0, 21)}…` : bar.name}</text>
      {figure?.value != null ? <rect class="bar" x={left} y={y} height={20} width={Math.max(0, x(figure.value) - left)} /> : null}
      {figure && figure.value === null
        ? <rect class="hidden-bar" x={left} y={y} height={20} width={Math.max(2, x(figure.below ?? 0) - left)} fill="url(#hatch)" /> : null}
      {figure ? (
        <path class="error" d={`M${x(figure.low95)} ${middle}H${x(figure.high95)}M${x(figure.low95)} ${middle - 5}v10M${x(figure.high95)} ${middle - 5}v10`} />
      ) : null}
      <text class="axis" x={Math.max(left, x(figure?.high95 ?? 0)) + 8} y={middle + 4}>{shown(figure)}</text>
    </g>
  );
}

// What is below the threshold is hatched: it is neither nothing nor a value.
export function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" class="hatch-ground" />
        <line x1="0" y1="0" x2="0" y2="6" class="hatch-line" />
      </pattern>
    </defs>
  );
}
