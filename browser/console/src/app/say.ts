/** An error in one sentence. */
export function say(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
