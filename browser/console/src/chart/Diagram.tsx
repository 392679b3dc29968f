import { normalizeProps, useMachine } from "@zag-js/preact";
import * as tree from "@zag-js/tree-view";
import type { Manifest } from "interlock-policy";
import type { SVGAttributes } from "preact";
import { useId, useMemo } from "preact/hooks";
import { type Mark, MARKS } from "../components/Verdict.tsx";
import { choose } from "../link/link.ts";
import { cellName, type Focus } from "./focus.ts";
import { type DrawnLine, type DrawnPlace, type Label, labelFont, type Layout, LINE, TITLE } from "./layout.ts";
import { type Arc, arcId } from "./machine.ts";

/** What the diagram shows. */
export interface DiagramProps {
  manifest: Manifest;
  kind: number;
  layout: Layout;
  focus: Focus;
  /** Answers by arc; none: nothing is said that they could follow from. */
  marks: ReadonlyMap<string, Mark> | undefined;
  /** Id of the text that tells the keys. */
  help: string;
}

/** A state, or an action that leaves it, as the keyboard and screen readers meet it. */
interface Item {
  value: string;
  name: string;
  children?: Item[];
}

/**
 * The chart, as the inside of an SVG. To the keyboard and to screen readers it is a tree: states from top to bottom, and in
 * each the actions that leave it, then those that do not.
 */
export function Diagram({ manifest, kind, layout, focus, marks, help }: DiagramProps) {
  const { collection, leaving } = useMemo(() => collect(manifest, kind, layout), [manifest, kind, layout]);
  const selected = layout.places.filter(({ place }) => place.state === focus.state).map(({ place }) => place.id);
  const service = useMachine(tree.machine, {
    id: useId(),
    collection,
    expandedValue: layout.places.map(({ place }) => place.id),
    selectedValue: [...selected.slice(0, 1), ...focus.cell],
    expandOnClick: false,
    onSelectionChange: ({ selectedValue }) => select(selectedValue.at(-1)),
  });
  const api = tree.connect(service, normalizeProps);
  const select = (value: string | undefined) => {
    const place = layout.places.find((one) => one.place.id === value)?.place;
    const arc = allArcs(layout).find((one) => arcId(one) === value);
    if (place) choose({ state: manifest.kinds[kind]?.states[place.state]?.name ?? null, cell: null });
    if (arc) choose({ cell: cellName(manifest, kind, arc), state: null });
  };
  const standing = (isNear: boolean, isOnPath: boolean) =>
    `${isNear ? " near" : ""}${isOnPath ? " on-path" : ""}${focus.isAny && !isNear && !isOnPath ? " back" : ""}`;
  const arcClass = (arc: Arc) => {
    const id = arcId(arc);
    const mark = marks?.get(id);
    return `${arc.isEvent ? "event" : "operation"}${mark ? ` mark-${mark}` : ""}${standing(focus.near.has(id), focus.path.has(id))}`;
  };
  const labelOf = (label: Label, at: { place: number; index: number; of: number }, inside: boolean) => {
    const { arc } = label;
    const node = leaving[at.place]?.children?.[at.index];
    if (!node) return null;
    const item = svgProps(api.getItemProps({ node, indexPath: [at.place, at.index] }));
    const mark = marks?.get(arcId(arc));
    return (
      <g
        {...item}
        key={node.value}
        class={`label ${inside ? "inside " : ""}${focus.cell.has(node.value) ? "chosen " : ""}${arcClass(arc)}`}
        aria-label={`${node.name}${mark ? `: ${MARKS[mark].word}` : ""}`}
        aria-posinset={at.index + 1}
        aria-setsize={at.of}
      >
        <title>{manifest.actions[arc.action]?.meaning}</title>
        <Text label={label} mark={mark} />
      </g>
    );
  };
  return (
    <g
      {...svgProps(api.getTreeProps())}
      aria-label={`Chart of ${manifest.kinds[kind]?.title}`}
      aria-labelledby={undefined}
      aria-describedby={help}
    >
      <g aria-hidden="true">
        {inFront(layout.lines, focus).map((line) => (
          <Curve key={`${line.line.from} ${line.line.to}`} line={line} classOf={arcClass} onChoose={select} />
        ))}
      </g>
      {layout.places.map((drawn, place) => {
        const { id, state, role } = drawn.place;
        const node = leaving[place];
        if (!node) return null;
        const given = { node, indexPath: [place] };
        const props = svgProps(node.children ? api.getBranchControlProps(given) : api.getItemProps(given));
        const isNear = focus.state === state || isEndOf(drawn, focus.near, layout);
        const isOnPath = isEndOf(drawn, focus.path, layout);
        const children = node.children?.length ?? 0;
        const out = children - drawn.stays.length;
        return (
          <g key={id} role="presentation">
            <g
              {...props}
              class={`place ${role}${focus.state === state ? " chosen" : ""}${standing(isNear, isOnPath)}`}
              role="treeitem"
              aria-label={node.name}
              aria-level={1}
              aria-selected={focus.state === state}
              aria-expanded={children > 0 ? true : undefined}
              aria-posinset={place + 1}
              aria-setsize={layout.places.length}
            >
              <title>{manifest.kinds[kind]?.states[state]?.meaning}</title>
              <State drawn={drawn} />
            </g>
            {labelsFrom(layout, drawn).map((label, index) => labelOf(label, { place, index, of: children }, false))}
            {drawn.stays.map((label, index) => labelOf(label, { place, index: out + index, of: children }, true))}
          </g>
        );
      })}
    </g>
  );
}

/** Properties of an HTML element for one of SVG, whose attributes are case-sensitive. */
function svgProps(given: object): SVGAttributes<SVGGElement> {
  const { tabIndex, ...props } = given as { tabIndex?: number };
  return { ...props, tabindex: tabIndex };
}

function Curve(props: { line: DrawnLine; classOf: (arc: Arc) => string; onChoose: (value: string) => void }) {
  const { line, tip, path } = props.line;
  const of = line.arcs.map(props.classOf);
  const all = (name: string) => of.every((one) => one.split(" ").includes(name));
  const some = (name: string) => of.some((one) => one.split(" ").includes(name));
  const names = [
    all("event") ? "event" : "operation",
    ...["near", "on-path", "mark-allow"].filter(some),
    ...["back", "mark-deny"].filter(all),
  ];
  const first = line.arcs[0];
  return (
    <g class={`line ${names.join(" ")}`} onClick={() => first && props.onChoose(arcId(first))}>
      <path class="reach" d={path} />
      <path class="curve" d={path} />
      <path class="tip" d="M0,0 L-9,-4.5 L-9,4.5 Z" transform={`translate(${tip.x},${tip.y}) rotate(${tip.angle})`} />
    </g>
  );
}

function State({ drawn }: { drawn: DrawnPlace }) {
  const { place, title, x, y, width, height } = drawn;
  const mark = place.role === "state" ? 0 : 9;
  return (
    <>
      <rect class="box" x={x} y={y} width={width} height={height} rx={place.role === "state" ? 7 : 15} />
      {mark > 0 && <circle class="mark" cx={x + 18} cy={y + 16} r={5} />}
      {place.role === "end" && <circle class="mark-ring" cx={x + 18} cy={y + 16} r={8} />}
      <text x={x + width / 2 + mark} y={y + 21} font-size={TITLE.size} font-weight={TITLE.weight} text-anchor="middle">
        {title}
      </text>
    </>
  );
}

function Text({ label, mark }: { label: Label; mark: Mark | undefined }) {
  const { x, y, width, height, lines, arc } = label;
  const font = labelFont(arc);
  return (
    <>
      <rect class="box" x={x} y={y} width={width} height={height} rx={Math.min(10, height / 2)} />
      <text font-size={font.size} font-weight={font.weight} font-style={font.style} text-anchor="middle">
        {lines.map((text, row) => (
          <tspan key={row} x={x + width / 2} y={y + 14 + row * LINE}>
            <tspan class="words">{text}</tspan>
            {row < lines.length - 1 ? " " : ""}
          </tspan>
        ))}
      </text>
      {mark === "allow" && (
        <text class="mark-symbol" x={x + width - 1} y={y + 6} font-size={13} font-weight={700} text-anchor="middle">
          {MARKS.allow.symbol}
        </text>
      )}
    </>
  );
}

/** Lines that stand out come last, since what comes last is on top. */
function inFront(lines: readonly DrawnLine[], { near, path }: Focus): DrawnLine[] {
  const rank = ({ line }: DrawnLine) => Number(line.arcs.some((arc) => near.has(arcId(arc)) || path.has(arcId(arc))));
  return [...lines].sort((one, other) => rank(one) - rank(other));
}

function labelsFrom(layout: Layout, { place }: DrawnPlace): Label[] {
  return layout.lines.filter(({ line }) => line.from === place.id).flatMap(({ labels }) => labels);
}

function allArcs(layout: Layout): Arc[] {
  const moving = layout.lines.flatMap(({ line }) => line.arcs);
  return [...moving, ...layout.places.flatMap(({ place }) => place.stays)];
}

function isEndOf({ place }: DrawnPlace, arcs: ReadonlySet<string>, layout: Layout): boolean {
  return (
    place.stays.some((arc) => arcs.has(arcId(arc))) ||
    layout.lines.some(
      ({ line }) => (line.from === place.id || line.to === place.id) && line.arcs.some((arc) => arcs.has(arcId(arc))),
    )
  );
}

function collect(manifest: Manifest, kind: number, layout: Layout) {
  const title = (state: number) => manifest.kinds[kind]?.states[state]?.title ?? "";
  const leaving = layout.places.map((drawn): Item => {
    const { id, state, role, stays } = drawn.place;
    const arcs = [...labelsFrom(layout, drawn).map(({ arc }) => arc), ...stays];
    const entering = layout.lines.filter(({ line }) => line.to === id).flatMap(({ line }) => line.arcs).length;
    const counts = [
      entering > 0 && `${entering} in`,
      arcs.length > stays.length && `${arcs.length - stays.length} out`,
      stays.length > 0 && `${stays.length} that leave it as it is`,
    ].filter((text) => text !== false);
    const what = role === "state" ? "" : `, the ${role}`;
    return {
      value: id,
      name: `${title(state)}${what}${counts.length > 0 ? `: ${counts.join(", ")}` : ""}`,
      ...(arcs.length > 0 && {
        children: arcs.map((arc) => ({
          value: arcId(arc),
          name: `${manifest.actions[arc.action]?.title}, ${arc.isEvent ? "event" : "operation"}, ${
            arc.from === arc.to ? `stays ${title(arc.from)}` : `${title(arc.from)} to ${title(arc.to)}`
          }`,
        })),
      }),
    };
  });
  const rootNode: Item = { value: "", name: "", children: leaving };
  const collection = tree.collection<Item>({
    rootNode,
    nodeToValue: ({ value }) => value,
    nodeToString: ({ name }) => name,
  });
  return { collection, leaving };
}
