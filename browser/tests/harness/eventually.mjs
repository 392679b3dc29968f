// A page shows what follows a key or a click only once it has drawn it; a claim about it is repeated until it holds.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Repeats a claim until it holds, and gives what it gives.
 *
 * - `claim`: reads the page and asserts. Its last error is thrown where it does not hold within ten seconds.
 */
export async function eventually(claim) {
  for (const end = Date.now() + 10_000; ; await pause(20)) {
    try {
      return await claim();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Claims that a field comes to hold a text. */
export const holds = (field, text) => eventually(async () => assert.equal(await field.inputValue(), text));

/** Claims that so many elements come to be there. */
export const counts = (elements, count) => eventually(async () => assert.equal(await elements.count(), count));

/** Claims that an element comes to have the focus. */
export const focused = (element) =>
  eventually(async () => assert.ok(await element.evaluate((one) => one === document.activeElement), `${element}`));

/** The link in the address of a page, `#` included. */
export const linkOf = (page) => page.url().slice(page.url().indexOf("#"));
