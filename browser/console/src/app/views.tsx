import type { ThreadedPolicy } from "interlock-policy";
import type { ComponentType } from "preact";
import type { ViewName } from "../link/link.ts";

/** What a view is given. It reads what is chosen from the link, and writes it there. */
export interface ViewProps {
  policy: ThreadedPolicy;
}

/** Views by name, each loaded when it is first shown. */
export const VIEW: Partial<Record<ViewName, { title: string; load: () => Promise<ComponentType<ViewProps>> }>> = {
  matrix: { title: "Matrix", load: async () => (await import("../matrix/Matrix.tsx")).Matrix },
  chart: { title: "Chart", load: async () => (await import("../chart/Chart.tsx")).Chart },
  world: { title: "World", load: async () => (await import("../world/World.tsx")).World },
  ask: { title: "Ask", load: async () => (await import("../ask/Ask.tsx")).Ask },
  compare: { title: "Compare", load: async () => (await import("../compare/Compare.tsx")).Compare },
};
