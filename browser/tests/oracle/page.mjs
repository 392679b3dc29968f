// Runs in a page: asks components what the oracle wrote down of the native library, and gives what differs.
// The forms are those of tests/oracle/README.md.
import { loadPolicy } from "interlock-policy";

const VERDICTS = ["allow", "deny", "depends"];
const CAUSES = ["conditions", "not-in-mode", "not-offered", "not-from-state"];
/** Bytes of an outcome. */
const WIDTH = 12;
/** Situations that are asked at once. */
const BATCH = 8192;
/** Differences that are shown; the others are counted. */
const SHOWN = 5;

const index = await (await fetch("/oracle/index.json")).json();
const policies = new Map();
for (const { name, component } of index.policies) {
  policies.set(name, await loadPolicy(await fetch(`/policies/${component}`), { worker: false }));
}

/** Every situation of a policy: how many were asked, and those whose outcome is another. */
globalThis.compareCells = async (name) => {
  const { cells, chunks } = index.policies.find((policy) => policy.name === name);
  const policy = policies.get(name);
  const found = { asked: 0, chunks: 0, differ: 0, shown: [] };
  let wanted;
  for (const chunk of chunks) {
    const written = new Uint8Array(chunk.situations * WIDTH);
    for (let from = 0; from < chunk.situations; from += BATCH) {
      const situations = [];
      for (let at = from; at < Math.min(from + BATCH, chunk.situations); at += 1) situations.push(situation(chunk, at));
      policy.decideAll(situations).forEach((outcome, place) => write(written, from + place, outcome));
      found.asked += situations.length;
    }
    found.chunks += 1;
    if ((await sha256(written)) === chunk.sha256) continue;
    wanted ??= new Uint8Array(await (await fetch(`/oracle/${cells}`)).arrayBuffer());
    for (let at = 0; at < chunk.situations; at += 1) {
      const here = written.subarray(at * WIDTH, (at + 1) * WIDTH);
      const there = wanted.subarray(chunk.start + at * WIDTH, chunk.start + (at + 1) * WIDTH);
      if (here.every((byte, place) => byte === there[place])) continue;
      found.differ += 1;
      const { mode, kind, action } = chunk;
      const asked = JSON.stringify(situation(chunk, at));
      if (found.shown.length < SHOWN) {
        found.shown.push(`${mode} ${kind} ${action} ${asked}: native ${[...there]}, here ${[...here]}`);
      }
    }
  }
  return found;
};

/** Every case: how many were asked, the digest of all answers, and those that are another. */
globalThis.compareCases = async () => {
  const { file, sha256: wanted } = index.cases;
  const lines = (await (await fetch(`/oracle/${file}`)).text()).trimEnd().split("\n");
  const found = { asked: 0, differ: 0, shown: [], wanted };
  let answers = "";
  for (const line of lines) {
    const { policy, name, request, answer } = JSON.parse(line);
    const here = JSON.stringify(ask(policies.get(policy), request));
    const there = JSON.stringify(answer);
    found.asked += 1;
    answers += `${here}\n`;
    if (here === there) continue;
    found.differ += 1;
    if (found.shown.length < SHOWN) found.shown.push(`${policy}, ${name}: native ${there}, here ${here}`);
  }
  found.digest = await sha256(new TextEncoder().encode(answers));
  return found;
};

globalThis.ready = true;

function ask(policy, request) {
  try {
    return policy.evaluate(request);
  } catch (error) {
    if (error.name !== "RequestError") throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

function situation({ indexes: [mode, kind, action], states, conditions, situations }, at) {
  const perState = situations / states;
  let assignment = at % perState;
  let holds = 0;
  let known = 0;
  for (let bit = 0; bit < conditions; bit += 1, assignment = Math.floor(assignment / 3)) {
    if (assignment % 3 > 0) known |= 1 << bit;
    if (assignment % 3 > 1) holds |= 1 << bit;
  }
  return { mode, kind, state: Math.floor(at / perState), action, holds, known };
}

function write(bytes, place, { verdict, cause, next_state, reasons, effects }) {
  const view = new DataView(bytes.buffer, place * WIDTH, WIDTH);
  view.setUint8(0, VERDICTS.indexOf(verdict));
  view.setUint8(1, CAUSES.indexOf(cause));
  view.setUint16(2, next_state === null ? 0 : next_state + 1, true);
  view.setUint32(4, reasons, true);
  view.setUint32(8, effects, true);
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
