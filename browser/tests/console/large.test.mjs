// A policy may have as many states, actions and branches as the contract allows; what is read and drawn of it is bounded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { importSource } from "../harness/source.mjs";

const { ask, drawnStates, isDrawable, machineOf, MOST_TRANSITIONS, transitionsOf } = await importSource(
  "chart/machine.ts",
  "chart/transitions.ts",
  "matrix/grid.ts",
);

const range = (length) => Array.from({ length }, (_, index) => index);

/** A manifest of one kind, in which every action may be taken in every state and lead to as many states. */
function manifestOf(states, actions, branches) {
  const all = range(states);
  const rule = {
    from_states: all,
    requires: 0,
    // Each end has a selector of its own, as far as ten conditions go, so that every one may be taken.
    branches: range(branches).map((end) => ({
      when: (branches - 1 - end) & 1023,
      unless: 0,
      requires: 0,
      next_state: end,
    })),
  };
  return {
    modes: ["normal"],
    kinds: [{ name: "door", title: "Door", states: all.map((state) => ({ name: `s${state}`, modes: [0] })) }],
    actions: range(actions).map((action) => ({ name: `a${action}`, class: "operation" })),
    offers: range(actions).map((action) => ({
      mode: 0,
      kind: 0,
      action,
      from_states: all,
      conditions: [],
      rules: [rule],
    })),
  };
}

test("of the largest policy a bounded number of transitions is read, soon, and it is not drawn", () => {
  const began = performance.now();
  const machine = machineOf(manifestOf(256, 256, 256), 0, 0, "both");
  const took = performance.now() - began;
  assert.equal(machine.isWhole, false);
  assert.ok(machine.transitions.length <= MOST_TRANSITIONS, `${machine.transitions.length} transitions`);
  assert.ok(machine.transitions.length > MOST_TRANSITIONS / 2, `${machine.transitions.length} transitions`);
  assert.equal(isDrawable(machine), false);
  assert.ok(took < 3000, `${took} ms`);
});

test("ends that are never taken are not looked at without end", () => {
  const manifest = manifestOf(256, 256, 256);
  for (const { rules } of manifest.offers) for (const branch of rules[0].branches) branch.when = 0;
  const { found, isWhole } = transitionsOf(manifest, 0, 0);
  assert.equal(isWhole, false);
  assert.ok(found.length > 0);
});

test("lines are bounded more narrowly than actions, since placing them is what takes time", () => {
  const small = machineOf(manifestOf(8, 1, 8), 0, 0, "both");
  assert.equal(small.isWhole, true);
  assert.equal(isDrawable(small), true);
  const dense = machineOf(manifestOf(16, 1, 16), 0, 0, "both");
  assert.equal(dense.isWhole, true);
  assert.equal(isDrawable(dense), false);
});

test("of a large matrix as many whole rows are asked for and drawn as the bound allows", async () => {
  let asked = 0;
  const decideAll = (situations) => {
    asked = situations.length;
    return Promise.resolve(situations.map(() => ({ cause: "conditions", verdict: "allow" })));
  };
  const grid = await ask({ manifest: manifestOf(256, 256, 1), decideAll }, 0, 0, () => undefined);
  assert.equal(grid.isWhole, false);
  assert.equal(grid.cells.length, 39);
  assert.equal(asked, 39 * 256);
  assert.equal(drawnStates(range(12), 60).length, 12);
});
