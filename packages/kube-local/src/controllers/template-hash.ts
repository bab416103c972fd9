const letters = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A hash of a text as a suffix of names: FNV-1a of 32 bits in the letters that Kubernetes uses. Of the form of the real
 * controller's, not its value, which depends on how Go prints the object.
 */
export function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => letters[Number(digit) % letters.length]).join('');
}
