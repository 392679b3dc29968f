// The calls of the soak: half are `evaluate`, of an allowed, a refused and an undecided request and of a mistake, and half
// `decideAll` of one situation.

const target = { kind: "backup", id: "nightly", state: "success", attributes: { owner: "ann", location: "eu" } };
const own = { mode: "federated", subject: { id: "ann", roles: ["px-backup-app.user"] }, target };
const REQUESTS = [
  { ...own, action: "view" },
  { ...own, action: "create" },
  { ...own, action: "delete" },
  { ...own, action: "fly" },
];
const WANTED = ["allow", "deny", "depends", "unknown-action"];
const SITUATION = { mode: 1, kind: 5, state: 1, action: 2, holds: 0, known: 0 };

/** Makes so many calls, and throws where an answer is not the one that it always is. */
export function mix(policy, calls) {
  const [first] = policy.decideAll([SITUATION]);
  for (let call = 0; call < calls; call += 1) {
    if (call % 2 === 0) {
      const [outcome] = policy.decideAll([{ ...SITUATION }]);
      if (outcome.verdict !== first.verdict) throw new Error(`call ${call}: ${outcome.verdict}`);
      continue;
    }
    const which = (call >> 1) % REQUESTS.length;
    const found = answer(policy, REQUESTS[which]);
    if (found !== WANTED[which]) throw new Error(`call ${call}: ${found}`);
  }
}

function answer(policy, request) {
  try {
    return policy.evaluate(request).verdict;
  } catch (error) {
    return error.code;
  }
}

/** Remembers the memories of all instances from now on; gives their sizes in pages of 64 KiB. */
export function watchMemories() {
  const memories = [];
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(...given) {
      super(...given);
      memories.push(...Object.values(this.exports).filter((one) => one instanceof WebAssembly.Memory));
    }
  };
  return () => memories.map(({ buffer }) => buffer.byteLength / 65_536);
}
