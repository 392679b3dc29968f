// What the tests call in the page.
import * as interlock from "interlock-policy";
import { mix, watchMemories } from "./mix.js";

/** What a worker of the page answers to one message. */
function inWorker(message) {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(message);
  }).finally(() => worker.terminate());
}

const pages = watchMemories();
let policy;
const soak = {
  pages,
  start: async () => void (policy = await interlock.loadPolicy()),
  mix: (calls) => mix(policy, calls),
};

Object.assign(globalThis, { interlock, inWorker, soak });
