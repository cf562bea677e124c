// SPDX-License-Identifier: Apache-2.0
// What a screen reader hears of what changes: one polite region, at most one message in two seconds,
// and one for errors that interrupts.
import { signal } from "@preact/signals";

const said = signal("");
const cried = signal("");
let waiting = "";
let timer = 0;

export function say(message: string): void {
  waiting = message;
  if (timer === 0) {
    said.value = waiting;
    timer = window.setTimeout(() => {
      timer = 0;
      if (waiting !== said.value) say(waiting);
    }, 2000);
  }
}

export function cry(message: string): void {
  cried.value = message;
}

export function LiveRegions() {
  return (
    <>
      <div class="unseen" role="status" aria-live="polite">{said.value}</div>
      <div class="unseen" role="alert">{cried.value}</div>
    </>
  );
}
