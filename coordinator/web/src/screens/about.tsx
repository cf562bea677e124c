// SPDX-License-Identifier: Apache-2.0
import { words } from "../text/words";

export function AboutScreen() {
  const w = words().about;
  return (
    <>
      <h1>{w.title}</h1>
      <p>{w.lead}</p>
      <section class="card">
        <h2>{w.readTitle}</h2>
        <dl class="facts">
          {w.read.map(([term, meaning]) => [<dt key={term}>{term}</dt>, <dd key={meaning}>{meaning}</dd>])}
        </dl>
      </section>
      <section class="card">
        <h2>{w.privacyTitle}</h2>
        <p>{w.privacy}</p>
      </section>
      <section class="card">
        <h2>{w.outsideTitle}</h2>
        <p>{w.outside}</p>
      </section>
      <section class="card">
        <h2>{w.creditsTitle}</h2>
        <p>{w.credits}</p>
      </section>
    </>
  );
}
