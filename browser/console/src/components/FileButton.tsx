import type { ComponentChildren } from "preact";

/** A button that opens files; the same one may be opened again. */
export function FileButton(props: {
  /** What may be chosen, as the attribute `accept`. */
  accept: string;
  /** Whether several may be chosen at once. Default: no. */
  multiple?: boolean;
  onOpen: (files: readonly File[]) => void;
  children: ComponentChildren;
}) {
  const { accept, multiple = false, onOpen, children } = props;
  return (
    <label class="button">
      {children}
      <input
        class="hidden"
        type="file"
        accept={accept}
        multiple={multiple}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length > 0) onOpen(files);
        }}
      />
    </label>
  );
}
