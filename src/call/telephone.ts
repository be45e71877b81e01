// Telephone numbers and addresses as people, models and platforms write them, made comparable.

/** Digits with a sign between them here and there, as long as telephone numbers are. */
const NUMBER = /(?<![\w.,:/@-])(?:\+|00)?\(?\d(?:[ ()./-]{0,2}\d){5,17}(?![\d@])/g;
const ADDRESS = /\bsips?:[^\s"'<>,;)\]]+@[^\s"'<>,;)\]]*[\w]/gi;

/** The numbers and SIP addresses in a text, as it has them. */
export function numbersIn(text: string): readonly string[] {
  return [...(text.match(ADDRESS) ?? []), ...(text.replaceAll(ADDRESS, ' ').match(NUMBER) ?? [])];
}

/** One user at one host: what has more could be read as another address than the one that was compared. */
const PLAIN_ADDRESS = /^sips?:[^\s@<>"',;?]+@[^\s@<>"',?]+$/;

/**
 * A number in E.164 where it says its country, else its digits alone; a SIP address in lower case. Empty for what is
 * neither, or an address that can be read in two ways.
 *
 * @see https://www.itu.int/rec/T-REC-E.164
 */
export function normalNumber(written: string): string {
  const text = written.trim().replace(/^tel:/i, '');
  if (isAddress(text)) return PLAIN_ADDRESS.test(text.toLowerCase()) ? text.toLowerCase() : '';
  if (!/^(?:\+|00)?[\d ()./-]*$/.test(text)) return '';
  const digits = text.replaceAll(/\D/g, '');
  if (digits === '') return '';
  if (text.startsWith('+')) return `+${digits}`;
  return digits.startsWith('00') ? `+${digits.slice(2)}` : digits;
}

/** True for a SIP address. */
export function isAddress(text: string): boolean {
  return /^sips?:/i.test(text.trim());
}

/** Whether two texts name one number: platforms and models leave the plus sign out. */
export function isSameNumber(left: string, right: string): boolean {
  const [one, other] = [normalNumber(left), normalNumber(right)];
  return one !== '' && withoutPlus(one) === withoutPlus(other);
}

/** Digits from which on a number counts as the same without its country or area. */
const LOCAL_DIGITS = 6;

/** Whether one number may be the other, written without its country or area. */
export function isLikelySameNumber(left: string, right: string): boolean {
  const [one, other] = [normalNumber(left), normalNumber(right)].map(withoutPlus) as [string, string];
  if (one === other) return one !== '';
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  // A national number begins with a zero that the international one does not have.
  const local = short.replace(/^0+/, '');
  return local.length >= LOCAL_DIGITS && long.endsWith(local);
}

function withoutPlus(number: string): string {
  return number.replace(/^\+/, '');
}
