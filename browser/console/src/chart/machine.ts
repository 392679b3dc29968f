import type { Manifest } from "interlock-policy";
import { statesOf } from "../matrix/grid.ts";
import { transitionsOf, type Transition } from "./transitions.ts";

/** Actions that are drawn. */
export const SHOWN = ["both", "operations", "events"] as const;
/** Which actions are drawn. */
export type Shown = (typeof SHOWN)[number];

/** An action between two states, which may be the same; by index. */
export interface Arc {
  readonly action: number;
  readonly from: number;
  readonly to: number;
  /** Reported by the platform and not asked for. */
  readonly isEvent: boolean;
}

/** A state of the chart. `absent` is drawn twice: where everything starts, and where it ends. */
export interface Place {
  readonly id: string;
  readonly state: number;
  readonly role: "start" | "end" | "state";
  /** Actions that leave the state as it is. */
  readonly stays: readonly Arc[];
}

/** What leads from a place to another, in one line. */
export interface Line {
  readonly from: string;
  readonly to: string;
  readonly arcs: readonly Arc[];
}

/** The state machine of a kind in a mode. */
export interface Machine {
  readonly places: readonly Place[];
  readonly lines: readonly Line[];
  /** Every arc that is drawn, by action, then by state. */
  readonly arcs: readonly Arc[];
  /** Every transition of the rules, those of actions that are not drawn among them. */
  readonly transitions: readonly Transition[];
  /** Whether the rules have no more transitions than these. */
  readonly isWhole: boolean;
}

/** Most actions between states that are drawn. */
export const MOST_ARCS = 600;
/** Most lines that are drawn: placing them takes up to two seconds, and several times that for twice as many. */
const MOST_LINES = 120;

/** Whether a machine is small enough to be drawn without the page standing still. */
export function isDrawable({ arcs, lines, isWhole }: Machine): boolean {
  return isWhole && arcs.length <= MOST_ARCS && lines.length <= MOST_LINES;
}

/** Name of an arc among those of a machine. */
export function arcId({ from, action, to }: Pick<Arc, "from" | "action" | "to">): string {
  return `${from} ${action} ${to}`;
}

/** Reads the machine of a kind in a mode out of the rules. */
export function machineOf(manifest: Manifest, mode: number, kind: number, shown: Shown): Machine {
  const { found: transitions, isWhole } = transitionsOf(manifest, mode, kind);
  const found = new Map<string, Arc>();
  for (const { offer, from, to } of transitions) {
    const isEvent = manifest.actions[offer.action]?.class === "event";
    if (shown !== "both" && isEvent !== (shown === "events")) continue;
    const arc = { action: offer.action, from, to, isEvent };
    found.set(arcId(arc), arc);
  }
  const arcs = [...found.values()];
  const moving = arcs.filter(({ from, to }) => from !== to);
  const stays = (state: number) => arcs.filter(({ from, to }) => from === state && to === state);
  const places = statesOf(manifest, mode, kind).flatMap((state): Place[] => {
    if (state !== ABSENT) return [{ id: `state-${state}`, state, role: "state", stays: stays(state) }];
    const start: Place = { id: "start", state, role: "start", stays: stays(state) };
    const end: Place = { id: "end", state, role: "end", stays: [] };
    return moving.some(({ to }) => to === ABSENT) ? [start, end] : [start];
  });
  const lines = new Map<string, { from: string; to: string; arcs: Arc[] }>();
  for (const arc of moving) {
    const from = arc.from === ABSENT ? "start" : `state-${arc.from}`;
    const to = arc.to === ABSENT ? "end" : `state-${arc.to}`;
    const line = lines.get(`${from} ${to}`) ?? { from, to, arcs: [] };
    line.arcs.push(arc);
    lines.set(`${from} ${to}`, line);
  }
  return { places, lines: [...lines.values()], arcs, transitions, isWhole };
}

/** The contract has it first among the states of every kind. */
const ABSENT = 0;
