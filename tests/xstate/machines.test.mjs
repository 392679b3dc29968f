// The machines that `interlock export --format xstate` writes do what the policy's rules say, in XState itself.
//
// `cargo xtask test` runs this with INTERLOCK, the program, and INTERLOCK_POLICIES, the folder of the shipped
// policies.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { createActor, setup } from "xstate";

const { INTERLOCK, INTERLOCK_POLICIES } = process.env;

function ask(policy, ...words) {
  const file = join(INTERLOCK_POLICIES, `${policy}.wasm`);
  const output = execFileSync(INTERLOCK, ["--policy", file, ...words], { maxBuffer: 1 << 26 });
  return JSON.parse(output);
}

/** A machine whose events carry the codes of the conditions that are true. */
function made({ guards, config }, actions = {}) {
  const passes = ({ event }, { holds, fails }) =>
    holds.every((code) => event.true.includes(code)) && !fails.some((code) => event.true.includes(code));
  const named = Object.fromEntries(guards.map((name) => [name, passes]));
  return setup({ guards: named, actions }).createMachine(config);
}

/** What the rules of the manifest come to, every condition being true or false. None: refused. */
function ruled(rule, state, holds) {
  const all = (mask) => (holds & mask) === mask;
  const end = rule.branches.find(({ when, unless }) => all(when) && (holds & unless) === 0);
  const allowed = all(rule.requires) && all(end.requires);
  return allowed ? { next: end.next_state ?? state, effects: end.effects } : null;
}

/** The members of a list whose bits are set. */
const picked = (list, mask) => list.filter((_, bit) => (mask >>> bit) & 1);

for (const policy of ["turnstile", "backup"]) {
  const manifest = ask(policy, "export", "--format", "json");
  const { machines } = ask(policy, "export", "--format", "xstate");

  test(`${policy}: there is a machine for each kind in each of its modes`, () => {
    const wanted = manifest.kinds.flatMap(({ name, modes }) =>
      modes.map((mode) => `${name} ${manifest.modes[mode]}`),
    );
    assert.deepEqual(machines.map(({ kind, mode }) => `${kind} ${mode}`), wanted);
  });

  for (const machine of machines) {
    const mode = manifest.modes.indexOf(machine.mode);
    const kind = manifest.kinds.findIndex(({ name }) => name === machine.kind);
    const states = manifest.kinds[kind].states;
    const offers = manifest.offers.filter((offer) => offer.mode === mode && offer.kind === kind);

    test(`${policy}: ${machine.config.id} answers as the rules do, whatever is true`, () => {
      let taken;
      const note = ({ code }) => [code, () => taken.push(code)];
      const logic = made(machine, Object.fromEntries(manifest.effects.map(note)));
      assert.equal(createActor(logic).getSnapshot().value, states[0].name);
      for (const [number, { name: value, modes }] of states.entries()) {
        if (!modes.includes(mode)) continue;
        const snapshot = logic.resolveState({ value });
        for (const [action, { name: type }] of manifest.actions.entries()) {
          const offer = offers.find((offer) => offer.action === action);
          const rule = offer?.rules.find(({ from_states }) => from_states.includes(number));
          const conditions = offer?.conditions.map((index) => manifest.conditions[index].code) ?? [];
          const effects = offer?.effects.map((index) => manifest.effects[index].code) ?? [];
          for (let holds = 0; holds < 2 ** (rule ? conditions.length : 0); holds += 1) {
            const event = { type, true: picked(conditions, holds) };
            const wanted = rule ? ruled(rule, number, holds) : null;
            const place = `${type} from ${value} with ${event.true}`;
            assert.equal(snapshot.can(event), wanted !== null, place);
            taken = [];
            const actor = createActor(logic, { snapshot }).start();
            actor.send(event);
            assert.equal(actor.getSnapshot().value, wanted ? states[wanted.next].name : value, place);
            assert.deepEqual(taken, wanted ? picked(effects, wanted.effects) : [], place);
          }
        }
      }
    });
  }

  test(`${policy}: the paths that the program tells can be walked`, () => {
    const { name: kind, states } = manifest.kinds.reduce((one, other) =>
      other.states.length > one.states.length ? other : one,
    );
    for (const { name: to } of states.filter((state) => !state.observed_only)) {
      const answer = ask(policy, "path", "--kind", kind, "--from", "absent", "--to", to, "--format", "json");
      for (const { mode, paths } of answer.modes) {
        const logic = made(machines.find((machine) => machine.kind === kind && machine.mode === mode));
        assert.ok(paths.length > 0, `${mode} ${to}`);
        for (const path of paths) {
          const actor = createActor(logic).start();
          for (const { action, ways } of path) actor.send({ type: action, true: ways.at(-1).requires });
          assert.equal(actor.getSnapshot().value, to, `${mode} ${to}`);
        }
      }
    }
  });
}
