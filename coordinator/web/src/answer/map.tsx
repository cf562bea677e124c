// SPDX-License-Identifier: Apache-2.0
// The regions on a map. It shows what the table beside it says, and nothing else; the shapes are those
// of @svg-maps/sweden (CC BY 4.0), by the county codes of our roster.
import sweden from "@svg-maps/sweden";
import { scaleQuantize } from "d3-scale";
import { number, words } from "../text/words";
import { type Answer, headFigure, interval, type Region, shown } from "./answer";
import { Hatch } from "./bars";
import { Drawing } from "./drawing";

const codes: Record<string, string> = {
  stockholm: "01", uppsala: "03", sodermanland: "04", ostergotland: "05", jonkoping: "06", kronoberg: "07",
  kalmar: "08", gotland: "09", blekinge: "10", skane: "12", halland: "13", "vastra gotaland": "14", varmland: "17",
  orebro: "18", vastmanland: "19", dalarna: "20", gavleborg: "21", vasternorrland: "22", jamtland: "23",
  vasterbotten: "24", norrbotten: "25",
};

export function codeOf(location: string): string | undefined {
  return codes[location];
}

// Of a sum, and of an answer in parts, a region has no one figure; that it answered is shown all the same.
const answeredStates = new Set(["took-part", "value", "suppressed"]);
const classes = ["class-1", "class-2", "class-3", "class-4", "class-5"];

export function SwedenMap({ answer }: { answer: Answer }) {
  const w = words().map;
  const of = new Map(answer.regions.map((one) => [one.node, one]));
  const values = answer.regions.map((one) => headFigure(one)?.value).filter((one) => one != null);
  const scale = scaleQuantize<string>().domain([0, Math.max(1, ...values)]).range(classes);
  const look = (region: Region | undefined): { class: string; fill?: string } => {
    if (!region) return { class: "land not-asked" };
    const figure = headFigure(region);
    if (figure?.value != null) return { class: `land ${scale(figure.value)}` };
    if (figure) return { class: "land", fill: "url(#hatch)" };
    return { class: answeredStates.has(region.state) ? "land class-3" : "land missing" };
  };
  return (
    <div class="map">
      <Drawing title={words().answer.byRegion} part="map">
        <svg viewBox={sweden.viewBox} role="img" aria-label={w.label}>
          <Hatch />
          {sweden.locations.map((place) => {
            const region = of.get(codes[place.id] ?? "");
            return (
              <path key={place.id} d={place.path} {...look(region)}>
                <title>{`${region?.name ?? place.name}: ${said(region)}`}</title>
              </path>
            );
          })}
        </svg>
      </Drawing>
      <ul class="legend">
        {values.length > 0 ? classes.map((name) => {
          const [from, to] = scale.invertExtent(name);
          return <li key={name}><i class={name} />{number(Math.round(from))}–{number(Math.round(to))}</li>;
        }) : null}
        {answer.mode === "sum" ? <li><i class="class-3" />{words().states["took-part"]}</li> : null}
        {answer.mode === "regions" && values.length === 0 ? <li><i class="class-3" />{words().states.answered}</li> : null}
        {answer.mode === "regions" && values.length > 0 ? <li><i class="hatched" />{w.hidden(answer.display.below)}</li> : null}
        <li><i class="missing" />{w.missing}</li>
      </ul>
    </div>
  );
}

function said(region: Region | undefined): string {
  const states: Record<string, string> = words().states;
  if (!region) return words().map.notAsked;
  const figure = headFigure(region);
  return figure ? `${shown(figure)} (${interval(figure)})` : states[region.state] ?? region.state;
}
