import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A file's code with its comments gone and its strings kept apart, so that prose is never taken for code. */
export type SourceCode = {
  /** Without comments; each string and template is `"n"`, an index into `strings`. */
  readonly code: string;
  readonly strings: readonly string[];
};

/** Where a `/` begins a regular expression: nothing that could be divided stands before it. */
const BEFORE_EXPRESSION = /(?:^|[(,=:[!&|?{};+<>~*%-]|\b(?:return|typeof|case|of|in))\s*$/;

/** Takes a TypeScript file apart as far as its imports and names need it. */
export function readCode(text: string): SourceCode {
  const strings: string[] = [];
  let code = '';
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? text.slice(at, at + 1);
    at += found.length;
    return found;
  };
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const one = two.slice(0, 1);
    if (two === '//') skip(/[^\n]*/y);
    else if (two === '/*') skip(/\/\*[^]*?\*\//y);
    else if (one === "'" || one === '"') {
      const found = skip(/'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"/y);
      code += `"${strings.push(found.slice(1, -1)) - 1}"`;
    } else if (one === '`') {
      // Code inside a template counts as code; its text does not.
      const found = skip(/`(?:\\[^]|[^`\\])*`/y);
      const inner = [...found.matchAll(/\$\{([^{}]*)\}/g)].map(([, expression]) => expression).join(' ; ');
      code += `"${strings.push(found.slice(1, -1)) - 1}" ${inner}`;
    } else if (one === '/' && BEFORE_EXPRESSION.test(code)) {
      skip(/\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+\/[a-z]*/y);
      code += '/regex/';
    } else {
      code += one;
      at += 1;
    }
  }
  return { code, strings };
}

/** What a file imports, as written; a type's import and a re-export count like any other. */
export function importsOf({ code, strings }: SourceCode): readonly string[] {
  const found = code.matchAll(/\b(?:from|import)\s*\(?\s*"(\d+)"/g);
  return [...found].map(([, index]) => strings[Number(index)] ?? '');
}

/** Every TypeScript file below a folder, by its path from the repository's root. */
export function sourceFiles(root: string, folder: string): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => path.posix.join(folder, name))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
}
