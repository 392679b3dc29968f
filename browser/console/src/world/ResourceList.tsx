import * as listbox from "@zag-js/listbox";
import { normalizeProps, useMachine } from "@zag-js/preact";
import type { Manifest, Observation } from "interlock-policy";
import { useCallback, useEffect, useId, useMemo, useRef } from "preact/hooks";
import { StateChip } from "../components/StateChip.tsx";
import { useVirtualRows } from "../components/useVirtualRows.ts";
import { kindTitle, stateTitle } from "../policies/titles.ts";
import { pathOf } from "../worlds/resources.ts";
import type { Group } from "./filter.ts";
import type { Surveyed } from "./survey.ts";

/** Height of a row in pixels, as the style has it. */
const ROW = 36;
/** Height of a kind's heading in pixels, as the style has it. */
const HEADING = 34;

type Row = { readonly heading: Group } | { readonly resource: Observation; readonly place: number };

/** The resources, grouped by kind. However many there are, only those that are seen are in the page. */
export function ResourceList(props: {
  manifest: Manifest;
  groups: readonly Group[];
  /** What they passed; with another one the list begins at its top. */
  filter: string;
  surveyed: Surveyed;
  target: { kind: string; id: string } | null;
  onChoose: (resource: Observation) => void;
}) {
  const { manifest, groups, surveyed, target } = props;
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const { rows, collection, rowOf } = useMemo(() => layOut(manifest, groups), [manifest, groups]);
  const sizeOf = useCallback((row: number) => (isHeading(rows[row]) ? HEADING : ROW), [rows]);
  const keyOf = useCallback((row: number) => keyOfRow(rows[row]), [rows]);
  const virtual = useVirtualRows({
    count: rows.length,
    element: () => scroll.current,
    covered: HEADING,
    sizeOf,
    keyOf,
  });
  const service = useMachine(listbox.machine as listbox.Machine<Observation>, {
    id,
    ids: { item: (value) => `${id}-${encodeURIComponent(value)}` },
    collection,
    value: target ? [pathOf(target)] : [],
    onSelect: ({ value }) => {
      const resource = collection.find(value);
      if (resource) props.onChoose(resource);
    },
    scrollToIndexFn: ({ index }) => {
      const row = rowOf[index];
      if (row !== undefined) virtual.scrollToIndex(row, { align: "auto" });
    },
  });
  const api = listbox.connect(service, normalizeProps);
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 });
  }, [props.filter]);
  const place = target ? rowOf[collection.indexOf(pathOf(target))] : undefined;
  useEffect(() => {
    if (place !== undefined) virtual.scrollToIndex(place, { align: "auto" });
  }, [place]);
  const drawn = virtual.getVirtualItems();
  const first = rows[virtual.range?.startIndex ?? 0];
  const top = isHeading(first) ? undefined : first && groups.find(({ kind }) => kind === first.resource.kind);
  return (
    <div {...api.getRootProps()} class="resource-list">
      <span {...api.getLabelProps()} class="hidden">
        Resources
      </span>
      {top && (
        <div class="resource-top" aria-hidden="true">
          <Heading manifest={manifest} group={top} />
        </div>
      )}
      <div {...api.getContentProps()} ref={scroll} class="resource-scroll" aria-busy={!surveyed.isDone}>
        <div role="presentation" class="resource-all" style={{ blockSize: `${virtual.getTotalSize()}px` }}>
          {drawn.map(({ index, key, start }) => {
            const row = rows[index];
            if (!row) return null;
            const style = { transform: `translateY(${start}px)` };
            if (isHeading(row)) {
              return (
                <div key={key} role="presentation" class="resource-heading" style={style}>
                  <Heading manifest={manifest} group={row.heading} />
                </div>
              );
            }
            const { resource, place } = row;
            const allowed = surveyed.of(resource)?.filter(({ verdict }) => verdict === "allow").length;
            return (
              <div
                {...api.getItemProps({ item: resource })}
                key={key}
                class="resource-row"
                style={style}
                aria-setsize={collection.size}
                aria-posinset={place + 1}
              >
                <span class="hidden">{kindTitle(manifest, resource.kind)}</span>
                <span class="resource-id mono">{resource.id}</span>
                <StateChip manifest={manifest} kind={resource.kind} state={resource.state} />
                <Allowed count={allowed} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Heading({ manifest, group }: { manifest: Manifest; group: Group }) {
  return (
    <>
      {kindTitle(manifest, group.kind)} <span class="count">{group.resources.length.toLocaleString("en")}</span>
    </>
  );
}

function Allowed({ count }: { count: number | undefined }) {
  return (
    <span class={`resource-allowed${count ? " resource-some" : ""}`} title="actions that are allowed">
      {count !== undefined && (
        <>
          <span aria-hidden="true">{count === 0 ? "–" : `✓ ${count}`}</span>
          <span class="hidden">{count === 1 ? "1 action allowed" : `${count} actions allowed`}</span>
        </>
      )}
    </span>
  );
}

function layOut(manifest: Manifest, groups: readonly Group[]) {
  const rows: Row[] = [];
  const rowOf: number[] = [];
  for (const group of groups) {
    rows.push({ heading: group });
    for (const resource of group.resources) {
      rowOf.push(rows.length);
      rows.push({ resource, place: rowOf.length - 1 });
    }
  }
  const collection = listbox.collection({
    items: groups.flatMap(({ resources }) => resources),
    itemToValue: pathOf,
    itemToString: ({ id, kind, state }) => `${id} ${stateTitle(manifest, kind, state)}`,
  });
  return { rows, rowOf, collection };
}

function isHeading(row: Row | undefined): row is { readonly heading: Group } {
  return row !== undefined && "heading" in row;
}

function keyOfRow(row: Row | undefined): string {
  if (!row) return "";
  return isHeading(row) ? row.heading.kind : pathOf(row.resource);
}
