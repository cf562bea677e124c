// SPDX-License-Identifier: Apache-2.0
// The frame of a drawing, with buttons that give it out as SVG or PNG: as it is shown, with a line that
// says what its figures rest on. Nothing is sent anywhere: the file is made here.
import { type ComponentChildren, createContext } from "preact";
import { useContext, useRef } from "preact/hooks";
import { cry, say } from "../live";
import { words } from "../text/words";

// The line below a drawing that is given out, and what its file is called.
export const Foot = createContext({ line: "", file: "rikstal" });

const kept = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight",
  "text-anchor", "paint-order", "visibility"];
const margin = 8;
const footHigh = 26;
const pngScale = 3;

// What the page's style says becomes attributes, since the file has no style sheet.
function settle(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of kept) {
    const value = style.getPropertyValue(name);
    if (value !== "") to.setAttribute(name, value);
  }
  to.removeAttribute("class");
  [...from.children].forEach((child, at) => {
    const copy = to.children[at];
    if (copy) settle(child, copy);
  });
}

interface Picture {
  text: string;
  width: number;
  height: number;
}

export function pictureOf(svg: SVGSVGElement, title: string, line: string): Picture {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const space = svg.namespaceURI; // the serializer writes it
  settle(svg, copy);
  const box = (svg.getAttribute("viewBox") ?? "0 0 640 400").split(/\s+/).map(Number);
  const [x = 0, y = 0, wide = 640, high = 400] = box;
  const scale = wide / 640; // texts are as large as in a drawing that is 640 wide
  const width = wide + 2 * margin * scale;
  const height = high + (2 * margin + 2 * footHigh) * scale;
  const ground = document.createElementNS(space, "rect");
  const at = { x: x - margin * scale, y: y - (margin + footHigh) * scale, width, height, fill: getComputedStyle(document.body).backgroundColor };
  Object.entries(at).forEach(([name, value]) => ground.setAttribute(name, String(value)));
  copy.prepend(ground);
  for (const [text, from, size] of [[title, y - 10 * scale, 15], [line, y + high + (footHigh - 8) * scale, 10]] as const) {
    const element = document.createElementNS(space, "text");
    const color = getComputedStyle(document.body).color;
    const says = { x, y: from, fill: color, "font-size": size * scale, "font-family": "sans-serif" };
    Object.entries(says).forEach(([name, value]) => element.setAttribute(name, String(value)));
    element.textContent = text;
    copy.append(element);
  }
  copy.setAttribute("viewBox", `${at.x} ${at.y} ${width} ${height}`);
  copy.setAttribute("width", String(Math.round(width / scale)));
  copy.setAttribute("height", String(Math.round(height / scale)));
  return { text: new XMLSerializer().serializeToString(copy), width: width / scale, height: height / scale };
}

function give(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

async function painted({ text, width, height }: Picture): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * pngScale);
  canvas.height = Math.round(height * pngScale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"));
}

export function Drawing({ title, part, children }: { title: string; part?: string; children: ComponentChildren }) {
  const w = words().answer;
  const foot = useContext(Foot);
  const place = useRef<HTMLElement>(null);
  const take = async (form: "svg" | "png") => {
    const svg = place.current?.querySelector("svg");
    if (!svg) return;
    const picture = pictureOf(svg, title, foot.line);
    const name = `${foot.file}${part ? `-${part}` : ""}.${form}`;
    try {
      give(form === "svg" ? new Blob([picture.text], { type: "image/svg+xml" }) : await painted(picture), name);
      say(w.pictureTaken);
    } catch {
      cry(w.pictureFailed);
    }
  };
  return (
    <figure class="chart" ref={place}>
      {children}
      <figcaption class="picture no-print">
        <span class="hint">{w.picture}</span>
        {(["svg", "png"] as const).map((form) => (
          <button key={form} type="button" class="small bare" aria-label={w.pictureOf(title, form.toUpperCase())}
            onClick={() => void take(form)}>{form.toUpperCase()}</button>
        ))}
      </figcaption>
    </figure>
  );
}
