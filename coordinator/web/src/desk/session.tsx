// SPDX-License-Identifier: Apache-2.0
// The session of a desk of many: log-out, and a warning before a session without use ends (EN 301 549,
// WCAG 2.2.1). Each answer of such a desk says in a header how long there is; a desk of one person
// sends none, and then nothing of this is shown.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { cry } from "../live";
import { words } from "../text/words";
import { leave, me, onAnswer } from "./client";

const warnMs = 120_000;
const lookMs = 1000;

// When it ends without use, and in any case; in milliseconds of the page's clock.
export interface Session {
  idleAt: number;
  leftAt: number;
}

const session = signal<Session | undefined>(undefined);
const leftMs = signal<number | undefined>(undefined);

// "idle=1800 left=43195", in seconds.
export function sessionOf(header: string | null, now: number): Session | undefined {
  const found = /^idle=(\d+) left=(\d+)$/.exec(header ?? "");
  return found ? { idleAt: now + Number(found[1]) * 1000, leftAt: now + Number(found[2]) * 1000 } : undefined;
}

// How long there is; whether a use makes it longer.
export function remaining(one: Session, now: number): { ms: number; longer: boolean } {
  return { ms: Math.max(0, Math.min(one.idleAt, one.leftAt) - now), longer: one.idleAt < one.leftAt };
}

onAnswer((response) => {
  const found = sessionOf(response.headers.get("X-Rikstal-Session"), performance.now());
  if (found) session.value = found;
  else if (response.status === 401 && session.value) location.assign("/");
});

function look(): void {
  const one = session.value;
  if (!one) return;
  const { ms } = remaining(one, performance.now());
  const warned = leftMs.value !== undefined;
  leftMs.value = ms < warnMs ? ms : undefined;
  if (ms === 0) location.assign("/");
  else if (ms < warnMs && !warned) cry(words().session.soon);
}

export function SessionEnd() {
  const w = words().session;
  useEffect(() => {
    const timer = setInterval(look, lookMs);
    return () => clearInterval(timer);
  }, []);
  if (!session.value) return null;
  return (
    <button type="button" onClick={() => void leave().then(() => location.assign("/login/left"))}>{w.leave}</button>
  );
}

export function SessionWarning() {
  const w = words().session;
  const ms = leftMs.value;
  if (ms === undefined || !session.value) return null;
  const longer = remaining(session.value, performance.now()).longer;
  return (
    <section class="note warn" id="session" aria-label={w.label}>
      <p>{w.soon} {w.seconds(Math.ceil(ms / 1000))}</p>
      {longer
        ? <p><button type="button" class="main" onClick={() => void me().then(() => void (leftMs.value = undefined))}>{w.stay}</button></p>
        : <p>{w.end}</p>}
    </section>
  );
}
