/** Documents that tests run, made of the parts in which they differ. */
export type DocumentParts = {
  /** Say, Play and Pause in the Gather. */
  readonly greeting?: string;
  readonly gather?: string;
  readonly converse?: string;
  readonly tools?: string;
  readonly system?: string;
  readonly before?: string;
  readonly after?: string;
};

/** A conversation in a Gather that asks again when the caller stays silent. */
export function gatherDocument({
  greeting = '<Say>Welcome to the desk.</Say>',
  gather = 'actionOnEmptyResult="true"',
  converse = '',
  tools = '',
  system = 'Be brief.',
  before = '',
  after = '',
}: DocumentParts = {}): string {
  return `<Response>${before}<Gather input="speech" ${gather}>${greeting}<Converse ${converse}>${tools}<System>${system}</System><Speech/></Converse></Gather>${after}</Response>`;
}

/** A Converse outside of a Gather: one prompt, one reply, next verb. */
export function standAloneDocument({
  converse = '',
  tools = '',
  system = 'Be brief.',
  before = '',
  after = '',
}: DocumentParts = {}): string {
  return `<Response>${before}<Converse ${converse}>${tools}<System>${system}</System><Speech/></Converse>${after}</Response>`;
}

/** A tool whose one argument the model gives. */
export function toolMarkup(
  name: string,
  attributes = '',
  parameters = '<Parameter name="order" source="model"/>',
): string {
  return `<Tool name="${name}" url="https://tools.example/${name}" ${attributes}><Description>Does ${name}.</Description>${parameters}</Tool>`;
}
