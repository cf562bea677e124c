// SPDX-License-Identifier: Apache-2.0
// A screen whose code is fetched when it is first shown, from where the page came from, and then kept.
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { words } from "./text/words";

export function later(load: () => Promise<FunctionComponent>): FunctionComponent {
  let kept: FunctionComponent | null = null;
  return function Later() {
    const [Shown, setShown] = useState<FunctionComponent | null>(() => kept);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (kept) return;
      load().then((loaded) => {
        kept = loaded;
        setShown(() => loaded);
      }, () => setFailed(true));
    }, []);
    if (failed) return <p class="note bad" role="alert">{words().problems.unreachable}</p>;
    return Shown ? <Shown /> : null;
  };
}
