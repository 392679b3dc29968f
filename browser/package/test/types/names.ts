// Names that are wrong do not compile: each line below `@ts-expect-error` is a mistake, and one that compiled would be one.
import {
  type ActionOption,
  type Backup,
  type Decision,
  type Request,
  type SurveyedTarget,
  type World,
  loadPolicy,
  requestIn,
  watchPolicy,
} from "interlock-policy";
import type { Turnstile } from "./turnstile.js";

const world: World<Backup> = {
  mode: "federated",
  subjects: [{ id: "ann", roles: ["px-backup-app.user"], attributes: { group: "team-shop" } }],
  resources: [
    { kind: "backup", id: "nightly", state: "success", attributes: { owner: "ann", namespaces: ["a", "b"] } },
  ],
};
const nightly = { kind: "backup", id: "nightly", state: "success" } as const;

export async function embedded() {
  const policy = await loadPolicy();
  const decision = policy.evaluate({ mode: "federated", action: "delete", target: nightly });
  for (const { code, evidence } of decision.reasons) {
    if (code === "worker-available" || code === "not-from-state") return evidence.map(({ kind }) => kind === "cluster");
    // @ts-expect-error no such condition
    if (code === "weather") return [];
  }
  for (const { action, needs } of decision.ways_out) {
    if (action === "force-delete") return needs.includes("acknowledged");
    // @ts-expect-error no such parameter
    needs.includes("please");
  }
  // @ts-expect-error no such state
  if (decision.next_state === "ajar") return [];
  // @ts-expect-error no such effect
  decision.effects.some(({ code }) => code === "thunder");

  // @ts-expect-error no such action
  policy.evaluate({ mode: "federated", action: "fly", target: nightly });
  // @ts-expect-error an action of another kind
  policy.evaluate({ mode: "federated", action: "suspend", target: nightly });
  // @ts-expect-error no such mode
  policy.evaluate({ mode: "quantum", action: "delete", target: nightly });
  // @ts-expect-error no such kind
  policy.evaluate({ mode: "federated", action: "delete", target: { kind: "bucket", id: "a", state: "success" } });
  // @ts-expect-error a state of another kind
  policy.evaluate({ mode: "federated", action: "delete", target: { kind: "backup", id: "a", state: "disconnected" } });
  policy.evaluate({
    mode: "federated",
    action: "delete",
    // @ts-expect-error no such attribute
    target: { ...nightly, attributes: { colour: "red" } },
  });
  // @ts-expect-error no such parameter
  policy.evaluate({ mode: "federated", action: "delete", target: nightly, parameters: { please: "true" } });
  // @ts-expect-error no such role
  policy.evaluate({ mode: "federated", action: "delete", target: nightly, subject: { id: "a", roles: ["king"] } });
  // @ts-expect-error a field that is not known
  policy.evaluate({ mode: "federated", action: "delete", target: nightly, colour: "red" });
  policy.evaluate({
    mode: "federated",
    action: "delete",
    target: nightly,
    // @ts-expect-error a related resource in a state that its kind does not have
    related: [{ kind: "cluster", id: "c", state: "valid" }],
  });

  policy.options(world, "ann", "backup/nightly", { acknowledged: "true" });
  // @ts-expect-error no such kind
  policy.options(world, "ann", "bucket/nightly");
  // @ts-expect-error no such parameter
  policy.options(world, "ann", "backup/nightly", { please: "true" });
  policy.apply(world, "ann", "delete", { kind: "backup", id: "new", attributes: { owner: "ann" } });
  // @ts-expect-error no such action
  policy.apply(world, "ann", "fly", "backup/nightly");
  // @ts-expect-error no such attribute
  policy.apply(world, "ann", "delete", { kind: "backup", id: "new", attributes: { colour: "red" } });
  policy.survey({ mode: "classic", targets: [nightly], actions: ["delete"] });
  // @ts-expect-error no such operation
  policy.survey({ mode: "classic", targets: [nightly], actions: ["fly"] });
  requestIn<Backup>(world, "ann", "delete", "backup/nightly");
  // @ts-expect-error no such action
  requestIn<Backup>(world, "ann", "fly", "backup/nightly");
  return [];
}

export async function generated() {
  const policy = await loadPolicy<Turnstile>("policy.wasm");
  const target = { kind: "turnstile", id: "north", state: "locked" } as const;
  const request: Request<Turnstile> = { mode: "normal", action: "coin", target };
  await policy.evaluate(request);
  // @ts-expect-error no such action
  await policy.evaluate({ mode: "normal", action: "kick", target });
  // @ts-expect-error no such state
  await policy.evaluate({ mode: "normal", action: "coin", target: { ...target, state: "ajar" } });
  // @ts-expect-error a promise, and no decision
  void policy.evaluate(request).verdict;
  const watch = await watchPolicy<Turnstile>("policy.wasm", {
    onChange: ({ manifest }, old) => [manifest.version, old.digest],
  });
  // @ts-expect-error no such action
  await watch.policy.evaluate({ mode: "normal", action: "kick", target });
  // @ts-expect-error the state of a policy is read, not written
  watch.policy = policy;
}

/** What is drawn can be of any policy. */
declare function draw(options: ActionOption[], decision: Decision, targets: SurveyedTarget[]): void;

export async function drawn() {
  const policy = await loadPolicy();
  const { decision } = policy.apply(world, "ann", "delete", "backup/nightly");
  draw(
    policy.options(world, "ann", "backup/nightly"),
    decision,
    policy.survey({ mode: "classic", targets: [nightly] }),
  );
}

export async function anyNames() {
  const policy = await loadPolicy(new Uint8Array());
  const request: Request = { mode: "any", action: "any", target: { kind: "any", id: "any", state: "any" } };
  const { verdict } = await policy.evaluate(request);
  // @ts-expect-error no such verdict
  if (verdict === "perhaps") return;
  const here = await loadPolicy(new Uint8Array(), { worker: false });
  here.evaluate(request).reasons.length.toFixed();
  // @ts-expect-error in this thread nothing has to be closed
  here.close();
}
