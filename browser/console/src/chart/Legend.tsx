import { MARKS } from "../components/Verdict.tsx";

/** What the lines and marks of the chart mean. */
export function Legend({ hasMarks }: { hasMarks: boolean }) {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <Sample name="operation" /> operation: a subject asks for it
      </li>
      <li>
        <Sample name="event" /> <em>event</em>: the platform reports it
      </li>
      <li>in a state: leaves it as it is</li>
      {hasMarks && (
        <>
          <li>
            <span class="legend-symbol verdict-allow" aria-hidden="true">
              {MARKS.allow.symbol}
            </span>{" "}
            {MARKS.allow.word}
          </li>
          <li>
            <s>struck out</s>: {MARKS.deny.word}
          </li>
        </>
      )}
    </ul>
  );
}

function Sample({ name }: { name: string }) {
  return (
    <svg class="drawing sample" width="34" height="10" aria-hidden="true">
      <g class={`line ${name}`}>
        <path class="curve" d="M0,5 H28" />
        <path class="tip" d="M34,5 L25,0.5 L25,9.5 Z" />
      </g>
    </svg>
  );
}
