// Whether what stands in a document was brought along by the caller or by a request, however it was written there.
import type { JsonValue } from '../json.ts';
import { isAddress, isLikelySameNumber, normalNumber, numbersIn } from './telephone.ts';

/** Everything that came from outside. */
export type Outside = {
  /** By the caller, in this order: a number may be told in parts. */
  readonly said: readonly string[];
  /** With requests. */
  readonly carried: readonly string[];
};

/** Digits that tell one number from another wherever they stand: a number without its country and its area. */
const TELLING_DIGITS = 7;
const WEB_ADDRESS = /\bhttps?:\/\/[^\s"'<>]+/gi;

/** Whether a number or SIP address is among the texts: in other signs, in other digits, with its country or without. */
export function isEchoedNumber(written: string, { said, carried }: Outside): boolean {
  const told = said.map(withPlainDigits);
  const texts = [...told, ...carried.map(withPlainDigits)];
  const number = normalNumber(written);
  if (isAddress(written)) {
    const bare = written.trim().replaceAll(/^sips?:|(?::\d+)?(?:[;?].*)?$/gi, '');
    return texts.some((text) => text.toLowerCase().includes(bare.toLowerCase()));
  }
  const telling = digitsIn(number).slice(-TELLING_DIGITS);
  const isTold =
    telling.length === TELLING_DIGITS && [...texts, told.join(' ')].some((text) => digitsIn(text).includes(telling));
  return isTold || texts.some((text) => hasNumber(text, number) || text.trim() === written);
}

/** Whether a URL is among the texts, with its scheme or without, in whatever case. */
export function isEchoedUrl(url: URL, { said, carried }: Outside): boolean {
  const bare = bareUrl(url);
  return [...said, ...carried].some((text) => {
    const urls = (text.match(WEB_ADDRESS) ?? []).flatMap((found) => URL.parse(found) ?? []);
    return text.toLowerCase().includes(bare) || urls.some((found) => bareUrl(found).startsWith(bare));
  });
}

function bareUrl({ host, pathname, search }: URL): string {
  return (host + pathname + search).toLowerCase().replace(/\/$/, '');
}

function hasNumber(text: string, number: string): boolean {
  return [text, ...numbersIn(text)].some((each) => isLikelySameNumber(each, number));
}

function digitsIn(text: string): string {
  return text.replaceAll(/\D/g, '');
}

/** Decimal digits of every script as ours: recognisers of speech write those of their language. */
function withPlainDigits(text: string): string {
  return text.normalize('NFKC').replaceAll(/\p{Nd}/gu, (digit) => {
    // Unicode has the ten digits of a script in a row, which begins a column of sixteen or ends it.
    const column = (digit.codePointAt(0) ?? 0) & ~15;
    const isFirst = /\p{Nd}/u.test(String.fromCodePoint(column));
    return String((digit.codePointAt(0) ?? 0) - column - (isFirst ? 0 : 6));
  });
}

/** The texts and numbers in a value, as text. */
export function textsIn(value: JsonValue): readonly string[] {
  if (value === null || typeof value === 'boolean') return [];
  return typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [String(value)];
}
