// SPDX-License-Identifier: Apache-2.0
// The board of the network: which regions are there, how old their data are, and what each delivers, so
// that a reader knows where a missing record is a no.
import { useEffect, useState } from "preact/hooks";
import { StateMark } from "../answer/run";
import * as desk from "../desk/client";
import { asProblem, ProblemNote } from "../problem";
import { day, moment, number, words } from "../text/words";
import "../style/mine.css";

interface Node {
  node: string;
  name: string;
  state: string;
  since?: string;
  software?: string;
  snapshot_date?: string;
  terms: Record<string, string>;
  delivers?: { kind: string; system: string; since?: string }[];
  assays?: { name: string; assembly: string; whole_genome: boolean }[];
  sizes?: { persons: number };
}

export function NetworkScreen() {
  const w = words().network;
  const [nodes, setNodes] = useState<Node[] | null>(null);
  const [failed, setFailed] = useState<desk.DeskProblem | null>(null);
  const load = () => {
    desk.nodes<{ nodes: Node[] }>().then((board) => {
      setNodes(board.nodes);
      setFailed(null);
    }, (error: unknown) => setFailed(asProblem(error)));
  };
  useEffect(load, []);
  const connected = nodes?.filter((one) => one.state === "connected").length ?? 0;
  return (
    <>
      <h1>{w.title}</h1>
      {failed ? <ProblemNote problem={failed} /> : null}
      {nodes ? <p>{w.connected(connected, nodes.length)}</p> : failed ? null : <p class="hint">{w.loading}</p>}
      <div class="row above"><button type="button" onClick={load}>{w.again}</button></div>
      {nodes ? (
        <section class="card" aria-label={w.board}>
          <h2>{w.board}</h2>
          <div class="wide" tabIndex={0} role="region" aria-label={w.board}>
            <table>
              <caption class="unseen">{w.board}</caption>
              <thead>
                <tr>
                  <th scope="col">{words().run.region}</th><th scope="col">{words().run.state}</th><th scope="col">{w.since}</th>
                  <th scope="col">{w.data}</th><th scope="col" class="number">{w.size}</th><th scope="col">{w.software}</th>
                </tr>
              </thead>
              <tbody>
                {nodes.map((one) => (
                  <tr key={one.node}>
                    <th scope="row">{one.name}</th><td><StateMark state={one.state} /></td><td>{moment(one.since)}</td>
                    <td>{day(one.snapshot_date)}</td><td class="number">{one.sizes ? w.atMost(number(one.sizes.persons)) : ""}</td>
                    <td>{one.software ?? ""}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      ) : null}
      {nodes ? <Deliveries nodes={nodes} /> : null}
    </>
  );
}

function Deliveries({ nodes }: { nodes: Node[] }) {
  const w = words().network;
  const kinds: Record<string, string> = w.kinds;
  return (
    <section class="card" aria-label={w.delivers}>
      <h2>{w.delivers}</h2>
      <p class="hint">{w.deliversHint}</p>
      {nodes.map((one) => (
        <details key={one.node}>
          <summary>{one.name}</summary>
          <dl class="facts">
            <dt>{w.inFull}</dt>
            <dd>{one.delivers?.length
              ? one.delivers.map((each) => `${kinds[each.kind] ?? each.kind} (${each.system})${each.since ? ` ${w.from} ${each.since}` : ""}`).join(", ")
              : w.nothing}</dd>
            <dt>{w.assays}</dt>
            <dd>{one.assays?.length
              ? one.assays.map((each) => `${each.name}, ${each.assembly}${each.whole_genome ? `, ${w.whole}` : ""}`).join("; ") : w.nothing}</dd>
            <dt>{w.terms}</dt>
            <dd>{Object.entries(one.terms).map(([system, release]) => `${system} ${release}`).join(", ") || w.nothing}</dd>
          </dl>
        </details>
      ))}
    </section>
  );
}
