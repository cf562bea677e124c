// SPDX-License-Identifier: Apache-2.0
// The shell: skip link, header with the screens and the two choices, the screen, footer, live regions.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { SessionEnd, SessionWarning } from "./desk/session";
import { later } from "./later";
import { LiveRegions } from "./live";
import { hrefOf, route, type Screen } from "./route";
import { AboutScreen } from "./screens/about";
import { AccessibilityScreen } from "./screens/accessibility";
import { BuildScreen } from "./screens/build";
import { MineScreen } from "./screens/mine";
import { NetworkScreen } from "./screens/network";
import { type Language, language, theme, type Theme } from "./settings";
import { words } from "./text/words";

const QuestionScreen = later(() => import("./screens/question").then((one) => one.QuestionScreen)); // drawings are large
const VariantScreen = later(() => import("./screens/variant").then((one) => one.VariantScreen));
const inNavigation: Screen[] = ["build", "variant", "mine", "network", "about"];

export function App() {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const { screen } = route.value;
  const title = words().screens[screen];
  useEffect(() => {
    document.title = `${title} – rikstal`;
    if (!first.current) {
      main.current?.focus(); // whoever changes screen starts at its top
      scrollTo(0, 0);
    }
    first.current = false;
  }, [screen, route.value.rest]);
  useEffect(() => effect(() => void (document.title = `${words().screens[route.value.screen]} – rikstal`)), []);
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault(); // the address names the screen; the link moves the focus alone
        main.current?.focus();
      }}>{words().skip}</a>
      <Header current={screen} />
      <main id="content" tabIndex={-1} ref={main} aria-label={title}>
        <SessionWarning />
        <ScreenOf screen={screen} />
      </main>
      <footer class="foot">
        <div class="foot-inside">
          <span>{words().foot}</span>
          <a href={hrefOf("accessibility")}>{words().screens.accessibility}</a>
        </div>
      </footer>
      <LiveRegions />
    </>
  );
}

function ScreenOf({ screen }: { screen: Screen }) {
  switch (screen) {
    case "about":
      return <AboutScreen />;
    case "accessibility":
      return <AccessibilityScreen />;
    case "mine":
      return <MineScreen />;
    case "network":
      return <NetworkScreen />;
    case "question":
      return <QuestionScreen />;
    case "variant":
      return <VariantScreen />;
    default:
      return <BuildScreen />;
  }
}

function Header({ current }: { current: Screen }) {
  return (
    <header class="top">
      <div class="top-inside">
        <a class="brand" href={hrefOf("build")}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="11" fill="var(--brand)" />
            <path d="M6 16V11M10 16V7M14 16V10M18 16V5" stroke="var(--on-brand)" stroke-width="2.4" stroke-linecap="round" />
          </svg>
          rikstal
        </a>
        <nav aria-label={words().navigation}>
          <ul>
            {inNavigation.map((screen) => (
              <li key={screen}>
                <a href={hrefOf(screen)} aria-current={screen === current ? "page" : undefined}>{words().screens[screen]}</a>
              </li>
            ))}
          </ul>
        </nav>
        <Choices />
      </div>
    </header>
  );
}

function Choices() {
  const w = words();
  return (
    <div class="choices">
      <select aria-label={w.theme.label} value={theme.value}
        onChange={(event) => void (theme.value = event.currentTarget.value as Theme)}>
        {(["auto", "light", "dark"] as const).map((one) => <option key={one} value={one}>{w.theme[one]}</option>)}
      </select>
      <button type="button" lang={w.otherLanguage.code}
        onClick={() => void (language.value = w.otherLanguage.code as Language)}>{w.otherLanguage.name}</button>
      <SessionEnd />
    </div>
  );
}
