// SPDX-License-Identifier: Apache-2.0
import { words } from "../text/words";

export function AccessibilityScreen() {
  const w = words().about.access;
  return (
    <>
      <h1>{w.title}</h1>
      <p>{w.lead}</p>
      <section class="card">
        <h2>{w.stateTitle}</h2>
        <p>{w.state}</p>
      </section>
      <section class="card">
        <h2>{w.knownTitle}</h2>
        <ul>{w.known.map((one) => <li key={one}>{one}</li>)}</ul>
      </section>
      <section class="card">
        <h2>{w.reportTitle}</h2>
        <p>{w.report}</p>
      </section>
    </>
  );
}
