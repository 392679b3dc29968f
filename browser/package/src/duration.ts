/** The longest time that a timer takes: 24 days. */
const LONGEST = 2 ** 31 - 1;

/** A number of milliseconds that a timer can wait; throws a `RangeError` for others, of which timers make zero. */
export function milliseconds(name: string, value: number): number {
  if (value >= 1 && value <= LONGEST) return value;
  throw new RangeError(`${name} is ${value}; it must be from 1 to ${LONGEST} milliseconds`);
}
