// SPDX-License-Identifier: Apache-2.0
// A question that was asked: its run while it is open, then its answer.
import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../answer/answer";
import { done, follow } from "../answer/follow";
import { headline, Result } from "../answer/result";
import { Run } from "../answer/run";
import { take } from "../build/draft";
import * as desk from "../desk/client";
import type { State } from "../desk/types";
import { say } from "../live";
import { asProblem, ProblemNote } from "../problem";
import { go, hrefOf, route } from "../route";
import { words } from "../text/words";
import "../style/answer.css";

const PARTIAL_MS = 1500;

export function QuestionScreen() {
  return <One key={route.value.rest} id={route.value.rest} />;
}

function One({ id }: { id: string }) {
  const w = words().run;
  const [state, setState] = useState<State | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failed, setFailed] = useState<desk.DeskProblem | null>(null);
  useEffect(() => {
    let partialAt = 0;
    let gone = false;
    const fetchAnswer = (last: boolean) =>
      desk.answer<Answer>(id).then((got) => {
        if (gone) return;
        if (last || got.mode === "regions") setAnswer(got);
        if (last) say(headline(got));
      }).catch((error: unknown) => {
        if (last && !gone) setFailed(asProblem(error)); // before the end "not yet" is no failure
      });
    const stop = follow(id, (now) => {
      setState(now);
      if (now.problem) setFailed(new desk.DeskProblem(now.problem));
      if (done(now)) {
        if (now.state !== "failed") void fetchAnswer(true);
        return;
      }
      say(words().run.progress(now.answered, now.asked, now.waiting));
      if (now.answered > 0 && Date.now() - partialAt > PARTIAL_MS) {
        partialAt = Date.now();
        void fetchAnswer(false);
      }
    }, (error) => setFailed(asProblem(error)));
    return () => {
      gone = true;
      stop();
    };
  }, [id]);
  const running = state !== null && !done(state);
  return (
    <>
      <h1>{running || !answer ? w.heading : words().answer.title}</h1>
      <Buttons id={id} running={running} withdrawn={setState} failed={setFailed} />
      {failed ? <ProblemNote problem={failed} /> : null}
      {state?.state === "withdrawn" ? <div class="note warn"><p>{w.withdrawn}</p></div> : null}
      {running && answer?.total ? <p class="note">{w.soFar(headline(answer))}</p> : null}
      {!running && answer ? <Result answer={answer} /> : null}
      {state && (running || !answer) ? <Run state={state} /> : null}
    </>
  );
}

function Buttons({ id, running, withdrawn, failed }: {
  id: string;
  running: boolean;
  withdrawn(state: State): void;
  failed(problem: desk.DeskProblem): void;
}) {
  const w = words().run;
  const change = async () => {
    try {
      const { questions } = await desk.history();
      const question = questions.find((one) => one.id === id)?.question;
      if (question) take(question);
      go("build");
    } catch (error) {
      failed(asProblem(error));
    }
  };
  const cancel = () => {
    desk.withdraw(id).then(withdrawn, (error: unknown) => failed(asProblem(error)));
  };
  return (
    <div class="row no-print above">
      {running ? <button type="button" onClick={cancel}>{w.cancel}</button> : null}
      <button type="button" onClick={() => void change()}>{w.change}</button>
      <a class="button" href={hrefOf("build")}>{w.another}</a>
    </div>
  );
}
