// SPDX-License-Identifier: Apache-2.0
// Where the figures come from: what can be cited, checked and asked again.
import { useEffect, useState } from "preact/hooks";
import * as desk from "../desk/client";
import type { Question } from "../desk/types";
import { say } from "../live";
import { language } from "../settings";
import { moment, number, points, words } from "../text/words";
import { accounts, type Answer } from "./answer";
import { asCommand, asPython, asR } from "./copy";

function spread(values: (string | undefined)[]): string {
  return [...new Set(values.filter(Boolean))].sort().join(", ");
}

export function Provenance({ answer }: { answer: Answer }) {
  const w = words().provenance;
  const measures: Record<string, string> = words().measures;
  const answered = answer.regions.filter((one) => one.snapshot_date);
  const systems = [...new Set(answered.flatMap((one) => Object.keys(one.terms ?? {})))].sort();
  const tested = spread(answered.map((one) => (one.tested_share_percent === undefined ? undefined : String(one.tested_share_percent))));
  const { pay, low } = accounts(answer);
  return (
    <section class="card" aria-label={w.title}>
      <h2>{w.title}</h2>
      <dl class="facts">
        <dt>{w.signatures}</dt><dd>{answer.signatures_verified ? w.verified(answer.regions_answered) : w.notVerified}</dd>
        <dt>{w.question}</dt><dd>{answer.question ? <code>{answer.question}</code> : w.everybody}</dd>
        <dt>{w.measure}</dt><dd>{measures[answer.measure] ?? answer.measure}, {answer.mode === "sum" ? w.sum : w.regions}{answer.blind ? `, ${w.blind}` : ""}</dd>
        <dt>{w.asked}</dt><dd>{moment(answer.asked)}</dd>
        <dt>{w.sigma}</dt><dd>{w.noise(number(answer.sigma))}</dd>
        <dt>{w.threshold}</dt><dd>{w.below(answer.display.below, answer.display.base)}</dd>
        <dt>{w.price}</dt><dd>{points(answer.price_nrho)}{answer.charged ? "" : ` – ${w.free}`}</dd>
        <dt>{w.data}</dt><dd>{spread(answered.map((one) => one.snapshot_date)) || "–"}</dd>
        <dt>{w.assembly}</dt><dd>{spread(answered.map((one) => one.assembly)) || "–"}</dd>
        {pay === 0 ? null : (
          <><dt>{w.accounts}</dt>
            <dd>{low.length === 0 ? w.everybodyPaid(pay, answer.regions_asked) : <><strong>{w.tooLow(low.length, pay, answer.regions_asked)}</strong> {low.join(", ")}.</>}</dd></>
        )}
        {tested === "" ? null : <><dt>{w.tested}</dt><dd>{w.testedAt(tested)}</dd></>}
        {systems.map((system) => [
          <dt key={system}>{w.release(system)}</dt>,
          <dd key={`${system} release`}>{spread(answered.map((one) => one.terms?.[system]))}</dd>,
        ])}
        {(answer.codes ?? []).filter((one) => one.label).map((one) => [
          <dt key={one.asked}><code>{one.asked}</code></dt>, <dd key={`${one.asked} label`}>{one.label}</dd>,
        ])}
        <dt>{w.id}</dt><dd><code>{answer.id}</code></dd>
      </dl>
      <Take answer={answer} />
    </section>
  );
}

function Take({ answer }: { answer: Answer }) {
  const w = words().provenance;
  const [question, setQuestion] = useState<Question | null>(null);
  useEffect(() => {
    desk.history().then(({ questions }) => setQuestion(questions.find((one) => one.id === answer.id)?.question ?? null))
      .catch(() => {}); // without it the answer itself is still whole; the copies are then not offered
  }, [answer.id]);
  return (
    <>
      <div class="row no-print">
        <a class="button" href={desk.answerAddress(answer.id, "csv", language.value)} download={`rikstal-${answer.id.slice(0, 8)}.csv`}>{w.csv}</a>
        <a class="button" href={desk.answerAddress(answer.id, "xlsx", language.value)} download={`rikstal-${answer.id.slice(0, 8)}.xlsx`}>{w.xlsx}</a>
        <a class="button" href={desk.answerAddress(answer.id, "json", language.value)} download={`rikstal-${answer.id.slice(0, 8)}.json`}>{w.json}</a>
        <a class="button" href={desk.receiptAddress(answer.id)} download={`receipt-${answer.id.slice(0, 8)}.json`}>{w.receipt}</a>
        <button type="button" onClick={() => print()}>{w.print}</button>
      </div>
      {question ? (
        <div class="no-print">
          <Copy name={w.command} text={asCommand(question)} />
          <Copy name="Python" text={asPython(question, location.origin)} />
          <Copy name="R" text={asR(question, location.origin)} />
        </div>
      ) : null}
    </>
  );
}

function Copy({ name, text }: { name: string; text: string }) {
  const w = words().provenance;
  return (
    <details>
      <summary>{w.as(name)}</summary>
      <pre class="copied" tabIndex={0} role="region" aria-label={w.as(name)}>{text}</pre>
      <button type="button" class="small" onClick={() => {
        navigator.clipboard.writeText(text).then(() => say(w.copied), () => say(w.notCopied));
      }}>{w.copy}</button>
    </details>
  );
}
