// A strkey seed is 'S' and 55 base32 characters; the word boundary keeps longer base64 texts whole.
const seed = /\bS[A-Z2-7]{55}\b/gu;
const bearer = /\b(Bearer\s+)[\w.~+/-]+=*/gu;
const urlPassword = /(:\/\/[^/\s:@]+:)[^/\s@]+@/gu;
const keyValuePassword = /\b(password=)[^\s"']+/giu;

/** The text with Stellar secret seeds, bearer tokens and passwords in URLs or `password=` replaced by a mark. */
export function redact(text: string): string {
  return text
    .replace(seed, 'S…redacted')
    .replace(bearer, '$1…redacted')
    .replace(urlPassword, '$1…redacted@')
    .replace(keyValuePassword, '$1…redacted');
}
