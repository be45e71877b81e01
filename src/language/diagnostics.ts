import type { Span } from './ast.ts';
import { codeFrame } from './code-frame.ts';
import { createSource, decode, positionOf } from './source.ts';

/** An `error` keeps a document from running. A `note` is no fault: it says what happens on a platform. */
export type Severity = 'error' | 'warning' | 'note';

/** What is written about a code for authors: why it is reported, and what to do. */
type CodeEntry = { readonly severity: Severity; readonly cause: string; readonly mend: string };

/** Every fault that a document can have. Retired codes stay listed here and are never used again: none yet. */
export const DIAGNOSTIC_CODES = {
  encoding: {
    severity: 'error',
    cause: 'The document is not UTF-8, or its declaration names another encoding.',
    mend: 'Save the document as UTF-8 and declare encoding="UTF-8", or nothing.',
  },
  'malformed-xml': {
    severity: 'error',
    cause: 'The text is not well-formed XML, so no platform can read it.',
    mend: 'Correct the place shown: close each element, quote each value, write & as &amp; and < as &lt;.',
  },
  doctype: {
    severity: 'error',
    cause: 'A DOCTYPE can define entities that grow without end or read files; the language needs none.',
    mend: 'Remove the DOCTYPE and write the characters themselves or numeric references.',
  },
  'document-limit': {
    severity: 'error',
    cause:
      'The document is larger, deeper or fuller than any application needs: most often a wrong URL or a loop in a template.',
    mend: 'Split the application into stages, or correct what generates it.',
  },
  'wrong-root': {
    severity: 'error',
    cause: 'Every document is one <Response>.',
    mend: 'Put the verbs into <Response>.',
  },
  'unknown-element': {
    severity: 'warning',
    cause:
      'The grammar has no element of this name. It is passed on to the platform as it is; inside <Converse> it is left out.',
    mend: 'Correct the name, or ignore the warning if your platform knows the element.',
  },
  'unknown-attribute': {
    severity: 'warning',
    cause:
      'The element has no attribute of this name. It is passed on to the platform as it is; inside <Converse> it is left out.',
    mend: 'Correct the name (its case counts), or ignore the warning if your platform knows the attribute.',
  },
  'wrong-nesting': {
    severity: 'error',
    cause: 'The element is known, but not in this place.',
    mend: 'Move it into one of the elements that the message names.',
  },
  'repeated-element': {
    severity: 'error',
    cause: 'The element may stand only once in its parent.',
    mend: 'Remove one of the two, or join them.',
  },
  'missing-attribute': {
    severity: 'error',
    cause: 'The element does nothing without this attribute.',
    mend: 'Write the attribute.',
  },
  'bad-attribute': {
    severity: 'error',
    cause: 'The value does not have the type that the attribute takes.',
    mend: 'Write a value as the message says.',
  },
  'unknown-value': {
    severity: 'warning',
    cause: 'No platform is known to take this word. It is passed on as it is; an unknown session tool is left out.',
    mend: 'Correct the word, or ignore the warning if your platform knows it.',
  },
  'missing-text': {
    severity: 'warning',
    cause: 'The element acts on its text, and has none.',
    mend: 'Write the text between the start and the end tag.',
  },
  'bad-text': {
    severity: 'error',
    cause: 'The element’s text does not have the type that it takes.',
    mend: 'Write the text as the message says.',
  },
  'long-text': {
    severity: 'error',
    cause: 'Platforms read no more than 4096 characters of one <Say>: they cut off the rest or end the call.',
    mend: 'Write several <Say>, or play a recording.',
  },
  'stray-text': {
    severity: 'error',
    cause: 'Text stands where only elements may, and nobody would hear or read it.',
    mend: 'Put the text into <Say>, <System> or the element it belongs to, or remove it.',
  },
  'relative-url': {
    severity: 'error',
    cause:
      'A relative URL is resolved against the URL of its document, and this document has none that it can be resolved against.',
    mend: 'Write the whole URL, or serve the document over http or https.',
  },
  'duplicate-tool': {
    severity: 'error',
    cause: 'The model calls a tool by its name, so two tools of one <Converse> cannot share one.',
    mend: 'Rename one of them. Characters that no model API takes count as "_".',
  },
  'mapped-tool-name': {
    severity: 'warning',
    cause: 'Model APIs take letters, digits, "_" and "-" in a tool’s name, at most 64. The model sees the mapped name.',
    mend: 'Use the mapped name, also in prompts.',
  },
  'reserved-tool-name': {
    severity: 'error',
    cause: 'A session tool has this name, so the model could not tell the two apart.',
    mend: 'Rename the tool, or remove the word from sessionTools.',
  },
  'duplicate-parameter': {
    severity: 'error',
    cause: 'An argument has one value, so two parameters of one tool cannot share a name.',
    mend: 'Remove one of them.',
  },
  'duplicate-destination': {
    severity: 'error',
    cause: 'The model asks for a destination by its name, whose case does not count, so two of them cannot share one.',
    mend: 'Rename one of them, or remove it.',
  },
  'missing-values': {
    severity: 'error',
    cause: 'A parameter of type "enum" needs the list of its values.',
    mend: 'Write values="first,second", or another type.',
  },
  'unused-values': {
    severity: 'error',
    cause: 'Only a parameter of type "enum" has a list of values; with another type nothing would be checked.',
    mend: 'Write type="enum", or remove the list.',
  },
  'bad-values': {
    severity: 'error',
    cause: 'A value of an enum is empty or stands twice.',
    mend: 'List each value once, parted by commas.',
  },
  'missing-description': {
    severity: 'warning',
    cause: 'The model chooses a tool by its description.',
    mend: 'Write <Description> with what the tool does and when to use it.',
  },
  'missing-prompt': {
    severity: 'warning',
    cause: 'Without <System>, <User> or <Assistant> the model knows nothing of what it is for.',
    mend: 'Write <System> with the instructions.',
  },
  'missing-speech': {
    severity: 'warning',
    cause: 'A conversation inside <Gather> hears the caller only where <Speech/> stands.',
    mend: 'Write <Speech/> as the last child of <Converse>.',
  },
  'misplaced-speech': {
    severity: 'warning',
    cause: 'What the caller just said is the last message to the model, wherever <Speech/> stands.',
    mend: 'Move <Speech/> to the end of <Converse>, or into a <Gather>.',
  },
  unreachable: {
    severity: 'warning',
    cause: 'The verb before it always leaves the document, or the place is never reached.',
    mend: 'Remove what is never reached, or move it up.',
  },
  'conflicting-children': {
    severity: 'error',
    cause: 'The element takes one kind of target.',
    mend: 'Keep one of them.',
  },
  'unspeakable-input': {
    severity: 'warning',
    cause: 'A conversation needs the caller’s words, and the <Gather> listens for keys only.',
    mend: 'Write input="speech" or input="dtmf speech" on <Gather>.',
  },
  'insecure-tool-url': {
    severity: 'warning',
    cause:
      'Arguments and results of the tool travel unencrypted, and tools are called over https only unless the operator allows the host.',
    mend: 'Use an https URL.',
  },
  'private-tool-url': {
    severity: 'warning',
    cause:
      'The host is this machine or a private network, which tools are called on only where the operator allows it.',
    mend: 'Use a public https URL, or allow the host while you develop.',
  },
  'url-credentials': {
    severity: 'warning',
    cause:
      'Everybody who reads the document reads the user and the password: it is fetched, cached, logged and kept in version control.',
    mend: 'Take them out of the URL. A <Tool> names a secret, secret="NAME", and its service verifies the signature; for a stage, verify the signature of the platform.',
  },
  'signed-get-tool': {
    severity: 'error',
    cause:
      'A signature covers the body of a request, and a GET has none: anyone on the way could change the arguments.',
    mend: 'Write method="POST", or signature="none" for a tool that only reads public data.',
  },
  'not-supported': {
    severity: 'error',
    cause: 'The language has it, but this version does not carry it out, and leaving it out would change what happens.',
    mend: 'Do without it, or use a version that supports it.',
  },
  'long-timeouts': {
    severity: 'warning',
    cause: 'A turn ends after 60 seconds whatever it waits for, and these tools one after the other can take longer.',
    mend: 'Give the tools shorter timeouts.',
  },
  'undeclared-tool': {
    severity: 'warning',
    cause: 'The prompt speaks of a tool that the conversation does not declare, so the model cannot call it.',
    mend: 'Declare the tool, correct the name, or take it out of the prompt.',
  },
  'vague-description': {
    severity: 'warning',
    cause: 'The description tells the model no more than the tool’s name does, so it is called too often or never.',
    mend: 'Say what the tool does, when to use it and what it gives back.',
  },
  'no-target': {
    severity: 'warning',
    cause:
      'The model may dial or redirect only to what stands in the document, and nothing there is a number, SIP address or URL.',
    mend: 'Write the number or URL into a prompt, or remove the session tool.',
  },
  'hangup-not-offered': {
    severity: 'warning',
    cause: 'The prompt tells the model to end the call, and it has no tool to do so.',
    mend: 'Write sessionTools="hangup" on <Converse>, or change the prompt.',
  },
  'unsent-parameter': {
    severity: 'warning',
    cause:
      'A required parameter is taken from the call request, the platform never sends one of this name, and the call ends where it is missing.',
    mend: 'Map it with an alias, put it into the query of the application’s URL, or write required="false" or source="model".',
  },
  'platform-value': {
    severity: 'warning',
    cause: 'The platform refuses the value; another one is sent in its place where that is possible.',
    mend: 'Write a value that the platform takes.',
  },
  'platform-support': {
    severity: 'error',
    cause: 'The platform has nothing of the kind. At call time the caller hears an apology in place of the verb.',
    mend: 'Remove the verb, write it another way, or run the application on a platform that has it.',
  },
  'platform-ignores': {
    severity: 'note',
    cause: 'The platform has no use for it, so it is not sent there. The application runs all the same.',
    mend: 'Nothing needs to be done; remove it if the application runs on this platform alone.',
  },
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** A fault of a document, found and placed. Its message ends without a full stop, because the place follows. */
export type Diagnostic = {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly related?: { readonly message: string; readonly span: Span };
};

/** More would not be read; the rest shows itself when these are mended. */
export const MAX_DIAGNOSTICS = 100;

/** A diagnostic of a code, with the code's severity. */
export function diagnostic(
  code: DiagnosticCode,
  span: Span,
  message: string,
  related?: Diagnostic['related'],
): Diagnostic {
  const { severity } = DIAGNOSTIC_CODES[code];
  return { code, severity, message, span, ...(related === undefined ? {} : { related }) };
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** In the order of the document, at most 100, errors being kept before warnings, and warnings before notes. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ranked = SEVERITIES.flatMap((severity) =>
    diagnostics.filter((each) => each.severity === severity).sort(bySpan),
  );
  return ranked.slice(0, MAX_DIAGNOSTICS).sort(bySpan);
}

function bySpan(a: Diagnostic, b: Diagnostic): number {
  return a.span.start - b.span.start || a.span.end - b.span.end;
}

/** True when the document cannot run. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** Each fault for people: `name:line:column: severity code message`, then the line and a caret. One entry per fault. */
export function formatDiagnostics(
  document: string | Uint8Array,
  name: string,
  diagnostics: readonly Diagnostic[],
): readonly string[] {
  const source = createSource(decode(document).text);
  const place = (span: Span): string => {
    const { line, column } = positionOf(source, span.start);
    return `${name}:${line}:${column}`;
  };
  return diagnostics.map(({ code, severity, message, span, related }) => {
    const lines = [`${place(span)}: ${severity} ${code} ${message}`, codeFrame(source, span)];
    if (related !== undefined)
      lines.push(`${place(related.span)}: ${related.message}`, codeFrame(source, related.span));
    return lines.join('\n');
  });
}
