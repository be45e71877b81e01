import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { speakable } from '../../src/interpret/speakable.ts';

describe('a sentence that can be said', () => {
  test.each([
    'Your order will arrive on the third of May, between nine and noon.',
    'It costs $5.99 or 3,50 €, plus 19% tax.',
    'Is AT&T open? Yes!',
    'Use C# or F#.',
    'You are #1 in the line.',
    '3 * 4 * 5 is 60.',
    '2*3 is 6, and 2 ** 3 is 8.',
    'The file is called a_b.',
    'Its name is snake_case_name.',
    'Write to john_doe@example.com or a.b@c.org.',
    'The temperature is -5 degrees.',
    'We are open 9-17 - except on Sunday.',
    'It is 10:30:15.',
    'Wait... what?',
    'What?! No!',
    'That is f*** expensive.',
    'What the s**t is d*mn f***, then?',
    'If a < b and c > d, then it is done.',
    'I love you <3.',
    'Gleis 3. Mai ist frei.',
    '1. First, take the red one.',
    'Bonjour ! Comment ça va ?',
    '今日は晴れです。明日は雨でしょう。',
    'مرحبا، كيف حالك؟',
    'Grüße aus Köln, Straße 5!',
    'He said [quietly] that it is fine.',
    'The © and ™ signs are fine.',
    'The ratio is 4:3.',
    'Go from A → B.',
    'Press star * or pound # to go on.',
    'Take {this} or that.',
    'And/or either.',
    'Call +1 (555) 123-4567.',
    'ß = ss',
    '',
    ' ',
    'Hello there. ',
  ])('%j is left as it is', (text) => {
    expect(speakable(text)).toBe(text);
  });
});

describe('lines that come one by one, as a stream is cut at their ends', () => {
  test.each<[string, readonly string[], string]>([
    ['items of a list', ['- red\n', '- green\n', '- blue'], 'red, green, blue'],
    ['items with signs and emoji', ['* **red** 🍎\n', '+ green!\n'], 'red, green!'],
    ['numbered items', ['1. red\n', '2. green\n', '3) blue'], '1. red, 2. green, 3) blue'],
    ['rows of a table', ['| red | 5 |\n', '| green | 6 |\n'], 'red, 5, green, 6,'],
    ['a heading', ['## Colours\n', 'There are three.'], 'Colours. There are three.'],
    ['a heading that ends by itself', ['## Colours:\n', 'red'], 'Colours: red'],
    ['plain lines', ['We have\n', 'three'], 'We have three'],
  ])('%s', (_name, pieces, heard) => {
    expect(pieces.map((piece) => speakable(piece).trim()).join(' ')).toBe(heard);
  });
});

describe('a sentence written for a screen', () => {
  test.each<[string, string, string]>([
    ['bold', 'The **total** is **5**.', 'The total is 5.'],
    ['bold with underscores', 'The __total__ is 5.', 'The total is 5.'],
    ['bold italics', 'It is ***very*** good.', 'It is very good.'],
    ['italics', 'It is *very* good.', 'It is very good.'],
    ['italics with underscores', 'It is _very_ good.', 'It is very good.'],
    ['bold around a stop', '**Done.** Next?', 'Done. Next?'],
    ['bold in a language without spaces', '这是**重点**内容。', '这是重点内容。'],
    ['struck words', 'It is ~~not~~ good.', 'It is not good.'],
    ['marked words', 'It is ==very== good.', 'It is very good.'],
    ['a bold that goes on in the next sentence', '**Your order is ready.', 'Your order is ready.'],
    ['a bold that began before', 'Come by soon.**', 'Come by soon.'],
    ['a bold that ends in a word', 'and that is all** for now.', 'and that is all for now.'],
    ['an asterisk for a footnote', 'It costs 5 dollars*.', 'It costs 5 dollars*.'],
    ['an asterisk before a word', '*Prices may vary.', 'Prices may vary.'],
    ['a heading', '## Opening hours', 'Opening hours'],
    ['a closed heading', '# Opening hours #', 'Opening hours'],
    ['a heading and what it heads', '## Opening hours\nFrom nine to five.', 'Opening hours. From nine to five.'],
    ['a list', '- milk\n- eggs\n- bread', 'milk, eggs, bread'],
    ['a list after a colon', 'You need:\n* milk\n* eggs.', 'You need: milk, eggs.'],
    ['a list with bullets', '• milk\n• eggs', 'milk, eggs'],
    ['a numbered list', '1. milk\n2. eggs', '1. milk, 2. eggs'],
    ['a list to tick', '- [x] milk\n- [ ] eggs', 'milk, eggs'],
    ['one item', '- We close at nine.', 'We close at nine.'],
    ['a quotation', '> We are *closed*.', 'We are closed.'],
    ['a quotation in a quotation', '>> We are closed.', 'We are closed.'],
    ['a table', '| Day | Hours |\n|---|:-:|\n| Monday | 9 to 5 |', 'Day, Hours, Monday, 9 to 5'],
    ['a rule', '---', ''],
    ['a rule of asterisks', '* * *', ''],
    ['a rule between lines', 'One.\n---\nTwo.', 'One. Two.'],
    ['lines', 'It is sunny\nin Bonn.', 'It is sunny in Bonn.'],
    ['a code span', 'Say `yes` now.', 'Say yes now.'],
    ['a code span with two ticks', 'Say ``yes`` now.', 'Say yes now.'],
    ['a fence', '```bash\nrestart\n```', 'restart'],
    ['half a fence', '```js', ''],
    ['a link', 'See [our page](https://example.com/x?y=1).', 'See our page.'],
    ['a link with a title', 'See [our page](https://example.com "Page").', 'See our page.'],
    ['a link with brackets in it', 'See [Bonn](https://e.org/wiki/Bonn_(city)).', 'See Bonn.'],
    ['a link by reference', 'See [our page][2].', 'See our page.'],
    ['an image', '![A red car](car.png) is yours.', 'A red car is yours.'],
    ['an image without words', 'Here: ![](car.png)', 'Here:'],
    ['an address as a link', 'Write to <info@example.com>.', 'Write to info@example.com.'],
    ['a URL', 'Visit https://www.example.com/path?x=1#y now.', 'Visit example.com now.'],
    ['a URL before a stop', 'Visit https://example.com/path.', 'Visit example.com.'],
    ['a URL in brackets', 'Visit us (https://example.com/a).', 'Visit us (example.com).'],
    ['a URL with a port', 'Visit http://example.com:8080/x, please.', 'Visit example.com, please.'],
    ['a URL with a name', 'Visit https://me:pw@example.com/.', 'Visit example.com.'],
    ['a URL in angle brackets', 'Visit <https://example.com/a>.', 'Visit example.com.'],
    ['a URL without its scheme', 'Visit www.example.co.uk/a/b!', 'Visit example.co.uk!'],
    ['a scheme alone', 'It begins with https:// of course.', 'It begins with of course.'],
    ['a tag', 'It is <b>very</b> good.', 'It is very good.'],
    ['a tag with attributes', '<a href="x" class=\'y\'>Here</a> it is.', 'Here it is.'],
    ['a line break', 'One<br/>two', 'One two'],
    ['a comment', 'One <!-- not this --> two', 'One two'],
    ['SSML', '<speak>Hi <break time="1s"/>there <prosody rate="slow">you</prosody></speak>', 'Hi there you'],
    ['markup cut off', 'Hi there <break time="1', 'Hi there'],
    ['entities', 'Tom &amp; Jerry &lt;3 &#39;you&#39;&nbsp;all', "Tom & Jerry <3 'you' all"],
    ['a citation', 'It is open [1].', 'It is open.'],
    ['citations', 'It is open [1, 2][3-5].', 'It is open.'],
    ['a citation of a file', 'It is open【4†source】.', 'It is open.'],
    ['a footnote', 'It is open[^note].', 'It is open.'],
    ['an emoji', 'Great 😀!', 'Great!'],
    ['an emoji between words', 'I ❤️ you', 'I you'],
    ['an emoji before words', '✅ Done.', 'Done.'],
    ['emoji in a row', 'Nice 👍🏽👨‍👩‍👧 day 🇩🇪🎉.', 'Nice day.'],
    ['a keycap', 'Press 1️⃣ now.', 'Press 1 now.'],
    ['an emoji by name', 'Great :thumbs_up:', 'Great'],
    ['an emoji alone', '🎉', ''],
    ['many signs', 'Really??? Yes!!!', 'Really? Yes!'],
    ['mixed signs', 'What?!?!', 'What?!'],
    ['many dots', 'Well...... yes', 'Well... yes'],
    ['much space', 'One   two\t\tthree', 'One two three'],
    ['protected signs', 'It is 5\\* and 1\\. and \\_x', 'It is 5* and 1. and x'],
    ['JSON', '{"name": "weather", "arguments": {"city": "Bonn"}}', ''],
    ['JSON behind words', 'Calling {"name": "weather"} now.', 'Calling now.'],
    ['half a JSON', 'Let me see. {"name": "wea', 'Let me see.'],
    [
      'a heading in German',
      '### Öffnungszeiten\n- **Montag**: 9 Uhr\n- *Dienstag*: 10 Uhr',
      'Öffnungszeiten. Montag: 9 Uhr, Dienstag: 10 Uhr',
    ],
    ['a list in Spanish', '¡Claro!\n- **uno**\n- dos', '¡Claro! uno, dos'],
    ['emphasis in Japanese', '**重要**：お店は*9時*に開きます。', '重要：お店は9時に開きます。'],
    ['emphasis in Arabic', 'السعر **خمسة** دولارات.', 'السعر خمسة دولارات.'],
    ['a censored word in bold', '**f*** this** is it.', 'f*** this is it.'],
  ])('%s', (_, text, expected) => {
    expect(speakable(text)).toBe(expected);
  });
});

/** Texts with more markup than any model writes. */
const messy = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '**',
        '*',
        '_',
        '__',
        '`',
        '```',
        '~~',
        '# ',
        '- ',
        '1. ',
        '> ',
        '| ',
        '|',
        '\n',
        ' ',
        '[',
        ']',
        '(',
        ')',
        '![',
        '](',
        'https://',
        'www.',
        'example.com',
        '/path',
        '<',
        '>',
        '<b>',
        '</b>',
        '<break time="1s"/>',
        '&amp;',
        '&lt;',
        '{"a":',
        '}',
        '😀',
        '👍🏽',
        '【1】',
        '[1]',
        '\\',
        '...',
        '!!',
        '?!',
        ':x:',
        'word',
        'f**',
        'a_b',
        '5',
        '.',
        ',',
        'ü',
        '中',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

describe('any text', () => {
  test('can be made speakable, grows by no more than its commas, and is then left as it is', () => {
    fc.assert(
      fc.property(messy, (text) => {
        const once = speakable(text);
        expect(once.length).toBeLessThanOrEqual(text.length + text.split('\n').length + text.split('|').length);
        expect(speakable(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  test('has no markup left', () => {
    fc.assert(
      fc.property(messy, (text) => {
        const heard = speakable(text).trim();
        expect(heard).not.toMatch(/`|\]\(|https?:\/\/|^#{1,6} |<\/?(?:b|break)\b[^<>]*>|【\d】|😀|👍|\{"a":|\n\s*\w/);
      }),
      { numRuns: 3_000 },
    );
  });

  test('does not take long, however long it is', () => {
    const parts = ['*', '_', '[', '<a b="', '`', '(', 'https://', '{"a":', '|', '> ', '- ', '\\', '!', ' ', '&', '😀'];
    for (const part of parts) {
      const startMs = performance.now();
      speakable(part.repeat(2_000));
      expect(performance.now() - startMs).toBeLessThan(500);
    }
  });
});
