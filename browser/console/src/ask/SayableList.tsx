import { Sentence } from "../components/Sentence.tsx";
import type { Sayable } from "./sayable.ts";

/** What begins to say something; undefined where there is no place for it. */
export type OnSay = (sayable: Sayable) => (() => void) | undefined;

/** Things that could be said, what they mean, and a way to say them. */
export function SayableList({ sayables, onSay }: { sayables: readonly Sayable[]; onSay: OnSay }) {
  return (
    <ul class="sayables">
      {sayables.map((sayable) => {
        const { input, isNeeded } = sayable;
        const say = onSay(sayable);
        return (
          <li key={input.path}>
            <div>
              <code>{input.path}</code> {isNeeded && <span class="needed">may settle the answer</span>}
              <p class="meaning">
                <Sentence text={input.meaning} />
              </p>
            </div>
            {say && (
              <button type="button" aria-label={`Say it: ${input.path}`} onClick={say}>
                Say it
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
