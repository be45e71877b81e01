/** Words with a full stop that do not end a sentence, by language; in lower case, the stop included. */
const ALWAYS: { readonly [language: string]: readonly string[] } = {
  en: [
    'dr.',
    'mr.',
    'mrs.',
    'ms.',
    'prof.',
    'st.',
    'mt.',
    'no.',
    'nos.',
    'vs.',
    'e.g.',
    'i.e.',
    'approx.',
    'ext.',
    'fig.',
    'sgt.',
    'capt.',
    'gen.',
    'rev.',
    'hon.',
  ],
  de: [
    'dr.',
    'prof.',
    'hr.',
    'fr.',
    'nr.',
    'str.',
    'z.b.',
    'd.h.',
    'u.a.',
    'bzw.',
    'ca.',
    'inkl.',
    'zzgl.',
    'tel.',
    'st.',
    'evtl.',
    'ggf.',
  ],
  es: ['sr.', 'sra.', 'srta.', 'dr.', 'dra.', 'd.', 'dña.', 'núm.', 'avda.', 'p.ej.', 'ud.', 'uds.'],
  fr: ['m.', 'mm.', 'mme.', 'mlle.', 'dr.', 'pr.', 'st.', 'ste.', 'n°.', 'p.ex.', 'env.', 'tél.'],
  it: ['sig.', 'sig.ra', 'dott.', 'dott.ssa', 'dr.', 'prof.', 'ing.', 'avv.', 'p.es.', 'n.', 'tel.'],
  nl: ['dhr.', 'mevr.', 'dr.', 'prof.', 'bijv.', 'nr.', 'tel.', 'ca.', 'm.b.t.'],
  pl: ['dr.', 'prof.', 'ul.', 'nr.', 'np.', 'tel.', 'm.in.', 'tzn.'],
  pt: ['sr.', 'sra.', 'dr.', 'dra.', 'prof.', 'av.', 'n.º.', 'p.ex.', 'tel.'],
};

/** Words that may end one: whether they do shows in what follows. */
const PERHAPS: ReadonlySet<string> = new Set([
  'a.m.',
  'p.m.',
  'etc.',
  'u.s.',
  'u.k.',
  'inc.',
  'ltd.',
  'co.',
  'jr.',
  'usw.',
  'ecc.',
]);

/** Languages that write ordinal numbers with a full stop: "am 5. Mai". */
const ORDINALS: ReadonlySet<string> = new Set([
  'cs',
  'da',
  'de',
  'et',
  'fi',
  'hr',
  'hu',
  'is',
  'lv',
  'nb',
  'no',
  'pl',
  'sk',
  'sl',
  'sr',
  'tr',
]);

const ENGLISH = new Set(ALWAYS['en']);
const SETS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(ALWAYS).map(([language, words]) => [language, new Set([...ENGLISH, ...words])]),
);

/** Whether a sentence may end after this word: `unknown` where only what follows can tell. */
export function endsSentence(word: string, language: string): 'yes' | 'no' | 'unknown' {
  const bare = word.replace(/^[("'“‘«[]+/, '').toLowerCase();
  if ((SETS.get(language) ?? ENGLISH).has(bare)) return 'no';
  // An initial ("J. Smith"), or a number that stands for an ordinal.
  if (/^\p{L}\.$/u.test(bare) && bare !== 'i.') return 'no';
  if (ORDINALS.has(language) && /^\d+\.$/.test(bare)) return 'no';
  return PERHAPS.has(bare) || /(\.\.|…)["'”’»)\]]*$/.test(bare) ? 'unknown' : 'yes';
}
