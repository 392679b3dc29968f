import { useEffect, useRef, useState } from "preact/hooks";

/** Characters that are drawn at most; what is copied is all of it. */
const DRAWN = 50_000;

/** A text to take elsewhere, with a button that copies it. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const [said, setSaid] = useState("");
  const shown = useRef<HTMLPreElement>(null);
  useEffect(() => setSaid(""), [text]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      // A page that was opened as a file may not write there; the person still can.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      setSaid("This browser does not let the page copy; the text is selected");
    }
  };
  const more = text.length - DRAWN;
  return (
    <div class="copyable">
      <div class="copyable-bar">
        <button type="button" onClick={copy}>
          Copy
        </button>
        <span role="status">{said}</span>
      </div>
      <pre ref={shown} role="region" aria-label={label} tabIndex={0}>
        {more > 0 ? text.slice(0, DRAWN) : text}
      </pre>
      {more > 0 && <p class="quiet">{more.toLocaleString("en")} more characters are copied, but not drawn.</p>}
    </div>
  );
}
