/** The application that `init` writes: canonical, without a fault, and runnable as it is. */
export const HELLO_XML = `<?xml version="1.0" encoding="UTF-8"?>
<!-- A voice application. The verbs in Response run from top to bottom. -->
<Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="cxml.xsd">
  <!-- The greeting is said, then the caller is heard; each answer comes back here until somebody hangs up. -->
  <Gather input="speech" speechTimeout="auto">
    <Say>Hello! What would you like to know?</Say>
    <!-- A language model answers. sessionTools="hangup" lets it end the call. -->
    <Converse language="en-US" sessionTools="hangup">
      <System>You answer the phone. Answer in one or two short sentences. When the caller is done, say goodbye and hang up.</System>
      <!-- What the caller just said. -->
      <Speech/>
    </Converse>
  </Gather>
  <!-- Only a caller who says nothing gets here. -->
  <Say>I did not hear anything. Goodbye.</Say>
</Response>
`;

/** What the caller of the example call says, and what the model answers: once each after the greeting. */
export const HELLO_TURNS = [
  { caller: 'How far away is the moon?', model: { text: 'About 384,000 kilometres. Light takes 1.3 seconds.' } },
  {
    caller: 'Thank you, that was all.',
    model: { text: 'You are welcome. Goodbye!', toolCalls: [{ name: 'hangup', arguments: {} }] },
  },
] as const;

/** The README that `init` writes. */
export const HELLO_README = `# A voice application

    npx colloquy check hello.xml     # finds its faults, each with line, column and mend
    npx colloquy call hello.xml      # talks to it here; needs OPENAI_API_KEY, or OPENAI_BASE_URL of a compatible server
    npx colloquy serve               # answers telephony platforms; --record calls writes each call beside the first one
    npx colloquy config              # prints every setting, with the place it comes from
    npx colloquy replay calls        # runs the recorded calls again and compares every answer

This is for a folder in or below the one in which \`npm install\` put Colloquy; where it is installed for the whole machine,
leave out \`npx\`.

\`hello.xml\` is the application, and \`colloquy.config.json\` says that it is served. \`calls/hello\` is a recorded call: the
document as it was, what came in, and what must come out.

## In an editor

\`cxml.xsd\` describes the language, so editors complete and check it as you type. Visual Studio Code takes it from
\`.vscode/settings.json\` once the extension "XML" by Red Hat is installed. JetBrains editors, and most others, take it from
the \`xsi:noNamespaceSchemaLocation\` in \`hello.xml\`: write the same into each application. Colloquy itself ignores the
attribute, and \`npx colloquy check\` finds more than a schema can say. JSON files name their schemas themselves, in \`$schema\`.
`;
