import { useState } from "preact/hooks";
import { Dialog } from "../components/Dialog.tsx";

/** Takes a world as text. */
export function PasteDialog({ onClose, onText }: { onClose: () => void; onText: (text: string) => void }) {
  const [text, setText] = useState("");
  return (
    <Dialog title="Paste a world" onClose={onClose}>
      <p class="quiet">
        JSON with a <code>mode</code>, <code>subjects</code> and <code>resources</code>, as <code>interlock</code> reads
        it. It stays in this page.
      </p>
      <label>
        <span class="hidden">World as JSON</span>
        <textarea
          class="mono"
          rows={14}
          spellcheck={false}
          value={text}
          placeholder={'{"mode": "…", "subjects": […], "resources": […]}'}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <p class="buttons">
        <button type="button" class="button-primary" disabled={text.trim() === ""} onClick={() => onText(text)}>
          Show this world
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </p>
    </Dialog>
  );
}
