import { useEffect, useState } from "preact/hooks";

/**
 * Takes worlds that are dropped on the page, or pasted into it outside of any field. Gives whether something is held over
 * the page.
 *
 * - `onGiven`: given the file, or the text, and where it comes from.
 */
export function useGiven(onGiven: (given: File | string, from: string) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      setOver(false);
      const file = event.dataTransfer?.files[0];
      // Policies are the page's to take.
      if (!file || file.name.endsWith(".wasm")) return;
      event.preventDefault();
      onGiven(file, file.name);
    };
    const paste = (event: ClipboardEvent) => {
      const isField = event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (isField || text.trim() === "") return;
      event.preventDefault();
      onGiven(text, "what was pasted");
    };
    const listeners = new AbortController();
    const { signal } = listeners;
    document.addEventListener("dragover", over, { signal });
    document.addEventListener("dragleave", leave, { signal });
    document.addEventListener("drop", drop, { signal });
    document.addEventListener("paste", paste, { signal });
    return () => listeners.abort();
  }, [onGiven]);
  return isOver;
}
