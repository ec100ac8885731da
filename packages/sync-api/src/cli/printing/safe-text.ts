/** What could steer a terminal, end a line, or change the direction of what follows; and halves of characters. */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const UNSAFE_IN_JSON = /[^\P{Cc}\n\r\t]|[\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const ASCII = /^[\x20-\x7e]*$/;
const STRING = /"(?:[^"\\]|\\.)*"/g;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** Text of foreign origin in one line, with what is unsafe written as `\u001b`. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** The same JSON, with what is unsafe written as JSON writes it too. */
export function safeJson(json: string): string {
  return json.replace(UNSAFE_IN_JSON, escaped);
}

/**
 * Keeps text from right to left from disordering what stands around it on a terminal (Unicode's first strong isolate). Plain
 * ASCII is left alone, so that what is copied has nothing invisible in it.
 */
export function isolate(text: string): string {
  return ASCII.test(text) ? text : `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}`;
}

/** JSON for people, each text in it isolated. */
export function isolateTexts(json: string): string {
  return json.replace(STRING, isolate);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
