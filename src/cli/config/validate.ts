import { suggestion } from '../../language/nearest.ts';
import { formOf, type Field, type MapField, type ObjectField, type Scalar } from './fields.ts';
import { originText, pathText, type Located, type Origin } from './located.ts';

/** Names that are listed when none of them is near. */
const MOST_NAMES_LISTED = 12;
/** A longer text is known by its place. */
const MOST_CHARACTERS_SHOWN = 60;

/** Everything that keeps `located` from being a value of `field`: in one line each, with its place, in their order. */
export function faultsOf(located: Located, field: Field, path: readonly string[] = []): readonly string[] {
  const check =
    CHECKS[field.kind === 'object' || field.kind === 'map' || field.kind === 'list' ? field.kind : 'scalar'];
  return (check as (located: Located, field: Field, path: readonly string[]) => readonly string[])(
    located,
    field,
    path,
  );
}

const CHECKS = {
  scalar(located: Located, field: Scalar, path: readonly string[]): readonly string[] {
    const form = formOf(field);
    if (located.kind === 'value' && form.fits(located.value, field)) return [];
    return [wrong(located, path, form.expected(field), foundIn(located, field))];
  },

  list(located: Located, field: Field & { kind: 'list' }, path: readonly string[]): readonly string[] {
    if (located.kind !== 'list') return [wrong(located, path, 'a list')];
    return located.items.flatMap((item, index) => faultsOf(item, field.of, [...path, String(index)]));
  },

  map(located: Located, { of, names }: MapField, path: readonly string[]): readonly string[] {
    if (located.kind !== 'object') return [wrong(located, path, 'an object')];
    return [...located.entries].flatMap(([name, { nameOrigin, value }]) => {
      if (name === '' || (names !== undefined && !new RegExp(names.pattern).test(name))) {
        const expected = names?.expected ?? 'a name';
        return [`${place(nameOrigin)}${pathText(path)} has the name ${JSON.stringify(name)}; expected ${expected}`];
      }
      return faultsOf(value, of, [...path, name]);
    });
  },

  object(located: Located, { fields, main }: ObjectField, path: readonly string[]): readonly string[] {
    if (located.kind !== 'object')
      return [wrong(located, path, main === undefined ? 'an object' : 'a text or an object')];
    const names = Object.keys(fields);
    const faults = [...located.entries].flatMap(([name, { nameOrigin, value }]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return field === undefined ? [unknown(nameOrigin, name, path, names)] : faultsOf(value, field, [...path, name]);
    });
    const lacks = main !== undefined && !located.entries.has(main);
    return lacks ? [...faults, `${place(located.origin)}${pathText(path)} has no "${main}"`] : faults;
  },
};

function unknown(origin: Origin, name: string, path: readonly string[], names: readonly string[]): string {
  const near = suggestion(name, names);
  const listed =
    names.length <= MOST_NAMES_LISTED
      ? `; expected ${names.join(', ')}`
      : '; docs/configuration.md lists what there is';
  const where = path.length === 0 ? '' : ` in ${pathText(path)}`;
  return `${place(origin)}unknown key ${JSON.stringify(name)}${where}${near === '' ? listed : near}`;
}

function wrong(located: Located, path: readonly string[], expected: string, found = nounOf(located)): string {
  const { origin } = located;
  const name = origin.kind === 'flag' || origin.kind === 'variable' ? originText(origin) : pathText(path);
  return `${place(origin)}${name === '' ? 'the file' : name} is ${found}; expected ${expected}`;
}

/** As much of a value as is good to see: what stands where a variable is named may be the secret itself. */
function foundIn(located: Located, { kind }: Scalar): string {
  if (located.kind !== 'value') return nounOf(located);
  const { value } = located;
  if (typeof value !== 'string') return kind === 'variable' ? nounOf(located) : JSON.stringify(value);
  if (kind === 'variable') return 'another text';
  if (value.length > MOST_CHARACTERS_SHOWN) return `a text of ${value.length} characters`;
  const isAddress = kind === 'url' || kind === 'source';
  return JSON.stringify(isAddress ? value.replace(/\/\/[^/]*@/, '//...@').replace(/[?#].*/s, '?...') : value);
}

function nounOf(located: Located): string {
  if (located.kind !== 'value') return located.kind === 'list' ? 'a list' : 'an object';
  if (located.value === null) return 'null';
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof located.value as 'string'];
}

/** What a fault begins with: its place in the file. A flag and a variable are places by their names. */
function place(origin: Origin): string {
  return origin.kind === 'file' ? `${originText(origin)}: ` : '';
}
