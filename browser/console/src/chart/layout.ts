import { graphlib, layout as arrange } from "@dagrejs/dagre";
import { curveBasis, line as curve } from "d3-shape";
import type { Manifest } from "interlock-policy";
import { type Arc, type Line, type Machine, type Place } from "./machine.ts";
import { type Font, widthOf, wrap } from "./text.ts";

/** Where something is; from its upper left corner, in pixels of the chart. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An action where it is written. */
export interface Label extends Box {
  readonly arc: Arc;
  readonly lines: readonly string[];
}

/** A state where it is drawn. */
export interface DrawnPlace extends Box {
  readonly place: Place;
  readonly title: string;
  /** Actions that leave it as it is, inside it. */
  readonly stays: readonly Label[];
}

/** A line where it is drawn. */
export interface DrawnLine {
  readonly line: Line;
  /** The curve, in SVG's language of paths. */
  readonly path: string;
  /** Where it ends, and its direction there, in degrees. */
  readonly tip: { readonly x: number; readonly y: number; readonly angle: number };
  readonly labels: readonly Label[];
}

/** A chart with everything in its place. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** From top to bottom, then from left to right. */
  readonly places: readonly DrawnPlace[];
  readonly lines: readonly DrawnLine[];
}

/** How titles of states are set. */
export const TITLE: Font = { size: 14, weight: 600, style: "normal" };
/** How high a line of an action's label is. */
export const LINE = 15;
/** Space above the title of a state, with the title. */
export const HEAD = 30;

const MARGIN = 12;
const LABEL_WIDTH = 118;
const LABEL_PADDING = 7;
const STAYS_WIDTH = 230;
const GAP = 3;

/** How the name of an action is set. */
export function labelFont({ isEvent }: Arc): Font {
  return { size: 12, weight: 400, style: isEvent ? "italic" : "normal" };
}

/** Lays a machine out from top to bottom. */
export function layOut(manifest: Manifest, kind: number, machine: Machine): Layout {
  const labels = machine.lines.map(({ arcs }) => column(manifest, arcs));
  const places = machine.places.map((place) => sized(manifest, kind, place));
  const below = new Set<string>();
  let graph = arranged(machine, places, labels, below);
  const end = graph.hasNode("end") ? graph.node("end").y : undefined;
  if (end !== undefined) {
    // Lines to the end would run behind what stands beside it.
    for (const { id } of machine.places) if (id !== "end" && graph.node(id).y >= end - 1) below.add(id);
    if (below.size > 0) graph = arranged(machine, places, labels, below);
  }
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    places: places
      .map((box) => moved(box, graph.node(box.place.id)))
      .sort((one, other) => one.y + one.height / 2 - (other.y + other.height / 2) || one.x - other.x),
    lines: machine.lines.map((line, place) => drawn(line, labels[place] ?? [], graph.edge(line.from, line.to))),
  };
}

type Point = { x: number; y: number };
type Graph = graphlib.Graph<
  { width?: number; height?: number },
  { x: number; y: number; width: number; height: number },
  { x: number; y: number; width: number; height: number; points: Point[] }
>;

function arranged(
  machine: Machine,
  places: readonly DrawnPlace[],
  labels: readonly (readonly Label[])[],
  aboveEnd: ReadonlySet<string>,
): Graph {
  const graph = new graphlib.Graph() as Graph;
  graph.setGraph({ nodesep: 18, edgesep: 12, ranksep: 26, marginx: MARGIN, marginy: MARGIN } as object);
  for (const { place, width, height } of places) graph.setNode(place.id, { width, height, x: 0, y: 0 });
  machine.lines.forEach(({ from, to }, index) => {
    const { width, height } = extent(labels[index] ?? []);
    graph.setEdge(from, to, { width, height, labelpos: "c", points: [], x: 0, y: 0 } as never);
  });
  for (const id of aboveEnd) {
    if (!graph.hasEdge(id, "end")) graph.setEdge(id, "end", { width: 0, height: 0, weight: 0, points: [] } as never);
  }
  arrange(graph as never);
  return graph;
}

/** Labels of a line, one below the other, centred. */
function column(manifest: Manifest, arcs: readonly Arc[]): Label[] {
  let y = 0;
  const labels = arcs.map((arc) => {
    const label = { ...labelled(manifest, arc, LABEL_WIDTH), y };
    y += label.height + GAP;
    return label;
  });
  const { width } = extent(labels);
  return labels.map((label) => ({ ...label, x: (width - label.width) / 2 }));
}

function labelled(manifest: Manifest, arc: Arc, width: number): Label {
  const font = labelFont(arc);
  const lines = wrap(manifest.actions[arc.action]?.title ?? "", font, width);
  const widest = Math.max(...lines.map((text) => widthOf(text, font)));
  return { arc, lines, x: 0, y: 0, width: Math.ceil(widest) + 2 * LABEL_PADDING, height: lines.length * LINE + 5 };
}

/** A state with the actions inside it, those in rows. */
function sized(manifest: Manifest, kind: number, place: Place): DrawnPlace {
  const title = manifest.kinds[kind]?.states[place.state]?.title ?? "";
  const rows: Label[][] = [];
  let right = Infinity;
  for (const arc of place.stays) {
    const label = labelled(manifest, arc, STAYS_WIDTH);
    if (right + label.width > STAYS_WIDTH) {
      rows.push([]);
      right = 0;
    }
    rows.at(-1)?.push({ ...label, x: right });
    right += label.width + GAP;
  }
  const mark = place.role === "state" ? 0 : 18;
  const width = Math.max(widthOf(title, TITLE) + mark + 28, ...rows.map((row) => extent(row).width + 12));
  let y = HEAD;
  const stays = rows.flatMap((row) => {
    const { width: taken, height } = extent(row);
    const placed = row.map((label) => ({ ...label, x: label.x + (width - taken) / 2, y }));
    y += height;
    return placed;
  });
  return { place, title, stays, x: 0, y: 0, width: Math.ceil(width), height: y + (stays.length > 0 ? 5 : 2) };
}

function moved(box: DrawnPlace, { x, y }: Point): DrawnPlace {
  const left = x - box.width / 2;
  const top = y - box.height / 2;
  const stays = box.stays.map((label) => ({ ...label, x: label.x + left, y: label.y + top }));
  return { ...box, x: left, y: top, stays };
}

function drawn(line: Line, labels: readonly Label[], edge: { x: number; y: number; points: Point[] }): DrawnLine {
  const { width, height } = extent(labels);
  const [before, last] = edge.points.slice(-2);
  const angle = before && last ? (Math.atan2(last.y - before.y, last.x - before.x) * 180) / Math.PI : 0;
  return {
    line,
    path:
      curve<Point>(
        ({ x }) => x,
        ({ y }) => y,
      ).curve(curveBasis)(edge.points) ?? "",
    tip: { x: last?.x ?? 0, y: last?.y ?? 0, angle },
    labels: labels.map((label) => ({ ...label, x: label.x + edge.x - width / 2, y: label.y + edge.y - height / 2 })),
  };
}

function extent(boxes: readonly Box[]): { width: number; height: number } {
  return {
    width: Math.max(0, ...boxes.map(({ x, width }) => x + width)),
    height: Math.max(0, ...boxes.map(({ y, height }) => y + height)),
  };
}
