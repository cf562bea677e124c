// SPDX-License-Identifier: Apache-2.0
// Variant frequencies: each with its denominator, and with the three states apart: seen, covered and
// not seen, not covered.
import { scaleLog } from "d3-scale";
import { percent, words } from "../text/words";
import { interval, type Part, sharePercent, shown } from "./answer";
import { Drawing } from "./drawing";

const low = 1e-6;

export function Frequencies({ parts }: { parts: Part[] }) {
  const w = words().frequency;
  return (
    <section class="card" aria-label={w.title}>
      <h2>{w.title}</h2>
      {parts.map((part) => <One key={part.change} part={part} />)}
      <p class="hint">{w.hint}</p>
    </section>
  );
}

function One({ part }: { part: Part }) {
  const w = words().frequency;
  const rows = (["het", "hom", "hemi", "ref", "ref_haploid", "not_covered"] as const).filter((one) => part[one]);
  return (
    <div class="variant">
      <h3><code>{part.change}</code></h3>
      <p class="big">{part.af ? w.af(sharePercent(part.af)) : w.noAf}</p>
      {part.af && part.af.value > 0 ? <Scale name={part.change ?? ""} value={part.af.value} from={part.af.low95} to={part.af.high95} /> : null}
      <p>{w.alleles(shown(part.ac), interval(part.ac), shown(part.an), interval(part.an))}</p>
      <div class="wide" tabIndex={0} role="region" aria-label={w.persons}><table>
        <caption>{w.persons}</caption>
        <thead>
          <tr><th scope="col">{w.who}</th><th scope="col" class="number">{words().answer.matched}</th>
            <th scope="col" class="number">{words().answer.of95}</th></tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one}>
              <th scope="row">{w.rows[one]}</th><td class="number">{shown(part[one])}</td><td class="number">{interval(part[one])}</td>
            </tr>
          ))}
        </tbody>
      </table></div>
    </div>
  );
}

function Scale({ name, value, from, to }: { name: string; value: number; from: number; to: number }) {
  const x = scaleLog().domain([low, 1]).range([10, 590]).clamp(true);
  return (
    <Drawing title={`${words().frequency.title} ${name}`} part={name.replace(/\W+/g, "-")}>
      <svg viewBox="0 0 600 54" role="img" aria-label={words().frequency.scale}>
        {[1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1].map((tick) => (
          <g key={tick}>
            <line class="grid" x1={x(tick)} x2={x(tick)} y1={6} y2={34} />
            <text class="axis" x={x(tick)} y={50} text-anchor={tick === 1 ? "end" : tick === low ? "start" : "middle"}>{percent(tick, 4)}</text>
          </g>
        ))}
        <path class="error" d={`M${x(Math.max(low, from))} 20H${x(Math.max(low, to))}M${x(Math.max(low, from))} 14v12M${x(Math.max(low, to))} 14v12`} />
        <circle class="point" cx={x(value)} cy={20} r={6} />
      </svg>
    </Drawing>
  );
}
