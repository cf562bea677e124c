// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { App } from "./app";
import { followDraft } from "./build/draft";
import { followAddress } from "./route";
import { followSettings } from "./settings";
import "./style/page.css";

followSettings();
followAddress();
followDraft();
const place = document.getElementById("page");
if (place) render(<App />, place);
