// Loads a component again and again, each time with a byte changed, and tells how each went.
import { once } from "node:events";
import { PolicyError, loadPolicy } from "interlock-policy";

const [{ bytes, which, from }] = await once(process, "message");

/** Places and what their byte is XORed with: each fourth byte once, or 100 of them, ever the same. */
function changes() {
  let seed = 1;
  const next = (below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const places =
    which === "each"
      ? [...bytes.keys()].filter((place) => place % 4 === 0)
      : Array.from({ length: 100 }, () => next(bytes.length));
  return places.map((place) => [place, 1 + next(255)]);
}

for (const [number, [place, mask]] of changes().entries()) {
  if (number < from) continue;
  const changed = Uint8Array.from(bytes);
  changed[place] ^= mask;
  let outcome = "loaded";
  let stack;
  try {
    await loadPolicy(changed, { worker: false });
  } catch (error) {
    outcome = error instanceof PolicyError ? "refused" : "wrong";
    stack = error?.stack;
  }
  process.send({ place: number, outcome, stack });
}
process.send({ outcome: "done" });
process.disconnect();
