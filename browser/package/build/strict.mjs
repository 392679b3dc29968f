// Makes of jco's glue one that believes a policy no more than the engine does.

/** Most bytes of one answer: 16 MiB, as the engine's. */
const ANSWER_BYTES = 16 * 2 ** 20;

/**
 * The glue, with what it leaves out: text that is not UTF-8 is an error, a list ends inside memory, a length is never
 * negative, and an answer that says the same bytes over and over is ended when it comes to {@link ANSWER_BYTES}. And text
 * keeps a byte order mark, as it does for the engine.
 *
 * Throws where the glue is not as it is expected, so that another version of jco is looked at before it is used.
 */
export function strict(glue) {
  const result = CHANGES.reduce((text, [pattern, replacement]) => {
    if (text.search(pattern) < 0) throw new Error(`jco's glue has no place that matches ${pattern}`);
    return text.replace(pattern, replacement);
  }, glue);
  const left = LEFT.find((pattern) => pattern.test(result));
  if (left) throw new Error(`jco's glue has a place that matches ${left}, and should have none`);
  const calls = result.match(/= decisions01\w+\(/g)?.length;
  if (result.match(/spent = 0;\n/g)?.length !== calls + 1) throw new Error(`jco's glue has other calls than expected`);
  return result;
}

const CHANGES = [
  [/const utf8Decoder = new TextDecoder\(\);/, () => PRELUDE],
  // What is written is the question, which the caller answers for.
  [/dataView\(memory0\)\.set/g, "written(memory0).set"],
  [
    /const dataView = (mem => dv\.buffer)/,
    (_, view) => `const dataView = mem => (spend(4), written(mem));\n  const written = ${view}`,
  ],
  [/utf8Decoder\.decode\(new Uint8Array\(memory0\.buffer, /g, "decode(new Uint8Array(memory0.buffer, "],
  [/memory0\.buffer\.slice\(/g, "cut(memory0.buffer, "],
  [/^( *)(const ret = decisions01\w+\(.*\);)$/gm, "$1$2\n$1spent = 0;"],
  // The contract has no signed numbers.
  [/\.getInt(8|16|32)\(/g, ".getUint$1("],
  // It would look into the environment at each call.
  [/const _debugLog = \(\.\.\.args\) => \{[^}]*\}[^}]*\}/, "const _debugLog = () => {}"],
];

/** What would let an answer through unbounded or altered. */
const LEFT = [/new TextDecoder\(\)/, /\.slice\(ptr/, /(?<!return )utf8Decoder\.decode\(/, /\.getInt/, /process/];

const PRELUDE = `const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  let spent = 0;
  function spend(bytes) {
    spent += bytes;
    if (spent > ${ANSWER_BYTES}) throw new RangeError('the answer has more than ${ANSWER_BYTES} bytes');
  }

  function decode(bytes) {
    spend(bytes.length);
    return utf8Decoder.decode(bytes);
  }

  function cut(buffer, start, end) {
    if (end > buffer.byteLength) throw new RangeError('a list ends outside memory');
    spend(end - start);
    return buffer.slice(start, end);
  }
`;
